#include "platform/config/config.hpp"

#include <gtest/gtest.h>

namespace sb::platform {
namespace {

const std::string kSecret(32, 's');

TEST(Config, has_defaults_for_development) {
  auto config = read_config({});

  ASSERT_TRUE(config);
  EXPECT_EQ(config->port, 8000);
  EXPECT_EQ(config->access_token_minutes, 15);
  EXPECT_FALSE(config->enable_payments);
  EXPECT_FALSE(config->secret_key.empty());
}

TEST(Config, production_refuses_a_missing_short_or_default_secret) {
  EXPECT_FALSE(read_config({{"ENVIRONMENT", "production"}}));
  EXPECT_FALSE(read_config({{"ENVIRONMENT", "production"}, {"SECRET_KEY", "short"}}));
  EXPECT_FALSE(
      read_config({{"ENVIRONMENT", "production"}, {"SECRET_KEY", read_config({})->secret_key}}));
  EXPECT_TRUE(read_config({{"ENVIRONMENT", "production"}, {"SECRET_KEY", kSecret}}));
}

TEST(Config, a_problem_names_its_variable) {
  auto config = read_config({{"PORT", "eighty"}});

  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().subject, "PORT");
  EXPECT_EQ(read_config({{"ENABLE_PAYMENTS", "perhaps"}}).error().subject, "ENABLE_PAYMENTS");
  EXPECT_EQ(read_config({{"BACKEND_CORS_ORIGINS", "[1]"}}).error().subject, "BACKEND_CORS_ORIGINS");
}

TEST(Config, local_payments_are_the_default_with_test_keys_only) {
  EXPECT_EQ(read_config({{"STRIPE_API_KEY", "sk_test_x"}})->payments_provider,
            PaymentsProvider::local);
  EXPECT_EQ(read_config({{"STRIPE_API_KEY", "sk_live_x"}})->payments_provider,
            PaymentsProvider::stripe);
  EXPECT_FALSE(read_config({{"STRIPE_API_KEY", "sk_live_x"}, {"PAYMENTS_PROVIDER", "local"}}));
}

TEST(Config, origins_are_a_json_list_or_separated_by_commas) {
  std::vector<std::string> two{"https://a", "https://b"};

  EXPECT_EQ(read_config({{"BACKEND_CORS_ORIGINS", R"(["https://a","https://b"])"}})->cors_origins,
            two);
  EXPECT_EQ(read_config({{"BACKEND_CORS_ORIGINS", "https://a, https://b"}})->cors_origins, two);
}

TEST(Dotenv, understands_comments_quotes_and_export) {
  auto parsed = parse_dotenv(
      "# x\nA=1\nexport B = \"two words\" \nC='#not a comment'\nD=x # comment\n\nE=\n");

  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed,
            (Environment{
                {"A", "1"}, {"B", "two words"}, {"C", "#not a comment"}, {"D", "x"}, {"E", ""}}));
  EXPECT_FALSE(parse_dotenv("just words\n"));
}

}  // namespace
}  // namespace sb::platform
