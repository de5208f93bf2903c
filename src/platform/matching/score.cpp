#include "platform/matching/score.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sb::platform::matching {

namespace {

constexpr double kAttachmentWeight = 0.40;
constexpr double kInterestsWeight = 0.25;
constexpr double kValuesWeight = 0.20;
constexpr double kDemographicsWeight = 0.15;
constexpr double kUnknown = 0.5;

// secure, anxious, avoidant, fearful-avoidant
constexpr double kStyles[4][4] = {
    {1.00, 0.85, 0.80, 0.75},
    {0.85, 0.65, 0.40, 0.50},
    {0.80, 0.40, 0.70, 0.55},
    {0.75, 0.50, 0.55, 0.45},
};

double round_to_cents(double value) {
  return std::round(value * 100) / 100;
}

double haversine_km(Coordinates a, Coordinates b) {
  constexpr double kEarthRadiusKm = 6371;
  constexpr double kRadians = std::numbers::pi / 180;
  double half_latitude = std::sin((b.latitude - a.latitude) * kRadians / 2);
  double half_longitude = std::sin((b.longitude - a.longitude) * kRadians / 2);
  double h = half_latitude * half_latitude + std::cos(a.latitude * kRadians) *
                                                 std::cos(b.latitude * kRadians) * half_longitude *
                                                 half_longitude;
  return 2 * kEarthRadiusKm * std::asin(std::sqrt(std::min(h, 1.0)));
}

std::optional<double> exact_distance(const Person& a, const Person& b) {
  if (!a.coordinates || !b.coordinates) return std::nullopt;
  return haversine_km(*a.coordinates, *b.coordinates);
}

double interests_score(const Person& a, const Person& b) {
  if (a.interests.empty() || b.interests.empty()) return kUnknown;
  std::size_t common = 0;
  auto x = a.interests.begin();
  auto y = b.interests.begin();
  while (x != a.interests.end() && y != b.interests.end()) {
    if (*x < *y) {
      ++x;
    } else if (*y < *x) {
      ++y;
    } else {
      ++common;
      ++x;
      ++y;
    }
  }
  return static_cast<double>(common) /
         static_cast<double>(a.interests.size() + b.interests.size() - common);
}

double values_score(const Person& a, const Person& b) {
  if (!a.has_values || !b.has_values) return kUnknown;
  static const double kLargest = std::sqrt(8.0 * 81.0);
  int squares = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    int difference = a.values[i] - b.values[i];
    squares += difference * difference;
  }
  return 1 - std::sqrt(static_cast<double>(squares)) / kLargest;
}

double location_score(std::optional<double> km) {
  if (!km) return kUnknown;
  if (*km <= 10) return 1.0;
  if (*km <= 25) return 0.8;
  if (*km <= 50) return 0.6;
  if (*km <= 100) return 0.4;
  return *km <= 200 ? 0.2 : 0.0;
}

bool wish_is_met(Gender wish, Gender gender) {
  return wish == Gender::any || wish == gender;
}

double gender_score(const Person& a, const Person& b) {
  if (a.wish == Gender::unstated && b.wish == Gender::unstated) return 0.75;
  auto half = [](Gender wish, Gender gender) {
    return wish != Gender::unstated && wish_is_met(wish, gender) ? 0.5 : 0.0;
  };
  return half(a.wish, b.gender) + half(b.wish, a.gender);
}

bool accepts_age(const Person& who, int age) {
  return (!who.age_min || age >= *who.age_min) && (!who.age_max || age <= *who.age_max);
}

double age_score(const Person& a, const Person& b) {
  return 0.5 * static_cast<int>(accepts_age(a, b.age)) +
         0.5 * static_cast<int>(accepts_age(b, a.age));
}

bool accepts_gender(const Person& who, Gender gender) {
  return who.wish == Gender::unstated || wish_is_met(who.wish, gender);
}

bool accepts_distance(const Person& who, double km) {
  return !who.distance_km || km <= *who.distance_km;
}

}  // namespace

std::uint32_t InterestNames::number_of(const std::string& interest) {
  return numbers_.emplace(fold_case(interest), static_cast<std::uint32_t>(numbers_.size()))
      .first->second;
}

Gender parse_gender(std::string_view text) {
  if (text == "male") return Gender::male;
  if (text == "female") return Gender::female;
  if (text == "non-binary") return Gender::non_binary;
  if (text == "other") return Gender::other;
  return text == "any" ? Gender::any : Gender::unstated;
}

bool is_eligible(const Person& a, const Person& b) {
  if (!accepts_gender(a, b.gender) || !accepts_gender(b, a.gender)) return false;
  if (!accepts_age(a, b.age) || !accepts_age(b, a.age)) return false;
  if (!a.distance_km && !b.distance_km) return true;
  auto km = exact_distance(a, b);
  return !km || (accepts_distance(a, *km) && accepts_distance(b, *km));
}

Score compatibility(const Person& a, const Person& b) {
  double attachment = kStyles[static_cast<std::size_t>(a.style)][static_cast<std::size_t>(b.style)];
  double interests = interests_score(a, b);
  double values = values_score(a, b);
  double demographics = 0.5 * location_score(exact_distance(a, b)) + 0.25 * gender_score(a, b) +
                        0.25 * age_score(a, b);
  double total = kAttachmentWeight * attachment + kInterestsWeight * interests +
                 kValuesWeight * values + kDemographicsWeight * demographics;
  return {attachment, round_to_cents(interests), round_to_cents(values),
          round_to_cents(demographics), round_to_cents(total)};
}

std::optional<double> distance_km(const Person& a, const Person& b) {
  auto km = exact_distance(a, b);
  if (!km) return std::nullopt;
  return std::round(*km * 10) / 10;
}

std::vector<Ranked> rank(const Person& me, std::span<const Person> candidates,
                         const std::unordered_set<std::string>& excluded, std::size_t count) {
  std::vector<Ranked> out;
  for (const Person& other : candidates) {
    if (other.user_id == me.user_id || !is_eligible(me, other) || excluded.contains(other.user_id))
      continue;
    out.push_back({&other, compatibility(me, other), std::nullopt});
  }
  auto is_better = [](const Ranked& a, const Ranked& b) {
    if (a.score.total != b.score.total) return a.score.total > b.score.total;
    return a.person->user_id < b.person->user_id;
  };
  count = std::min(count, out.size());
  std::ranges::partial_sort(out, out.begin() + static_cast<std::ptrdiff_t>(count), is_better);
  out.resize(count);
  for (Ranked& ranked : out) ranked.distance_km = distance_km(me, *ranked.person);
  return out;
}

int daily_size(std::string_view tier) {
  if (tier == "elite") return 50;
  return tier == "premium" ? 20 : 5;
}

}  // namespace sb::platform::matching
