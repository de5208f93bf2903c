#include "platform/profiles/profile.hpp"

#include <gtest/gtest.h>

namespace sb::platform::profiles {
namespace {

using namespace std::chrono_literals;
const Date kToday = 2026y / 11 / 22;

Profile ann() {
  auto profile =
      apply_change(std::nullopt, R"({"name":"Ann","date_of_birth":"1990-05-01"})", kToday);
  return profile.value();
}

Profile change(const Profile& from, const char* body) {
  auto changed = apply_change(from, body, kToday);
  EXPECT_TRUE(changed) << body;
  return changed.value_or(from);
}

std::string problem_of(const char* body) {
  auto changed = apply_change(ann(), body, kToday);
  if (changed) return "none";
  return changed.error().details.empty() ? changed.error().message
                                         : changed.error().details[0].first;
}

TEST(Profile, a_first_write_needs_a_name_and_a_birthday) {
  auto first = apply_change(std::nullopt, "{}", kToday);

  ASSERT_FALSE(first);
  ASSERT_EQ(first.error().details.size(), 2U);
  EXPECT_EQ(first.error().details[0].first, "name");
  EXPECT_EQ(first.error().details[1].first, "date_of_birth");
}

TEST(Profile, a_change_keeps_what_it_does_not_name) {
  Profile profile = change(ann(), R"({"bio":"Hi","gender":"Female"})");
  profile = change(profile, R"({"looking_for_gender":"ANY"})");

  EXPECT_EQ(profile.name, "Ann");
  EXPECT_EQ(profile.bio, "Hi");
  EXPECT_EQ(profile.gender, "female");
  EXPECT_EQ(profile.looking_for_gender, "any");
}

TEST(Profile, null_clears_what_may_be_empty) {
  Profile profile =
      change(ann(), R"({"bio":"Hi","location":{"city":"Oslo","latitude":0,"longitude":0.0}})");
  ASSERT_TRUE(profile.coordinates) << "zero is a place";

  profile = change(profile, R"({"bio":null,"location":null})");

  EXPECT_FALSE(profile.bio);
  EXPECT_FALSE(profile.city);
  EXPECT_FALSE(profile.coordinates);
  EXPECT_EQ(problem_of(R"({"name":null})"), "name");
}

TEST(Profile, wrong_fields_are_named) {
  EXPECT_EQ(problem_of(R"({"bio":7})"), "bio");
  EXPECT_EQ(problem_of(R"({"gender":"any"})"), "gender");
  EXPECT_EQ(problem_of(R"({"date_of_birth":"2015-01-01"})"), "date_of_birth");
  EXPECT_EQ(problem_of(R"({"interests":["a",""]})"), "interests");
  EXPECT_EQ(problem_of(R"({"interests":"a"})"), "interests");
  EXPECT_EQ(problem_of(R"({"location":{"latitude":1}})"), "location.longitude");
  EXPECT_EQ(problem_of(R"({"location":{"latitude":91,"longitude":0}})"), "location.latitude");
  EXPECT_EQ(problem_of(R"({"preferences":{"age_min":17}})"), "preferences.age_min");
  EXPECT_EQ(problem_of(R"({"preferences":{"distance_km":true}})"), "preferences.distance_km");
  EXPECT_EQ(problem_of(R"({"values":{"family":11}})"), "values.family");
  EXPECT_EQ(problem_of("[]"), "The body must be a JSON object");
}

TEST(Profile, an_age_range_is_checked_against_the_stored_half) {
  Profile profile = change(ann(), R"({"preferences":{"age_min":30}})");

  EXPECT_FALSE(apply_change(profile, R"({"preferences":{"age_max":29}})", kToday));
  EXPECT_TRUE(apply_change(profile, R"({"preferences":{"age_max":30}})", kToday));
}

TEST(Profile, limits_count_code_points) {
  std::string bio;
  for (int i = 0; i < 500; ++i) bio += "é";

  EXPECT_EQ(problem_of((R"({"bio":")" + bio + "\"}").c_str()), "none");
  EXPECT_EQ(problem_of((R"({"bio":")" + bio + "x\"}").c_str()), "bio");
}

TEST(Profile, interests_differ_by_more_than_case) {
  Profile profile = change(ann(), R"({"interests":["Jazz","jazz","Chess"]})");

  EXPECT_EQ(profile.interests, (std::vector<std::string>{"Jazz", "Chess"}));
}

TEST(Profile, completeness_adds_up_to_a_hundred) {
  EXPECT_EQ(completeness(ann()), 30);
  Profile full = change(ann(), R"({"bio":"x","location":{"city":"Oslo"},"looking_for_gender":"any",
    "preferences":{"age_min":20,"age_max":40,"distance_km":50}})");
  full.photo_count = 6;
  EXPECT_EQ(completeness(full), 100);
}

}  // namespace
}  // namespace sb::platform::profiles
