#include "release/runner/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "aws/model/cloudwatch_metric.hpp"
#include "aws/model/elbv2_target_group.hpp"

namespace sb::release {

namespace cw = aws::cloudwatch;

namespace {

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

cw::MetricDataQuery query(std::string id, std::string metric, std::string stat, std::int64_t period,
                          const std::string& load_balancer, const std::string& target_group) {
  cw::Metric m;
  m.Namespace = "AWS/ApplicationELB";
  m.MetricName = std::move(metric);
  m.Dimensions.push_back(dimension("LoadBalancer", load_balancer));
  if (!target_group.empty()) m.Dimensions.push_back(dimension("TargetGroup", target_group));
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

Task<Result<Counts>> MetricReader::read(const WatchedTargets& targets, Timestamp from,
                                        Timestamp to) {
  const std::int64_t period = config_.metric_period_seconds;
  cw::GetMetricDataRequest request;
  const auto aligned = to_unix_ms(from) / (period * 1000) * (period * 1000);
  request.StartTime = from_unix_ms(aligned);
  request.EndTime = to;
  request.ScanBy = "TimestampAscending";
  auto ask = [&](std::string id, std::string metric, std::string stat, const std::string& group) {
    request.MetricDataQueries.push_back(query(std::move(id), std::move(metric), std::move(stat),
                                              period, targets.load_balancer, group));
  };
  ask("fresh_requests", "RequestCount", "Sum", targets.fresh);
  ask("fresh_errors", "HTTPCode_Target_5XX_Count", "Sum", targets.fresh);
  ask("fresh_p95", "TargetResponseTime", "p95", targets.fresh);
  ask("fresh_refused", "HTTPCode_ELB_5XX_Count", "Sum", {});
  if (!targets.old.empty()) {
    ask("old_requests", "RequestCount", "Sum", targets.old);
    ask("old_errors", "HTTPCode_Target_5XX_Count", "Sum", targets.old);
  }
  Ticks fresh, old;
  for (int page = 0; page < 20; ++page) {
    auto copy = request;
    auto reply = co_await api_.call<cw::GetMetricData>(std::move(copy));
    if (!reply) co_return std::unexpected(std::move(reply).error());
    for (const auto& result : reply->MetricDataResults) {
      const std::string id = value_or_default(result.Id);
      if (result.StatusCode == "Forbidden" || result.StatusCode == "InternalError")
        co_return fail(ErrorCode::unavailable, "CloudWatch did not give " + id, *result.StatusCode);
      const auto underscore = id.find('_');
      Ticks& ticks = id.starts_with("old") ? old : fresh;
      for (std::size_t i = 0; i < std::min(result.Timestamps.size(), result.Values.size()); ++i)
        add(ticks, id.substr(underscore + 1), result.Timestamps[i], result.Values[i]);
    }
    if (!reply->NextToken || reply->NextToken->empty()) break;
    request.NextToken = reply->NextToken;
  }
  co_return Counts{values(std::move(fresh)), values(std::move(old))};
}

}  // namespace sb::release
