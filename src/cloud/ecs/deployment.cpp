// BLUE_GREEN, CANARY and LINEAR, stage by stage; ROLLING walks the same stages without traffic.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cloud/ecs/steps.hpp"

namespace sb::cloud::ecs::steps {

namespace {

std::chrono::milliseconds ms(std::int64_t count) {
  return std::chrono::milliseconds(count);
}

bool is_rolling(const Deployment& deployment) {
  return deployment.plan.strategy == Strategy::rolling;
}

// How much of production the target gets at step 0, 1, ...
double percent_at(const Deployment& deployment) {
  const auto& plan = deployment.plan;
  if (deployment.source.empty()) return 100;  // nobody to share with
  switch (plan.strategy) {
    case Strategy::canary:
      return deployment.step == 0 ? std::min(100.0, plan.step_percent) : 100;
    case Strategy::linear: {
      double percent = plan.step_percent * (deployment.step + 1);
      // In tenths, or 3 x 33.3 % would leave a rest of rounding.
      return std::min(100.0, std::round(percent * 10) / 10);
    }
    case Strategy::blue_green:
    case Strategy::rolling:
      return 100;
  }
  return 100;
}

std::vector<std::string> leftovers(const Service& service, const Deployment& deployment) {
  auto out = others(service, deployment.source, deployment.target);
  std::erase_if(out, [&](const std::string& arn) {
    return !has_tasks(service, arn) && share_of(service.production, arn) == 0;
  });
  return out;
}

void enter(Turn turn, Stage stage) {
  auto& deployment = *turn.service.deployment;
  deployment.stage = stage;
  deployment.stage_since = deployment.updated_at = turn.now;
  deployment.wait_until.reset();
  deployment.status_reason.clear();
  for (const auto& spec : deployment.plan.hooks) {
    if (std::find(spec.stages.begin(), spec.stages.end(), stage) == spec.stages.end()) continue;
    Hook hook;
    hook.id = "ecs-pause-" + turn.ids.token(43);
    hook.stage = stage;
    hook.step = deployment.step;
    hook.expires_at = turn.now + ms(spec.timeout_ms);
    hook.timeout_action = spec.timeout_action;
    deployment.hooks.push_back(std::move(hook));
    deployment.status_reason =
        fmt::format("Paused at {}: waiting for ContinueServiceDeployment.", wire_name(stage));
  }
}

bool is_of_this_stage(const Deployment& deployment, const Hook& hook) {
  return hook.stage == deployment.stage && hook.step == deployment.step;
}

bool awaits_hooks(const Deployment& deployment) {
  return std::any_of(deployment.hooks.begin(), deployment.hooks.end(), [&](const Hook& hook) {
    return is_of_this_stage(deployment, hook) && hook.status == HookStatus::awaiting_action;
  });
}

// The first hook that says the deployment must not go on.
const Hook* refusing_hook(const Deployment& deployment) {
  for (const auto& hook : deployment.hooks)
    if (hook.status == HookStatus::failed ||
        (hook.status == HookStatus::timed_out && hook.timeout_action == HookAction::rollback))
      return &hook;
  return nullptr;
}

void expire_hooks(Turn turn) {
  for (auto& hook : turn.service.deployment->hooks)
    if (hook.status == HookStatus::awaiting_action && turn.now >= hook.expires_at)
      hook.status = HookStatus::timed_out;
}

// Users are sent to green while nothing of it works and blue does.
bool has_lost_production(const Service& service, const Deployment& deployment) {
  if (deployment.source.empty() || deployment.stage == Stage::clean_up) return false;
  return service.desired_count > 0 && share_of(service.production, deployment.target) > 0 &&
         is_applied(service.production) && count(service, deployment.target).ready == 0 &&
         count(service, deployment.source).ready > 0;
}

// True when the deployment has failed and was dealt with.
bool fails_now(Turn turn) {
  auto& service = turn.service;
  auto& deployment = *service.deployment;
  if (deployment.stage == Stage::clean_up) return false;
  expire_hooks(turn);
  if (const auto* hook = refusing_hook(deployment)) {
    auto how = hook->status == HookStatus::timed_out ? "timed out" : "was answered with ROLLBACK";
    fail_deployment(turn,
                    fmt::format("hook execution failure(s) detected: the hook "
                                "at {} {}",
                                wire_name(hook->stage), how),
                    true);
    return true;
  }
  if (deployment.plan.breaker_enabled && deployment.failure_count >= deployment.threshold) {
    deployment.breaker = BreakerStatus::triggered;
    fail_deployment(turn, "ECS deployment circuit breaker: tasks failed to start.",
                    deployment.plan.breaker_rollback);
    return true;
  }
  if (!deployment.triggered_alarms.empty()) {
    deployment.alarm_watch = BreakerStatus::triggered;
    fail_deployment(turn, "alarm detected.", deployment.plan.alarm_rollback);
    return true;
  }
  if (!is_rolling(deployment) && has_lost_production(service, deployment)) {
    fail_deployment(turn, "No task of the new service revision is healthy.", true);
    return true;
  }
  auto since = deployment.wait_until ? std::max(*deployment.wait_until, deployment.stage_since)
                                     : deployment.stage_since;
  if (!awaits_hooks(deployment) && ms_between(since, turn.now) >= kStageLimitMs) {
    fail_deployment(turn,
                    fmt::format("Stage {} took longer than 24 hours.", wire_name(deployment.stage)),
                    true);
    return true;
  }
  return false;
}

void want(Service& service, const std::string& arn, int tasks) {
  if (auto* revision = find(service, arn)) revision->wanted = tasks;
}

// Production, then test traffic to the source, where it should be anyway: what a replaced
// deployment moved is undone here, and a rule that somebody else changed is found out.
bool source_has_all_traffic(Turn turn) {
  auto& service = turn.service;
  const auto& deployment = *service.deployment;
  if (is_rolling(deployment)) return true;
  auto shares = split(service, deployment.source, deployment.target, 0);
  if (!deployment.source.empty() && !may_receive_all(service, deployment.source)) return false;
  wish(service.production, shares);
  if (!is_applied(service.production)) return false;
  wish(service.test, shares);
  return is_applied(service.test);
}

bool reconciled(Turn turn) {
  auto& service = turn.service;
  auto left = leftovers(service, *service.deployment);
  if (!source_has_all_traffic(turn)) return false;
  for (const auto& arn : left) want(service, arn, 0);
  return left.empty();
}

bool scaled_up(Turn turn) {
  auto& service = turn.service;
  const auto& deployment = *service.deployment;
  if (is_rolling(deployment)) {
    roll_towards(turn, deployment.target);
    return has_rolled(service, deployment.target);
  }
  want(service, deployment.target, service.desired_count);
  return count(service, deployment.target).ready >= service.desired_count;
}

bool test_shifted(Service& service) {
  wish(service.test, split(service, service.deployment->source, service.deployment->target, 100));
  return is_applied(service.test);
}

// True when this step's share has been applied and has baked.
bool production_shifted(Turn turn) {
  auto& service = turn.service;
  auto& deployment = *service.deployment;
  double percent = percent_at(deployment);
  if (share_of(service.production, deployment.target) != percent) {
    if (count(service, deployment.target).ready < service.desired_count) return false;
    wish(service.production, split(service, deployment.source, deployment.target, percent));
    deployment.updated_at = turn.now;
  }
  if (!is_applied(service.production)) return false;
  if (percent >= 100) return true;
  if (!deployment.wait_until) deployment.wait_until = turn.now + ms(deployment.plan.step_bake_ms);
  return turn.now >= *deployment.wait_until;
}

bool baked(Turn turn) {
  auto& deployment = *turn.service.deployment;
  if (!deployment.wait_until)
    deployment.wait_until = deployment.stage_since + ms(deployment.plan.bake_ms);
  // What comes next can't be undone: all of green must be there.
  return turn.now >= *deployment.wait_until &&
         count(turn.service, deployment.target).ready >= turn.service.desired_count;
}

bool cleaned_up(Turn turn) {
  auto& service = turn.service;
  const auto& deployment = *service.deployment;
  bool is_done = true;
  for (const auto& arn : others(service, deployment.target, deployment.target)) {
    want(service, arn, 0);
    is_done = is_done && !has_tasks(service, arn);
  }
  return is_done;
}

bool stage_is_done(Turn turn) {
  const auto& deployment = *turn.service.deployment;
  switch (deployment.stage) {
    case Stage::reconcile_service:
      return reconciled(turn);
    case Stage::pre_scale_up:
      return source_has_all_traffic(turn);
    case Stage::scale_up:
      return scaled_up(turn);
    case Stage::test_traffic_shift:
      return test_shifted(turn.service);
    case Stage::production_traffic_shift:
      return production_shifted(turn);
    case Stage::bake_time:
      return baked(turn);
    case Stage::clean_up:
      return cleaned_up(turn);
    case Stage::post_scale_up:
      return !is_rolling(deployment) || has_rolled(turn.service, deployment.target);
    case Stage::post_test_traffic_shift:
    case Stage::pre_production_traffic_shift:
    case Stage::post_production_traffic_shift:
      return true;  // only hooks
  }
  return true;
}

// From here on the new revision is the one that is kept.
void enter_clean_up(Turn turn) {
  auto& service = turn.service;
  service.stable = service.deployment->target;
  service.deployment->breaker = service.deployment->breaker == BreakerStatus::monitoring
                                    ? BreakerStatus::monitoring_complete
                                    : service.deployment->breaker;
  enter(turn, Stage::clean_up);
}

void go_on(Turn turn) {
  auto& deployment = *turn.service.deployment;
  switch (deployment.stage) {
    case Stage::reconcile_service:
      return enter(turn, Stage::pre_scale_up);
    case Stage::pre_scale_up:
      return enter(turn, Stage::scale_up);
    case Stage::scale_up:
      return enter(turn, Stage::post_scale_up);
    case Stage::post_scale_up:
      if (is_rolling(deployment)) return enter_clean_up(turn);
      return enter(turn, Stage::test_traffic_shift);
    case Stage::test_traffic_shift:
      return enter(turn, Stage::post_test_traffic_shift);
    case Stage::post_test_traffic_shift:
      return enter(turn, Stage::pre_production_traffic_shift);
    case Stage::pre_production_traffic_shift:
      return enter(turn, Stage::production_traffic_shift);
    case Stage::production_traffic_shift:
      if (percent_at(deployment) >= 100) return enter(turn, Stage::post_production_traffic_shift);
      ++deployment.step;
      return enter(turn, Stage::pre_production_traffic_shift);
    case Stage::post_production_traffic_shift:
      return enter(turn, Stage::bake_time);
    case Stage::bake_time:
      return enter_clean_up(turn);
    case Stage::clean_up:
      return finish(turn, DeploymentStatus::successful, "");
  }
}

void start(Turn turn) {
  auto& service = turn.service;
  auto& deployment = *service.deployment;
  deployment.status = DeploymentStatus::in_progress;
  deployment.started_at = turn.now;
  if (!is_rolling(deployment)) {
    // Both groups behind both rules before anything is registered, and the live weights verified.
    ++service.production.version;
    ++service.test.version;
    if (service.production.arn.empty())
      service.production.applied_version = service.production.version;
    if (service.test.arn.empty()) service.test.applied_version = service.test.version;
  }
  bool has_leftovers = !is_rolling(deployment) && !leftovers(service, deployment).empty();
  enter(turn, has_leftovers ? Stage::reconcile_service : Stage::pre_scale_up);
}

bool advance_stage(Turn turn) {
  if (fails_now(turn)) return true;
  auto& service = turn.service;
  const auto& deployment = *service.deployment;
  if (is_rolling(deployment)) {
    if (deployment.stage < Stage::scale_up) roll_towards(turn, deployment.source);
    if (deployment.stage > Stage::scale_up) roll_towards(turn, deployment.target);
  } else {
    if (deployment.stage != Stage::clean_up)
      want(service, deployment.source, service.desired_count);
    if (deployment.stage > Stage::scale_up) want(service, deployment.target, service.desired_count);
  }
  bool is_done = stage_is_done(turn);
  if (!is_done || awaits_hooks(deployment)) return false;
  go_on(turn);
  return true;
}

}  // namespace

bool advance_deployment(Turn turn) {
  switch (turn.service.deployment->status) {
    case DeploymentStatus::pending:
      start(turn);
      return true;
    case DeploymentStatus::in_progress:
      return advance_stage(turn);
    case DeploymentStatus::stop_requested:
      finish(turn, DeploymentStatus::stopped, "The deployment was stopped by a user.");
      return true;
    case DeploymentStatus::rollback_requested:
      fail_deployment(turn, "A rollback was requested by a user.", true);
      return true;
    case DeploymentStatus::rollback_in_progress:
      return advance_rollback(turn);
    case DeploymentStatus::successful:
    case DeploymentStatus::stopped:
    case DeploymentStatus::rollback_successful:
    case DeploymentStatus::rollback_failed:
      return false;
  }
  return false;
}

void close_hooks(Deployment& deployment, HookStatus status) {
  for (auto& hook : deployment.hooks)
    if (hook.status == HookStatus::awaiting_action) hook.status = status;
}

void finish(Turn turn, DeploymentStatus status, const std::string& reason) {
  auto& service = turn.service;
  auto& deployment = *service.deployment;
  deployment.status = status;
  deployment.status_reason = reason;
  deployment.updated_at = turn.now;
  deployment.wait_until.reset();
  (status == DeploymentStatus::stopped ? deployment.stopped_at : deployment.finished_at) = turn.now;
  close_hooks(deployment, HookStatus::failed);
  for (auto* watch : {&deployment.breaker, &deployment.alarm_watch})
    if (*watch == BreakerStatus::monitoring) *watch = BreakerStatus::monitoring_complete;

  bool is_good =
      status == DeploymentStatus::successful || status == DeploymentStatus::rollback_successful;
  const auto& arn =
      status == DeploymentStatus::rollback_successful ? deployment.source : deployment.target;
  auto* revision = find(service, arn);
  if (!revision) return;
  revision->updated_at = turn.now;
  if (is_good) {
    service.stable = arn;
    revision->rollout_state = RolloutState::completed;
    // A rolling update moved no rule: its tasks stand where the earlier revision's stood.
    if (is_rolling(deployment))
      for (auto* rule : {&service.production, &service.test}) rule->shares = all_to(service, arn);
    revision->rollout_reason = fmt::format("ECS deployment {} completed.", revision->deployment_id);
    say(turn, fmt::format("(deployment {}) deployment completed.", revision->deployment_id));
    return;
  }
  // Nothing new is started for what failed, unless users depend on it.
  bool serves = share_of(service.production, arn) > 0 &&
                (count(service, arn).ready > 0 || service.desired_count == 0);
  revision->frozen = !serves;
  if (revision->rollout_state != RolloutState::failed || !deployment.rollback)
    say_failed(turn, *revision, reason);
  revision->rollout_state = RolloutState::failed;
  revision->rollout_reason = reason;
}

}  // namespace sb::cloud::ecs::steps
