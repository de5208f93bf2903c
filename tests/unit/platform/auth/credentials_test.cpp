#include "platform/auth/credentials.hpp"

#include <gtest/gtest.h>

namespace sb::platform::auth {
namespace {

using namespace std::chrono_literals;
const Date kToday = 2026y / 11 / 22;

TEST(Credentials, addresses_have_one_at_and_a_dotted_domain) {
  for (const char* good : {"a@b.co", "first.last+tag@sub.example.com", "ü@example.com"})
    EXPECT_TRUE(is_email(good)) << good;
  for (const char* bad : {"", "a", "@b.co", "a@", "a@b", "a@b@c.d", "a b@c.de", "a@.co", "a@b.",
                          "a@b..c", "a\n@b.co"})
    EXPECT_FALSE(is_email(bad)) << bad;
  EXPECT_FALSE(is_email(std::string(300, 'a') + "@b.co"));
}

TEST(Credentials, a_new_password_has_both_cases_and_a_digit) {
  EXPECT_FALSE(password_problem("Passw0rd"));
  for (const char* bad : {"Passw0r", "passw0rd", "PASSW0RD", "Password"})
    EXPECT_TRUE(password_problem(bad)) << bad;
  EXPECT_TRUE(password_problem("Aa1" + std::string(98, 'x')));
  EXPECT_FALSE(password_problem("Aa1" + std::string(97, 'x')));
}

TEST(Credentials, registration_normalises_what_it_reads) {
  auto read = read_registration(
      R"({"email":"Ann@Example.COM","password":"Passw0rd","name":"  Ann ","date_of_birth":"2000-01-31"})",
      kToday);

  ASSERT_TRUE(read);
  EXPECT_EQ(read->email, "ann@example.com");
  EXPECT_EQ(read->name, "Ann");
  EXPECT_EQ(read->date_of_birth, Date(2000y / 1 / 31));
}

TEST(Credentials, registration_names_every_wrong_field) {
  auto read = read_registration(
      R"({"email":"x","password":"short","name":" ","date_of_birth":"2020-01-01"})", kToday);

  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().details.size(), 4U);
}

TEST(Credentials, eighteen_today_is_old_enough) {
  auto born = [](const char* date) {
    return read_registration(
               std::string(R"({"email":"a@b.co","password":"Passw0rd","date_of_birth":")") + date +
                   "\"}",
               kToday)
        .has_value();
  };

  EXPECT_TRUE(born("2008-11-22"));
  EXPECT_FALSE(born("2008-11-23"));
  EXPECT_TRUE(born("1925-11-23"));
  EXPECT_FALSE(born("1925-11-22"));
}

TEST(Credentials, a_login_takes_passwords_that_the_policy_would_refuse) {
  auto login = read_login(R"({"email":"Test@example.com","password":"test123"})");

  ASSERT_TRUE(login);
  EXPECT_EQ(login->email, "test@example.com");
  EXPECT_FALSE(read_login(R"({"email":"a@b.co","password":1})"));
  EXPECT_FALSE(read_login(R"({"email":"a@b.co"})"));
}

}  // namespace
}  // namespace sb::platform::auth
