#include <fmt/format.h>

#include "release/engine/transitions.hpp"

namespace sb::release {

namespace {
std::optional<std::int64_t> between(std::optional<Timestamp> from, std::optional<Timestamp> to) {
  if (!from || !to) return std::nullopt;
  return (*to - *from).count();
}
}  // namespace

std::optional<std::int64_t> Timings::shift_ms() const {
  return between(decided_at, shifted_at);
}

std::optional<std::int64_t> Timings::rollback_ms() const {
  return between(breach_at, traffic_back_at ? traffic_back_at : rolled_back_at);
}

namespace transitions {

namespace {

Timestamp later(Timestamp at, std::int64_t ms) {
  return at + std::chrono::milliseconds(ms);
}

std::int64_t patience_of(const State& s) {
  const Pace& pace = s.plan.pace;
  switch (s.stage) {
    case Stage::snapshotting:
      return pace.snapshot_patience_ms;
    case Stage::migrating:
      return pace.migration_patience_ms;
    case Stage::awaiting_approval:
      return s.approval.digest.empty() ? pace.call_patience_ms
                                       : s.plan.approval.expires_minutes * 60'000;
    case Stage::deploying:
      return pace.deployment_patience_ms;
    case Stage::rolling_back:
    case Stage::restoring:
    case Stage::tidying:
      return pace.rollback_patience_ms;
    default:
      return pace.call_patience_ms;
  }
}

}  // namespace

Next make(const State& s, ActionKind kind, std::string subject, std::int64_t delay_ms,
          std::string hook) {
  Action action;
  action.kind = kind;
  action.subject = std::move(subject);
  action.hook_id = std::move(hook);
  action.delay_ms = delay_ms;
  // The same for every attempt: clients' tokens are made of it. A hook is used up once, so it is
  // part.
  action.key = fmt::format("{}:{}", s.plan.release_id, static_cast<int>(kind));
  if (s.stage == Stage::restoring) action.key += ":back";
  if (!action.hook_id.empty()) action.key += ":" + action.hook_id;
  return action;
}

void renew_patience(State& s, Timestamp at) {
  s.attempts = 0;
  // An approval is waited for since it was asked for, however often the waiting was resumed.
  const bool is_asked = s.stage == Stage::awaiting_approval && s.approval.asked_at;
  s.patience_ends = later(is_asked ? *s.approval.asked_at : at, patience_of(s));
}

Next enter(State& s, Stage stage, Timestamp at) {
  s.stage = stage;
  s.last_error.clear();
  if (stage == Stage::locking) s.may_hold_lock = true;
  if (stage == Stage::silencing) s.may_be_silenced = true;
  renew_patience(s, at);
  return entry_action(s);
}

Next entry_action(State& s) {
  switch (s.stage) {
    case Stage::created:
    case Stage::ended:
      return std::nullopt;
    case Stage::gating:
      return make(s, ActionKind::evaluate_gates);
    case Stage::awaiting_approval:
      if (s.approval.digest.empty()) return make(s, ActionKind::ask_approval);
      return make(s, ActionKind::read_approval);
    case Stage::locking:
      return make(s, ActionKind::acquire_lock);
    case Stage::silencing:
      return make(s, ActionKind::silence_alerts);
    case Stage::checking:
      return make(s, ActionKind::preflight);
    case Stage::snapshotting:
      return make(s, ActionKind::create_snapshot, s.plan.snapshot_id());
    case Stage::registering:
      return make(s, ActionKind::find_task_definition);
    case Stage::migrating:
      // RunTask's client token makes the second call return the first one's task.
      if (s.migration_task.empty()) return make(s, ActionKind::run_migration, s.task_definition);
      return make(s, ActionKind::describe_migration, s.migration_task);
    case Stage::updating:
    case Stage::restoring: {
      const Rollout& r = rollout(s);
      if (!r.deployment.empty()) return make(s, ActionKind::describe_deployment, r.deployment);
      if (!r.baseline_read) return make(s, ActionKind::read_baseline);
      if (r.requests > 0) return make(s, ActionKind::find_deployment, r.task_definition);
      return ask_for_deployment(s, 0);
    }
    case Stage::deploying:
    case Stage::rolling_back:
      return make(s, ActionKind::describe_deployment, s.forward.deployment);
    case Stage::tidying:
      return make(s, ActionKind::remove_hooks);
    case Stage::closing:
      return make(s, ActionKind::close_release);
    case Stage::unsilencing:
      return make(s, ActionKind::restore_alerts);
    case Stage::unlocking:
      return make(s, ActionKind::release_lock);
  }
  return std::nullopt;
}

bool is_fresh(const State& s, std::optional<Timestamp> checked_at, Timestamp at) {
  return checked_at && at - *checked_at <= std::chrono::milliseconds(s.plan.pace.decision_fresh_ms);
}

Next look(const State& s) {
  const Rollout& r = s.stage == Stage::restoring ? s.back : s.forward;
  return make(s, ActionKind::describe_deployment, r.deployment, s.plan.pace.poll_ms);
}

Next interrupt(State& s, std::string why) {
  s.is_interrupted = true;
  s.is_reacquiring = false;
  s.last_error = std::move(why);
  return std::nullopt;
}

Next finish(State& s, Timestamp at, Outcome outcome, std::string cause, Verdict verdict) {
  s.outcome = outcome;
  s.cause = std::move(cause);
  s.verdict = verdict;
  if (outcome == Outcome::rolled_back) s.timings.rolled_back_at = at;
  // The hooks went to the service with the first request for a deployment.
  const bool may_have_hooks =
      s.plan.strategy == Strategy::blue_green && (s.forward.requests > 0 || s.back.requests > 0);
  return may_have_hooks ? enter(s, Stage::tidying, at) : close(s, at);
}

Next close(State& s, Timestamp at) {
  return s.plan.is_closed ? enter(s, Stage::closing, at) : unsilence(s, at);
}

Next unsilence(State& s, Timestamp at) {
  return s.may_be_silenced ? enter(s, Stage::unsilencing, at) : unlock(s, at);
}

Next unlock(State& s, Timestamp at) {
  return s.may_hold_lock ? enter(s, Stage::unlocking, at) : end(s, at);
}

Next end(State& s, Timestamp at) {
  s.stage = Stage::ended;
  s.timings.ended_at = at;
  return std::nullopt;
}

Next end_without_lock(State& s, Timestamp at, Outcome outcome, std::string cause) {
  s.outcome = outcome;
  s.cause = std::move(cause);
  s.lock_held = s.may_hold_lock = false;
  return close(s, at);
}

Next task_definition_known(State& s, Timestamp at, std::string arn) {
  s.task_definition = arn;
  s.forward.task_definition = std::move(arn);
  if (s.abort_requested) return finish(s, at, Outcome::failed, s.cause);
  if (s.plan.migrates()) return enter(s, Stage::migrating, at);
  return begin_update(s, at);
}

}  // namespace transitions
}  // namespace sb::release
