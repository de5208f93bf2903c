// Everything that can happen to a release, and everything it can ask for. Both are plain data: an
// event is journaled before the actions that follow from it are performed.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock/clock.hpp"
#include "base/error/error.hpp"
#include "release/engine/box.hpp"

namespace sb::release {

// Actions are one API call each (or one read made of several), so that the engine alone decides
// what an unknown outcome means. All are idempotent under their key.
enum class ActionKind {
  acquire_lock,
  preflight,             // reads only
  create_snapshot,       // subject: snapshot id
  describe_snapshot,     // subject: snapshot id
  find_task_definition,  // by the release's tag
  register_task_definition,
  run_migration,       // key is RunTask's client token
  describe_migration,  // subject: task ARN
  read_baseline,       // the newest service deployment and the current task definition
  create_service,
  update_service,       // subject: task definition
  find_deployment,      // subject: task definition; the newest deployment to it since the baseline
  describe_deployment,  // subject: service deployment ARN
  run_smoke,            // subject: "test" or "production"
  read_metrics,
  continue_deployment,  // subject: deployment, hook_id
  rollback_at_hook,     // subject: deployment, hook_id
  stop_deployment,      // subject: deployment; StopServiceDeployment ROLLBACK
  release_lock,
  remove_hooks,  // the service pauses for nobody any more; done at once when there are none
  // New ones at the end only: their numbers are in keys.
  evaluate_gates,  // reads only
  ask_approval,
  read_approval,
  silence_alerts,  // under the release's id, always with an end
  restore_alerts,  // whatever this release silenced; nothing is success
  close_release,  // changelog, status page, what was proven; the request for approval is taken away
};
BOOST_DESCRIBE_ENUM(ActionKind, acquire_lock, preflight, create_snapshot, describe_snapshot,
                    find_task_definition, register_task_definition, run_migration,
                    describe_migration, read_baseline, create_service, update_service,
                    find_deployment, describe_deployment, run_smoke, read_metrics,
                    continue_deployment, rollback_at_hook, stop_deployment, release_lock,
                    remove_hooks, evaluate_gates, ask_approval, read_approval, silence_alerts,
                    restore_alerts, close_release)

// True when performing it changes something outside: then the step that asked for it changed the
// state and is in the journal.
bool changes_something(ActionKind kind);

struct Action {
  ActionKind kind = ActionKind::acquire_lock;
  std::string key;  // stable: the same for every attempt, also after a crash
  std::string subject;
  std::string hook_id;
  std::int64_t delay_ms = 0;  // wait this long first
};

// --- events ------------------------------------------------------------------------------------

struct Started {};
struct Resumed {
  std::string by;
};
struct Interrupted {
  std::string by;
};
struct AbortRequested {
  std::string by;
  std::string reason;
};

// An action did not succeed. `unknown`: it may nevertheless have happened (timeout, connection
// lost). `retryable`: nothing is wrong with the request itself (throttling, 5xx, unreachable).
// `locked_out`: the cloud does not accept the credentials, so nothing can be asked or done.
struct ActionFailed {
  ActionKind action = ActionKind::acquire_lock;
  std::string code;
  std::string message;
  bool unknown = false;
  bool retryable = false;
  bool locked_out = false;
};

struct LockAcquired {};
struct LockHeld {
  std::string holder;  // a sentence: who, where, which release, since when, and what to do
};
struct PreflightDone {
  std::vector<std::string> problems;  // sentences; any one refuses the release
  std::vector<std::string> warnings;
};
struct SnapshotCreated {};
struct SnapshotSeen {
  std::string status;  // RDS's word; empty: not there
  std::int64_t percent = 0;
};
struct TaskDefinitionFound {
  std::string arn;  // empty: none carries the release's tag
};
struct TaskDefinitionRegistered {
  std::string arn;
};
struct MigrationStarted {
  std::string task_arn;
};
struct MigrationSeen {
  std::string status;  // ECS's lastStatus
  std::optional<std::int64_t> exit_code;
  std::string reason;
  std::vector<std::string> log_lines;
};
struct BaselineRead {
  std::string newest_deployment;  // ARN; empty: none yet
  std::string newest_status;
  std::string current_task_definition;  // ARN; empty: no service
};
struct ServiceUpdated {};
struct DeploymentFound {
  std::string arn;  // empty: not there (yet)
};
// What DescribeServiceDeployments says, cut down to what a decision needs.
struct DeploymentView {
  std::string status;
  std::string status_reason;
  std::string stage;
  std::string hook_id;  // of a PAUSE hook that is AWAITING_ACTION
  std::string hook_expires_at;
  std::string hook_timeout_action;
  std::int64_t target_running = 0;
  std::int64_t target_requested = 0;
  double target_test_weight = 0;
  double target_production_weight = 0;
  std::int64_t failed_tasks = 0;
  std::string production_version;  // what production answered while rolling back: proof, not a wish
  std::string task_trouble;        // why the target's tasks stop or are not healthy, if so

