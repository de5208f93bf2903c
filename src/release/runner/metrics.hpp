// Reads the dashboard's numbers out of CloudWatch, period by period: what the load balancer counted
// for the new and the old version's target groups, the database's connections, the tasks' memory;
// and from RDS whether the database is there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/model/cloudwatch_metric.hpp"
#include "release/analysis/analysis.hpp"
#include "release/runner/service_calls.hpp"

namespace sb::release {

// CloudWatch's dimension values.
struct WatchedTargets {
  std::string load_balancer;  // "app/name/hex"
  std::string fresh;          // "targetgroup/name/hex" of the new version
  std::string old;            // of the old one; empty: none, or the same
};

class MetricReader {
 public:
  MetricReader(Api& api, ServiceCalls& service, const EnvironmentConfig& config)
      : api_(api), service_(service), config_(config) {}

  // Which target groups the deployment's two revisions use.
  Task<Result<WatchedTargets>> find_targets(std::string deployment_arn);
  // The target group that serves now, of a service that is not being released.
  Task<Result<WatchedTargets>> find_present_targets();
  // All but the database's status.
  Task<Result<analysis::Look>> read(const WatchedTargets& targets, Timestamp from, Timestamp to);
  // RDS's word for the watched database; nothing when none is watched.
  Task<std::optional<analysis::DatabaseSight>> database();

 private:
  Task<Result<std::string>> target_group_of(std::string revision_arn);
  Task<Result<std::string>> load_balancer_of(std::string target_group_arn);
  aws::cloudwatch::GetMetricDataRequest request_of(Timestamp from, Timestamp to) const;
  Task<Result<analysis::Look>> ask(aws::cloudwatch::GetMetricDataRequest request);

  Api& api_;
  ServiceCalls& service_;
  const EnvironmentConfig& config_;
};

}  // namespace sb::release
