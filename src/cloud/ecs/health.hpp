// Container health checks, as a task definition declares them: what its settings mean, and what a
// row of results makes of a container. Pure.
#pragma once

#include "base/async/deadline.hpp"
#include "cloud/ecs/model.hpp"
#include "cloud/ecs/records.hpp"

namespace sb::cloud::ecs {

struct HealthSettings {
  std::vector<std::string> argv;
  Duration interval, timeout, start_period;
  int retries = 3;
};

// Nothing for a container without a check, or with ["NONE"].
std::optional<HealthSettings> health_settings(const api::ContainerDefinition& container);
// Of what ECS looks at in a task: the essential containers that have one.
bool has_health_check(const api::TaskDefinition& definition);
// The worst of those; UNKNOWN while one is still to say, or when there is none.
std::string task_health(const api::TaskDefinition& definition, const api::Task& task);
ContainerHealth container_health_of(const std::string& wire);

// Counts the results of one container's check.
class HealthTally {
 public:
  HealthTally(int retries, ContainerHealth before) : retries_(retries), health_(before) {}

  // Failures of a container that is still starting don't count.
  void note(bool has_passed, bool is_starting);
  ContainerHealth health() const {
    return health_;
  }

 private:
  int retries_;
  int failures_ = 0;
  ContainerHealth health_;
};

}  // namespace sb::cloud::ecs
