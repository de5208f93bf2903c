#include "platform/profiles/profile.hpp"

#include <algorithm>
#include <set>

#include "platform/wire/fields.hpp"

namespace sb::platform::profiles {

namespace {

using Presence = Fields::Presence;
constexpr std::size_t kMaxText = 10'000;

// Null clears, a value replaces, absence keeps.
void change_text(Fields& fields, std::string_view name, std::size_t max,
                 std::optional<std::string>& out) {
  if (fields.presence(name) == Presence::null) out.reset();
  if (auto text = fields.text(name, 0, max)) out = *std::move(text);
}

void change_integer(Fields& fields, std::string_view name, int min, int max,
                    std::optional<int>& out) {
  if (fields.presence(name) == Presence::null) out.reset();
  if (auto number = fields.integer(name, min, max)) out = static_cast<int>(*number);
}

void change_gender(Fields& fields, std::string_view name, bool may_be_any,
                   std::optional<std::string>& out) {
  if (fields.presence(name) == Presence::null) out.reset();
  auto text = fields.text(name, 0, kMaxText);
  if (!text) return;
  std::string gender = fold_case(*text);
  bool is_known =
      std::ranges::find(kGenders, gender) != kGenders.end() || (may_be_any && gender == "any");
  if (is_known) {
    out = std::move(gender);
  } else {
    fields.problem(name, may_be_any ? "must be male, female, non-binary, other or any"
                                    : "must be male, female, non-binary or other");
  }
}

void change_name(Fields& fields, Profile& profile) {
  if (fields.presence("name") == Presence::null) fields.problem("name", "cannot be cleared");
  auto text = fields.text("name", 0, kMaxText);
  if (!text) return;
  profile.name = std::string(trim(*text));
  std::size_t length = count_code_points(profile.name);
  if (length < 1 || length > 100) fields.problem("name", "must be 1 to 100 characters");
}

void change_birth(Fields& fields, Date today, Profile& profile) {
  if (fields.presence("date_of_birth") == Presence::null)
    fields.problem("date_of_birth", "cannot be cleared");
  auto text = fields.text("date_of_birth", 0, kMaxText);
  if (!text) return;
  auto born = parse_date(*text);
  if (!born) return fields.problem("date_of_birth", "must be a date, YYYY-MM-DD");
  int age = age_on(*born, today);
  if (age < kMinAge || age > kMaxAge)
    return fields.problem("date_of_birth", "must give an age from 18 to 100");
  profile.date_of_birth = *born;
}

void change_interests(Fields& fields, Profile& profile) {
  if (fields.presence("interests") == Presence::null) profile.interests.clear();
  auto texts = fields.texts("interests", 20, 50);
  if (!texts) return;
  std::set<std::string> seen;
  profile.interests.clear();
  for (std::string& text : *texts)
    if (seen.insert(fold_case(text)).second) profile.interests.push_back(std::move(text));
}

void change_values(Fields& fields, Profile& profile) {
  if (fields.presence("values") == Presence::null) profile.values.clear();
  auto values = fields.object("values");
  if (!values) return;
  for (std::string_view name : kValueNames) {
    if (values->presence(name) == Presence::null) profile.values.erase(std::string(name));
    if (auto number = values->integer(name, 1, 10))
      profile.values[std::string(name)] = static_cast<int>(*number);
  }
}

void change_location(Fields& fields, Profile& profile) {
  if (fields.presence("location") == Presence::null) {
    profile.city.reset();
    profile.country.reset();
    profile.coordinates.reset();
  }
  auto location = fields.object("location");
  if (!location) return;
  change_text(*location, "city", 100, profile.city);
  change_text(*location, "country", 100, profile.country);
  if (location->presence("latitude") != location->presence("longitude")) {
    location->problem(location->has_value("latitude") ? "longitude" : "latitude",
                      "latitude and longitude go together");
    return;
  }
  if (location->presence("latitude") == Presence::null) profile.coordinates.reset();
  auto latitude = location->number("latitude", -90, 90);
  auto longitude = location->number("longitude", -180, 180);
  if (latitude && longitude) profile.coordinates = Coordinates{*latitude, *longitude};
}

void change_preferences(Fields& fields, Profile& profile) {
  if (fields.presence("preferences") == Presence::null) {
    profile.age_min.reset();
    profile.age_max.reset();
    profile.distance_km.reset();
  }
  auto preferences = fields.object("preferences");
  if (!preferences) return;
  change_integer(*preferences, "age_min", kMinAge, kMaxAge, profile.age_min);
  change_integer(*preferences, "age_max", kMinAge, kMaxAge, profile.age_max);
  change_integer(*preferences, "distance_km", 1, 500, profile.distance_km);
  if (profile.age_min && profile.age_max && *profile.age_min > *profile.age_max)
    preferences->problem(preferences->has_value("age_min") ? "age_min" : "age_max",
                         "age_min must not be greater than age_max");
}

}  // namespace

Outcome<Profile> apply_change(const std::optional<Profile>& current, std::string_view body,
                              Date today) {
  SB_TRY(Fields fields, Fields::parse(body));
  Profile profile = current.value_or(Profile{});
  if (!current) {
    fields.require("name");
    fields.require("date_of_birth");
  }
  change_name(fields, profile);
  change_birth(fields, today, profile);
  change_text(fields, "bio", 500, profile.bio);
  change_gender(fields, "gender", false, profile.gender);
  change_gender(fields, "looking_for_gender", true, profile.looking_for_gender);
  change_interests(fields, profile);
  change_values(fields, profile);
  change_location(fields, profile);
  change_preferences(fields, profile);
  SB_TRY_VOID(fields.finish());
  return profile;
}

int completeness(const Profile& profile) {
  int score = 30;
  if (profile.bio && !profile.bio->empty()) score += 20;
  if (profile.city || profile.coordinates) score += 15;
  score += 5 * std::min(profile.photo_count, 5);
  if (profile.looking_for_gender) score += 2;
  if (profile.age_min) score += 2;
  if (profile.age_max) score += 2;
  if (profile.distance_km) score += 4;
  return score;
}

}  // namespace sb::platform::profiles
