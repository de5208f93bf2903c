#include "release/runner/service_calls.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/model/ecs_task.hpp"
#include "aws/model/elbv2.hpp"
#include "base/json/codec.hpp"
#include "release/runner/hooks.hpp"
#include "release/runner/task_logs.hpp"

namespace sb::release {

namespace ecs = aws::ecs;

Task<Result<std::optional<ecs::Service>>> ServiceCalls::describe() {
  ecs::DescribeServicesRequest request;
  request.cluster = cluster_;
  request.services = {service_};
  auto reply = co_await api_.call<ecs::DescribeServices>(std::move(request));
  if (!reply) co_return std::unexpected(std::move(reply).error());
  if (reply->services.empty() || reply->services.front().status == "INACTIVE")
    co_return std::optional<ecs::Service>();
  co_return std::optional(std::move(reply->services.front()));
}

Task<Result<std::vector<ecs::ServiceDeploymentBrief>>> ServiceCalls::deployments() {
  ecs::ListServiceDeploymentsRequest request;
  request.cluster = cluster_;
  request.service = service_;
  request.maxResults = 20;
  auto reply = co_await api_.call<ecs::ListServiceDeployments>(std::move(request));
  if (!reply) {
    if (is_code(reply.error(), "ServiceNotFoundException"))
      co_return std::vector<ecs::ServiceDeploymentBrief>();
    co_return std::unexpected(std::move(reply).error());
  }
  auto& all = reply->serviceDeployments;
  auto is_newer = [](const auto& a, const auto& b) { return a.createdAt > b.createdAt; };
  if (!std::ranges::is_sorted(all, is_newer)) std::ranges::sort(all, is_newer);
  co_return std::move(all);
}

Task<Result<ecs::ServiceDeployment>> ServiceCalls::deployment(std::string arn) {
  ecs::DescribeServiceDeploymentsRequest request;
  request.serviceDeploymentArns = {arn};
  auto reply = co_await api_.call<ecs::DescribeServiceDeployments>(std::move(request));
  if (!reply) co_return std::unexpected(std::move(reply).error());
  if (reply->serviceDeployments.empty())
    co_return fail(ErrorCode::not_found, "ECS does not know the service deployment", arn);
  co_return std::move(reply->serviceDeployments.front());
}

Task<Result<ecs::ServiceRevision>> ServiceCalls::revision(std::string arn) {
  ecs::DescribeServiceRevisionsRequest request;
  request.serviceRevisionArns = {arn};
  auto reply = co_await api_.call<ecs::DescribeServiceRevisions>(std::move(request));
  if (!reply) co_return std::unexpected(std::move(reply).error());
  if (reply->serviceRevisions.empty())
    co_return fail(ErrorCode::not_found, "ECS does not know the service revision", arn);
  co_return std::move(reply->serviceRevisions.front());
}

Task<Result<BaselineRead>> ServiceCalls::baseline() {
  BaselineRead baseline;
  SB_CO_TRY(auto service, co_await describe());
  if (!service) co_return baseline;
  baseline.current_task_definition = value_or_default(service->taskDefinition);
  SB_CO_TRY(auto all, co_await deployments());
  if (!all.empty()) {
    baseline.newest_deployment = value_or_default(all.front().serviceDeploymentArn);
    baseline.newest_status = value_or_default(all.front().status);
  }
  co_return baseline;
}

Task<Result<std::string>> ServiceCalls::find_deployment(std::string task_definition,
                                                        std::string baseline) {
  SB_CO_TRY(auto all, co_await deployments());
  for (const auto& brief : all) {
    if (!baseline.empty() && brief.serviceDeploymentArn == baseline) break;
    if (!brief.targetServiceRevisionArn) continue;
    SB_CO_TRY(auto target, co_await revision(*brief.targetServiceRevisionArn));
    if (target.taskDefinition == task_definition)
      co_return value_or_default(brief.serviceDeploymentArn);
  }
  co_return std::string();
}

// Why the newest stopped task stopped: best effort, it only explains.
Task<std::string> ServiceCalls::task_trouble(const ecs::Service& service) {
  ecs::ListTasksRequest list;
  list.cluster = cluster_;
  list.serviceName = service.serviceName;
  list.desiredStatus = "STOPPED";
  auto stopped = co_await api_.call<ecs::ListTasks>(std::move(list));
  if (!stopped || stopped->taskArns.empty()) co_return std::string();
  ecs::DescribeTasksRequest request;
  request.cluster = cluster_;
  request.tasks = stopped->taskArns;
  if (request.tasks.size() > 100) request.tasks.resize(100);
  auto tasks = co_await api_.call<ecs::DescribeTasks>(std::move(request));
  if (!tasks) co_return std::string();
  const ecs::Task* newest = nullptr;
  for (const auto& task : tasks->tasks) {
    // Those that were simply not needed any more explain nothing.
    const bool is_telling =
        task.stoppedReason && !task.stoppedReason->starts_with("Scaling activity initiated");
    if (is_telling && (!newest || task.stoppedAt > newest->stoppedAt)) newest = &task;
  }
  if (!newest) co_return std::string();
  std::string text = *newest->stoppedReason;
  for (const auto& container : newest->containers) {
    if (container.exitCode)
      text += fmt::format(" ({} exited with {})", value_or_default(container.name),
                          *container.exitCode);
    if (container.reason) text += fmt::format(" ({})", *container.reason);
  }
  for (const auto& container : newest->containers) {
    auto said = newest_complaint(co_await last_log_lines(
        api_, value_or_default(newest->taskArn), value_or_default(newest->taskDefinitionArn),
        value_or_default(container.name)));
    if (!said.empty()) text += fmt::format("; {} said: {}", value_or_default(container.name), said);
  }
  co_return text;
}

// Why the load balancer sends nothing to tasks that run: best effort, too.
Task<std::string> ServiceCalls::health_trouble(std::string service_revision) {
  auto target = co_await revision(std::move(service_revision));
  if (!target || !target->resolvedConfiguration) co_return std::string();
  for (const auto& balancer : target->resolvedConfiguration->loadBalancers) {
    aws::elbv2::DescribeTargetHealthRequest request;
    request.TargetGroupArn = value_or_default(balancer.targetGroupArn);
    auto reply = co_await api_.call<aws::elbv2::DescribeTargetHealth>(std::move(request));
    if (!reply) continue;
    for (const auto& one : reply->TargetHealthDescriptions)
      if (one.TargetHealth && one.TargetHealth->State == "unhealthy")
        co_return fmt::format("the load balancer finds a new task unhealthy: {} ({})",
                              value_or_default(one.TargetHealth->Description),
                              value_or_default(one.TargetHealth->Reason));
  }
  co_return std::string();
}

Task<Result<DeploymentView>> ServiceCalls::view(std::string deployment_arn) {
  SB_CO_TRY(auto d, co_await deployment(deployment_arn));
  DeploymentView view;
  view.status = value_or_default(d.status);
  view.status_reason = value_or_default(d.statusReason);
  if (view.status_reason.empty() && d.rollback)
    view.status_reason = value_or_default(d.rollback->reason);
  view.stage = value_or_default(d.lifecycleStage);
  for (const auto& hook : d.lifecycleHookDetails) {
    if (hook.status != "AWAITING_ACTION") continue;
    view.hook_id = value_or_default(hook.hookId);
    view.hook_timeout_action = value_or_default(hook.timeoutAction);
    if (hook.expiresAt) view.hook_expires_at = format_rfc3339(*hook.expiresAt);
  }
  if (const auto& target = d.targetServiceRevision) {
    view.target_running = value_or_default(target->runningTaskCount);
    view.target_requested = value_or_default(target->requestedTaskCount);
    view.target_test_weight = value_or_default(target->requestedTestTrafficWeight);
    view.target_production_weight = value_or_default(target->requestedProductionTrafficWeight);
  }
  if (d.deploymentCircuitBreaker)
    view.failed_tasks = value_or_default(d.deploymentCircuitBreaker->failureCount);
  const bool is_starting =
      view.status == "IN_PROGRESS" && view.target_running < view.target_requested;
  if (is_starting || (view.failed_tasks > 0 && view.status != "SUCCESSFUL")) {
    auto service = co_await describe();
    if (service && *service) {
      for (const auto& part : (*service)->deployments)
        if (part.status == "PRIMARY" && is_starting)
          view.failed_tasks =
              std::max<std::int64_t>(view.failed_tasks, value_or_default(part.failedTasks));
      if (view.failed_tasks > 0) view.task_trouble = co_await task_trouble(**service);
    }
  }
  // They run and the stage does not end: it is their health that is waited for.
  const bool is_waiting_for_health = view.status == "IN_PROGRESS" && !is_starting &&
                                     view.stage == "SCALE_UP" && view.target_requested > 0;
  if (is_waiting_for_health && view.task_trouble.empty() && d.targetServiceRevision->arn)
    view.task_trouble = co_await health_trouble(*d.targetServiceRevision->arn);
  co_return view;
}

Task<Result<>> ServiceCalls::update(std::string task_definition,
                                    std::optional<ecs::DeploymentConfiguration> configuration) {
  ecs::UpdateServiceRequest request;
  request.cluster = cluster_;
  request.service = service_;
  request.taskDefinition = std::move(task_definition);
  request.deploymentConfiguration = std::move(configuration);
  auto reply = co_await api_.call<ecs::UpdateService>(std::move(request));
  if (!reply) co_return std::unexpected(std::move(reply).error());
  co_return Result<>{};
}

Task<Result<ecs::DeploymentConfiguration>> ServiceCalls::configuration_with_hooks(
    std::int64_t timeout_minutes) {
  SB_CO_TRY(auto service, co_await describe());
  if (!service) co_return fail(ErrorCode::not_found, "there is no such service", service_);
  co_return with_hooks(value_or_default(service->deploymentConfiguration), timeout_minutes);
}

Task<Result<>> ServiceCalls::remove_hooks() {
  SB_CO_TRY(auto service, co_await describe());
  if (!service) co_return Result<>{};
  auto configuration = value_or_default(service->deploymentConfiguration);
  if (!has_hooks(configuration)) co_return Result<>{};
  SB_CO_TRY(auto all, co_await deployments());
  if (!all.empty()) {
    const std::string status = value_or_default(all.front().status);
    if (status != "SUCCESSFUL" && status != "ROLLBACK_SUCCESSFUL" && status != "STOPPED" &&
        status != "ROLLBACK_FAILED")
      co_return fail(ErrorCode::unavailable, "a deployment is still in progress (" + status + ")",
                     "DeploymentInProgress");
  }
  ecs::UpdateServiceRequest request;
  request.cluster = cluster_;
  request.service = service_;
  request.deploymentConfiguration = without_hooks(std::move(configuration));
  auto reply = co_await api_.call<ecs::UpdateService>(std::move(request));
  if (!reply) co_return std::unexpected(std::move(reply).error());
  co_return Result<>{};
}

Task<Result<>> ServiceCalls::create(const std::string& request_json, std::string task_definition,
                                    std::int64_t hook_timeout_minutes, std::string token) {
  SB_CO_TRY(auto request, json::decode<ecs::CreateServiceRequest>(request_json));
  request.cluster = cluster_;
  request.serviceName = service_;
  request.taskDefinition = std::move(task_definition);
  request.clientToken = std::move(token);
  if (hook_timeout_minutes > 0)
    request.deploymentConfiguration =
        with_hooks(value_or_default(request.deploymentConfiguration), hook_timeout_minutes);
  auto reply = co_await api_.call<ecs::CreateService>(std::move(request));
  if (!reply) co_return std::unexpected(std::move(reply).error());
  co_return Result<>{};
}

Task<Result<>> ServiceCalls::settle_hook(std::string deployment_arn, std::string hook_id,
                                         std::string action) {
  ecs::ContinueServiceDeploymentRequest request;
  request.serviceDeploymentArn = std::move(deployment_arn);
  request.hookId = std::move(hook_id);
  request.action = std::move(action);
  auto reply = co_await api_.call<ecs::ContinueServiceDeployment>(std::move(request));
  if (!reply) co_return std::unexpected(std::move(reply).error());
  co_return Result<>{};
}

Task<Result<>> ServiceCalls::stop(std::string deployment_arn) {
  ecs::StopServiceDeploymentRequest request;
  request.serviceDeploymentArn = std::move(deployment_arn);
  request.stopType = "ROLLBACK";
  auto reply = co_await api_.call<ecs::StopServiceDeployment>(std::move(request));
  if (!reply) co_return std::unexpected(std::move(reply).error());
  co_return Result<>{};
}

}  // namespace sb::release
