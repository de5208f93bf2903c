#include "cloud/ecs/health.hpp"

#include <algorithm>

namespace sb::cloud::ecs {

std::optional<HealthSettings> health_settings(const api::ContainerDefinition& container) {
  if (!container.healthCheck || container.healthCheck->command.empty()) return std::nullopt;
  const auto& check = *container.healthCheck;
  const auto& kind = check.command.front();
  if (kind == "NONE") return std::nullopt;
  HealthSettings out;
  std::vector<std::string> words(check.command.begin() + 1, check.command.end());
  out.argv = kind == "CMD-SHELL"
                 ? std::vector<std::string>{"/bin/sh", "-c", words.empty() ? "" : words.front()}
                 : std::move(words);
  out.interval = std::chrono::seconds(check.interval.value_or(30));
  out.timeout = std::chrono::seconds(check.timeout.value_or(5));
  out.start_period = std::chrono::seconds(check.startPeriod.value_or(0));
  out.retries = check.retries.value_or(3);
  return out;
}

namespace {
bool counts(const api::ContainerDefinition& container) {
  return container.essential.value_or(true) && health_settings(container);
}
}  // namespace

bool has_health_check(const api::TaskDefinition& definition) {
  return std::ranges::any_of(definition.containerDefinitions, counts);
}

std::string task_health(const api::TaskDefinition& definition, const api::Task& task) {
  bool has_any = false, are_all_healthy = true;
  for (const auto& container : definition.containerDefinitions) {
    if (!counts(container)) continue;
    has_any = true;
    for (const auto& shape : task.containers) {
      if (shape.name != container.name) continue;
      if (shape.healthStatus == "UNHEALTHY") return "UNHEALTHY";
      are_all_healthy = are_all_healthy && shape.healthStatus == "HEALTHY";
    }
  }
  return has_any && are_all_healthy ? "HEALTHY" : "UNKNOWN";
}

ContainerHealth container_health_of(const std::string& wire) {
  if (wire == "HEALTHY") return ContainerHealth::healthy;
  if (wire == "UNHEALTHY") return ContainerHealth::unhealthy;
  return ContainerHealth::unknown;
}

void HealthTally::note(bool has_passed, bool is_starting) {
  if (has_passed) {
    failures_ = 0;
    health_ = ContainerHealth::healthy;
    return;
  }
  // Once it was healthy it has started.
  if (is_starting && health_ == ContainerHealth::unknown) return;
  if (++failures_ >= retries_) health_ = ContainerHealth::unhealthy;
}

}  // namespace sb::cloud::ecs