  bool operator==(const DeploymentView&) const = default;
};
struct DeploymentSeen {
  DeploymentView view;
};
struct SmokeFinished {
  std::string target;  // "test" or "production"
  bool passed = false;
  bool asserted = false;  // false: nothing could be asked at all (connection refused)
  std::string summary;    // one sentence
  std::string report;     // JSON: every check with its time and evidence
};
// One look at the metrics. `failed` is final at once; `passed` only when the watch's time is over.
enum class WatchState { watching, passed, failed, too_little_traffic, no_data };
BOOST_DESCRIBE_ENUM(WatchState, watching, passed, failed, too_little_traffic, no_data)
struct WatchSeen {
  WatchState state = WatchState::watching;
  std::string summary;   // one sentence with the numbers
  std::string evidence;  // JSON
};
struct ContinueAccepted {};
struct RollbackAccepted {};
struct LockReleased {};
struct HooksRemoved {};

struct GatesEvaluated {
  std::vector<Box> boxes;  // all of the pre-deployment list
};
struct ApprovalAsked {
  std::string digest;  // of the plan, which is what is approved
  std::string requested_by;
  Timestamp expires_at{};  // by the server's clock
};
enum class ApprovalState { waiting, approved, rejected, invalid };
BOOST_DESCRIBE_ENUM(ApprovalState, waiting, approved, rejected, invalid)
struct ApprovalSeen {
  ApprovalState state = ApprovalState::waiting;
  std::string by;
  std::string caller_arn;  // who AWS says that was
  std::string how;         // empty: `saltctl approve`; else how it came together with the deploy
  std::string reason;      // theirs; of an invalid one: why it does not count
  Timestamp answered_at{};
};
// A failure to silence is said and never stops a release.
struct AlertsSilenced {
  std::string id;  // empty: none was silenced
  Timestamp until{};
  std::vector<std::string> kept;  // critical monitors that were checked to go on
  std::string problem;
};
struct AlertsRestored {};
struct ReleaseClosed {
  std::string changelog;    // a sentence: where the entry is
  std::string status_page;  // a sentence: what the public was told, or why nothing
  std::vector<std::string> problems;
};

BOOST_DESCRIBE_STRUCT(Started, (), ())
BOOST_DESCRIBE_STRUCT(Resumed, (), (by))
BOOST_DESCRIBE_STRUCT(Interrupted, (), (by))
BOOST_DESCRIBE_STRUCT(AbortRequested, (), (by, reason))
BOOST_DESCRIBE_STRUCT(ActionFailed, (), (action, code, message, unknown, retryable, locked_out))
BOOST_DESCRIBE_STRUCT(LockAcquired, (), ())
BOOST_DESCRIBE_STRUCT(LockHeld, (), (holder))
BOOST_DESCRIBE_STRUCT(PreflightDone, (), (problems, warnings))
BOOST_DESCRIBE_STRUCT(SnapshotCreated, (), ())
BOOST_DESCRIBE_STRUCT(SnapshotSeen, (), (status, percent))
BOOST_DESCRIBE_STRUCT(TaskDefinitionFound, (), (arn))
BOOST_DESCRIBE_STRUCT(TaskDefinitionRegistered, (), (arn))
BOOST_DESCRIBE_STRUCT(MigrationStarted, (), (task_arn))
BOOST_DESCRIBE_STRUCT(MigrationSeen, (), (status, exit_code, reason, log_lines))
BOOST_DESCRIBE_STRUCT(BaselineRead, (), (newest_deployment, newest_status, current_task_definition))
BOOST_DESCRIBE_STRUCT(ServiceUpdated, (), ())
BOOST_DESCRIBE_STRUCT(DeploymentFound, (), (arn))
BOOST_DESCRIBE_STRUCT(DeploymentView, (),
                      (status, status_reason, stage, hook_id, hook_expires_at, hook_timeout_action,
                       target_running, target_requested, target_test_weight,
                       target_production_weight, failed_tasks, production_version, task_trouble))
BOOST_DESCRIBE_STRUCT(DeploymentSeen, (), (view))
BOOST_DESCRIBE_STRUCT(SmokeFinished, (), (target, passed, asserted, summary, report))
BOOST_DESCRIBE_STRUCT(WatchSeen, (), (state, summary, evidence))
BOOST_DESCRIBE_STRUCT(ContinueAccepted, (), ())
BOOST_DESCRIBE_STRUCT(RollbackAccepted, (), ())
BOOST_DESCRIBE_STRUCT(LockReleased, (), ())
BOOST_DESCRIBE_STRUCT(HooksRemoved, (), ())
BOOST_DESCRIBE_STRUCT(GatesEvaluated, (), (boxes))
BOOST_DESCRIBE_STRUCT(ApprovalAsked, (), (digest, requested_by, expires_at))
BOOST_DESCRIBE_STRUCT(ApprovalSeen, (), (state, by, caller_arn, how, reason, answered_at))
BOOST_DESCRIBE_STRUCT(AlertsSilenced, (), (id, until, kept, problem))
BOOST_DESCRIBE_STRUCT(AlertsRestored, (), ())
BOOST_DESCRIBE_STRUCT(ReleaseClosed, (), (changelog, status_page, problems))

using EventBody =
    std::variant<Started, Resumed, Interrupted, AbortRequested, ActionFailed, LockAcquired,
                 LockHeld, PreflightDone, SnapshotCreated, SnapshotSeen, TaskDefinitionFound,
                 TaskDefinitionRegistered, MigrationStarted, MigrationSeen, BaselineRead,
                 ServiceUpdated, DeploymentFound, DeploymentSeen, SmokeFinished, WatchSeen,
                 ContinueAccepted, RollbackAccepted, LockReleased, HooksRemoved, GatesEvaluated,
                 ApprovalAsked, ApprovalSeen, AlertsSilenced, AlertsRestored, ReleaseClosed>;

struct Event {
  Timestamp at;
  EventBody body;
};

// "1.2.0" is answered by X-SaltBitter-Version as "1.2.0+abc1234".
inline bool is_same_version(std::string_view seen, std::string_view expected) {
  return seen == expected ||
         (seen.starts_with(expected) && seen.substr(expected.size()).starts_with("+"));
}

// "smoke_finished": the type's name in the journal.
std::string_view type_name(const EventBody& body);

}  // namespace sb::release
