#include "platform/profiles/store.hpp"

#include <charconv>

#include "base/clock/clock.hpp"
#include "base/json/codec.hpp"
#include "platform/wire/json_writer.hpp"
#include "platform/wire/sql.hpp"

namespace sb::platform::profiles {

namespace {

std::optional<int> optional_integer(const pg::Rows& rows, int column) {
  if (rows.is_null(0, column)) return std::nullopt;
  return static_cast<int>(rows.integer(0, column));
}

std::optional<double> optional_real(const pg::Rows& rows, int column) {
  if (rows.is_null(0, column)) return std::nullopt;
  return rows.real(0, column);
}

// Shortest text that reads back as the same double.
pg::Param real_param(std::optional<double> number) {
  if (!number) return std::nullopt;
  char buffer[32];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, *number);
  return std::string(buffer, end);
}

pg::Param integer_param(std::optional<int> number) {
  if (!number) return std::nullopt;
  return std::to_string(*number);
}

constexpr const char* kSelectForChange =
    "SELECT name, date_of_birth, gender, looking_for_gender, bio, interests, \"values\", city, "
    "country, latitude,"
    " longitude, age_min, age_max, distance_km, jsonb_array_length(photos) FROM profiles WHERE "
    "user_id = $1 FOR UPDATE";

Result<Profile> read_profile(const pg::Rows& rows) {
  Profile profile;
  auto born = parse_date(rows.text(0, 1));
  if (!born) return fail(ErrorCode::data_loss, "a stored date of birth cannot be read");
  profile.name = rows.text(0, 0);
  profile.date_of_birth = *born;
  profile.gender = rows.optional_text(0, 2);
  profile.looking_for_gender = rows.optional_text(0, 3);
  profile.bio = rows.optional_text(0, 4);
  SB_TRY(profile.interests, json::decode<std::vector<std::string>>(rows.text(0, 5)));
  SB_TRY(profile.values, json::decode<std::map<std::string, int>>(rows.text(0, 6)));
  profile.city = rows.optional_text(0, 7);
  profile.country = rows.optional_text(0, 8);
  auto latitude = optional_real(rows, 9);
  auto longitude = optional_real(rows, 10);
  if (latitude && longitude) profile.coordinates = Coordinates{*latitude, *longitude};
  profile.age_min = optional_integer(rows, 11);
  profile.age_max = optional_integer(rows, 12);
  profile.distance_km = optional_integer(rows, 13);
  profile.photo_count = static_cast<int>(rows.integer(0, 14));
  return profile;
}

constexpr const char* kUpsert =
    "INSERT INTO profiles (user_id, name, date_of_birth, gender, looking_for_gender, bio, "
    "interests, \"values\", city,"
    " country, latitude, longitude, age_min, age_max, distance_km, completeness_score)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
    " ON CONFLICT (user_id) DO UPDATE SET name = excluded.name, date_of_birth = "
    "excluded.date_of_birth,"
    " gender = excluded.gender, looking_for_gender = excluded.looking_for_gender, bio = "
    "excluded.bio,"
    " interests = excluded.interests, \"values\" = excluded.\"values\", city = excluded.city,"
    " country = excluded.country, latitude = excluded.latitude, longitude = excluded.longitude,"
    " age_min = excluded.age_min, age_max = excluded.age_max, distance_km = excluded.distance_km,"
    " completeness_score = excluded.completeness_score, updated_at = now()";

pg::Params upsert_params(const std::string& user_id, const Profile& profile) {
  std::optional<double> latitude;
  std::optional<double> longitude;
  if (profile.coordinates) {
    latitude = profile.coordinates->latitude;
    longitude = profile.coordinates->longitude;
  }
  return {user_id,
          profile.name,
          format_date(profile.date_of_birth),
          profile.gender,
          profile.looking_for_gender,
          profile.bio,
          json::encode(profile.interests),
          json::encode(profile.values),
          profile.city,
          profile.country,
          real_param(latitude),
          real_param(longitude),
          integer_param(profile.age_min),
          integer_param(profile.age_max),
          integer_param(profile.distance_km),
          std::to_string(completeness(profile))};
}

constexpr const char* kOwnView =
    "SELECT p.user_id, p.name, p.bio, p.date_of_birth, p.city, p.country,"
    " jsonb_path_query_array(p.photos, '$[*].url'), p.interests, p.age_min, p.age_max, p.distance_km,"
    " u.subscription_tier, p.gender, p.looking_for_gender, p.\"values\", p.completeness_score, p.photos,"
    " " SB_SQL_TIME("p.created_at") ", " SB_SQL_TIME("p.updated_at") ", p.latitude, p.longitude"
    " FROM profiles p JOIN users u ON u.id = p.user_id WHERE p.user_id = $1";

std::string write_own_view(const pg::Rows& rows, Date today) {
  auto born = parse_date(rows.text(0, 3));
  JsonWriter json;
  json.begin_object().member("user_id", rows.text(0, 0)).member("name", rows.text(0, 1));
  json.member("bio", rows.optional_text(0, 2));
  json.member("age", born ? std::optional(age_on(*born, today)) : std::nullopt);
  json.member("date_of_birth", rows.text(0, 3));
  json.key("location").begin_object();
  json.member("city", rows.optional_text(0, 4)).member("country", rows.optional_text(0, 5));
  json.member("latitude", optional_real(rows, 19))
      .member("longitude", optional_real(rows, 20))
      .end_object();
  json.raw_member("photos", rows.text(0, 6)).raw_member("interests", rows.text(0, 7));
  json.key("preferences").begin_object();
  json.member("age_min", optional_integer(rows, 8)).member("age_max", optional_integer(rows, 9));
  json.member("distance_km", optional_integer(rows, 10)).end_object();
  json.member("subscription_tier", rows.text(0, 11));
  json.member("gender", rows.optional_text(0, 12))
      .member("looking_for_gender", rows.optional_text(0, 13));
  json.raw_member("values", rows.text(0, 14)).member("completeness_score", rows.integer(0, 15));
  json.raw_member("photo_details", rows.text(0, 16));
  json.member("created_at", rows.text(0, 17)).member("updated_at", rows.text(0, 18)).end_object();
  return json.take();
}

}  // namespace

