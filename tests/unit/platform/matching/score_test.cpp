#include "platform/matching/score.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "platform/matching/cache.hpp"

namespace sb::platform::matching {
namespace {

Person person(std::string id = "a") {
  Person out;
  out.user_id = std::move(id);
  out.age = 30;
  out.values.fill(kUnsetValue);
  return out;
}

// Everything about a person drawn from one seeded source.
Person random_person(std::mt19937& random, std::string id) {
  auto pick = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  Person out = person(std::move(id));
  out.age = pick(18, 70);
  out.gender = static_cast<Gender>(pick(0, 4));
  out.wish = static_cast<Gender>(pick(0, 5));
  out.style = static_cast<Style>(pick(0, 3));
  for (std::uint32_t interest = 0; interest < 12; ++interest)
    if (pick(0, 2) == 0) out.interests.push_back(interest);
  out.has_values = pick(0, 3) != 0;
  if (out.has_values)
    for (int& value : out.values) value = pick(1, 10);
  if (pick(0, 4) != 0)
    out.coordinates = Coordinates{pick(-900, 900) / 10.0, pick(-1800, 1800) / 10.0};
  if (pick(0, 1) == 0) out.age_min = pick(18, 40);
  if (pick(0, 1) == 0) out.age_max = pick(40, 90);
  if (pick(0, 2) == 0) out.distance_km = pick(1, 500);
  return out;
}

TEST(Compatibility, weighs_its_four_parts) {
  Person a = person("a");
  Person b = person("b");
  a.interests = b.interests = {1, 2};
  a.has_values = b.has_values = true;
  a.wish = b.wish = Gender::any;
  a.coordinates = b.coordinates = Coordinates{59.9, 10.7};

  Score score = compatibility(a, b);

  EXPECT_EQ(score.attachment, 1.0);
  EXPECT_EQ(score.interests, 1.0);
  EXPECT_EQ(score.values, 1.0);
  EXPECT_EQ(score.demographics, 1.0);
  EXPECT_EQ(score.total, 1.0);
}

TEST(Compatibility, what_is_unknown_counts_half) {
  Person a = person("a");
  Person b = person("b");

  Score score = compatibility(a, b);

  EXPECT_EQ(score.interests, 0.5);
  EXPECT_EQ(score.values, 0.5);
  EXPECT_EQ(score.demographics, 0.69);  // 0.5*0.5 + 0.25*0.75 + 0.25*1 = 0.6875
  EXPECT_EQ(score.total, 0.73);         // 0.4 + 0.125 + 0.1 + 0.103125
}

TEST(Compatibility, styles_follow_the_table) {
  const double expected[4][4] = {
      {1, .85, .80, .75}, {.85, .65, .40, .50}, {.80, .40, .70, .55}, {.75, .50, .55, .45}};
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j) {
      Person a = person("a");
      Person b = person("b");
      a.style = static_cast<Style>(i);
      b.style = static_cast<Style>(j);
      EXPECT_EQ(compatibility(a, b).attachment, expected[i][j]) << i << j;
    }
}

TEST(Compatibility, interests_are_shared_over_all) {
  Person a = person("a");
  Person b = person("b");
  a.interests = {1, 2, 3};
  b.interests = {2, 3, 4};

  EXPECT_EQ(compatibility(a, b).interests, 0.5);
}

TEST(Compatibility, opposite_values_are_worth_nothing) {
  Person a = person("a");
  Person b = person("b");
  a.has_values = b.has_values = true;
  a.values.fill(1);
  b.values.fill(10);

  EXPECT_EQ(compatibility(a, b).values, 0.0);
}

TEST(Compatibility, nearness_is_in_steps) {
  // One degree of latitude is 111.19 km on this sphere.
  const std::pair<double, double> steps[] = {{9, 1},   {24, .8},  {49, .6},
                                             {99, .4}, {199, .2}, {201, 0}};
  for (auto [km, expected] : steps) {
    Person a = person("a");
    Person b = person("b");
    a.coordinates = Coordinates{0, 0};
    b.coordinates = Coordinates{km / 111.195, 0};
    double demographics = 0.5 * expected + 0.25 * 0.75 + 0.25;
    EXPECT_NEAR(compatibility(a, b).demographics, demographics, 0.0051) << km;
    EXPECT_NEAR(distance_km(a, b).value(), km, 0.1);
  }
}

TEST(Compatibility, is_symmetric_and_within_bounds_for_anybody) {
  std::mt19937 random(7);
  for (int i = 0; i < 5000; ++i) {
    Person a = random_person(random, "a");
    Person b = random_person(random, "b");
    Score one = compatibility(a, b);
    Score other = compatibility(b, a);
    EXPECT_EQ(one.total, other.total);
    EXPECT_EQ(is_eligible(a, b), is_eligible(b, a));
    for (double part : {one.attachment, one.interests, one.values, one.demographics, one.total}) {
      EXPECT_GE(part, 0.0);
      EXPECT_LE(part, 1.0);
      EXPECT_EQ(std::round(part * 100) / 100, part);
    }
  }
}

TEST(Eligibility, a_gender_wish_holds_in_both_directions) {
  Person a = person("a");
  Person b = person("b");
  a.wish = Gender::female;
  EXPECT_FALSE(is_eligible(a, b)) << "b does not say";
  b.gender = Gender::female;
  EXPECT_TRUE(is_eligible(a, b));
  b.wish = Gender::male;
  EXPECT_FALSE(is_eligible(a, b));
  EXPECT_FALSE(is_eligible(b, a));
  a.gender = Gender::male;
  EXPECT_TRUE(is_eligible(a, b));
  b.wish = Gender::any;
  a.gender = Gender::unstated;
  EXPECT_TRUE(is_eligible(a, b));
}

TEST(Eligibility, an_age_range_includes_its_ends) {
  Person a = person("a");
  Person b = person("b");
  b.age = 40;
  a.age_min = 40;
  a.age_max = 40;
  EXPECT_TRUE(is_eligible(a, b));
  a.age_min = 41;
  a.age_max = 50;
  EXPECT_FALSE(is_eligible(a, b));
  EXPECT_FALSE(is_eligible(b, a));
}

TEST(Eligibility, distance_counts_only_when_both_places_are_known) {
  Person a = person("a");
  Person b = person("b");
  a.distance_km = 10;
  EXPECT_TRUE(is_eligible(a, b));
  a.coordinates = Coordinates{0, 0};
  EXPECT_TRUE(is_eligible(a, b));
  b.coordinates = Coordinates{0.5, 0};
  EXPECT_FALSE(is_eligible(a, b));
  EXPECT_FALSE(is_eligible(b, a));
  a.distance_km = 100;
  EXPECT_TRUE(is_eligible(a, b));
}

TEST(Rank, scores_everybody_before_it_cuts) {
  Person me = person("me");
  std::vector<Person> people;
  for (int i = 0; i < 200; ++i) {
    people.push_back(person("p" + std::to_string(1000 + i)));
    people.back().style = Style::fearful_avoidant;
  }
  people.back().style = Style::secure;  // the best comes last

  auto best = rank(me, people, {}, 5);

  ASSERT_EQ(best.size(), 5U);
  EXPECT_EQ(best[0].person->user_id, "p1199");
  EXPECT_EQ(best[1].person->user_id, "p1000") << "ties in order of id";
}

TEST(Rank, leaves_out_oneself_the_excluded_and_the_ineligible) {
  Person me = person("me");
  std::vector<Person> people = {person("me"), person("x"), person("y"), person("z")};
  people[3].age_max = 20;

  auto best = rank(me, people, {"x"}, 5);

  ASSERT_EQ(best.size(), 1U);
  EXPECT_EQ(best[0].person->user_id, "y");
}

TEST(Rank, a_larger_batch_begins_with_the_smaller_one) {
  std::mt19937 random(11);
  std::vector<Person> people;
  for (int i = 0; i < 300; ++i) people.push_back(random_person(random, "p" + std::to_string(i)));
  for (int i = 0; i < 20; ++i) {
    Person me = random_person(random, "me");
    auto five = rank(me, people, {}, 5);
    auto twenty = rank(me, people, {}, 20);
    ASSERT_LE(five.size(), twenty.size());
    for (std::size_t k = 0; k < five.size(); ++k) EXPECT_EQ(five[k].person, twenty[k].person);
  }
}

TEST(InterestNames, do_not_tell_case_apart) {
  InterestNames names;

  EXPECT_EQ(names.number_of("Jazz"), names.number_of("JAZZ"));
  EXPECT_NE(names.number_of("Jazz"), names.number_of("Chess"));
}

TEST(BatchCache, what_is_stored_comes_back) {
  Batch batch{"2026-11-22", "2026-11-22T06:00:00.000Z", {R"({"a":1})", R"({"b":"x\ny"})"}};

  auto back = decode_batch(encode_batch(batch));

  ASSERT_TRUE(back);
  EXPECT_EQ(back->date, batch.date);
  EXPECT_EQ(back->generated_at, batch.generated_at);
  EXPECT_EQ(back->matches, batch.matches);
  EXPECT_FALSE(decode_batch("lease:x"));
  EXPECT_TRUE(decode_batch("2026-11-22\n")->matches.empty());
}

}  // namespace
}  // namespace sb::platform::matching
