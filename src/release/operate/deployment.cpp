#include "release/operate/deployment.hpp"

#include <fmt/format.h>

#include "aws/client/call.hpp"

namespace sb::release::operate {

namespace ecs = aws::ecs;

bool is_in_progress(const DeploymentWatch& deployment) {
  const auto& status = deployment.status;
  return status == "PENDING" || status == "IN_PROGRESS" || status == "STOP_REQUESTED" ||
         status == "ROLLBACK_REQUESTED" || status == "ROLLBACK_IN_PROGRESS";
}

Outcome verdict_of(const DeploymentWatch& deployment) {
  if (is_in_progress(deployment)) return Outcome::none;
  if (deployment.status == "SUCCESSFUL") return Outcome::complete;
  if (deployment.status == "ROLLBACK_SUCCESSFUL") return Outcome::rolled_back;
  if (deployment.status == "ROLLBACK_FAILED") return Outcome::rollback_failed;
  return Outcome::failed;
}

std::string describe(const DeploymentWatch& deployment) {
  auto text = fmt::format("{} of {} new tasks run", deployment.running, deployment.requested);
  if (!deployment.stage.empty()) text += ", stage " + deployment.stage;
  if (deployment.failed > 0) text += fmt::format(", {} tasks failed", deployment.failed);
  if (!deployment.waits_for_hook.empty())
    text += fmt::format(", waits for an answer until {} (then {})", deployment.hook_expires_at,
                        deployment.hook_timeout_action);
  return text;
}

DeploymentWatch watch_of(const ecs::ServiceDeployment& deployment) {
  DeploymentWatch watch;
  watch.arn = deployment.serviceDeploymentArn.value_or("");
  watch.status = deployment.status.value_or("");
  watch.reason = deployment.statusReason.value_or("");
  watch.stage = deployment.lifecycleStage.value_or("");
  if (const auto& target = deployment.targetServiceRevision) {
    watch.running = target->runningTaskCount.value_or(0);
    watch.requested = target->requestedTaskCount.value_or(0);
  }
  if (const auto& breaker = deployment.deploymentCircuitBreaker)
    watch.failed = breaker->failureCount.value_or(0);
  for (const auto& hook : deployment.lifecycleHookDetails) {
    if (hook.targetType != "PAUSE" || hook.status != "AWAITING_ACTION") continue;
    watch.waits_for_hook = hook.hookId.value_or("");
    watch.hook_timeout_action = hook.timeoutAction.value_or("ROLLBACK");
    if (hook.expiresAt) watch.hook_expires_at = format_rfc3339(*hook.expiresAt);
  }
  return watch;
}

namespace {

Task<Result<DeploymentWatch>> look(aws::Client& client, std::string arn) {
  ecs::DescribeServiceDeploymentsRequest request;
  request.serviceDeploymentArns = {arn};
  SB_CO_TRY(auto reply,
            co_await aws::call<ecs::DescribeServiceDeployments>(client, std::move(request)));
  if (reply.serviceDeployments.empty())
    co_return fail(ErrorCode::not_found, "ECS does not know the deployment any more", arn);
  co_return watch_of(reply.serviceDeployments.front());
}

Task<Result<std::string>> newest_arn(aws::Client& client, ServiceRef ref) {
  ecs::ListServiceDeploymentsRequest request;
  request.cluster = ref.cluster;
  request.service = ref.service;
  SB_CO_TRY(auto reply,
            co_await aws::call<ecs::ListServiceDeployments>(client, std::move(request)));
  if (reply.serviceDeployments.empty()) co_return std::string();
  co_return reply.serviceDeployments.front().serviceDeploymentArn.value_or("");
}

}  // namespace

Task<Result<std::optional<DeploymentWatch>>> newest_deployment(aws::Client& client,
                                                               ServiceRef ref) {
  SB_CO_TRY(auto arn, co_await newest_arn(client, std::move(ref)));
  if (arn.empty()) co_return std::optional<DeploymentWatch>();
  SB_CO_TRY(auto watch, co_await look(client, std::move(arn)));
  co_return std::optional(std::move(watch));
}

Task<Result<DeploymentWatch>> begin_restart(aws::Client& client, ServiceRef ref) {
  SB_CO_TRY(auto before, co_await newest_deployment(client, ref));
  if (before && is_in_progress(*before))
    co_return fail(ErrorCode::conflict,
                   "a deployment is in progress already: " + describe(*before));
  ecs::UpdateServiceRequest request;
  request.cluster = ref.cluster;
  request.service = ref.service;
  request.forceNewDeployment = true;
  SB_CO_TRY(auto reply, co_await aws::call<ecs::UpdateService>(client, std::move(request)));
  auto deadline = Deadline::after(std::chrono::minutes(1));
  while (!deadline.has_passed()) {
    SB_CO_TRY(auto newest, co_await newest_deployment(client, ref));
    if (newest && (!before || newest->arn != before->arn)) co_return *std::move(newest);
    co_await sleep_for(std::min<Duration>(ref.poll, std::chrono::milliseconds(500)));
  }
  co_return fail(ErrorCode::timeout, "ECS took the restart and began no deployment", ref.service);
}

Task<Result<DeploymentWatch>> follow(aws::Client& client, ServiceRef ref, std::string arn,
                                     Duration patience, OnDeployment on_change) {
  DeploymentWatch last;
  auto deadline = Deadline::after(patience);
  while (!deadline.has_passed()) {
    SB_CO_TRY(auto watch, co_await look(client, arn));
    if (watch != last && on_change) on_change(watch);
    if (!is_in_progress(watch)) co_return watch;
    last = std::move(watch);
    co_await sleep_for(ref.poll);
  }
  co_return fail(ErrorCode::timeout, "the deployment has not ended: " + describe(last), arn);
}

}  // namespace sb::release::operate
