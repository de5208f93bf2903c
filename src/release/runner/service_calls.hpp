// What the runner asks ECS about the service and its deployments.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/model/ecs_deployment.hpp"
#include "aws/model/ecs_service.hpp"
#include "release/runner/api.hpp"

namespace sb::release {

class ServiceCalls {
 public:
  ServiceCalls(Api& api, std::string cluster, std::string service)
      : api_(api), cluster_(std::move(cluster)), service_(std::move(service)) {}

  // Nothing when there is no such service, or it was deleted.
  Task<Result<std::optional<aws::ecs::Service>>> describe();
  // Newest first; empty when there is no such service.
  Task<Result<std::vector<aws::ecs::ServiceDeploymentBrief>>> deployments();
  Task<Result<aws::ecs::ServiceDeployment>> deployment(std::string arn);
  Task<Result<aws::ecs::ServiceRevision>> revision(std::string arn);

  Task<Result<BaselineRead>> baseline();
  // The newest deployment to `task_definition` that is younger than `baseline`; empty: none.
  Task<Result<std::string>> find_deployment(std::string task_definition, std::string baseline);
  Task<Result<DeploymentView>> view(std::string deployment_arn);

  // `configuration`: what the deployment is configured with; nothing: as the service has it.
  Task<Result<>> update(std::string task_definition,
                        std::optional<aws::ecs::DeploymentConfiguration> configuration);
  // The service's own configuration, with the engine's hooks.
  Task<Result<aws::ecs::DeploymentConfiguration>> configuration_with_hooks(
      std::int64_t timeout_minutes);
  // Does nothing when there are none. Error conflict while a deployment is in progress.
  Task<Result<>> remove_hooks();
  // `request_json` with the task definition, the engine's hooks (unless 0) and the token filled in.
  Task<Result<>> create(const std::string& request_json, std::string task_definition,
                        std::int64_t hook_timeout_minutes, std::string token);
  Task<Result<>> settle_hook(std::string deployment_arn, std::string hook_id, std::string action);
  Task<Result<>> stop(std::string deployment_arn);

 private:
  Task<std::string> task_trouble(const aws::ecs::Service& service);
  Task<std::string> health_trouble(std::string service_revision);

  Api& api_;
  std::string cluster_;
  std::string service_;
};

}  // namespace sb::release
