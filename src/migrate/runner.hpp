// Carries out steps on a database: one transaction each, under a session advisory lock that is
// polled, with lock_timeout and retries, so that a migration never holds up the traffic it shares
// the database with.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/pg/pg.hpp"
#include "migrate/script_directory.hpp"

namespace sb::migrate {

struct RunnerOptions {
  Duration lock_timeout =
      std::chrono::seconds(2);  // how long one attempt may queue for a table lock
  int max_attempts = 10;        // of one step, after lock timeouts and deadlocks
  Duration first_pause =
      std::chrono::milliseconds(500);  // doubled each time, with full jitter, to 30 s
  Duration runner_lock_wait = std::chrono::minutes(5);  // for another migration to end
  Duration step_timeout = std::chrono::hours(1);
};

using Report = std::function<void(std::string line)>;  // progress for a person

// The rows of alembic_version; none when the table is absent or empty.
Task<Result<std::vector<std::string>>> current_revisions(pg::Connection& connection,
                                                         Deadline deadline);

// Takes the lock, reads the version again, plans with `plan` and runs the steps; every finished
// step stays. Calls `started` before each. Returns how many ran. Errors: conflict (another runner,
// or table locks, with who holds them), and the failing statement's own.
using Planner = std::function<Result<std::vector<Step>>(const std::string& current)>;
Task<Result<int>> run(pg::Connection& connection, Planner plan,
                      std::function<void(const Step&)> started, Report report,
                      RunnerOptions options);

// Sets the version row without running anything. `purge` empties the table first.
Task<Result<>> stamp(pg::Connection& connection, std::string revision, bool purge,
                     RunnerOptions options);

// The SQL that run() would execute, for `--sql`.
std::string offline_script(const std::vector<Step>& steps);

}  // namespace sb::migrate
