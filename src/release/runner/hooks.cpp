#include "release/runner/hooks.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sb::release {

namespace ecs = aws::ecs;

namespace {

constexpr std::array<std::string_view, 2> kStages = {"POST_TEST_TRAFFIC_SHIFT",
                                                     "POST_PRODUCTION_TRAFFIC_SHIFT"};

bool is_ours(const ecs::DeploymentLifecycleHook& hook) {
  return hook.targetType == "PAUSE" && !hook.lifecycleStages.empty() &&
         std::ranges::all_of(hook.lifecycleStages, [](const auto& stage) {
           return std::ranges::find(kStages, stage) != kStages.end();
         });
}

}  // namespace

ecs::DeploymentConfiguration with_hooks(ecs::DeploymentConfiguration configuration,
                                        std::int64_t timeout_minutes) {
  configuration = without_hooks(std::move(configuration));
  for (std::string_view stage : kStages) {
    ecs::DeploymentLifecycleHook hook;
    hook.targetType = "PAUSE";
    hook.lifecycleStages = {std::string(stage)};
    hook.timeoutConfiguration.emplace();
    hook.timeoutConfiguration->timeoutInMinutes = static_cast<int>(timeout_minutes);
    hook.timeoutConfiguration->action = "ROLLBACK";
    configuration.lifecycleHooks.push_back(std::move(hook));
  }
  return configuration;
}

ecs::DeploymentConfiguration without_hooks(ecs::DeploymentConfiguration configuration) {
  std::erase_if(configuration.lifecycleHooks, is_ours);
  return configuration;
}

bool has_hooks(const ecs::DeploymentConfiguration& configuration) {
  return std::ranges::any_of(configuration.lifecycleHooks, is_ours);
}

}  // namespace sb::release
