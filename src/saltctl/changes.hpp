// What a new task definition changes, in words; values of secrets are in neither.
#pragma once

#include <string>
#include <vector>

#include "aws/model/ecs_task_definition.hpp"

namespace sb::saltctl {

// "image: saltbitter:1.0.0@… → saltbitter:2.0.0@…", "LOG_LEVEL: info → debug", "+ ENABLE_VIDEO:
// true"
std::vector<std::string> changes(const aws::ecs::TaskDefinition& now,
                                 const aws::ecs::RegisterTaskDefinitionRequest& next);

}  // namespace sb::saltctl
