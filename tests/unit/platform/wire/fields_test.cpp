#include "platform/wire/fields.hpp"

#include <gtest/gtest.h>

#include "platform/wire/json_writer.hpp"
#include "platform/wire/text.hpp"

namespace sb::platform {
namespace {

using namespace std::chrono_literals;

TEST(Fields, every_problem_is_named_in_one_answer) {
  auto fields = Fields::parse(R"({"name":"", "age":25.5, "ok":1, "location":{"city":7}})");
  ASSERT_TRUE(fields);

  fields->text("name", 1, 100);
  fields->integer("age", 1, 100);
  fields->boolean("ok");
  fields->require("email");
  auto location = fields->object("location");
  ASSERT_TRUE(location);
  location->text("city", 0, 100);
  auto outcome = fields->finish();

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().status, 400);
  EXPECT_EQ(outcome.error().code, "validation_error");
  std::vector<std::string> names;
  for (const auto& [field, problem] : outcome.error().details) names.push_back(field);
  EXPECT_EQ(names, (std::vector<std::string>{"name", "age", "ok", "email", "location.city"}));
}

TEST(Fields, a_whole_number_may_be_written_with_a_fraction_of_zero) {
  auto fields = Fields::parse(R"({"a":25.0,"b":true})");
  ASSERT_TRUE(fields);

  EXPECT_EQ(fields->integer("a", 0, 100), 25);
  EXPECT_EQ(fields->integer("b", 0, 100), std::nullopt);
  EXPECT_TRUE(fields->has_problems());
}

TEST(Fields, bodies_that_are_not_an_object_of_clean_text_are_refused) {
  for (const char* body : {"", "{", "[]", "null", "\"x\"", R"({"a":"\u0000"})", R"({"a":"\ud800"})",
                           "{\"a\":\"\xff\"}", R"({"a":["x",{"b\u0000":1}]})", "{\"a\":1} x"})
    EXPECT_FALSE(Fields::parse(body)) << body;
}

TEST(Fields, null_is_neither_absent_nor_a_value) {
  auto fields = Fields::parse(R"({"bio":null})");
  ASSERT_TRUE(fields);

  EXPECT_EQ(fields->presence("bio"), Fields::Presence::null);
  EXPECT_EQ(fields->presence("name"), Fields::Presence::absent);
  EXPECT_FALSE(fields->text("bio", 1, 5));
  EXPECT_FALSE(fields->has_problems());
}

TEST(JsonWriter, separates_and_escapes) {
  JsonWriter json;
  json.begin_object().member("a", "x\"y").member("b", 1).member("c", 0.87).member("d", true);
  json.key("e").begin_array().value("é").value(nullptr).begin_object().end_object().end_array();
  json.member("f", std::optional<int>()).end_object();

  EXPECT_EQ(json.take(), R"({"a":"x\"y","b":1,"c":0.87,"d":true,"e":["é",null,{}],"f":null})");
}

TEST(Text, counts_code_points_and_folds_case) {
  EXPECT_EQ(count_code_points("aé🙂"), 3U);
  EXPECT_EQ(fold_case("ÉCOLE Ωμέγα ЖУК 🙂"), "école ωμέγα жук 🙂");
  EXPECT_EQ(trim(" \t a b \n"), "a b");
  EXPECT_EQ(trim("  "), "");
}

TEST(Dates, only_real_days_in_iso_form) {
  EXPECT_EQ(parse_date("2024-02-29"), Date(2024y / 2 / 29));
  for (const char* text : {"2023-02-29", "2023-13-01", "2023-1-01", "23-01-01", "2023-01-01T00:00",
                           "2023/01/01", "0000-01-01", "+023-01-01"})
    EXPECT_FALSE(parse_date(text)) << text;
}

TEST(Dates, an_age_is_whole_years) {
  EXPECT_EQ(age_on(2000y / 6 / 15, 2018y / 6 / 14), 17);
  EXPECT_EQ(age_on(2000y / 6 / 15, 2018y / 6 / 15), 18);
  EXPECT_EQ(age_on(2000y / 2 / 29, 2018y / 2 / 28), 17);
  EXPECT_EQ(age_on(2000y / 2 / 29, 2018y / 3 / 1), 18);
}

}  // namespace
}  // namespace sb::platform
