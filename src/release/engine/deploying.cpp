#include <fmt/format.h>

#include "release/engine/transitions.hpp"

namespace sb::release::transitions {

namespace {

constexpr std::int64_t kFailedTasksAreEnough = 3;
constexpr auto kWatchBeforeSmoke = std::chrono::seconds(2);
constexpr std::int64_t kSmokeRetries = 2;  // only of tests that could ask nothing at all

Next run_smoke(const State& s, std::string target, std::int64_t delay_ms = 0) {
  return make(s, ActionKind::run_smoke, std::move(target), delay_ms);
}

Next continue_at(State& s, const std::string& hook) {
  ++s.continues;
  return make(s, ActionKind::continue_deployment, s.forward.deployment, 0, hook);
}

Next at_test_hook(State& s, Timestamp at, const std::string& hook) {
  bool is_smoked =
      s.smoke_skipped || (s.test_smoke == Check::passed && is_fresh(s, s.test_smoke_at, at));
  if (!is_smoked) return run_smoke(s, "test");
  if (s.continues == 0) s.timings.decided_at = at;
  return continue_at(s, hook);
}

// What has to be true before a release counts as good: nothing, when it is. At a hook the checks
// must also be fresh: a decision made before a crash is not carried out an hour later. The watch
// looks first for a moment: what breaks under real traffic is then judged by thousands of requests,
// not by the one smoke test that happened to hit it.
Next production_check(State& s, Timestamp at, bool must_be_fresh) {
  if (!s.is_watching && s.watch == Check::passed && must_be_fresh && !is_fresh(s, s.watch_at, at))
    s.watch = Check::not_run;
  const bool is_watched = s.plan.watch_seconds == 0 || s.watch == Check::passed;
  const bool has_begun = s.is_watching || s.watch == Check::passed;
  const bool is_smoked =
      s.smoke_skipped || (s.production_smoke == Check::passed &&
                          (!must_be_fresh || has_begun || is_fresh(s, s.production_smoke_at, at)));
  const bool is_head_over =
      s.is_watching && s.watch_began_at && at - *s.watch_began_at >= kWatchBeforeSmoke;
  if (!is_watched && (is_smoked || !is_head_over)) return make(s, ActionKind::read_metrics);
  if (!is_smoked) return run_smoke(s, "production");
  return std::nullopt;
}

Next succeeded(State& s, Timestamp at) {
  if (!s.timings.shifted_at) s.timings.shifted_at = at;
  // ECS finished: by our Continue after the checks, or (rolling, or an operator's hand) before
  // them.
  if (auto check = production_check(s, at, false)) return check;
  return finish(s, at, Outcome::complete, {}, Verdict::good);
}

// What does not start is bad. But what a rollback goes to proved good before: when it does not
// start now, the cause may be what broke meanwhile (its database), and it is wanted afterwards.
Verdict not_started(const State& s) {
  return s.plan.kind == Kind::rollback ? Verdict::unproven : Verdict::bad;
}

std::string trouble_text(const DeploymentView& view) {
  return view.task_trouble.empty() ? std::string() : ": " + view.task_trouble;
}

}  // namespace

Next forward_seen(State& s, Timestamp at, const DeploymentView& view) {
  s.attempts = 0;
  note_traffic(s, at, view);
  if (view != s.forward.seen) {
    s.forward.seen = view;
    s.continues = 0;
    s.patience_ends = at + std::chrono::milliseconds(s.plan.pace.deployment_patience_ms);
  }

  if (view.status == "SUCCESSFUL") return succeeded(s, at);
  if (is_rolling_back(view.status) || view.status == "ROLLBACK_SUCCESSFUL" ||
      view.status == "ROLLBACK_FAILED" || view.status == "STOPPED")
    // Not our doing: the circuit breaker, an expired hook, an alarm, or somebody's
    // StopServiceDeployment.
    return begin_rollback(
        s, at,
        fmt::format("ECS ended the deployment{}{}",
                    view.status_reason.empty() ? std::string() : ": " + view.status_reason,
                    trouble_text(view)),
        view.failed_tasks > 0 || !view.task_trouble.empty() ? not_started(s) : Verdict::unproven);

  if (!view.hook_id.empty()) {
    if (view.stage == kTestHook) return at_test_hook(s, at, view.hook_id);
    if (view.stage == kProductionHook) {
      if (auto check = production_check(s, at, true)) return check;
      return continue_at(s, view.hook_id);
    }
  }
  if (view.failed_tasks >= kFailedTasksAreEnough && view.target_running < view.target_requested)
    return begin_rollback(s, at,
                          fmt::format("{} tasks of the new version have stopped{}",
                                      view.failed_tasks, trouble_text(view)),
                          not_started(s));
  if (at >= s.patience_ends)
    return begin_rollback(
        s, at,
        fmt::format("no progress at {} ({} of {} tasks running){}",
                    view.stage.empty() ? view.status : view.stage, view.target_running,
                    view.target_requested, trouble_text(view)),
        not_started(s));
  return look(s);
}

Next smoke_finished(State& s, Timestamp at, const SmokeFinished& e) {
  bool is_test = e.target == "test";
  Check& check = is_test ? s.test_smoke : s.production_smoke;
  if (!e.passed && !e.asserted && s.smoke_retries < kSmokeRetries) {
    ++s.smoke_retries;
    return run_smoke(s, e.target, s.plan.pace.retry_ms);
  }
  check = e.passed ? Check::passed : Check::failed;
  (is_test ? s.test_smoke_at : s.production_smoke_at) = at;
  (is_test ? s.test_smoke_summary : s.production_smoke_summary) = e.summary;
  s.smoke_retries = 0;
  if (!e.passed)
    return begin_rollback(s, at,
                          fmt::format("smoke tests failed on {}: {}",
                                      is_test ? "the test listener" : "production", e.summary),
                          Verdict::bad);
  // What ECS did meanwhile decides what comes next (the hook may have expired).
  return make(s, ActionKind::describe_deployment, s.forward.deployment);
}

Next watch_seen(State& s, Timestamp at, const WatchSeen& e) {
  s.attempts = 0;
  s.metric_failures = 0;
  if (!s.is_watching) s.watch_began_at = at;
  s.is_watching = e.state == WatchState::watching;
  if (!s.is_watching) {
    s.watch_summary = e.summary;
    s.watch_evidence = e.evidence;
  }
  auto passed = [&](bool thin) {
    s.watch = Check::passed;
    s.watch_at = at;
    s.watch_accepted_thin = thin;
    if (thin) s.warnings.push_back("accepted with too little traffic to judge by: " + e.summary);
    return make(s, ActionKind::describe_deployment, s.forward.deployment);
  };
  switch (e.state) {
    case WatchState::watching:
      return look(s);
    case WatchState::passed:
      return passed(false);
    case WatchState::too_little_traffic:
      if (s.plan.too_little_traffic == TooLittleTraffic::accept) return passed(true);
      s.watch = Check::failed;
      return begin_rollback(s, at, "too little traffic to judge by: " + e.summary,
                            Verdict::unproven);
    case WatchState::no_data:
      s.watch = Check::failed;
      return begin_rollback(s, at, "the metrics are silent: " + e.summary, Verdict::unproven);
    case WatchState::failed:
      s.watch = Check::failed;
      return begin_rollback(s, at, "the watch failed: " + e.summary, Verdict::bad);
  }
  return look(s);
}

}  // namespace sb::release::transitions
