// Made-up people, by the thousand, in a few statements that PostgreSQL expands itself.
#include <fmt/format.h>

#include <charconv>

#include "base/async/spawn.hpp"
#include "base/crypto/crypto.hpp"
#include "base/log/log.hpp"
#include "base/pg/pg.hpp"
#include "platform/cli/commands.hpp"
#include "platform/wire/sql.hpp"

namespace sb::platform::cli {

namespace {

constexpr int kMaxProfiles = 1'000'000;
constexpr const char* kDemoEmail = "test@example.com";
constexpr const char* kDemoPassword = "test123";

struct Plan {
  bool is_demo = false;
  bool is_rehearsal = false;
  bool is_assessed = false;
  int profiles = 0;
};

Result<Plan> read_plan(const Arguments& arguments) {
  Plan plan;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "--demo") {
      plan.is_demo = true;
    } else if (word == "--assessed") {
      plan.is_assessed = true;
    } else if (word == "--rehearsal") {
      plan.is_rehearsal = true;
    } else if (word == "--profiles" && i + 1 < arguments.size()) {
      const std::string& number = arguments[++i];
      auto [end, error] =
          std::from_chars(number.data(), number.data() + number.size(), plan.profiles);
      if (error != std::errc() || end != number.data() + number.size() || plan.profiles < 1 ||
          plan.profiles > kMaxProfiles)
        return fail(ErrorCode::invalid_argument,
                    fmt::format("wants a number from 1 to {}", kMaxProfiles), "seed --profiles");
    } else {
      return fail(ErrorCode::invalid_argument, "unknown argument " + word, "seed");
    }
  }
  if (!plan.is_demo && plan.profiles == 0)
    return fail(ErrorCode::invalid_argument, "say --demo or --profiles N", "seed");
  return plan;
}

// Made-up people have no place in production, and the demo account's password is public: only who
// rehearses production on a cloud of their own says --rehearsal.
Result<> check_allowed(const Plan& plan, const Config& config) {
  if (!config.is_production() || plan.is_rehearsal) return {};
  return fail(ErrorCode::permission_denied,
              plan.is_demo ? "an account with a public password has no place in production "
                             "(--rehearsal says that this is only a rehearsal of it)"
                           : "production takes made-up people only with --rehearsal",
              "seed");
}

// Person n's address; the password hash is shared, because hashing each would take 20 ms a person.
constexpr const char* kPeople =
    "WITH fresh AS ("
    "  INSERT INTO users (email, password_hash, verified)"
    "  SELECT 'person' || n || '.' || $2 || '@example.com', $3, true FROM generate_series(1, "
    "$1::int) n RETURNING id),"
    " dice AS ("
    "  SELECT id, random() a, random() b, random() c, random() d, random() e,"
    "    row_number() OVER () n FROM fresh)"
    " INSERT INTO profiles (user_id, name, date_of_birth, gender, looking_for_gender, bio, "
    "interests, \"values\","
    "   city, country, latitude, longitude, age_min, age_max, distance_km, completeness_score)"
    " SELECT id,"
    "   "
    "(ARRAY['Alex','Sam','Robin','Kim','Jo','Chris','Noa','Luca','Mika','Toni','Sasha','Jules'])[1 "
    "+ n % 12],"
    "   current_date - (365 * (21 + 30 * a))::int,"
    "   (ARRAY['female','male','non-binary','other'])[1 + CASE WHEN b < 0.47 THEN 0 WHEN b < 0.94 "
    "THEN 1"
    "     WHEN b < 0.98 THEN 2 ELSE 3 END],"
    "   (ARRAY['male','female','any'])[1 + CASE WHEN c < 0.4 THEN 0 WHEN c < 0.8 THEN 1 ELSE 2 "
    "END],"
    "   'Made up for a rehearsal, number ' || n || '.',"
    "   (SELECT jsonb_agg(DISTINCT i) FROM (SELECT "
    "(ARRAY['hiking','jazz','cooking','chess','climbing','film','books',"
    "      "
    "'running','sailing','gardening','travel','photography','yoga','theatre','cycling','music'])"
    "      [1 + ((n * 7 + k * k * 3 + k * (d * 11)::int) % 16)] i FROM generate_series(1, 3 + (n % "
    "4)::int) k) x),"
    "   jsonb_build_object('family', 1 + (n * 3 % 10), 'career', 1 + (n * 7 % 10), 'adventure', 1 "
    "+ (d * 9)::int,"
    "     'health', 1 + (e * 9)::int),"
    "   'Rehearsal', 'Nowhere', 59.5 + 0.8 * d, 10.2 + 1.2 * e, 18 + (a * 12)::int, 45 + (b * "
    "40)::int,"
    "   100 + (c * 300)::int, 75 FROM dice";

