// What is sent to ECS for an environment, as pure functions of what is declared and what exists.
#pragma once

#include <string>

#include "saltctl/environment/environment.hpp"
#include "saltctl/provision/resources.hpp"

namespace sb::saltctl {

inline constexpr std::string_view kContainer = "api";

// RegisterTaskDefinition's request as JSON; `image` is pinned to its digest.
std::string task_definition_request(const Environment& environment, const Resources& resources,
                                    const std::string& image);
// CreateService's request as JSON, without the task definition.
std::string create_service_request(const Environment& environment, const Resources& resources);

}  // namespace sb::saltctl
