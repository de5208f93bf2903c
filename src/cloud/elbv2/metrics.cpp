#include "cloud/elbv2/metrics.hpp"

#include <algorithm>
#include <set>

namespace sb::cloud::elbv2 {

namespace {

using metrics::Distribution;
using metrics::MetricId;
using metrics::Series;
using metrics::Window;
using proxy::TrafficSecond;

constexpr std::string_view kNamespace = "AWS/ApplicationELB";
constexpr std::string_view kPrefix = "targetgroup/";
// Host counts are reported once in so long, as on AWS, or once a period where that is shorter.
constexpr std::chrono::seconds kHostStep{60};

enum class Kind { requests, target_status, balancer_status, connection_errors, response_time };
struct Metric {
  std::string_view name;
  Kind kind;
  std::size_t status_class = 0;
};
constexpr Metric kMetrics[] = {
    {"RequestCount", Kind::requests},
    {"RequestCountPerTarget", Kind::requests},
    {"HTTPCode_Target_2XX_Count", Kind::target_status, 2},
    {"HTTPCode_Target_3XX_Count", Kind::target_status, 3},
    {"HTTPCode_Target_4XX_Count", Kind::target_status, 4},
    {"HTTPCode_Target_5XX_Count", Kind::target_status, 5},
    {"HTTPCode_ELB_3XX_Count", Kind::balancer_status, 3},
    {"HTTPCode_ELB_4XX_Count", Kind::balancer_status, 4},
    {"HTTPCode_ELB_5XX_Count", Kind::balancer_status, 5},
    {"TargetConnectionErrorCount", Kind::connection_errors},
    {"TargetResponseTime", Kind::response_time},
};

const Metric* find_metric(const std::string& name) {
  const auto* found = std::find_if(std::begin(kMetrics), std::end(kMetrics),
                                   [&](const Metric& metric) { return metric.name == name; });
  return found == std::end(kMetrics) ? nullptr : found;
}

std::uint32_t count_of(const TrafficSecond& second, const Metric& metric) {
  switch (metric.kind) {
    case Kind::requests:
      return second.requests;
    case Kind::target_status:
      return second.target_statuses[metric.status_class];
    case Kind::balancer_status:
      return second.balancer_statuses[metric.status_class];
    case Kind::connection_errors:
      return second.connection_errors;
    case Kind::response_time:
      return static_cast<std::uint32_t>(second.response_seconds.count());
  }
  return 0;
}

void add_second(Series& series, const TrafficSecond& second, const Metric& metric,
                Timestamp bucket) {
  const std::uint32_t count = count_of(second, metric);
  if (count == 0) return;
  if (metric.kind == Kind::response_time) {
    series[bucket].merge(second.response_seconds);
  } else {
    series[bucket].add(1, count);  // each request is a sample of one, as on AWS
  }
}

// "targetgroup/NAME/ID" -> "NAME_ID", the proxy's key.
std::string key_of_group(std::string dimension) {
  if (!dimension.starts_with(kPrefix)) return {};
  dimension.erase(0, kPrefix.size());
  if (auto slash = dimension.rfind('/'); slash != std::string::npos) dimension[slash] = '_';
  return dimension;
}

std::string dimension_of_key(std::string key) {
  if (auto line = key.rfind('_'); line != std::string::npos) key[line] = '/';
  return std::string(kPrefix) + key;
}

struct Asked {
  std::string balancer;
  std::optional<std::string> group;  // dimension
};

std::optional<Asked> asked_of(const MetricId& metric) {
  if (metric.name_space != kNamespace) return std::nullopt;
  Asked asked;
  for (const auto& [name, value] : metric.dimensions) {
    if (name == "LoadBalancer") {
      asked.balancer = value;
    } else if (name == "TargetGroup") {
      asked.group = value;
    } else {
      return std::nullopt;
    }
  }
  if (asked.balancer.empty()) return std::nullopt;
  return asked;
}

MetricId id_of(std::string_view name, const std::string& balancer, const std::string& group) {
  MetricId id{std::string(kNamespace), std::string(name), {{"LoadBalancer", balancer}}};
  if (!group.empty()) id.dimensions["TargetGroup"] = group;
  return id;
}

}  // namespace

void HostHistory::set(const std::map<Key, HostCounts>& current, Timestamp now) {
  for (const auto& [key, counts] : current) {
    auto& steps = steps_[key];
    if (steps.empty() || steps.rbegin()->second != counts) steps[now] = counts;
  }
  for (auto at = steps_.begin(); at != steps_.end();) {
    auto& steps = at->second;
    if (!current.contains(at->first) && steps.rbegin()->second) steps[now] = std::nullopt;
    const Timestamp oldest = now - proxy::Traffic::kKept;
    // The last step before the window still says how it was at the window's start.
    while (steps.size() > 1 && std::next(steps.begin())->first <= oldest)
      steps.erase(steps.begin());
    const bool is_over = !steps.rbegin()->second && steps.rbegin()->first <= oldest;
    at = is_over ? steps_.erase(at) : std::next(at);
  }
}

std::vector<MetricId> ElbMetrics::list() const {
  std::set<MetricId> all;
  for (const auto& [key, seconds] : traffic_.all()) {
    for (const Metric& metric : kMetrics) {
      const bool has_data = std::any_of(seconds.begin(), seconds.end(), [&](const auto& second) {
        return count_of(second.second, metric) > 0;
      });
      if (!has_data) continue;
      all.insert(id_of(metric.name, key.first, ""));
      if (!key.second.empty())
        all.insert(id_of(metric.name, key.first, dimension_of_key(key.second)));
    }
  }
  for (const auto& [key, steps] : hosts_.all()) {
    all.insert(id_of("HealthyHostCount", key.first, key.second));
    all.insert(id_of("UnHealthyHostCount", key.first, key.second));
  }
  return {all.begin(), all.end()};
}

Series ElbMetrics::collect(const MetricId& id, const Window& window) const {
  if (id.name == "HealthyHostCount" || id.name == "UnHealthyHostCount")
    return collect_hosts(id, window);
  Series series;
  const auto asked = asked_of(id);
  const Metric* metric = find_metric(id.name);
  if (!asked || metric == nullptr) return series;
  const std::int64_t first = (to_unix_ms(window.start) + 999) / 1000;
  for (const auto& [key, seconds] : traffic_.all()) {
    if (key.first != asked->balancer) continue;
    if (asked->group && key.second != key_of_group(*asked->group)) continue;
    for (auto at = seconds.lower_bound(first); at != seconds.end(); ++at) {
      const Timestamp when = from_unix_ms(at->first * 1000);
      if (!window.contains(when)) break;
      add_second(series, at->second, *metric, window.bucket_of(when));
    }
  }
  return series;
}

Series ElbMetrics::collect_hosts(const MetricId& id, const Window& window) const {
  Series series;
  const auto asked = asked_of(id);
  if (!asked || !asked->group) return series;
  auto found = hosts_.all().find({asked->balancer, *asked->group});
  if (found == hosts_.all().end()) return series;
  const auto& steps = found->second;
  const auto step = std::min(window.period, kHostStep);
  const Timestamp now = clock_();
  Timestamp at = window.bucket_of(std::max(window.start, steps.begin()->first));
  if (at < window.start) at += window.period;
  for (; at < window.end && at <= now; at += step) {
    auto after = steps.upper_bound(at);
    if (after == steps.begin()) continue;
    const auto& counts = std::prev(after)->second;
    if (!counts) continue;
    series[window.bucket_of(at)].add(id.name == "HealthyHostCount" ? counts->healthy
                                                                   : counts->unhealthy);
  }
  return series;
}

}  // namespace sb::cloud::elbv2
