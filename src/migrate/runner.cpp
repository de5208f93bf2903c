#include "migrate/runner.hpp"

#include <random>
#include <regex>

#include "base/error/check.hpp"

namespace sb::migrate {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view kVersionTable =
    "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))";
// One lock for each database: "SBMIG" and the database's oid.
constexpr std::string_view kTryLock =
    "SELECT pg_try_advisory_lock(1396853063, (SELECT oid::int4 FROM pg_database WHERE datname = "
    "current_database()))";
constexpr std::string_view kUnlock =
    "SELECT pg_advisory_unlock(1396853063, (SELECT oid::int4 FROM pg_database WHERE datname = "
    "current_database()))";

bool is_worth_a_retry(const Error& error) {
  return error.subject == "55P03" || error.subject == "40P01";
}

Duration jittered(Duration limit) {
  thread_local std::minstd_rand random{std::random_device{}()};
  return Duration(
      std::uniform_int_distribution<Duration::rep>(limit.count() / 4, limit.count())(random));
}

// Who holds locks that a migration may be waiting for: for the message of last resort.
Task<std::string> describe_blockers(pg::Connection& connection) {
  auto rows = co_await connection.query(
      "SELECT pid::text, state, coalesce(to_char(now() - xact_start, 'HH24:MI:SS'), '-'), "
      "application_name "
      "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
      "AND xact_start IS NOT NULL ORDER BY xact_start LIMIT 3",
      {}, Deadline::after(5s));
  if (!rows || rows->empty()) co_return std::string();
  std::string text = "; oldest open transactions:";
  for (int i = 0; i < rows->size(); ++i)
    text += fmt::format(" pid {} ({}, open for {}{}{})", rows->text(i, 0), rows->text(i, 1),
                        rows->text(i, 2), rows->text(i, 3).empty() ? "" : ", ", rows->text(i, 3));
  co_return text;
}

Task<Result<>> write_version(pg::Connection& connection, const Step& step, Deadline deadline) {
  std::string sql = "UPDATE alembic_version SET version_num = $1 WHERE version_num = $2";
  pg::Params params{step.to, step.from};
  if (step.from.empty()) {
    sql = "INSERT INTO alembic_version (version_num) VALUES ($1)";
    params = {step.to};
  } else if (step.to.empty()) {
    sql = "DELETE FROM alembic_version WHERE version_num = $1";
    params = {step.from};
  }
  SB_CO_TRY(auto rows, co_await connection.query(std::move(sql), std::move(params), deadline));
  if (rows.affected() != 1)
    co_return fail(
        ErrorCode::conflict,
        fmt::format("Online migration expected to match one row when updating '{}' to '{}' in "
                    "'alembic_version'; {} found",
                    step.from, step.to, rows.affected()));
  co_return Result<>();
}

const std::string& sql_of(const Step& step) {
  return step.direction == Direction::upgrade ? step.revision->upgrade_sql
                                              : step.revision->downgrade_sql;
}

Task<Result<>> run_in_transaction(pg::Connection& connection, const Step& step,
                                  const RunnerOptions& options) {
  auto deadline = Deadline::after(options.step_timeout);
  auto body = [&]() -> Task<Result<>> {
    SB_CO_TRY_VOID(co_await connection.execute(
        fmt::format("BEGIN; SET LOCAL lock_timeout = '{}ms'", options.lock_timeout.count()),
        deadline));
    SB_CO_TRY_VOID(co_await connection.execute(sql_of(step), deadline));
    SB_CO_TRY_VOID(co_await write_version(connection, step, deadline));
    co_return co_await connection.execute("COMMIT", deadline);
  };
  auto done = co_await body();
  if (!done && connection.is_usable())
    (void)co_await connection.execute("ROLLBACK", Deadline::after(10s));
  co_return done;
}

struct IndexState {
  bool exists = false, is_valid = false;
};

Task<Result<IndexState>> index_state(pg::Connection& connection, std::string name,
                                     Deadline deadline) {
  SB_CO_TRY(auto rows,
            co_await connection.query(
                "SELECT indisvalid AND indisready FROM pg_index WHERE indexrelid = to_regclass($1)",
                {std::move(name)}, deadline));
  co_return IndexState{!rows.empty(), !rows.empty() && rows.boolean(0, 0)};
}

// CREATE INDEX CONCURRENTLY, made repeatable: what a killed or failed build left behind is INVALID
// and is dropped first; one that is already valid is kept (docs/traps/concurrent-index.md).
Task<Result<>> build_index_concurrently(pg::Connection& connection, std::string name,
                                        const std::string& sql, Deadline deadline) {
  SB_CO_TRY(auto before, co_await index_state(connection, name, deadline));
  if (before.is_valid) co_return Result<>();
  if (before.exists)
    SB_CO_TRY_VOID(
        co_await connection.execute(fmt::format("DROP INDEX CONCURRENTLY {}", name), deadline));
  SB_CO_TRY_VOID(co_await connection.execute(sql, deadline));
  SB_CO_TRY(auto after, co_await index_state(connection, name, deadline));
  if (!after.is_valid)
    co_return fail(ErrorCode::failed_precondition,
                   "the index was built but is not valid; run the upgrade again", name);
  co_return Result<>();
}

Task<Result<>> run_without_transaction(pg::Connection& connection, const Step& step,
                                       const RunnerOptions& options) {
  auto deadline = Deadline::after(options.step_timeout);
  // A concurrent build waits for every older snapshot, and lock_timeout counts that wait: bounded
  // by the deadline alone.
  SB_CO_TRY_VOID(co_await connection.execute("SET lock_timeout = 0", deadline));
  static const std::regex kCreateIndex(
      R"re(^\s*(?:--[^\n]*\n\s*)*CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?("[^"]+"|[\w.]+))re",
      std::regex::icase);
  for (const std::string& statement : split_statements(sql_of(step))) {
    std::smatch match;
    if (std::regex_search(statement, match, kCreateIndex)) {
      SB_CO_TRY_VOID(
          co_await build_index_concurrently(connection, match[1].str(), statement, deadline));
    } else {
      SB_CO_TRY_VOID(co_await connection.execute(statement, deadline));
    }
  }
  SB_CO_TRY_VOID(co_await connection.execute("BEGIN", deadline));
  auto written = co_await write_version(connection, step, deadline);
  auto end = co_await connection.execute(written ? "COMMIT" : "ROLLBACK", deadline);
  co_return written ? end : written;
}

