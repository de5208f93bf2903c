#include "release/engine/engine.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "release/engine/transitions.hpp"

namespace sb::release {

using namespace transitions;

namespace {

std::optional<Action> on(State& s, Timestamp at, const Started&) {
  if (s.stage != Stage::created) return std::nullopt;
  return begin(s, at);
}

std::optional<Action> on(State& s, Timestamp at, const Resumed&) {
  if (s.stage == Stage::ended || s.stage == Stage::created) return std::nullopt;
  ++s.resumes;
  s.is_interrupted = false;
  s.last_error.clear();
  renew_patience(s, at);
  // A fresh budget for what was tried in vain; that something was asked for is remembered.
  for (Rollout* r : {&s.forward, &s.back}) r->requests = std::min<std::int64_t>(r->requests, 1);
  s.continues = s.rollback_requests = s.metric_failures = 0;
  s.is_watching = false;  // what was measured before the crash is gone; the watch begins anew
  // No lock is held yet, or not any more.
  if (s.stage == Stage::locking || !s.may_hold_lock) return entry_action(s);
  s.is_reacquiring = true;
  return make(s, ActionKind::acquire_lock);
}

std::optional<Action> on(State& s, Timestamp, const Interrupted&) {
  if (s.stage != Stage::ended) s.is_interrupted = true;
  return std::nullopt;
}

std::optional<Action> on(State& s, Timestamp at, const AbortRequested& e) {
  if (s.outcome != Outcome::none || s.abort_requested || s.stage == Stage::created)
    return std::nullopt;
  if (s.stage == Stage::rolling_back || s.stage == Stage::restoring) return std::nullopt;
  s.abort_requested = true;
  s.cause = fmt::format("aborted by {}: {}", e.by, e.reason.empty() ? "no reason given" : e.reason);
  if (s.is_interrupted || s.is_reacquiring) return std::nullopt;
  if (s.stage == Stage::deploying) return begin_rollback(s, at, s.cause, Verdict::unproven);
  // Before that nothing has to be undone: the stage's next answer ends the release.
  return std::nullopt;
}

std::optional<Action> on(State& s, Timestamp at, const LockAcquired&) {
  if (s.is_reacquiring) {
    s.is_reacquiring = false;
    s.lock_held = true;
    renew_patience(s, at);
    if (s.abort_requested && s.stage == Stage::deploying)
      return begin_rollback(s, at, s.cause, Verdict::unproven);
    return entry_action(s);
  }
  if (s.stage != Stage::locking) return std::nullopt;
  s.lock_held = true;
  if (s.abort_requested) return finish(s, at, Outcome::failed, s.cause);
  return enter(s, Stage::checking, at);
}

std::optional<Action> on(State& s, Timestamp at, const LockHeld& e) {
  if (s.is_reacquiring) {
    s.lock_held = false;
    // Decided already, and what is left needs no lock: then nobody waits for the other's end.
    const bool is_over =
        s.stage == Stage::closing || s.stage == Stage::unsilencing || s.stage == Stage::unlocking;
    if (!is_over) return interrupt(s, e.holder);
    s.is_reacquiring = s.may_hold_lock = false;
    return s.stage == Stage::unlocking ? end(s, at) : entry_action(s);
  }
  if (s.stage != Stage::locking) return std::nullopt;
  return end_without_lock(s, at, Outcome::refused, e.holder);
}

std::optional<Action> on(State& s, Timestamp at, const PreflightDone& e) {
  if (s.stage != Stage::checking) return std::nullopt;
  s.warnings.insert(s.warnings.end(), e.warnings.begin(), e.warnings.end());
  if (!e.problems.empty())
    return finish(s, at, Outcome::refused, fmt::format("{}", fmt::join(e.problems, "; ")));
  if (s.abort_requested) return finish(s, at, Outcome::failed, s.cause);
  if (s.plan.silence_minutes > 0) return enter(s, Stage::silencing, at);
  return begin_changes(s, at);
}

std::optional<Action> on(State& s, Timestamp, const SnapshotCreated&) {
  if (s.stage != Stage::snapshotting) return std::nullopt;
  s.attempts = 0;
  return make(s, ActionKind::describe_snapshot, s.plan.snapshot_id());
}

std::optional<Action> on(State& s, Timestamp at, const SnapshotSeen& e) {
  if (s.stage != Stage::snapshotting) return std::nullopt;
  if (e.status == "available") {
    s.snapshot_taken = true;
    if (s.abort_requested) return finish(s, at, Outcome::failed, s.cause);
    return enter(s, Stage::registering, at);
  }
  if (e.status == "failed" || at >= s.patience_ends)
    return finish(
        s, at, Outcome::failed,
        fmt::format("the snapshot {} of {} {}; nothing was changed", s.plan.snapshot_id(),
                    s.plan.db_instance,
                    e.status == "failed" ? "failed" : "did not become available in time"));
  s.attempts = 0;
  // Asked for and not there: the request was lost.
  if (e.status.empty())
    return make(s, ActionKind::create_snapshot, s.plan.snapshot_id(), s.plan.pace.poll_ms);
  return make(s, ActionKind::describe_snapshot, s.plan.snapshot_id(), s.plan.pace.poll_ms);
}

std::optional<Action> on(State& s, Timestamp at, const TaskDefinitionFound& e) {
  if (s.stage != Stage::registering) return std::nullopt;
  if (!e.arn.empty()) return task_definition_known(s, at, e.arn);
  // attempts counts on: it bounds how often a registration is tried whose outcome stays unknown.
  if (s.attempts >= s.plan.pace.max_attempts && at >= s.patience_ends)
    return finish(s, at, Outcome::failed,
                  "the task definition could not be registered: " + s.last_error);
  ++s.attempts;
  return make(s, ActionKind::register_task_definition);
}

std::optional<Action> on(State& s, Timestamp at, const TaskDefinitionRegistered& e) {
  if (s.stage != Stage::registering) return std::nullopt;
  return task_definition_known(s, at, e.arn);
}

std::optional<Action> on(State& s, Timestamp, const MigrationStarted& e) {
  if (s.stage != Stage::migrating) return std::nullopt;
  s.migration_task = e.task_arn;
  s.attempts = 0;
  return make(s, ActionKind::describe_migration, e.task_arn, s.plan.pace.poll_ms);
}

std::optional<Action> on(State& s, Timestamp at, const MigrationSeen& e) {
  if (s.stage != Stage::migrating) return std::nullopt;
  s.attempts = 0;
  if (e.status == "STOPPED") {
    if (e.exit_code != 0)
      return finish(
          s, at, Outcome::failed,
          fmt::format(
              "the migration {}{}; the service was not touched, and the old version works with "
              "every schema between {} and {}",
              e.exit_code ? fmt::format("ended with exit code {}", *e.exit_code)
                          : std::string("did not run to its end"),
              e.reason.empty() ? std::string() : " (" + e.reason + ")",
              s.plan.schema_from.empty() ? "empty" : s.plan.schema_from, s.plan.schema_to));
    s.migrations_ran = true;
    if (s.abort_requested) return finish(s, at, Outcome::failed, s.cause);
    return begin_update(s, at);
  }
  if (at >= s.patience_ends)
    return finish(
        s, at, Outcome::failed,
        fmt::format("the migration task {} has not ended in time; the service was not touched",
                    s.migration_task));
  return make(s, ActionKind::describe_migration, s.migration_task, s.plan.pace.poll_ms);
}

std::optional<Action> on(State& s, Timestamp at, const BaselineRead& e) {
  return is_rolling_out(s) ? baseline_read(s, at, e) : std::nullopt;
}

std::optional<Action> on(State& s, Timestamp, const ServiceUpdated&) {
  if (!is_rolling_out(s)) return std::nullopt;
  rollout(s).accepted = true;
  s.attempts = 0;
  return make(s, ActionKind::find_deployment, rollout(s).task_definition);
}

std::optional<Action> on(State& s, Timestamp at, const DeploymentFound& e) {
  return is_rolling_out(s) ? deployment_found(s, at, e.arn) : std::nullopt;
}

std::optional<Action> on(State& s, Timestamp at, const DeploymentSeen& e) {
  if (s.stage == Stage::deploying) return forward_seen(s, at, e.view);
  if (s.stage == Stage::rolling_back) return rollback_seen(s, at, e.view);
  if (s.stage == Stage::restoring) return restore_seen(s, at, e.view);
  return std::nullopt;
}

std::optional<Action> on(State& s, Timestamp at, const SmokeFinished& e) {
  if (s.stage != Stage::deploying) return std::nullopt;
  return smoke_finished(s, at, e);
}

std::optional<Action> on(State& s, Timestamp at, const WatchSeen& e) {
  if (s.stage != Stage::deploying) return std::nullopt;
  return watch_seen(s, at, e);
}

std::optional<Action> on(State& s, Timestamp, const ContinueAccepted&) {
  if (s.stage != Stage::deploying && s.stage != Stage::restoring) return std::nullopt;
  s.attempts = 0;
  return look(s);
}

std::optional<Action> on(State& s, Timestamp, const RollbackAccepted&) {
  if (s.stage != Stage::rolling_back) return std::nullopt;
  s.attempts = 0;
  return look(s);
}

std::optional<Action> on(State& s, Timestamp at, const LockReleased&) {
  if (s.stage != Stage::unlocking) return std::nullopt;
  s.lock_held = s.may_hold_lock = false;
  return end(s, at);
}

std::optional<Action> on(State& s, Timestamp at, const HooksRemoved&) {
  if (s.stage != Stage::tidying) return std::nullopt;
  return close(s, at);
}

std::optional<Action> on(State& s, Timestamp at, const GatesEvaluated& e) {
  return s.stage == Stage::gating ? gates_evaluated(s, at, e) : std::nullopt;
}

std::optional<Action> on(State& s, Timestamp at, const ApprovalAsked& e) {
  return s.stage == Stage::awaiting_approval ? approval_asked(s, at, e) : std::nullopt;
}

std::optional<Action> on(State& s, Timestamp at, const ApprovalSeen& e) {
  return s.stage == Stage::awaiting_approval ? approval_seen(s, at, e) : std::nullopt;
}

std::optional<Action> on(State& s, Timestamp at, const AlertsSilenced& e) {
  return s.stage == Stage::silencing ? alerts_silenced(s, at, e) : std::nullopt;
}

std::optional<Action> on(State& s, Timestamp at, const ReleaseClosed& e) {
  if (s.stage != Stage::closing) return std::nullopt;
  s.changelog = e.changelog;
  s.status_page = e.status_page;
  s.warnings.insert(s.warnings.end(), e.problems.begin(), e.problems.end());
  return unsilence(s, at);
}

std::optional<Action> on(State& s, Timestamp at, const AlertsRestored&) {
  if (s.stage != Stage::unsilencing) return std::nullopt;
  s.may_be_silenced = false;
  return unlock(s, at);
}

std::optional<Action> on(State& s, Timestamp at, const ActionFailed& e) {
  if (s.stage == Stage::created || s.stage == Stage::ended) return std::nullopt;
  return action_failed(s, at, e);
}

}  // namespace

bool changes_something(ActionKind kind) {
  switch (kind) {
    case ActionKind::acquire_lock:
    case ActionKind::create_snapshot:
    case ActionKind::register_task_definition:
    case ActionKind::run_migration:
    case ActionKind::create_service:
    case ActionKind::update_service:
    case ActionKind::continue_deployment:
    case ActionKind::rollback_at_hook:
    case ActionKind::stop_deployment:
    case ActionKind::release_lock:
    case ActionKind::remove_hooks:
    case ActionKind::ask_approval:
    case ActionKind::silence_alerts:
    case ActionKind::restore_alerts:
    case ActionKind::close_release:
      return true;
    case ActionKind::preflight:
    case ActionKind::describe_snapshot:
    case ActionKind::find_task_definition:
    case ActionKind::describe_migration:
    case ActionKind::read_baseline:
    case ActionKind::find_deployment:
    case ActionKind::describe_deployment:
    case ActionKind::run_smoke:
    case ActionKind::read_metrics:
    case ActionKind::evaluate_gates:
    case ActionKind::read_approval:
      return false;
  }
  return false;
}

State initial(Plan plan) {
  State state;
  state.smoke_skipped = !plan.smoke;
  state.forward.task_definition = plan.to_task_definition;
  state.back.task_definition = plan.from_task_definition;
  state.plan = std::move(plan);
  return state;
}

Step step(const State& state, const Event& event) {
  Step result{.state = state};
  // An interrupted release hears only its resumption (and what an operator wants of it then).
  bool is_heard = !state.is_interrupted || std::holds_alternative<Resumed>(event.body) ||
                  std::holds_alternative<AbortRequested>(event.body);
  if (is_heard)
    result.next =
        std::visit([&](const auto& body) { return on(result.state, event.at, body); }, event.body);
  result.changed = result.state != state;
  return result;
}

}  // namespace sb::release
