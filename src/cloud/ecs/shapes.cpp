#include "cloud/ecs/shapes.hpp"

#include <fmt/format.h>

namespace sb::cloud::ecs {

namespace {

// What clients may be shown: `lifecycleStage` has no value for the pause before a production step.
std::string stage_name(const Deployment& deployment) {
  if (deployment.stage == Stage::pre_production_traffic_shift)
    return deployment.step == 0 ? "POST_TEST_TRAFFIC_SHIFT" : "PRODUCTION_TRAFFIC_SHIFT";
  return wire_name(deployment.stage);
}

api::Deployment rollout_shape(const ServiceRecord& record, const Revision& revision) {
  auto counts = count(record.control, revision.arn);
  bool is_primary = revision.role == RolloutRole::primary;
  api::Deployment shape;
  shape.id = revision.deployment_id;
  shape.status = wire_name(revision.role);
  shape.taskDefinition = revision.task_definition;
  shape.desiredCount = is_primary ? record.control.desired_count : revision.wanted;
  shape.pendingCount = counts.live - counts.running;
  shape.runningCount = counts.running;
  shape.failedTasks = revision.failed_tasks;
  shape.createdAt = revision.created_at;
  shape.updatedAt = revision.updated_at;
  shape.launchType = record.shape.launchType;
  shape.platformVersion = record.shape.platformVersion;
  shape.platformFamily = record.shape.platformFamily;
  shape.networkConfiguration = record.shape.networkConfiguration;
  shape.rolloutState = wire_name(revision.rollout_state);
  shape.rolloutStateReason = revision.rollout_reason;
  return shape;
}

api::ServiceRevisionSummary summary(const ServiceRecord& record, const std::string& revision) {
  auto counts = count(record.control, revision);
  const auto* live = find_revision(record.control, revision);
  api::ServiceRevisionSummary shape;
  shape.arn = revision;
  shape.requestedTaskCount = live ? live->wanted : 0;
  shape.runningTaskCount = counts.running;
  shape.pendingTaskCount = counts.live - counts.running;
  shape.requestedTestTrafficWeight = share_of(record.control.test, revision);
  shape.requestedProductionTrafficWeight = share_of(record.control.production, revision);
  return shape;
}

api::DeploymentLifecycleHookDetail hook_shape(const Hook& hook) {
  api::DeploymentLifecycleHookDetail shape;
  shape.hookId = hook.id;
  shape.targetType = "PAUSE";
  shape.status = wire_name(hook.status);
  shape.expiresAt = hook.expires_at;
  shape.timeoutAction = hook.timeout_action == HookAction::proceed ? "CONTINUE" : "ROLLBACK";
  return shape;
}

}  // namespace

api::Service service_shape(const ServiceRecord& record) {
  const auto& control = record.control;
  auto shape = record.shape;
  shape.status = wire_name(control.status);
  shape.desiredCount = control.desired_count;
  int running = 0, pending = 0;
  for (const auto& revision : control.revisions) {
    auto counts = count(control, revision.arn);
    running += counts.running;
    pending += counts.live - counts.running;
    if (control.status == ServiceStatus::inactive) continue;
    auto rollout = rollout_shape(record, revision);
    if (revision.role == RolloutRole::primary) {
      shape.taskDefinition = revision.task_definition;
      shape.deployments.insert(shape.deployments.begin(), std::move(rollout));
    } else {
      shape.deployments.push_back(std::move(rollout));
    }
    api::ServiceCurrentRevisionSummary current;
    current.arn = revision.arn;
    current.requestedTaskCount = revision.wanted;
    current.runningTaskCount = counts.running;
    current.pendingTaskCount = counts.live - counts.running;
    shape.currentServiceRevisions.push_back(std::move(current));
  }
  shape.runningCount = running;
  shape.pendingCount = pending;
  if (control.deployment && is_running(*control.deployment))
    shape.currentServiceDeployment = control.deployment->arn;
  for (auto it = control.events.rbegin(); it != control.events.rend(); ++it) {
    api::ServiceEvent event;
    event.id = it->id;
    event.createdAt = it->created_at;
    event.message = it->message;
    shape.events.push_back(std::move(event));
  }
  return shape;
}

api::ServiceDeployment deployment_shape(const ServiceRecord& record, const Deployment& deployment) {
  api::ServiceDeployment shape;
  shape.serviceDeploymentArn = deployment.arn;
  shape.serviceArn = record.shape.serviceArn;
  shape.clusterArn = record.shape.clusterArn;
  shape.createdAt = deployment.created_at;
  shape.startedAt = deployment.started_at;
  shape.finishedAt = deployment.finished_at;
  shape.stoppedAt = deployment.stopped_at;
  shape.updatedAt = deployment.updated_at;
  if (!deployment.source.empty())
    shape.sourceServiceRevisions.push_back(summary(record, deployment.source));
  shape.targetServiceRevision = summary(record, deployment.target);
  shape.status = wire_name(deployment.status);
  if (!deployment.status_reason.empty()) shape.statusReason = deployment.status_reason;
  if (deployment.status != DeploymentStatus::pending) shape.lifecycleStage = stage_name(deployment);
  for (const auto& hook : deployment.hooks) shape.lifecycleHookDetails.push_back(hook_shape(hook));
  shape.deploymentConfiguration = record.shape.deploymentConfiguration;
  if (deployment.rollback) {
    api::Rollback rollback;
    rollback.reason = deployment.rollback->reason;
    rollback.startedAt = deployment.rollback->started_at;
    rollback.serviceRevisionArn = deployment.rollback->revision;
    shape.rollback = std::move(rollback);
  }
  api::ServiceDeploymentCircuitBreaker breaker;
  breaker.status = wire_name(deployment.breaker);
  breaker.failureCount = deployment.failure_count;
  breaker.threshold = deployment.threshold;
  shape.deploymentCircuitBreaker = std::move(breaker);
  api::ServiceDeploymentAlarms alarms;
  alarms.status = wire_name(deployment.alarm_watch);
  alarms.alarmNames = deployment.plan.alarms;
  alarms.triggeredAlarmNames = deployment.triggered_alarms;
  shape.alarms = std::move(alarms);
  return shape;
}

api::ServiceDeploymentBrief brief_of(const api::ServiceDeployment& deployment) {
  api::ServiceDeploymentBrief brief;
  brief.serviceDeploymentArn = deployment.serviceDeploymentArn;
  brief.serviceArn = deployment.serviceArn;
  brief.clusterArn = deployment.clusterArn;
  brief.startedAt = deployment.startedAt;
  brief.createdAt = deployment.createdAt;
  brief.finishedAt = deployment.finishedAt;
  if (deployment.targetServiceRevision)
    brief.targetServiceRevisionArn = deployment.targetServiceRevision->arn;
  brief.status = deployment.status;
  brief.statusReason = deployment.statusReason;
  return brief;
}

}  // namespace sb::cloud::ecs
