#include <fmt/format.h>

#include "release/engine/transitions.hpp"

namespace sb::release::transitions {

namespace {

constexpr std::int64_t kLooksForARollback = 25;  // in vain, before it is asked for again

// The way back that fits what ECS is doing. It alternates: what is refused once is tried the other
// way.
Next ask_for_rollback(State& s, const DeploymentView& view, std::int64_t delay_ms) {
  ++s.rollback_requests;
  s.forward.looks = 0;
  bool is_even = s.rollback_requests % 2 == 0;
  if (!view.hook_id.empty() && !is_even)
    return make(s, ActionKind::rollback_at_hook, s.forward.deployment, delay_ms, view.hook_id);
  return make(s, ActionKind::stop_deployment, s.forward.deployment, delay_ms);
}

Next no_way_back(State& s, Timestamp at) {
  return finish(s, at, Outcome::rollback_failed,
                s.cause +
                    "; this was the first deployment, so there is nothing to go back to: deploy a "
                    "version that works",
                s.verdict);
}

Next rolled_back(State& s, Timestamp at) {
  if (s.timings.shifted_at && !s.timings.traffic_back_at) s.timings.traffic_back_at = at;
  return finish(s, at, Outcome::rolled_back, s.cause, s.verdict);
}

}  // namespace

void note_traffic(State& s, Timestamp at, const DeploymentView& view) {
  if (s.plan.strategy == Strategy::rolling) return;
  // Weights are what ECS wants; a stage that is over is what it has confirmed.
  const bool is_shifted = view.target_production_weight >= 100 && is_running(view.status) &&
                          view.stage != "PRODUCTION_TRAFFIC_SHIFT";
  if (!s.timings.shifted_at && is_shifted) s.timings.shifted_at = at;
  const bool is_going_back = is_rolling_back(view.status) || view.status == "ROLLBACK_SUCCESSFUL";
  const bool is_proven = view.production_version.empty() || s.plan.from_version.empty() ||
                         is_same_version(view.production_version, s.plan.from_version);
  if (s.timings.shifted_at && s.timings.breach_at && !s.timings.traffic_back_at && is_going_back &&
      view.target_production_weight <= 0 && is_proven)
    s.timings.traffic_back_at = at;
}

Next begin_rollback(State& s, Timestamp at, std::string cause, Verdict verdict) {
  s.cause = std::move(cause);
  s.verdict = verdict;
  if (!s.timings.breach_at) s.timings.breach_at = at;
  const DeploymentView view = s.forward.seen;
  if (s.forward.deployment.empty()) return begin_restore(s, at);
  if (!is_running(view.status) && !view.status.empty()) {
    s.stage = Stage::rolling_back;
    renew_patience(s, at);
    return rollback_seen(s, at, view);
  }
  s.stage = Stage::rolling_back;
  renew_patience(s, at);
  return ask_for_rollback(s, view, 0);
}

Next begin_restore(State& s, Timestamp at) {
  if (!s.plan.has_way_back()) return no_way_back(s, at);
  s.back = Rollout{.task_definition = s.plan.from_task_definition};
  return enter(s, Stage::restoring, at);
}

Next rollback_seen(State& s, Timestamp at, const DeploymentView& view) {
  s.attempts = 0;
  note_traffic(s, at, view);
  if (view != s.forward.seen) {
    s.forward.seen = view;
    s.patience_ends = at + std::chrono::milliseconds(s.plan.pace.rollback_patience_ms);
  }
  if (view.status == "ROLLBACK_SUCCESSFUL") return rolled_back(s, at);
  if (view.status == "ROLLBACK_FAILED") {
    if (!s.plan.has_way_back()) return no_way_back(s, at);
    return finish(
        s, at, Outcome::rollback_failed,
        fmt::format("{}; and ECS could not put the old version back{}", s.cause,
                    view.status_reason.empty() ? std::string() : " (" + view.status_reason + ")"),
        s.verdict);
  }
  // Too late for ECS's own way back, or it stopped half-way: deploy the old revision anew.
  if (view.status == "SUCCESSFUL" || view.status == "STOPPED") return begin_restore(s, at);

  if (is_running(view.status)) {
    ++s.forward.looks;
    if (s.rollback_requests >= 2 * s.plan.pace.max_attempts) return begin_restore(s, at);
    if (s.forward.looks >= kLooksForARollback) return ask_for_rollback(s, view, 0);
  }
  if (at >= s.patience_ends)
    return interrupt(
        s, fmt::format("ECS has been at {} for too long; it goes on by itself", view.status));
  return look(s);
}

Next restore_seen(State& s, Timestamp at, const DeploymentView& view) {
  s.attempts = 0;
  if (view != s.back.seen) {
    s.back.seen = view;
    s.patience_ends = at + std::chrono::milliseconds(s.plan.pace.rollback_patience_ms);
  }
  if (s.plan.strategy != Strategy::rolling && s.timings.breach_at && !s.timings.traffic_back_at &&
      view.target_production_weight >= 100)
    s.timings.traffic_back_at = at;
  if (view.status == "SUCCESSFUL") {
    if (!s.timings.traffic_back_at) s.timings.traffic_back_at = at;
    return rolled_back(s, at);
  }
  if (view.status == "ROLLBACK_SUCCESSFUL" || view.status == "ROLLBACK_FAILED" ||
      view.status == "STOPPED")
    return finish(
        s, at, Outcome::rollback_failed,
        fmt::format("{}; and the deployment that was to put the old version back ended as {}{}",
                    s.cause, view.status,
                    view.status_reason.empty() ? std::string() : " (" + view.status_reason + ")"),
        s.verdict);
  // The old version proved itself before; its hooks are there for new ones.
  if (is_running(view.status) && !view.hook_id.empty()) {
    ++s.continues;
    return make(s, ActionKind::continue_deployment, s.back.deployment, 0, view.hook_id);
  }
  if (at >= s.patience_ends)
    return interrupt(
        s, fmt::format("the deployment that puts the old version back makes no progress at {}",
                       view.stage));
  return look(s);
}

}  // namespace sb::release::transitions
