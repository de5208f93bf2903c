// Reads what the load balancer counted for the new and the old version's target groups, period by
// period, out of CloudWatch.
#pragma once

#include <string>
#include <vector>

#include "release/analysis/analysis.hpp"
#include "release/runner/service_calls.hpp"

namespace sb::release {

// CloudWatch's dimension values.
struct WatchedTargets {
  std::string load_balancer;  // "app/name/hex"
  std::string fresh;          // "targetgroup/name/hex" of the new version
  std::string old;            // of the old one; empty: none, or the same
};

struct Counts {
  std::vector<analysis::Tick> fresh;
  std::vector<analysis::Tick> old;
};

class MetricReader {
 public:
  MetricReader(Api& api, ServiceCalls& service, const EnvironmentConfig& config)
      : api_(api), service_(service), config_(config) {}

  // Which target groups the deployment's two revisions use.
  Task<Result<WatchedTargets>> find_targets(std::string deployment_arn);
  Task<Result<Counts>> read(const WatchedTargets& targets, Timestamp from, Timestamp to);

 private:
  Task<Result<std::string>> target_group_of(std::string revision_arn);
  Task<Result<std::string>> load_balancer_of(std::string target_group_arn);

  Api& api_;
  ServiceCalls& service_;
  const EnvironmentConfig& config_;
};

}  // namespace sb::release