constexpr const char* kAssessments =
    "INSERT INTO attachment_assessments (user_id, anxiety_score, avoidance_score, style)"
    " SELECT id, x, y, CASE WHEN x >= 3.5 THEN CASE WHEN y >= 3.5 THEN 'fearful-avoidant' ELSE "
    "'anxious' END"
    "   ELSE CASE WHEN y >= 3.5 THEN 'avoidant' ELSE 'secure' END END"
    " FROM (SELECT id, round((1 + 6 * random() * random())::numeric, 2) x, round((1 + 6 * random() "
    "* random())::numeric,"
    "   2) y FROM users WHERE email LIKE 'person%.' || $1 || '@example.com') people";

constexpr const char* kDemoAccount =
    "WITH account AS ("
    "  INSERT INTO users (email, password_hash, verified) VALUES ($1, $2, true)"
    "  ON CONFLICT (lower(email)) DO UPDATE SET password_hash = excluded.password_hash RETURNING "
    "id),"
    " profile AS ("
    "  INSERT INTO profiles (user_id, name, date_of_birth, gender, looking_for_gender, bio, "
    "interests, city, country,"
    "    latitude, longitude, completeness_score)"
    "  SELECT id, 'Test', '1992-04-01', 'other', 'any', 'The account of the smoke tests.', "
    "'[\"jazz\", \"hiking\"]',"
    "    'Oslo', 'Norway', 59.91, 10.75, 67 FROM account ON CONFLICT DO NOTHING)"
    " INSERT INTO attachment_assessments (user_id, anxiety_score, avoidance_score, style)"
    " SELECT id, 2.0, 2.0, 'secure' FROM account ON CONFLICT DO NOTHING RETURNING user_id";

Task<Result<>> add_people(pg::Connection& connection, int count, bool is_assessed,
                          Deadline deadline) {
  std::string batch = crypto::random_hex(8);  // so that every run adds people of its own
  std::string hash = crypto::hash_password(crypto::random_token(32));  // nobody's
  auto people =
      co_await connection.query(kPeople, {std::to_string(count), batch, std::move(hash)}, deadline);
  if (!people) co_return std::unexpected(std::move(people).error());
  if (is_assessed) {
    auto assessed = co_await connection.query(kAssessments, {batch}, deadline);
    if (!assessed) co_return std::unexpected(std::move(assessed).error());
  }
  co_return co_await connection.execute(
      "ANALYZE users; ANALYZE profiles; ANALYZE attachment_assessments", deadline);
}

// Whether it was not there before. Again only gives it its password back.
Task<Result<bool>> add_demo(pg::Connection& connection, Deadline deadline) {
  auto account = co_await connection.query(
      kDemoAccount, {kDemoEmail, crypto::hash_password(kDemoPassword)}, deadline);
  if (!account) co_return std::unexpected(std::move(account).error());
  co_return account->size() > 0;
}

Task<Result<>> run_plan(Plan plan, std::string database_url) {
  Deadline deadline = Deadline::after(std::chrono::minutes(10));
  auto connection = co_await pg::Connection::connect(std::move(database_url), deadline);
  if (!connection) co_return std::unexpected(std::move(connection).error());
  if (plan.is_demo) {
    auto is_new = co_await add_demo(**connection, deadline);
    if (!is_new) co_return std::unexpected(std::move(is_new).error());
    if (!*is_new && plan.profiles == 0) co_return Result<>();
    if (plan.profiles == 0) {  // company, so that there is someone to match
      plan.profiles = 25;
      plan.is_assessed = true;
    }
  }
  co_return co_await add_people(**connection, plan.profiles, plan.is_assessed, deadline);
}

}  // namespace

int seed(Config config, const Arguments& arguments) {
  auto plan = read_plan(arguments);
  if (!plan) return complain(plan.error());
  if (auto allowed = check_allowed(*plan, config); !allowed) return complain(allowed.error());
  auto done = run_task(run_plan(*plan, config.database_url));
  if (!done) {
    complain(done.error());
    return 1;
  }
  log::info("seeded", {{"demo", plan->is_demo}, {"profiles", plan->profiles}});
  return 0;
}

}  // namespace sb::platform::cli