Task<Outcome<std::string>> Store::own_view(std::string user_id, Deadline deadline) {
  auto rows = co_await pool_.query(kOwnView, {std::move(user_id)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) co_return not_found("You have no profile yet");
  co_return write_own_view(*rows, date_of(now()));
}

Task<Outcome<std::string>> Store::public_view(std::string viewer_id, std::string user_id,
                                              Deadline deadline) {
  auto rows = co_await pool_.query(
      "SELECT p.user_id, p.name, p.bio, p.date_of_birth, p.city, p.country,"
      " jsonb_path_query_array(p.photos, '$[*].url'), p.interests, p.gender"
      " FROM profiles p JOIN users u ON u.id = p.user_id WHERE p.user_id = $2 AND "
      "u.deletion_due_at IS NULL"
      " AND NOT EXISTS (SELECT 1 FROM user_blocks b WHERE (b.blocker_id = $1 AND b.blocked_id = $2)"
      "  OR (b.blocker_id = $2 AND b.blocked_id = $1))",
      {std::move(viewer_id), std::move(user_id)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) co_return not_found("No such profile");
  auto born = parse_date(rows->text(0, 3));
  JsonWriter json;
  json.begin_object().member("user_id", rows->text(0, 0)).member("name", rows->text(0, 1));
  json.member("bio", rows->optional_text(0, 2));
  json.member("age", born ? std::optional(age_on(*born, date_of(now()))) : std::nullopt);
  json.key("location").begin_object().member("city", rows->optional_text(0, 4));
  json.member("country", rows->optional_text(0, 5)).end_object();
  json.raw_member("photos", rows->text(0, 6)).raw_member("interests", rows->text(0, 7));
  json.member("gender", rows->optional_text(0, 8)).end_object();
  co_return json.take();
}

Task<Outcome<>> Store::write(std::string user_id, std::string body, Write how, Deadline deadline) {
  auto lease = co_await pool_.acquire(deadline);
  if (!lease) co_return std::unexpected(std::move(lease).error());
  pg::Connection& connection = **lease;
  auto begun = co_await connection.execute("BEGIN", deadline);
  if (!begun) co_return std::unexpected(std::move(begun).error());
  auto written = co_await write_locked(connection, user_id, std::move(body), how, deadline);
  auto ended = co_await connection.execute(written ? "COMMIT" : "ROLLBACK", deadline);
  if (written && !ended) co_return std::unexpected(std::move(ended).error());
  co_return written;
}

Task<Outcome<>> Store::write_locked(pg::Connection& connection, const std::string& user_id,
                                    std::string body, Write how, Deadline deadline) {
  // Two first writes at once would both see no profile; the account's row makes them take turns.
  auto account = co_await connection.query("SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE",
                                           {user_id}, deadline);
  if (!account) co_return std::unexpected(std::move(account).error());
  if (account->empty()) co_return token_invalid();
  auto rows = co_await connection.query(kSelectForChange, {user_id}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  std::optional<Profile> current;
  if (!rows->empty()) {
    auto stored = read_profile(*rows);
    if (!stored) co_return std::unexpected(std::move(stored).error());
    current = *std::move(stored);
  }
  if (current && how == Write::create)
    co_return invalid_input("You already have a profile; change it with PUT");
  auto changed = apply_change(current, body, date_of(now()));
  if (!changed) co_return std::unexpected(std::move(changed).error());
  auto written = co_await connection.query(kUpsert, upsert_params(user_id, *changed), deadline);
  if (!written) co_return std::unexpected(std::move(written).error());
  co_return Outcome<>();
}

}  // namespace sb::platform::profiles
