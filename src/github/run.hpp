// One run of a workflow, as a state machine without clock, process or disk: events change it,
// next() says what is to be done. It is kept as JSON, and what was written down is all that a
// restarted salthub knows.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/async/deadline.hpp"
#include "base/clock/clock.hpp"
#include "base/error/error.hpp"
#include "github/workflow.hpp"

namespace sb::github {

struct Step {
  std::int64_t number = 0;  // from 1
  std::string name;
  std::string kind;  // "checkout", "run", "skip"
  std::string script;
  std::map<std::string, std::string> env;
  std::string working_directory;
  std::string condition;
  std::string status = "queued";  // queued, in_progress, completed
  std::string conclusion;         // success, failure, skipped, cancelled, timed_out
  std::string note;               // why, for a person
  std::optional<Timestamp> started_at, completed_at;
};
BOOST_DESCRIBE_STRUCT(Step, (),
                      (number, name, kind, script, env, working_directory, condition, status,
                       conclusion, note, started_at, completed_at))

struct Job {
  std::int64_t id = 0;
  std::string key, name;
  std::vector<std::string> needs;
  std::string environment;
  bool needs_approval = false;
  std::map<std::string, std::string> env;
  std::int64_t timeout_minutes = 0;
  std::vector<Step> steps;
  std::string status = "queued";  // queued, waiting, in_progress, completed
  std::string conclusion;
  std::string note;
  std::optional<Timestamp> waiting_since, started_at, completed_at;
};
BOOST_DESCRIBE_STRUCT(Job, (),
                      (id, key, name, needs, environment, needs_approval, env, timeout_minutes,
                       steps, status, conclusion, note, waiting_since, started_at, completed_at))

struct Review {
  std::string environment;
  std::string state;  // approved, rejected, expired
  std::string user, comment;
  Timestamp at{};
};
BOOST_DESCRIBE_STRUCT(Review, (), (environment, state, user, comment, at))

struct Run {
  std::int64_t id = 0;
  std::int64_t number = 0;  // of its workflow
  std::int64_t workflow_id = 0;
  std::string workflow_file, workflow_name;
  std::string event;  // push, pull_request, workflow_dispatch
  std::string branch, sha, title, actor;
  std::map<std::string, std::string> env;
  std::vector<Job> jobs;
  std::vector<Review> reviews;
  bool is_cancelled = false;
  std::string status = "queued";  // queued, in_progress, waiting, completed
  std::string conclusion;         // success, failure, cancelled, startup_failure
  std::string note;
  Timestamp created_at{}, updated_at{};
  std::optional<Timestamp> started_at;
};
BOOST_DESCRIBE_STRUCT(Run, (),
                      (id, number, workflow_id, workflow_file, workflow_name, event, branch, sha,
                       title, actor, env, jobs, reviews, is_cancelled, status, conclusion, note,
                       created_at, updated_at, started_at))

struct Trigger {
  std::string event, branch, sha, title, actor, repository;
  std::map<std::string, std::string> inputs;
};

// A queued run; one that cannot be run as written is completed at once (startup_failure), with the
// reason as its note. `id` and `number` must be new; job ids are derived from `id`.
Run make_run(const Workflow& workflow, const Trigger& trigger, std::int64_t id, std::int64_t number,
             const std::vector<std::string>& protected_environments, Timestamp now);

const Job* find_job(const Run& run, std::int64_t id);  // null: it has none with this id

struct Next {
  enum class Kind : std::uint8_t { nothing, start_job, start_step, running_step };
  Kind kind = Kind::nothing;
  std::size_t job = 0, step = 0;
};
Next next(const Run& run);

void start_job(Run& run, std::size_t job, Timestamp now);
void start_step(Run& run, std::size_t job, std::size_t step, Timestamp now);
void finish_step(Run& run, std::size_t job, std::size_t step, std::string conclusion,
                 std::string note, Timestamp now);
// Environments that wait for somebody.
std::vector<std::string> pending_environments(const Run& run);
// Error failed_precondition when it does not wait for that environment.
Result<> review(Run& run, Review review);
// Rejects what waited longer than `limit`. True when something did.
bool expire(Run& run, Duration limit, Timestamp now);
// A step that runs goes on until finish_step: ending its process is the driver's part.
void cancel(Run& run, Timestamp now);

}  // namespace sb::github
