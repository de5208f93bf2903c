// A service's newest deployment: what it is doing, and what its end means. Starting one that
// changes nothing but the tasks (a restart).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/model/ecs_deployment.hpp"
#include "release/engine/outcome.hpp"
#include "release/operate/one_off.hpp"

namespace sb::release::operate {

struct DeploymentWatch {
  std::string arn;
  std::string status;  // ECS's word: IN_PROGRESS, SUCCESSFUL, ROLLBACK_SUCCESSFUL, …
  std::string reason;
  std::string stage;
  std::string waits_for_hook;  // id of a PAUSE hook that nobody answered yet
  std::string hook_expires_at;
  std::string hook_timeout_action;
  int running = 0;  // of the new tasks
  int requested = 0;
  int failed = 0;  // tasks that stopped before they were healthy

  bool operator==(const DeploymentWatch&) const = default;
};

bool is_in_progress(const DeploymentWatch& deployment);
// complete, rolled_back, rollback_failed or failed; none while it is in progress.
Outcome verdict_of(const DeploymentWatch& deployment);
// "2 of 2 new tasks run, stage BAKE_TIME"
std::string describe(const DeploymentWatch& deployment);

DeploymentWatch watch_of(const aws::ecs::ServiceDeployment& deployment);
// Nothing when the service was never deployed.
Task<Result<std::optional<DeploymentWatch>>> newest_deployment(aws::Client& client, ServiceRef ref);

using OnDeployment = std::function<void(const DeploymentWatch&)>;

// Asks for new tasks of the same task definition. Error conflict while a deployment is in progress.
Task<Result<DeploymentWatch>> begin_restart(aws::Client& client, ServiceRef ref);
// Until the deployment ends; every change is told. Error timeout: it goes on without us.
Task<Result<DeploymentWatch>> follow(aws::Client& client, ServiceRef ref, std::string arn,
                                     Duration patience, OnDeployment on_change);

}  // namespace sb::release::operate
