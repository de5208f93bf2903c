#include "platform/attachment/assessment.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

namespace sb::platform::attachment {
namespace {

bool is_reversed(int id) {
  return std::set{4, 8, 10, 22, 24}.contains(id);
}

Answers answers(int anxiety, int avoidance) {
  Answers out{};
  for (int id = 1; id <= kQuestions; ++id) {
    int value = id % 2 == 1 ? anxiety : avoidance;
    out[static_cast<std::size_t>(id - 1)] = is_reversed(id) ? 8 - value : value;
  }
  return out;
}

std::string body_of(const std::string& consent, int count = kQuestions,
                    const char* name = "answer") {
  std::string out = "{\"responses\":[";
  for (int id = 1; id <= count; ++id)
    out += fmt::format(R"({}{{"question_id":{},"{}":4}})", id == 1 ? "" : ",", id, name);
  return out + "]" + consent + "}";
}

TEST(Assessment, both_dimensions_reach_their_ends) {
  EXPECT_EQ(score(answers(7, 1)).anxiety, 7.0);
  EXPECT_EQ(score(answers(7, 1)).avoidance, 1.0);
  EXPECT_EQ(score(answers(1, 7)).anxiety, 1.0);
  EXPECT_EQ(score(answers(1, 7)).avoidance, 7.0);
}

TEST(Assessment, the_four_styles_are_the_four_quadrants) {
  EXPECT_EQ(score(answers(3, 3)).style, Style::secure);
  EXPECT_EQ(score(answers(4, 3)).style, Style::anxious);
  EXPECT_EQ(score(answers(3, 4)).style, Style::avoidant);
  EXPECT_EQ(score(answers(4, 4)).style, Style::fearful_avoidant);
}

TEST(Assessment, high_starts_exactly_at_three_and_a_half) {
  Answers half = answers(3, 3);
  for (int id : {2, 6, 12, 14, 16, 18})
    half[static_cast<std::size_t>(id - 1)] = 4;  // 6 of 12: mean 3.5

  EXPECT_EQ(score(half).avoidance, 3.5);
  EXPECT_EQ(score(half).style, Style::avoidant);
}

TEST(Assessment, the_style_is_decided_before_rounding) {
  Answers just_below = answers(3, 1);
  for (int id : {1, 3, 5, 7, 9, 11})
    just_below[static_cast<std::size_t>(id - 1)] = 4;  // 45 of 13: 3.4615

  EXPECT_EQ(score(just_below).anxiety, 3.46);
  EXPECT_EQ(score(just_below).style, Style::secure);
}

TEST(Assessment, style_names_round_trip) {
  for (Style style : {Style::secure, Style::anxious, Style::avoidant, Style::fearful_avoidant})
    EXPECT_EQ(parse_style(to_string(style)), style);
  EXPECT_FALSE(parse_style("Secure"));
}

TEST(Submission, needs_every_question_once) {
  EXPECT_TRUE(read_submission(body_of(",\"consent_given\":true")));
  EXPECT_TRUE(read_submission(body_of("", kQuestions, "response_value")));
  EXPECT_FALSE(read_submission(body_of("", kQuestions - 1)));
  EXPECT_FALSE(read_submission(body_of("", kQuestions + 1)));
  EXPECT_FALSE(read_submission("{}"));
  EXPECT_FALSE(read_submission(R"({"responses":{}})"));
  std::string twice = body_of("");
  twice.replace(twice.find("\"question_id\":2,"), 16, "\"question_id\":1,");
  EXPECT_FALSE(read_submission(twice));
}

TEST(Submission, answers_are_whole_numbers_from_one_to_seven) {
  for (const char* wrong : {"0", "8", "4.5", "\"4\"", "true", "null"}) {
    std::string body = body_of("");
    body.replace(body.find("\"answer\":4"), 10, std::string("\"answer\":") + wrong);
    EXPECT_FALSE(read_submission(body)) << wrong;
  }
}

TEST(Questionnaire, has_25_different_questions) {
  std::set<std::string_view> texts(questions().begin(), questions().end());

  EXPECT_EQ(texts.size(), 25U);
}

}  // namespace
}  // namespace sb::platform::attachment
