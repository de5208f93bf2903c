#include "platform/attachment/assessment.hpp"

#include <fmt/format.h>

#include <bitset>
#include <cmath>

#include "platform/wire/fields.hpp"

namespace sb::platform::attachment {

namespace {

constexpr double kHigh = 3.5;

bool is_about_anxiety(int id) {
  return id % 2 == 1;
}

bool is_reversed(int id) {
  return id == 4 || id == 8 || id == 10 || id == 22 || id == 24;
}

double round_to_cents(double value) {
  return std::round(value * 100) / 100;
}

Style style_of(double anxiety, double avoidance) {
  bool anxious = anxiety >= kHigh;
  bool avoidant = avoidance >= kHigh;
  if (anxious && avoidant) return Style::fearful_avoidant;
  if (anxious) return Style::anxious;
  return avoidant ? Style::avoidant : Style::secure;
}

}  // namespace

std::string_view to_string(Style style) {
  switch (style) {
    case Style::secure:
      return "secure";
    case Style::anxious:
      return "anxious";
    case Style::avoidant:
      return "avoidant";
    case Style::fearful_avoidant:
      return "fearful-avoidant";
  }
  return "secure";
}

std::optional<Style> parse_style(std::string_view text) {
  for (Style style : {Style::secure, Style::anxious, Style::avoidant, Style::fearful_avoidant})
    if (to_string(style) == text) return style;
  return std::nullopt;
}

Scores score(const Answers& answers) {
  int anxiety = 0;
  int avoidance = 0;
  for (int id = 1; id <= kQuestions; ++id) {
    int answer = answers[static_cast<std::size_t>(id - 1)];
    if (is_reversed(id)) answer = kMaxAnswer + 1 - answer;
    (is_about_anxiety(id) ? anxiety : avoidance) += answer;
  }
  double mean_anxiety = anxiety / 13.0;
  double mean_avoidance = avoidance / 12.0;
  return {round_to_cents(mean_anxiety), round_to_cents(mean_avoidance),
          style_of(mean_anxiety, mean_avoidance)};
}

Outcome<Submission> read_submission(std::string_view body) {
  SB_TRY(Fields fields, Fields::parse(body));
  Submission out;
  fields.require("responses");
  out.consent_given = fields.boolean("consent_given");
  std::bitset<kQuestions> answered;
  auto responses = fields.objects("responses", 1000);
  if (responses && responses->size() != kQuestions)
    fields.problem("responses", fmt::format("must hold exactly {} answers", kQuestions));
  if (responses && !fields.has_problems()) {
    for (Fields& response : *responses) {
      const char* answer_name = response.has_value("answer") ? "answer" : "response_value";
      response.require("question_id");
      if (!response.has_value(answer_name)) response.require("answer");
      auto id = response.integer("question_id", 1, kQuestions);
      auto answer = response.integer(answer_name, 1, kMaxAnswer);
      if (!id || !answer) continue;
      auto index = static_cast<std::size_t>(*id - 1);
      if (answered[index]) response.problem("question_id", "is answered twice");
      answered.set(index);
      out.answers[index] = static_cast<int>(*answer);
    }
  }
  SB_TRY_VOID(fields.finish());
  return out;
}

}  // namespace sb::platform::attachment
