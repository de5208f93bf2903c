// AWS/ApplicationELB, from the proxy's counts and the health of targets, with AWS's gaps: counts
// only where they are not zero, nothing at all where there was no traffic.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "cloud/metrics/source.hpp"
#include "cloud/proxy/traffic.hpp"

namespace sb::cloud::elbv2 {

struct HostCounts {
  int healthy = 0;
  int unhealthy = 0;
  friend bool operator==(const HostCounts&, const HostCounts&) = default;
};

// How many targets were healthy when: a step function, kept for as long as traffic is.
class HostHistory {
 public:
  using Key = std::pair<std::string, std::string>;  // load balancer and target group dimension

  // The state of all pairs from `now` on; pairs that are missing have ended.
  void set(const std::map<Key, HostCounts>& current, Timestamp now);
  const std::map<Key, std::map<Timestamp, std::optional<HostCounts>>>& all() const {
    return steps_;
  }

 private:
  std::map<Key, std::map<Timestamp, std::optional<HostCounts>>> steps_;
};

class ElbMetrics : public metrics::MetricSource {
 public:
  using Clock = std::function<Timestamp()>;
  ElbMetrics(const proxy::Traffic& traffic, const HostHistory& hosts, Clock clock)
      : traffic_(traffic), hosts_(hosts), clock_(std::move(clock)) {}

  std::vector<metrics::MetricId> list() const override;
  metrics::Series collect(const metrics::MetricId& metric,
                          const metrics::Window& window) const override;

 private:
  metrics::Series collect_hosts(const metrics::MetricId& metric,
                                const metrics::Window& window) const;

  const proxy::Traffic& traffic_;
  const HostHistory& hosts_;
  Clock clock_;
};

}  // namespace sb::cloud::elbv2
