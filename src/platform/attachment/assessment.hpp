// The attachment questionnaire, informed by two-dimensional attachment models (anxiety, avoidance).
// It describes tendencies in relationships and diagnoses nothing. Pure.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/wire/api_error.hpp"

namespace sb::platform::attachment {

inline constexpr int kQuestions = 25;
inline constexpr int kMaxAnswer = 7;

enum class Style { secure, anxious, avoidant, fearful_avoidant };

std::string_view to_string(Style style);
std::optional<Style> parse_style(std::string_view text);

// Answers 1..7 by question id 1..25, at index id - 1.
using Answers = std::array<int, kQuestions>;

struct Scores {
  double anxiety = 0;  // 1.00..7.00, two decimals
  double avoidance = 0;
  Style style = Style::secure;  // decided before rounding
};

Scores score(const Answers& answers);

struct Submission {
  Answers answers{};
  std::optional<bool> consent_given;
};
// Exactly one answer to each question, or a 400 that names what is wrong.
Outcome<Submission> read_submission(std::string_view body);

struct Portrait {
  std::string_view description;
  std::string_view insight;
  std::array<std::string_view, 3> strengths;
  std::array<std::string_view, 3> growth_areas;
};
const Portrait& portrait(Style style);

std::span<const std::string_view, kQuestions> questions();
std::span<const std::string_view, kMaxAnswer> scale();

}  // namespace sb::platform::attachment
