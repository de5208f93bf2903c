// The two pauses of a release. They are on the service only while a release is on its way: whoever
// runs a plain `aws ecs update-service` at another time has nobody who would continue it.
#pragma once

#include <cstdint>

#include "aws/model/ecs_service.hpp"

namespace sb::release {

// `configuration` with a PAUSE hook at each of the release's two stages (and no second one there).
aws::ecs::DeploymentConfiguration with_hooks(aws::ecs::DeploymentConfiguration configuration,
                                             std::int64_t timeout_minutes);
// Without those; hooks of anybody else stay.
aws::ecs::DeploymentConfiguration without_hooks(aws::ecs::DeploymentConfiguration configuration);
bool has_hooks(const aws::ecs::DeploymentConfiguration& configuration);

}  // namespace sb::release
