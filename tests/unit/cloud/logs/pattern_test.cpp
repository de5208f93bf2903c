#include "cloud/logs/pattern.hpp"

#include <gtest/gtest.h>

namespace sb::cloud::logs {
namespace {

bool matches(std::string_view pattern, std::string_view message) {
  auto parsed = Pattern::parse(pattern);
  EXPECT_TRUE(parsed) << pattern << ": " << (parsed ? "" : parsed.error().text());
  return parsed && parsed->matches(message);
}

TEST(FilterPattern, empty_matches_everything) {
  EXPECT_TRUE(matches("", "anything"));
  EXPECT_TRUE(matches("  ", ""));
}

TEST(FilterPattern, terms_must_all_be_there) {
  EXPECT_TRUE(matches("ERROR payment", "payment 3: ERROR refused"));
  EXPECT_FALSE(matches("ERROR payment", "ERROR refused"));
  EXPECT_FALSE(matches("ERROR", "error"));
  EXPECT_TRUE(matches("\"out of memory\"", "killed: out of memory"));
  EXPECT_FALSE(matches("\"out of memory\"", "memory out of"));
  EXPECT_TRUE(matches(R"("say \"hi\"")", R"(they say "hi")"));
}

TEST(FilterPattern, optional_and_excluded_terms) {
  EXPECT_TRUE(matches("?ERROR ?WARN", "WARN slow"));
  EXPECT_FALSE(matches("?ERROR ?WARN", "INFO fine"));
  EXPECT_TRUE(matches("ERROR -timeout", "ERROR refused"));
  EXPECT_FALSE(matches("ERROR -timeout", "ERROR timeout"));
  EXPECT_TRUE(matches("-health", "GET /login"));
}

TEST(FilterPattern, json_members_are_compared) {
  const std::string_view message =
      R"({"level":"error","status":503,"ok":false,"user":null,"tags":["a","b"],"http":{"path":"/health/live"}})";

  EXPECT_TRUE(matches(R"({ $.level = "error" })", message));
  EXPECT_TRUE(matches(R"({ $.level = error })", message));
  EXPECT_FALSE(matches(R"({ $.level = "info" })", message));
  EXPECT_TRUE(matches(R"({ $.level != "info" })", message));
  EXPECT_TRUE(matches(R"({ $.status >= 500 && $.status < 600 })", message));
  EXPECT_TRUE(
      matches(R"({ $.status = 200 || ($.http.path = "/health*" && $.ok IS FALSE) })", message));
  EXPECT_TRUE(matches(R"({ $.tags[1] = "b" })", message));
  EXPECT_TRUE(matches(R"({ $.user IS NULL })", message));
  EXPECT_TRUE(matches(R"({ $.nothing NOT EXISTS })", message));
  EXPECT_FALSE(matches(R"({ $.nothing = "x" })", message));
  EXPECT_FALSE(matches(R"({ $.level = "error" })", "no json at all"));
  EXPECT_FALSE(matches(R"({ $.level = "error" })", "{broken"));
}

TEST(FilterPattern, malformed_ones_are_refused) {
  for (const auto* bad :
       {"{ $.a = \"x }", "{ $.a }", "{ a = 1 }", "{ $.a = 1", "{ $.a < \"x\" }", "{ ($.a = 1 }",
        "{ $.a = 1 && }", "{ $.a[x] = 1 }", "{}", "\"open", "{ $.a IS MAYBE }", "{ $.a = 1 } x"})
    EXPECT_EQ(Pattern::parse(bad).error().code, ErrorCode::invalid_argument) << bad;
  EXPECT_EQ(Pattern::parse("[a, b]").error().code, ErrorCode::unimplemented);
  EXPECT_EQ(Pattern::parse("%x.*%").error().code, ErrorCode::unimplemented);
  EXPECT_FALSE(Pattern::parse("{" + std::string(500, '(') + "}"));
  EXPECT_FALSE(Pattern::parse(std::string(1025, 'x')));
}

}  // namespace
}  // namespace sb::cloud::logs
