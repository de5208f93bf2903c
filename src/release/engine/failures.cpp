#include <fmt/format.h>

#include <algorithm>

#include "release/engine/transitions.hpp"

namespace sb::release::transitions {

namespace {

std::string text_of(const ActionFailed& e) {
  return e.code.empty() ? e.message : fmt::format("{} ({})", e.message, e.code);
}

std::int64_t back_off(const State& s) {
  std::int64_t doublings = std::min<std::int64_t>(s.attempts, 4) - 1;
  return s.plan.pace.retry_ms << std::max<std::int64_t>(doublings, 0);
}

Next again(const State& s, ActionKind kind, std::string subject = {}) {
  return make(s, kind, std::move(subject), back_off(s));
}

bool is_transient(const ActionFailed& e) {
  return e.unknown || e.retryable;
}

// What may pass is tried again while there is patience (a cloud that is restarted takes its
// seconds), and a few times in any case.
bool may_write_again(const State& s, Timestamp at, const ActionFailed& e) {
  return is_transient(e) && (at < s.patience_ends || s.attempts < s.plan.pace.max_attempts);
}
// A read that was refused may be refused for a moment only: what was just made is not seen
// everywhere.
bool may_read_again(const State& s, Timestamp at, const ActionFailed& e) {
  return at < s.patience_ends && (is_transient(e) || s.attempts < s.plan.pace.max_attempts);
}

Next before_the_service(State& s, Timestamp at, const ActionFailed& e) {
  bool may_again =
      changes_something(e.action) ? may_write_again(s, at, e) : may_read_again(s, at, e);
  if (s.abort_requested) return finish(s, at, Outcome::failed, s.cause);
  if (may_again) {
    // An unknown registration is looked for first: a twin would be found by nobody.
    if (e.action == ActionKind::register_task_definition)
      return again(s, ActionKind::find_task_definition);
    if (e.action == ActionKind::create_snapshot) return again(s, e.action, s.plan.snapshot_id());
    if (e.action == ActionKind::describe_snapshot) return again(s, e.action, s.plan.snapshot_id());
    if (e.action == ActionKind::run_migration) return again(s, e.action, s.task_definition);
    if (e.action == ActionKind::describe_migration) return again(s, e.action, s.migration_task);
    return again(s, e.action);
  }
  std::string_view what =
      e.action == ActionKind::preflight           ? "what is there cannot be read"
      : e.action == ActionKind::create_snapshot   ? "the snapshot cannot be made"
      : e.action == ActionKind::describe_snapshot ? "the snapshot cannot be seen"
      : e.action == ActionKind::run_migration     ? "the migration cannot be started"
      : e.action == ActionKind::describe_migration
          ? "the migration cannot be seen (it may be running)"
          : "the task definition cannot be registered";
  return finish(s, at, e.action == ActionKind::preflight ? Outcome::refused : Outcome::failed,
                fmt::format("{}: {}; the service was not touched", what, text_of(e)));
}

// Nothing is locked yet, and nothing was changed but for the request itself.
Next before_the_lock(State& s, Timestamp at, const ActionFailed& e) {
  if (s.abort_requested) return finish(s, at, Outcome::failed, s.cause);
  // An approval may come for hours: while the cloud cannot be asked, it is still waited for.
  const bool is_waiting = e.action == ActionKind::read_approval && at < s.patience_ends;
  const bool may_again =
      changes_something(e.action) ? may_write_again(s, at, e) : may_read_again(s, at, e);
  if (may_again || (is_waiting && is_transient(e))) return again(s, e.action);
  const std::string_view what =
      e.action == ActionKind::evaluate_gates ? "the boxes of the checklist cannot be checked"
      : e.action == ActionKind::ask_approval ? "the approval cannot be asked for"
                                             : "the approval cannot be read";
  return finish(s, at, Outcome::refused, fmt::format("{}: {}", what, text_of(e)));
}

// Nobody is worse off for a few pages, so a release that holds its lock does not wait for long.
Next while_silencing(State& s, Timestamp at, const ActionFailed& e) {
  if (is_transient(e) && s.attempts < s.plan.pace.max_attempts) return again(s, e.action);
  s.warnings.push_back("alerts are not silenced: " + text_of(e));
  return begin_changes(s, at);
}

// What comes after the decision never changes it: it is tried again, and then said.
Next after_the_decision(State& s, Timestamp at, const ActionFailed& e, std::string_view what) {
  if (may_write_again(s, at, e) || s.attempts < s.plan.pace.max_attempts) return again(s, e.action);
  s.warnings.push_back(fmt::format("{}: {}", what, text_of(e)));
  return std::nullopt;
}

Next while_asking(State& s, Timestamp at, const ActionFailed& e) {
  Rollout& r = rollout(s);
  if (e.action == ActionKind::update_service || e.action == ActionKind::create_service) {
    // Unknown, now or in an earlier attempt: Describe tells.
    if (is_transient(e) || r.requests > 1)
      return again(s, ActionKind::find_deployment, r.task_definition);
    if (s.stage == Stage::updating)
      return finish(
          s, at, Outcome::failed,
          fmt::format("the cloud refused the update: {}; the service was not touched", text_of(e)));
    return finish(s, at, Outcome::rollback_failed,
                  fmt::format("{}; and the cloud refused the way back: {}", s.cause, text_of(e)),
                  s.verdict);
  }
  if (e.action == ActionKind::continue_deployment) return look(s);
  if (may_read_again(s, at, e)) {
    if (e.action == ActionKind::read_baseline) return again(s, e.action);
    if (e.action == ActionKind::find_deployment) return again(s, e.action, r.task_definition);
    return again(s, ActionKind::describe_deployment, r.deployment);
  }
  if (s.stage == Stage::updating && r.requests == 0)
    return finish(s, at, Outcome::failed,
                  fmt::format("{}; the service was not touched", text_of(e)));
  return interrupt(s, "the cloud cannot be asked what it did: " + text_of(e));
}

Next while_deploying(State& s, Timestamp at, const ActionFailed& e) {
  switch (e.action) {
    case ActionKind::continue_deployment:
      // Expired or used: what ECS did is seen next. Refused for long: give up.
      if (s.continues >= 2 * s.plan.pace.max_attempts)
        return begin_rollback(s, at, "the cloud does not continue the deployment: " + text_of(e),
                              Verdict::unproven);
      return make(s, ActionKind::describe_deployment, s.forward.deployment, back_off(s));
    case ActionKind::run_smoke:
      return begin_rollback(s, at, "the smoke tests could not be run: " + text_of(e),
                            Verdict::unproven);
    case ActionKind::read_metrics:
      if (++s.metric_failures < 2 * s.plan.pace.max_attempts)
        return again(s, ActionKind::describe_deployment, s.forward.deployment);
      return begin_rollback(s, at, "the metrics cannot be read: " + text_of(e), Verdict::unproven);
    default:
      if (may_read_again(s, at, e))
        return again(s, ActionKind::describe_deployment, s.forward.deployment);
      return begin_rollback(s, at, "the deployment cannot be seen: " + text_of(e),
                            Verdict::unproven);
  }
}

Next while_rolling_back(State& s, Timestamp at, const ActionFailed& e) {
  if (at >= s.patience_ends && !changes_something(e.action))
    return interrupt(s, "the cloud cannot be asked how the rollback goes: " + text_of(e));
  // Whether it happened or not is seen; if not, it is asked for again, another way.
  if (changes_something(e.action)) s.forward.looks = 1 << 20;
  return again(s, ActionKind::describe_deployment, s.forward.deployment);
}

}  // namespace

Next action_failed(State& s, Timestamp at, const ActionFailed& e) {
  ++s.attempts;
  s.last_error = text_of(e);
  if (e.code == "LockLost") {
    s.lock_held = false;
    return interrupt(s, "the release lock was taken over by someone else: " + e.message);
  }
  // Neither forward nor back until somebody renews them, and the tries would only use up what is
  // left of a hook's time. Whatever was decided stays decided; ECS rolls back what waits for too
  // long.
  if (e.locked_out)
    return interrupt(s, "the cloud does not accept the credentials; renew them: " + text_of(e));
  if (s.is_reacquiring) {
    if (may_write_again(s, at, e)) return again(s, ActionKind::acquire_lock);
    return interrupt(s, "the release lock cannot be taken: " + text_of(e));
  }
  switch (s.stage) {
    case Stage::created:
    case Stage::ended:
      return std::nullopt;
    case Stage::gating:
    case Stage::awaiting_approval:
      return before_the_lock(s, at, e);
    case Stage::locking:
      if (may_write_again(s, at, e)) return again(s, ActionKind::acquire_lock);
      if (!is_transient(e))
        return end_without_lock(s, at, Outcome::refused,
                                "the release lock cannot be taken: " + text_of(e));
      return finish(s, at, Outcome::refused, "the release lock cannot be taken: " + text_of(e));
    case Stage::silencing:
      return while_silencing(s, at, e);
    case Stage::closing:
      if (auto next = after_the_decision(s, at, e, "the release could not be closed properly"))
        return next;
      return unsilence(s, at);
    case Stage::unsilencing:
      if (auto next = after_the_decision(
              s, at, e,
              fmt::format("alerts could not be restored; they come back by themselves{}",
                          s.silenced_until ? " at " + format_rfc3339(*s.silenced_until)
                                           : std::string(" when their silence ends"))))
        return next;
      return unlock(s, at);
    case Stage::checking:
    case Stage::snapshotting:
    case Stage::registering:
    case Stage::migrating:
      return before_the_service(s, at, e);
    case Stage::updating:
    case Stage::restoring:
      return while_asking(s, at, e);
    case Stage::deploying:
      return while_deploying(s, at, e);
    case Stage::rolling_back:
      return while_rolling_back(s, at, e);
    case Stage::tidying:
      if (may_write_again(s, at, e)) return again(s, ActionKind::remove_hooks);
      // With hooks left behind, the next plain update-service would wait for nobody: not released.
      return interrupt(s, "the pause hooks are still on the service: " + text_of(e));
    case Stage::unlocking:
      if (may_write_again(s, at, e) || s.attempts < s.plan.pace.max_attempts)
        return again(s, ActionKind::release_lock);
      // The release is over all the same; the lock names it, and the next deploy may take it over.
      s.warnings.push_back("the release lock could not be released: " + text_of(e));
      return end(s, at);
  }
  return std::nullopt;
}

}  // namespace sb::release::transitions
