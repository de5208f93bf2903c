// A person's profile: what it holds, what a change may be, how complete it is. Pure.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/wire/api_error.hpp"
#include "platform/wire/text.hpp"

namespace sb::platform::profiles {

inline constexpr std::array<std::string_view, 4> kGenders = {"male", "female", "non-binary",
                                                             "other"};
inline constexpr std::array<std::string_view, 8> kValueNames = {
    "family",          "career",      "adventure", "financial_security",
    "personal_growth", "social_life", "health",    "creativity"};
inline constexpr int kMinAge = 18;
inline constexpr int kMaxAge = 100;

struct Coordinates {
  double latitude = 0;
  double longitude = 0;
};

struct Profile {
  std::string name;
  Date date_of_birth;
  std::optional<std::string> gender;
  std::optional<std::string> looking_for_gender;  // a gender or "any"
  std::optional<std::string> bio;
  std::vector<std::string> interests;
  std::map<std::string, int> values;  // 1..10
  std::optional<std::string> city;
  std::optional<std::string> country;
  std::optional<Coordinates> coordinates;
  std::optional<int> age_min;
  std::optional<int> age_max;
  std::optional<int> distance_km;
  int photo_count = 0;
};

// The profile after the change that `body` asks for. A first one needs name and date_of_birth.
// Nothing is applied if any field is wrong.
Outcome<Profile> apply_change(const std::optional<Profile>& current, std::string_view body,
                              Date today);

// 0..100.
int completeness(const Profile& profile);

}  // namespace sb::platform::profiles