Task<Result<>> run_step(pg::Connection& connection, const Step& step, const Report& report,
                        const RunnerOptions& options) {
  Duration pause = options.first_pause;
  for (int attempt = 1;; ++attempt) {
    auto done = step.revision->is_transactional
                    ? co_await run_in_transaction(connection, step, options)
                    : co_await run_without_transaction(connection, step, options);
    if (done || !is_worth_a_retry(done.error()) || !connection.is_usable()) co_return done;
    if (attempt >= options.max_attempts) {
      std::string blockers = co_await describe_blockers(connection);
      co_return fail(ErrorCode::conflict,
                     fmt::format("{} after {} attempts{}", done.error().message, attempt, blockers),
                     done.error().subject);
    }
    Duration wait = jittered(pause);
    report(fmt::format("{}; attempt {} of {} in {} ms", done.error().message, attempt + 1,
                       options.max_attempts, wait.count()));
    co_await sleep_for(wait);
    pause = std::min<Duration>(pause * 2, 30s);
  }
}

// Polled, never awaited inside the server: a waiting pg_advisory_lock holds a snapshot, and a
// concurrent index build of the runner that has the lock would wait for that snapshot: a deadlock.
Task<Result<>> take_lock(pg::Connection& connection, const Report& report,
                         const RunnerOptions& options) {
  auto deadline = Deadline::after(options.runner_lock_wait);
  bool said = false;
  for (;;) {
    SB_CO_TRY(auto rows,
              co_await connection.query(std::string(kTryLock), {}, Deadline::after(30s)));
    if (rows.boolean(0, 0)) co_return Result<>();
    if (deadline.has_passed())
      co_return fail(
          ErrorCode::conflict,
          "another migration of this database is still running; try again when it has ended");
    if (!said) report("another migration of this database is running; waiting for it to end");
    said = true;
    co_await sleep_for(jittered(400ms));
  }
}

// Runs `body` under the lock. The lock belongs to the session: a lost connection gives it back by
// itself.
template <class T>
Task<Result<T>> with_lock(pg::Connection& connection, Report report, RunnerOptions options,
                          std::function<Task<Result<T>>()> body) {
  SB_CO_TRY_VOID(co_await take_lock(connection, report, options));
  SB_CO_TRY(auto again,
            co_await connection.query("SELECT pg_backend_pid()", {}, Deadline::after(10s)));
  if (again.integer(0, 0) != connection.backend_pid())
    co_return fail(ErrorCode::failed_precondition,
                   "the connection goes through a transaction pooler, where session locks do not "
                   "hold; use a direct one");
  auto result = co_await body();
  if (connection.is_usable())
    (void)co_await connection.query(std::string(kUnlock), {}, Deadline::after(10s));
  co_return result;
}

