#include "platform/matching/store.hpp"

#include <algorithm>
#include <charconv>

#include "base/json/codec.hpp"
#include "platform/wire/json_writer.hpp"
#include "platform/wire/sql.hpp"

namespace sb::platform::matching {

namespace {

constexpr int kShownDays = 7;

constexpr const char* kPersonColumns =
    "SELECT p.user_id, p.date_of_birth, p.gender, p.looking_for_gender, a.style, p.interests, "
    "p.\"values\","
    " p.latitude, p.longitude, p.age_min, p.age_max, p.distance_km"
    " FROM profiles p JOIN users u ON u.id = p.user_id JOIN attachment_assessments a ON a.user_id "
    "= p.user_id"
    " WHERE u.deletion_due_at IS NULL AND (NOT $1::boolean OR u.verified)";

std::optional<int> optional_integer(const pg::Rows& rows, int row, int column) {
  if (rows.is_null(row, column)) return std::nullopt;
  return static_cast<int>(rows.integer(row, column));
}

Result<Person> read_row(const pg::Rows& rows, int row, Date today, InterestNames& names) {
  Person person;
  person.user_id = rows.text(row, 0);
  auto born = parse_date(rows.text(row, 1));
  auto style = attachment::parse_style(rows.text(row, 4));
  if (!born || !style)
    return fail(ErrorCode::data_loss, "a stored person cannot be read", person.user_id);
  person.age = age_on(*born, today);
  person.gender = parse_gender(rows.text(row, 2));
  person.wish = parse_gender(rows.text(row, 3));
  person.style = *style;
  SB_TRY(auto interests, json::decode<std::vector<std::string>>(rows.text(row, 5)));
  for (const std::string& interest : interests)
    person.interests.push_back(names.number_of(interest));
  std::ranges::sort(person.interests);
  auto repeated = std::ranges::unique(person.interests);
  person.interests.erase(repeated.begin(), repeated.end());
  person.values.fill(kUnsetValue);
  if (rows.text(row, 6) != "{}") {
    SB_TRY(auto values, (json::decode<std::map<std::string, int>>(rows.text(row, 6))));
    for (std::size_t i = 0; i < person.values.size(); ++i)
      if (auto found = values.find(std::string(profiles::kValueNames[i])); found != values.end()) {
        person.values[i] = found->second;
        person.has_values = true;
      }
  }
  if (!rows.is_null(row, 7) && !rows.is_null(row, 8))
    person.coordinates = Coordinates{rows.real(row, 7), rows.real(row, 8)};
  person.age_min = optional_integer(rows, row, 9);
  person.age_max = optional_integer(rows, row, 10);
  person.distance_km = optional_integer(rows, row, 11);
  return person;
}

Result<std::vector<Person>> read_rows(const pg::Rows& rows, Date today, InterestNames& names) {
  std::vector<Person> people;
  people.reserve(static_cast<std::size_t>(rows.size()));
  for (int row = 0; row < rows.size(); ++row) {
    SB_TRY(Person person, read_row(rows, row, today, names));
    people.push_back(std::move(person));
  }
  return people;
}

std::string_view name_of(Gender gender) {
  switch (gender) {
    case Gender::male:
      return "male";
    case Gender::female:
      return "female";
    case Gender::non_binary:
      return "non-binary";
    case Gender::other:
      return "other";
    case Gender::any:
      return "any";
    case Gender::unstated:
      return "";
  }
  return "";
}

// The day on which someone who is `age` today was born at the latest.
std::string latest_birthday(Date today, int age) {
  Date day = today - std::chrono::years(age);
  if (!day.ok()) day = Date(day.year() / day.month() / std::chrono::last);
  return format_date(day);
}

// The part of the hard filters that an index or a comparison can do; is_eligible does the rest.
pg::Statement people_for(const Person& me, Scope scope) {
  pg::Statement out;
  out.sql = kPersonColumns;
  out.params = {sql_bool(scope.require_verified), me.user_id, std::to_string(me.age)};
  out.sql +=
      " AND p.user_id <> $2 AND (p.age_min IS NULL OR p.age_min <= $3::int)"
      " AND (p.age_max IS NULL OR p.age_max >= $3::int)";
  // One text for everybody: a prepared plan serves all.
  out.sql +=
      " AND ($4 = '' OR p.gender = $4) AND (p.looking_for_gender IS NULL OR p.looking_for_gender "
      "IN ('any', $5))"
      " AND p.date_of_birth <= $6::date AND p.date_of_birth > $7::date";
  out.params.emplace_back(me.wish == Gender::any ? "" : std::string(name_of(me.wish)));
  out.params.emplace_back(me.gender == Gender::unstated ? "any" : std::string(name_of(me.gender)));
  out.params.emplace_back(latest_birthday(scope.today, me.age_min.value_or(0)));
  out.params.emplace_back(latest_birthday(scope.today, me.age_max.value_or(150) + 1));
  return out;
}

std::string batch_json(const std::vector<Ranked>& batch) {
  JsonWriter json;
  json.begin_array();
  for (const Ranked& ranked : batch) {
    json.begin_object().member("b", ranked.person->user_id).member("score", ranked.score.total);
    json.member("distance", ranked.distance_km).key("breakdown").begin_object();
    json.member("attachment", ranked.score.attachment).member("interests", ranked.score.interests);
    json.member("values", ranked.score.values).member("demographics", ranked.score.demographics);
    json.end_object().end_object();
  }
  json.end_array();
  return json.take();
}

std::string match_json(const pg::Rows& rows, int row, Date today) {
  auto born = parse_date(rows.text(row, 3));
  JsonWriter json;
  json.begin_object().member("match_id", rows.text(row, 0)).member("user_id", rows.text(row, 1));
  json.member("name", rows.text(row, 2));
  json.member("age", born ? std::optional(age_on(*born, today)) : std::nullopt);
  json.member("bio", rows.optional_text(row, 4)).raw_member("photos", rows.text(row, 5));
  json.member("compatibility_score", rows.real(row, 6))
      .raw_member("compatibility_breakdown", rows.text(row, 7));
  std::optional<double> distance;
  if (!rows.is_null(row, 8)) distance = rows.real(row, 8);
  json.member("distance_km", distance).member("status", rows.text(row, 9)).end_object();
  return json.take();
}

}  // namespace

Task<Result<BatchState>> read_state(pg::Connection& connection, std::string user_id, Scope scope,
                                    Deadline deadline) {
  auto rows = co_await connection.query(
      "SELECT u.subscription_tier, p.user_id IS NOT NULL AND a.user_id IS NOT NULL AND (NOT $3::boolean OR u.verified),"
      " coalesce(b.batch_size, 0), " SB_SQL_TIME("b.generated_at") " FROM users u"
      " LEFT JOIN profiles p ON p.user_id = u.id LEFT JOIN attachment_assessments a ON a.user_id = u.id"
      " LEFT JOIN match_batches b ON b.user_id = u.id AND b.batch_date = $2::date WHERE u.id = $1",
      {std::move(user_id), format_date(scope.today), sql_bool(scope.require_verified)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) co_return BatchState{};
  co_return BatchState{std::string(rows->text(0, 0)), rows->boolean(0, 1),
                       static_cast<int>(rows->integer(0, 2)), std::string(rows->text(0, 3))};
}

Task<Result<std::vector<Person>>> read_people(pg::Connection& connection, const Person* me,
                                              Scope scope, InterestNames& names,
                                              Deadline deadline) {
  pg::Statement statement{kPersonColumns, {sql_bool(scope.require_verified)}};
  if (me != nullptr) statement = people_for(*me, scope);
  auto rows =
      co_await connection.query(std::move(statement.sql), std::move(statement.params), deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  co_return read_rows(*rows, scope.today, names);
}

Task<Result<std::optional<Person>>> read_person(pg::Connection& connection, std::string user_id,
                                                Scope scope, InterestNames& names,
                                                Deadline deadline) {
  auto rows =
      co_await connection.query(std::string(kPersonColumns) + " AND p.user_id = $2",
                                {sql_bool(scope.require_verified), std::move(user_id)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) co_return std::optional<Person>();
  auto person = read_row(*rows, 0, scope.today, names);
  if (!person) co_return std::unexpected(std::move(person).error());
  co_return std::optional<Person>(*std::move(person));
}

Task<Result<std::unordered_set<std::string>>> read_excluded(pg::Connection& connection,
                                                            std::string user_id, Scope scope,
                                                            Deadline deadline) {
  auto rows = co_await connection.query(
      "SELECT user_b_id FROM matches WHERE user_a_id = $1 AND (status <> 'pending' OR batch_date > "
      "$2::date - $3::int)"
      " UNION ALL SELECT blocked_id FROM user_blocks WHERE blocker_id = $1"
      " UNION ALL SELECT blocker_id FROM user_blocks WHERE blocked_id = $1",
      {std::move(user_id), format_date(scope.today), std::to_string(kShownDays)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  std::unordered_set<std::string> out;
  for (int row = 0; row < rows->size(); ++row) out.emplace(rows->text(row, 0));
  co_return out;
}

Task<Result<>> write_batch(pg::Connection& connection, std::string user_id,
                           const std::vector<Ranked>& batch, int batch_size, Scope scope,
                           Deadline deadline) {
  auto rows = co_await connection.query(
      "WITH batch AS ("
      "  INSERT INTO match_batches (user_id, batch_date, batch_size) VALUES ($1, $2::date, $4::int)"
      "  ON CONFLICT (user_id) DO UPDATE SET batch_date = excluded.batch_date, batch_size = "
      "excluded.batch_size,"
      "    generated_at = now())"
      " INSERT INTO matches (user_a_id, user_b_id, batch_date, compatibility_score, "
      "compatibility_breakdown,"
      "  distance_km)"
      " SELECT $1, b, $2::date, score, breakdown, distance"
      " FROM jsonb_to_recordset($3::jsonb) AS r(b uuid, score numeric, breakdown jsonb, distance "
      "numeric)"
      " ON CONFLICT (user_a_id, user_b_id) DO UPDATE SET batch_date = excluded.batch_date,"
      "  compatibility_score = excluded.compatibility_score,"
      "  compatibility_breakdown = excluded.compatibility_breakdown, distance_km = "
      "excluded.distance_km,"
      "  updated_at = now() WHERE matches.status = 'pending'",
      {std::move(user_id), format_date(scope.today), batch_json(batch), std::to_string(batch_size)},
      deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  co_return Result<>();
}

Task<Result<std::vector<std::string>>> read_batch(pg::Connection& connection, std::string user_id,
                                                  Scope scope, Deadline deadline) {
  auto rows = co_await connection.query(
      "SELECT m.id, m.user_b_id, p.name, p.date_of_birth, p.bio, jsonb_path_query_array(p.photos, "
      "'$[*].url'),"
      " m.compatibility_score, m.compatibility_breakdown, m.distance_km, m.status"
      " FROM matches m JOIN profiles p ON p.user_id = m.user_b_id JOIN users u ON u.id = "
      "m.user_b_id"
      " WHERE m.user_a_id = $1 AND m.batch_date = $2::date AND m.status <> 'passed' AND "
      "u.deletion_due_at IS NULL"
      " AND NOT EXISTS (SELECT 1 FROM user_blocks x WHERE (x.blocker_id = $1 AND x.blocked_id = "
      "m.user_b_id)"
      "  OR (x.blocker_id = m.user_b_id AND x.blocked_id = $1))"
      " ORDER BY m.compatibility_score DESC, m.user_b_id",
      {std::move(user_id), format_date(scope.today)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  std::vector<std::string> out;
  for (int row = 0; row < rows->size(); ++row) out.push_back(match_json(*rows, row, scope.today));
  co_return out;
}

Task<Result<>> lock_people(pg::Connection& connection, std::vector<std::string> user_ids,
                           Deadline deadline) {
  std::ranges::sort(user_ids);
  for (const std::string& user_id : user_ids) {
    auto rows = co_await connection.query("SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE",
                                          {user_id}, deadline);
    if (!rows) co_return std::unexpected(std::move(rows).error());
  }
  co_return Result<>();
}

Task<Result<std::optional<Pair>>> find_pair(pg::Connection& connection, std::string match_id,
                                            std::string owner_id, Deadline deadline) {
  auto rows = co_await connection.query(
      "SELECT id, user_a_id, user_b_id, status FROM matches WHERE id = $1 AND user_a_id = $2",
      {std::move(match_id), std::move(owner_id)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) co_return std::optional<Pair>();
  co_return std::optional<Pair>(Pair{std::string(rows->text(0, 0)), std::string(rows->text(0, 1)),
                                     std::string(rows->text(0, 2)), std::string(rows->text(0, 3))});
}

Task<Result<std::optional<Pair>>> find_mirror(pg::Connection& connection, Pair pair,
                                              Deadline deadline) {
  auto rows = co_await connection.query(
      "SELECT id, user_a_id, user_b_id, status FROM matches WHERE user_a_id = $1 AND user_b_id = "
      "$2",
      {std::move(pair.other_id), std::move(pair.owner_id)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) co_return std::optional<Pair>();
  co_return std::optional<Pair>(Pair{std::string(rows->text(0, 0)), std::string(rows->text(0, 1)),
                                     std::string(rows->text(0, 2)), std::string(rows->text(0, 3))});
}

Task<Result<>> set_status(pg::Connection& connection, std::string match_id, std::string status,
                          Deadline deadline) {
  auto rows =
      co_await connection.query("UPDATE matches SET status = $2, updated_at = now() WHERE id = $1",
                                {std::move(match_id), std::move(status)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  co_return Result<>();
}

Task<Result<>> show_to_other(pg::Connection& connection, Pair pair, Scope scope,
                             Deadline deadline) {
  auto rows = co_await connection.query(
      "INSERT INTO matches (user_a_id, user_b_id, batch_date, compatibility_score, "
      "compatibility_breakdown,"
      "  distance_km)"
      " SELECT user_b_id, user_a_id, $2::date, compatibility_score, compatibility_breakdown, "
      "distance_km"
      " FROM matches WHERE id = $1"
      " ON CONFLICT (user_a_id, user_b_id) DO UPDATE SET batch_date = excluded.batch_date"
      " WHERE matches.status = 'pending'",
      {std::move(pair.match_id), format_date(scope.today)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  co_return Result<>();
}

}  // namespace sb::platform::matching
