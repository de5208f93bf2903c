// The way back: users first (production rule), then testers, then the failed tasks are stopped.
#include <fmt/format.h>

#include "cloud/ecs/steps.hpp"

namespace sb::cloud::ecs::steps {

void fail_deployment(Turn turn, const std::string& reason, bool wants_rollback) {
  const auto& deployment = *turn.service.deployment;
  if (!wants_rollback) return finish(turn, DeploymentStatus::stopped, reason);
  if (find(turn.service, deployment.source)) return begin_rollback(turn, reason);
  finish(turn, DeploymentStatus::rollback_failed,
         fmt::format("{}{} There is no earlier service revision to roll back to.", reason,
                     reason.ends_with('.') ? "" : "."));
}

void begin_rollback(Turn turn, const std::string& reason) {
  auto& service = turn.service;
  auto& deployment = *service.deployment;
  deployment.status = DeploymentStatus::rollback_in_progress;
  deployment.status_reason = reason;
  deployment.updated_at = deployment.stage_since = turn.now;
  deployment.wait_until.reset();
  deployment.rollback = Rollback{reason, turn.now, deployment.source};
  close_hooks(deployment, HookStatus::failed);

  auto& bad = *find(service, deployment.target);
  auto& good = *find(service, deployment.source);
  say_failed(turn, bad, reason);
  good.deployment_id = "ecs-svc/" + turn.ids.digits(19);
  good.role = RolloutRole::primary;
  good.rollout_state = RolloutState::in_progress;
  good.rollout_reason = fmt::format("ECS deployment {} in progress.", good.deployment_id);
  good.frozen = false;
  good.failures_in_a_row = 0;
  good.not_before.reset();
  bad.role = RolloutRole::active;
  bad.rollout_state = RolloutState::failed;
  bad.rollout_reason =
      fmt::format("{}: rolling back to deploymentId {}.", reason, good.deployment_id);
  // It may have to serve until blue can: only a target that serves nobody is frozen at once.
  bad.frozen = share_of(service.production, bad.arn) == 0;
  good.updated_at = bad.updated_at = turn.now;
  say(turn, fmt::format("rolling back to deployment {}.", good.deployment_id));
}

namespace {

// The source can't come up while the target, good or bad, still answers: moving would be an outage.
bool cannot_go_back(const Service& service, const Deployment& deployment, Timestamp now) {
  const auto* good = find_revision(service, deployment.source);
  bool is_hopeless = good->failures_in_a_row >= breaker_threshold(service.desired_count);
  bool is_late = ms_between(deployment.stage_since, now) >= kStageLimitMs;
  return is_hopeless || is_late;
}

bool roll_back_tasks(Turn turn) {
  auto& service = turn.service;
  auto& deployment = *service.deployment;
  roll_towards(turn, deployment.source);
  if (has_rolled(service, deployment.source)) {
    finish(turn, DeploymentStatus::rollback_successful, deployment.rollback->reason);
    return true;
  }
  if (!cannot_go_back(service, deployment, turn.now)) return false;
  finish(turn, DeploymentStatus::rollback_failed,
         "The earlier service revision's tasks failed to start.");
  return true;
}

}  // namespace

bool advance_rollback(Turn turn) {
  auto& service = turn.service;
  auto& deployment = *service.deployment;
  if (deployment.plan.strategy == Strategy::rolling) return roll_back_tasks(turn);

  auto& good = *find(service, deployment.source);
  auto& bad = *find(service, deployment.target);
  good.wanted = service.desired_count;
  bool is_back = share_of(service.production, good.arn) == 100;
  if (!is_back && !may_receive_all(service, good.arn)) {
    bad.wanted = service.desired_count;
    if (!cannot_go_back(service, deployment, turn.now)) return false;
    finish(turn, DeploymentStatus::rollback_failed,
           "No task of the earlier service revision is healthy; traffic stays where it is.");
    return true;
  }
  wish(service.production, split(service, good.arn, bad.arn, 0));
  if (!is_applied(service.production)) return false;
  wish(service.test, split(service, good.arn, bad.arn, 0));
  if (!is_applied(service.test)) return false;
  bad.frozen = true;
  bool is_clean = true;
  for (const auto& arn : others(service, good.arn, good.arn)) {
    find(service, arn)->wanted = 0;
    is_clean = is_clean && !has_tasks(service, arn);
  }
  if (!is_clean) return false;
  finish(turn, DeploymentStatus::rollback_successful, deployment.rollback->reason);
  return true;
}

}  // namespace sb::cloud::ecs::steps
