#include <fmt/format.h>

#include "release/engine/transitions.hpp"

namespace sb::release::transitions {

bool is_rolling_out(const State& s) {
  return s.stage == Stage::updating || s.stage == Stage::restoring;
}

Rollout& rollout(State& s) {
  return s.stage == Stage::restoring ? s.back : s.forward;
}

Next begin_update(State& s, Timestamp at) {
  s.forward.task_definition = s.task_definition;
  return enter(s, Stage::updating, at);
}

Next ask_for_deployment(State& s, std::int64_t delay_ms) {
  Rollout& r = rollout(s);
  ++r.requests;
  r.looks = 0;
  bool is_first = s.stage == Stage::updating && !s.plan.create_service.empty();
  return make(s, is_first ? ActionKind::create_service : ActionKind::update_service,
              r.task_definition, delay_ms);
}

Next baseline_read(State& s, Timestamp at, const BaselineRead& e) {
  Rollout& r = rollout(s);
  if (r.baseline_read) return std::nullopt;
  if (s.stage == Stage::updating) {
    // The plan was made against what ran then; someone else's change makes it void.
    if (s.abort_requested) return finish(s, at, Outcome::failed, s.cause);
    if (e.current_task_definition != s.plan.from_task_definition)
      return finish(
          s, at, Outcome::failed,
          fmt::format(
              "{} now has {} but the plan was made against {}: someone changed it meanwhile; "
              "nothing was changed, plan again",
              s.plan.service,
              e.current_task_definition.empty() ? "no service" : e.current_task_definition,
              s.plan.from_task_definition.empty() ? "no service" : s.plan.from_task_definition));
    if (is_running(e.newest_status) || is_rolling_back(e.newest_status))
      return finish(
          s, at, Outcome::failed,
          fmt::format("another deployment of {} is in progress ({}, {}): nothing was changed",
                      s.plan.service, e.newest_deployment, e.newest_status));
  }
  r.baseline_read = true;
  r.baseline = e.newest_deployment;
  s.attempts = 0;
  return ask_for_deployment(s, 0);
}

Next deployment_found(State& s, Timestamp at, const std::string& arn) {
  Rollout& r = rollout(s);
  s.attempts = 0;
  if (!arn.empty()) {
    r.deployment = arn;
    if (s.stage == Stage::restoring) {
      renew_patience(s, at);
      return make(s, ActionKind::describe_deployment, arn);
    }
    enter(s, Stage::deploying, at);
    if (s.abort_requested) return begin_rollback(s, at, s.cause, Verdict::unproven);
    return entry_action(s);
  }
  ++r.looks;
  const Pace& pace = s.plan.pace;
  // Answered, but not to be seen yet: lists lag behind. Not answered: after some looks it did not
  // happen, and asking again for the same task definition does no harm.
  if (!r.accepted && r.looks >= 3) {
    if (s.stage == Stage::updating && s.abort_requested)
      return finish(s, at, Outcome::failed, s.cause);
    if (r.requests < pace.max_attempts || at < s.patience_ends)
      return ask_for_deployment(s, pace.retry_ms);
    if (s.stage == Stage::updating)
      return finish(
          s, at, Outcome::failed,
          "the cloud did not take the update (" + s.last_error + "); the service was not touched");
    return interrupt(s, "the cloud does not take the way back: " + s.last_error);
  }
  if (r.accepted && at >= s.patience_ends) {
    if (s.stage == Stage::updating && s.plan.has_way_back())
      return begin_rollback(s, at, "the cloud accepted the update but shows no deployment of it",
                            Verdict::unproven);
    return interrupt(s, "the cloud accepted the update but shows no deployment of it");
  }
  return make(s, ActionKind::find_deployment, r.task_definition, pace.poll_ms);
}

}  // namespace sb::release::transitions
