#include "release/runner/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "aws/model/elbv2_target_group.hpp"
#include "aws/model/rds_instance.hpp"

namespace sb::release {

namespace cw = aws::cloudwatch;

namespace {

constexpr const char* kConnections = "connections";
constexpr const char* kMemory = "memory";

// "arn:…:targetgroup/name/hex" to "targetgroup/name/hex"; "…:loadbalancer/app/name/hex" to
// "app/name/hex".
std::string after(const std::string& arn, std::string_view marker, std::string_view kept) {
  auto at = arn.find(marker);
  return at == std::string::npos ? arn : std::string(kept) + arn.substr(at + marker.size());
}

cw::Dimension dimension(std::string name, std::string value) {
  cw::Dimension d;
  d.Name = std::move(name);
  d.Value = std::move(value);
  return d;
}

cw::MetricDataQuery query(std::string id, std::string name_space, std::string metric,
                          std::string stat, std::int64_t period,
                          std::vector<cw::Dimension> dimensions) {
  cw::Metric m;
  m.Namespace = std::move(name_space);
  m.MetricName = std::move(metric);
  m.Dimensions = std::move(dimensions);
  cw::MetricStat s;
  s.Metric = std::move(m);
  s.Period = static_cast<int>(period);
  s.Stat = std::move(stat);
  cw::MetricDataQuery q;
  q.Id = std::move(id);
  q.MetricStat = std::move(s);
  return q;
}

using Ticks = std::map<Timestamp, analysis::Tick>;

void add(Ticks& ticks, const std::string& what, Timestamp at, double value) {
  auto& tick = ticks[at];
  tick.start = at;
  const auto count = static_cast<std::int64_t>(std::llround(value));
  if (what == "requests")
    tick.requests += count;
  else if (what == "errors")
    tick.errors += count;
  else if (what == "refused") {  // answered by the load balancer itself: no target counted it
    tick.requests += count;
    tick.errors += count;
  } else {
    tick.p95_seconds = value;
  }
}

std::vector<analysis::Tick> values(Ticks&& ticks) {
  std::vector<analysis::Tick> all;
  all.reserve(ticks.size());
  for (auto& [at, tick] : ticks) all.push_back(tick);
  return all;
}

// One period's value of one query, to where it belongs.
void put(analysis::Look& look, Ticks& fresh, Ticks& old, const std::string& id, Timestamp at,
         double value) {
  if (id == kConnections) {
    look.connections.push_back({at, value});
  } else if (id == kMemory) {
    look.memory.push_back({at, value});
  } else {
    add(id.starts_with("old") ? old : fresh, id.substr(id.find('_') + 1), at, value);
  }
}

}  // namespace

Task<Result<std::string>> MetricReader::target_group_of(std::string revision_arn) {
  SB_CO_TRY(auto revision, co_await service_.revision(revision_arn));
  // Which of the two groups a revision really uses is said here only.
  if (revision.resolvedConfiguration && !revision.resolvedConfiguration->loadBalancers.empty())
    if (const auto& arn = revision.resolvedConfiguration->loadBalancers.front().targetGroupArn)
      co_return *arn;
  if (!revision.loadBalancers.empty() && revision.loadBalancers.front().targetGroupArn)
    co_return *revision.loadBalancers.front().targetGroupArn;
  co_return fail(ErrorCode::not_found, "the service revision has no target group to watch",
                 revision_arn);
}

Task<Result<std::string>> MetricReader::load_balancer_of(std::string target_group_arn) {
  if (!config_.load_balancer.empty()) co_return config_.load_balancer;
  aws::elbv2::DescribeTargetGroupsRequest request;
  request.TargetGroupArns = {target_group_arn};
  auto reply = co_await api_.call<aws::elbv2::DescribeTargetGroups>(std::move(request));
  if (!reply) co_return std::unexpected(std::move(reply).error());
  if (reply->TargetGroups.empty() || reply->TargetGroups.front().LoadBalancerArns.empty())
    co_return fail(ErrorCode::not_found, "no load balancer uses the target group",
                   target_group_arn);
  co_return after(reply->TargetGroups.front().LoadBalancerArns.front(), ":loadbalancer/", "");
}

Task<Result<WatchedTargets>> MetricReader::find_targets(std::string deployment_arn) {
  SB_CO_TRY(auto deployment, co_await service_.deployment(deployment_arn));
  if (!deployment.targetServiceRevision || !deployment.targetServiceRevision->arn)
    co_return fail(ErrorCode::not_found, "the service deployment names no target revision",
                   deployment_arn);
  WatchedTargets targets;
  SB_CO_TRY(auto fresh, co_await target_group_of(*deployment.targetServiceRevision->arn));
  SB_CO_TRY(targets.load_balancer, co_await load_balancer_of(fresh));
  targets.fresh = after(fresh, ":targetgroup/", "targetgroup/");
  if (!deployment.sourceServiceRevisions.empty() && deployment.sourceServiceRevisions.front().arn) {
    auto old = co_await target_group_of(*deployment.sourceServiceRevisions.front().arn);
    if (old && *old != fresh) targets.old = after(*old, ":targetgroup/", "targetgroup/");
  }
  co_return targets;
}

Task<Result<WatchedTargets>> MetricReader::find_present_targets() {
  SB_CO_TRY(auto all, co_await service_.deployments());
  if (all.empty())
    co_return fail(ErrorCode::not_found, "the service has no deployment to look at",
                   config_.service);
  SB_CO_TRY(auto targets,
            co_await find_targets(value_or_default(all.front().serviceDeploymentArn)));
  const std::string status = value_or_default(all.front().status);
  // What was rolled back does not serve; its predecessor does.
  const bool is_off = status.starts_with("ROLLBACK") || status == "STOPPED";
  if (is_off && !targets.old.empty()) std::swap(targets.fresh, targets.old);
  co_return targets;
}

cw::GetMetricDataRequest MetricReader::request_of(Timestamp from, Timestamp to) const {
  const std::int64_t period = config_.metric_period_seconds;
  cw::GetMetricDataRequest request;
  const auto aligned = to_unix_ms(from) / (period * 1000) * (period * 1000);
  request.StartTime = from_unix_ms(aligned);
  request.EndTime = to;
  request.ScanBy = "TimestampAscending";
  // The task that uses most, not their average: a leak in the new version must not hide behind the
  // old one.
  request.MetricDataQueries.push_back(query(
      kMemory, "AWS/ECS", "MemoryUtilization", "Maximum", period,
      {dimension("ClusterName", config_.cluster), dimension("ServiceName", config_.service)}));
  if (!config_.watched_database.empty())
    request.MetricDataQueries.push_back(
        query(kConnections, "AWS/RDS", "DatabaseConnections", "Maximum", period,
              {dimension("DBInstanceIdentifier", config_.watched_database)}));
  return request;
}

Task<Result<analysis::Look>> MetricReader::read(const WatchedTargets& targets, Timestamp from,
                                                Timestamp to) {
  auto request = request_of(from, to);
  auto add_query = [&](std::string id, std::string metric, std::string stat,
                       const std::string& group) {
    std::vector<cw::Dimension> dimensions{dimension("LoadBalancer", targets.load_balancer)};
    if (!group.empty()) dimensions.push_back(dimension("TargetGroup", group));
    request.MetricDataQueries.push_back(
        query(std::move(id), "AWS/ApplicationELB", std::move(metric), std::move(stat),
              config_.metric_period_seconds, std::move(dimensions)));
  };
  add_query("fresh_requests", "RequestCount", "Sum", targets.fresh);
  add_query("fresh_errors", "HTTPCode_Target_5XX_Count", "Sum", targets.fresh);
  add_query("fresh_p95", "TargetResponseTime", "p95", targets.fresh);
  add_query("fresh_refused", "HTTPCode_ELB_5XX_Count", "Sum", {});
  if (!targets.old.empty()) {
    add_query("old_requests", "RequestCount", "Sum", targets.old);
    add_query("old_errors", "HTTPCode_Target_5XX_Count", "Sum", targets.old);
  }
  co_return co_await ask(std::move(request));
}

Task<Result<analysis::Look>> MetricReader::ask(cw::GetMetricDataRequest request) {
  analysis::Look look;
  Ticks fresh, old;
  for (int page = 0; page < 20; ++page) {
    auto copy = request;
    auto reply = co_await api_.call<cw::GetMetricData>(std::move(copy));
    if (!reply) co_return std::unexpected(std::move(reply).error());
    for (const auto& result : reply->MetricDataResults) {
      const std::string id = value_or_default(result.Id);
      if (result.StatusCode == "Forbidden" || result.StatusCode == "InternalError")
        co_return fail(ErrorCode::unavailable, "CloudWatch did not give " + id, *result.StatusCode);
      for (std::size_t i = 0; i < std::min(result.Timestamps.size(), result.Values.size()); ++i)
        put(look, fresh, old, id, result.Timestamps[i], result.Values[i]);
    }
    if (!reply->NextToken || reply->NextToken->empty()) break;
    request.NextToken = reply->NextToken;
  }
  look.fresh = values(std::move(fresh));
  look.old = values(std::move(old));
  co_return look;
}

// An RDS that cannot be asked says nothing about the database: then the status stays empty, and the
// count of connections and production's own word remain.
Task<std::optional<analysis::DatabaseSight>> MetricReader::database() {
  if (config_.watched_database.empty()) co_return std::nullopt;
  analysis::DatabaseSight sight;
  aws::rds::DescribeDBInstancesRequest request;
  request.DBInstanceIdentifier = config_.watched_database;
  auto reply = co_await api_.call<aws::rds::DescribeDBInstances>(std::move(request));
  if (reply && !reply->DBInstances.empty())
    sight.status = value_or_default(reply->DBInstances.front().DBInstanceStatus);
  else if (!reply && reply.error().subject.starts_with("DBInstanceNotFound"))
    sight.status = "not-found";
  co_return sight;
}

}  // namespace sb::release