Result<std::string> single(std::vector<std::string> current) {
  if (current.size() > 1)
    return fail(ErrorCode::failed_precondition,
                fmt::format("the database is at several heads ({})", fmt::join(current, ", ")));
  return current.empty() ? std::string() : std::move(current.front());
}

}  // namespace

Task<Result<std::vector<std::string>>> current_revisions(pg::Connection& connection,
                                                         Deadline deadline) {
  SB_CO_TRY(auto exists, co_await connection.query(
                             "SELECT to_regclass('alembic_version') IS NOT NULL", {}, deadline));
  std::vector<std::string> revisions;
  if (!exists.boolean(0, 0)) co_return revisions;
  SB_CO_TRY(auto rows, co_await connection.query(
                           "SELECT version_num FROM alembic_version ORDER BY 1", {}, deadline));
  for (int i = 0; i < rows.size(); ++i) revisions.emplace_back(rows.text(i, 0));
  co_return revisions;
}

Task<Result<int>> run(pg::Connection& connection, Planner plan,
                      std::function<void(const Step&)> started, Report report,
                      RunnerOptions options) {
  std::function<Task<Result<int>>()> body = [&]() -> Task<Result<int>> {
    auto deadline = Deadline::after(30s);
    SB_CO_TRY_VOID(co_await connection.execute(std::string(kVersionTable), deadline));
    // Read again under the lock: whoever held it before may have done the work.
    SB_CO_TRY(auto revisions, co_await current_revisions(connection, deadline));
    SB_CO_TRY(auto current, single(std::move(revisions)));
    SB_CO_TRY(auto steps, plan(current));
    for (const Step& step : steps)
      if (step.direction == Direction::downgrade && step.revision->irreversible)
        co_return fail(ErrorCode::failed_precondition,
                       fmt::format("revision {} is irreversible: {}", step.revision->id,
                                   *step.revision->irreversible));
    int finished = 0;
    for (const Step& step : steps) {
      started(step);
      auto done = co_await run_step(connection, step, report, options);
      if (!done) {
        if (finished > 0)
          report(fmt::format("applied {} of {} revisions; the rest was not started", finished,
                             steps.size()));
        co_return std::unexpected(std::move(done).error());
      }
      ++finished;
    }
    co_return finished;
  };
  co_return co_await with_lock<int>(connection, report, options, std::move(body));
}

Task<Result<>> stamp(pg::Connection& connection, std::string revision, bool purge,
                     RunnerOptions options) {
  std::function<Task<Result<>>()> body = [&]() -> Task<Result<>> {
    auto deadline = Deadline::after(30s);
    SB_CO_TRY_VOID(co_await connection.execute(std::string(kVersionTable), deadline));
    SB_CO_TRY(auto revisions, co_await current_revisions(connection, deadline));
    if (!purge)
      SB_CO_TRY_VOID([&]() -> Result<> {
        SB_TRY(auto ignored, single(revisions));
        return {};
      }());
    std::vector<pg::Statement> statements{{"DELETE FROM alembic_version", {}}};
    if (!revision.empty())
      statements.push_back({"INSERT INTO alembic_version (version_num) VALUES ($1)", {revision}});
    SB_CO_TRY(auto rows, co_await connection.pipeline(std::move(statements), deadline));
    co_return Result<>();
  };
  co_return co_await with_lock<void>(connection, [](std::string) {}, options, std::move(body));
}

std::string offline_script(const std::vector<Step>& steps) {
  std::string script = "BEGIN;\n\n";
  auto to = std::back_inserter(script);
  if (!steps.empty() && steps.front().from.empty()) fmt::format_to(to, "{};\n\n", kVersionTable);
  for (const Step& step : steps) {
    bool is_up = step.direction == Direction::upgrade;
    fmt::format_to(to, "-- Running {} {} -> {}\n\n", is_up ? "upgrade" : "downgrade", step.from,
                   step.to);
    if (!step.revision->is_transactional) script += "COMMIT;\n\n";
    for (const auto& statement : split_statements(sql_of(step)))
      fmt::format_to(to, "{};\n\n", statement);
    if (!step.revision->is_transactional) script += "BEGIN;\n\n";
    if (step.from.empty())
      fmt::format_to(to, "INSERT INTO alembic_version (version_num) VALUES ('{}');\n\n", step.to);
    else if (step.to.empty())
      fmt::format_to(to, "DELETE FROM alembic_version WHERE version_num = '{}';\n\n", step.from);
    else
      fmt::format_to(to,
                     "UPDATE alembic_version SET version_num='{}' WHERE version_num = '{}';\n\n",
                     step.to, step.from);
  }
  return script + "COMMIT;\n";
}

}  // namespace sb::migrate
