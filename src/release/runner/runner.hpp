// Releases as commands run them: make a plan, carry it out, resume, roll back, look. A thin
// executor of the engine's actions over the AWS API; everything it learns is journaled before it
// acts on it.
//
//   SB_CO_TRY(auto runner, Runner::open(config, options));
//   SB_CO_TRY(auto plan, co_await runner.plan_deploy({.image = ..., .task_definition = ...}));
//   show(planned_steps(plan));  ask();
//   SB_CO_TRY(auto report, co_await runner.run(plan, observer));   // exit_code(report.outcome)
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/async/task.hpp"
#include "base/fs/fs.hpp"
#include "release/analysis/analysis.hpp"
#include "release/engine/engine.hpp"
#include "release/journal/journal.hpp"
#include "release/runner/environment.hpp"
#include "release/runner/lock.hpp"
#include "release/runner/status.hpp"
#include "release/runner/surroundings.hpp"
#include "release/smoke/smoke.hpp"

namespace sb::release {

// Live progress: called on the runner's thread, must not block. `state` is the state after the
// event.
class Observer {
 public:
  virtual ~Observer() = default;
  // Every event that changed the state, in order, after it was journaled.
  virtual void on_event(const Event& event, const State& before, const State& state) {
    (void)event, (void)before, (void)state;
  }
  // About to perform it (after its delay). Polls are not announced.
  virtual void on_action(const Action& action, const State& state) {
    (void)action, (void)state;
  }
  // Between events: one finished smoke check, or the newest look at the metrics.
  virtual void on_smoke_check(const std::string& target, const smoke::CheckResult& check) {
    (void)target, (void)check;
  }
  virtual void on_watch(const analysis::Reading& reading) {
    (void)reading;
  }
};

struct RunnerOptions {
  fs::Path journal;  // home/release/journal.db; its folder is made
  std::string who;   // user; empty: $USER
  // Is this image (name:tag@digest) there to be run? Empty: not checked. Error: why not.
  std::function<Result<>(const std::string& image)> check_image;
  std::vector<fs::Path> evidence;  // folders with tests.json and the like; the first counts
  fs::Path changelog;              // the environment's; empty: none is kept
  std::shared_ptr<Surroundings> surroundings;  // may be missing
};

struct DeployRequest {
  std::string image;            // name:tag@sha256:...
  std::string version;          // expected X-SaltBitter-Version; empty: not checked
  std::string task_definition;  // RegisterTaskDefinition's request as JSON, image filled in
  std::string
      create_service;       // CreateService's request as JSON: used when the service does not exist
  std::string schema_head;  // the image's label com.saltbitter.schema.head
  // Revisions the image brings, oldest first; those after the environment's present one are
  // pending.
  std::vector<std::string> revisions;
  std::string reason;
  bool skip_snapshot = false;

  // What the image says of itself (Plan explains them).
  std::string commit;
  bool is_dirty = false;
  std::vector<std::string> flags;
  std::map<std::string, std::string> checksums;
  std::int64_t schema_floor = 0;

  bool is_hotfix = false;  // the environment's hotfix_gates are asked for
  std::vector<Waiver> waivers;
  std::string approved_by;  // the approval comes with the deploy, and how that is known
  std::string approved_how;
};

struct RollbackRequest {
  std::string
      to;  // "family:7", "7", an ARN, or empty: the last revision that the ledger calls good
  std::string reason;
  bool despite_schema = false;  // also to code that does not live with the present schema
  // Without `to`: to a version that an earlier rollback left only when there is no other. Otherwise
  // a second one undoes the first.
  bool rather_not_to_what_was_left = false;
};

// How it ended, and the figures of the demo's report.
struct Report {
  std::string release_id;
  std::string environment;
  std::string from_version;
  std::string to_version;
  Outcome outcome = Outcome::none;
  std::string sentence;  // describe(state)
  State state;
};

class Runner {
 public:
  static Result<Runner> open(EnvironmentConfig config, RunnerOptions options);
  Runner(Runner&&) noexcept;
  ~Runner();

  // Reads what is there and says what would be done. Error failed_precondition or not_found with a
  // sentence when it cannot be.
  Task<Result<Plan>> plan_deploy(DeployRequest request);
  Task<Result<Plan>> plan_rollback(RollbackRequest request);

  // The boxes of the pre-deployment list as they are now; nothing is changed, nobody is told.
  Task<Result<std::vector<Box>>> preview_gates(Plan plan);

  // Carries it out. An Error only when the journal cannot be written or the plan is invalid; every
  // other end is a Report. Ends early, resumable, when stop() was called.
  Task<Result<Report>> run(Plan plan, Observer& observer);

  enum class ResumeAs { go_on, roll_back };
  // The environment's unfinished release (or this one); not_found when there is none.
  Task<Result<Report>> resume(std::string release_id, ResumeAs as, Observer& observer);

  // While a release of another process is at it: StopServiceDeployment ROLLBACK, which that process
  // sees and reports. not_found when no deployment is in progress.
  Task<Result<std::string>> stop_running_deployment();

  Task<Result<EnvironmentStatus>> status();
  // The smoke tests alone, against the environment's url (or its test url).
  Task<smoke::Report> smoke(smoke::Target target, std::string expected_version, Observer& observer);
  // Takes the lock away from whoever holds it, and writes that down.
  Task<Result<>> break_lock(std::string reason);

  // From a signal handler's coroutine on the same thread: leave after the present call; the release
  // stays resumable.
  void stop();

  journal::Journal& journal();

 private:
  struct Impl;
  explicit Runner(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sb::release
