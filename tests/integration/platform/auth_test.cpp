#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api_server.hpp"

namespace sb::testing {
namespace {

std::string credentials(const std::string& email, const std::string& password = "Passw0rd") {
  return fmt::format(R"({{"email":"{}","password":"{}"}})", email, password);
}

std::string refresh_body(const std::string& token) {
  return fmt::format(R"({{"refresh_token":"{}"}})", token);
}

TEST(Register, answers_with_the_account_and_never_the_password) {
  ApiServer server;

  Reply reply = server.post(
      "/api/auth/register",
      R"({"email":"Ann@Example.com","password":"Passw0rd","name":"Ann","date_of_birth":"1990-05-01"})");

  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.at("/email"), "ann@example.com");
  EXPECT_EQ(reply.at("/name"), "Ann");
  EXPECT_EQ(reply.text.find("Passw0rd"), std::string::npos);
  Reply login = server.post("/api/auth/login", credentials("ANN@example.com"));
  ASSERT_EQ(login.status, 200);
  EXPECT_EQ(login.at("/token_type"), "bearer");
  EXPECT_EQ(login.at("/expires_in"), "900");
  EXPECT_EQ(server.get("/api/profiles/me", login.at("/access_token")).at("/name"), "Ann");
}

TEST(Register, of_many_at_once_exactly_one_gets_the_address) {
  ApiServer server;
  std::vector<Ask> asks;
  for (int i = 0; i < 8; ++i)
    asks.push_back({"POST",
                    "/api/auth/register",
                    credentials(i % 2 ? "bob@example.com" : "BOB@example.com"),
                    "",
                    {}});

  auto replies = server.ask_all(asks);

  EXPECT_EQ(count_status(replies, 201), 1);
  EXPECT_EQ(count_status(replies, 400), 7);
  for (const Reply& reply : replies)
    if (reply.status == 400) EXPECT_EQ(reply.error(), "email_already_exists");
}

TEST(Register, names_what_is_wrong) {
  ApiServer server;

  Reply reply = server.post("/api/auth/register", R"({"email":"x","password":"short"})");

  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.error(), "validation_error");
  EXPECT_NE(reply.at("/details/email"), "(absent)");
  EXPECT_NE(reply.at("/details/password"), "(absent)");
}

TEST(Login, unknown_address_and_wrong_password_look_the_same) {
  ApiServer server;
  join(server, "ann");

  Reply wrong = server.post("/api/auth/login", credentials("ann@example.com", "nope"));
  Reply unknown = server.post("/api/auth/login", credentials("nobody@example.com", "nope"));

  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.text, unknown.text);
  EXPECT_EQ(wrong.headers.get("WWW-Authenticate"), "Bearer");
}

TEST(Login, five_failures_lock_the_address_known_or_not) {
  ApiServer server;
  join(server, "ann");
  for (const char* email : {"ann@example.com", "ghost@example.com"}) {
    for (int i = 0; i < 5; ++i)
      EXPECT_EQ(server.post("/api/auth/login", credentials(email, "nope")).status, 401)
          << email << i;

    Reply locked = server.post("/api/auth/login", credentials(email));

    EXPECT_EQ(locked.status, 429) << email;
    EXPECT_EQ(locked.error(), "rate_limit_exceeded");
    EXPECT_NE(locked.at("/retry_after"), "(absent)");
  }
}

TEST(Login, upstream_bcrypt_rows_still_open) {
  ApiServer server;
  server.psql(
      "INSERT INTO users (email, password_hash) VALUES ('old@example.com',"
      " '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW')");

  EXPECT_EQ(server.post("/api/auth/login", credentials("old@example.com", "U*U")).status, 200);
  EXPECT_EQ(server.post("/api/auth/login", credentials("old@example.com", "U*V")).status, 401);
}

TEST(Refresh, each_token_works_once_and_a_replay_ends_the_session) {
  ApiServer server;
  Member ann = join(server, "ann");

  Reply first = server.post("/api/auth/refresh", refresh_body(ann.refresh_token));
  ASSERT_EQ(first.status, 200) << first.text;
  std::string next = first.at("/refresh_token");
  EXPECT_NE(next, ann.refresh_token);
  Reply replay = server.post("/api/auth/refresh", refresh_body(ann.refresh_token));
  Reply after = server.post("/api/auth/refresh", refresh_body(next));

  EXPECT_EQ(replay.status, 401);
  EXPECT_EQ(replay.error(), "token_invalid");
  EXPECT_EQ(after.status, 401) << "the family is revoked";
}

TEST(Refresh, of_many_at_once_exactly_one_succeeds) {
  ApiServer server;
  Member ann = join(server, "ann");
  std::vector<Ask> asks(10, {"POST", "/api/auth/refresh", refresh_body(ann.refresh_token), "", {}});

  auto replies = server.ask_all(asks);

  EXPECT_EQ(count_status(replies, 200), 1);
  EXPECT_EQ(count_status(replies, 401), 9);
}

TEST(Logout, ends_the_session_and_only_ones_own) {
  ApiServer server;
  Member ann = join(server, "ann");
  Member bob = join(server, "bob");

  EXPECT_EQ(
      server.post("/api/auth/logout", refresh_body(ann.refresh_token), bob.access_token).status,
      404);
  EXPECT_EQ(server.post("/api/auth/logout", refresh_body("unknown"), bob.access_token).status, 404);
  EXPECT_EQ(
      server.post("/api/auth/logout", refresh_body(ann.refresh_token), ann.access_token).status,
      200);
  EXPECT_EQ(server.post("/api/auth/refresh", refresh_body(ann.refresh_token)).status, 401);
  EXPECT_EQ(server.post("/api/auth/logout", "", bob.access_token).status, 200);
  EXPECT_EQ(server.post("/api/auth/refresh", refresh_body(bob.refresh_token)).status, 401);
}

TEST(Bearer, anything_but_our_own_token_is_refused) {
  ApiServer server;
  Member ann = join(server, "ann");

  EXPECT_EQ(server.get("/api/profiles/me").error(), "token_invalid");
  EXPECT_EQ(server.get("/api/profiles/me", "x.y.z").error(), "token_invalid");
  EXPECT_EQ(server.get("/api/profiles/me", ann.access_token + "x").status, 401);
  Ask lower{"GET", "/api/profiles/me", "", "", {{"Authorization", "bearer " + ann.access_token}}};
  EXPECT_EQ(server.ask(lower).status, 404) << "a good token, no profile yet";
  Ask basic{"GET", "/api/profiles/me", "", "", {{"Authorization", "Basic " + ann.access_token}}};
  EXPECT_EQ(server.ask(basic).status, 401);
}

}  // namespace
}  // namespace sb::testing
