// Who fits whom: hard filters and the score, as numbers in and numbers out. Pure and symmetric.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "platform/attachment/assessment.hpp"
#include "platform/profiles/profile.hpp"

namespace sb::platform::matching {

using attachment::Style;
using profiles::Coordinates;

// Case-folded interests as small numbers, so that comparing two people is comparing integers.
class InterestNames {
 public:
  std::uint32_t number_of(const std::string& interest);  // folds case

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

enum class Gender : std::uint8_t { unstated, male, female, non_binary, other, any };
Gender parse_gender(std::string_view text);  // "" is unstated

struct Person {
  std::string user_id;
  int age = 0;
  Gender gender = Gender::unstated;
  Gender wish = Gender::unstated;
  Style style = Style::secure;
  std::vector<std::uint32_t> interests;                    // sorted, distinct
  std::array<int, profiles::kValueNames.size()> values{};  // unset ones are kUnsetValue
  bool has_values = false;
  std::optional<Coordinates> coordinates;
  std::optional<int> age_min;
  std::optional<int> age_max;
  std::optional<int> distance_km;
};
inline constexpr int kUnsetValue = 5;

struct Score {
  double attachment = 0;  // each 0..1, two decimals
  double interests = 0;
  double values = 0;
  double demographics = 0;
  double total = 0;  // of the unrounded parts
};

// Gender wish, age range and distance, each in both directions.
bool is_eligible(const Person& a, const Person& b);
Score compatibility(const Person& a, const Person& b);
// One decimal; nothing when either has no coordinates.
std::optional<double> distance_km(const Person& a, const Person& b);

struct Ranked {
  const Person* person = nullptr;
  Score score;
  std::optional<double> distance_km;
};

// The best `count` eligible candidates, best first, ties by user id. All survivors are scored
// before any is cut.
std::vector<Ranked> rank(const Person& me, std::span<const Person> candidates,
                         const std::unordered_set<std::string>& excluded, std::size_t count);

int daily_size(std::string_view tier);  // free 5, premium 20, elite 50

}  // namespace sb::platform::matching
