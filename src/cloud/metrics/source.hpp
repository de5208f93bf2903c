// Where CloudWatch's answers come from: a service that measures something is a MetricSource,
// registered with cloudwatch::Service::add_source. Sources are asked, they do not push; one thread.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/clock/clock.hpp"
#include "cloud/metrics/distribution.hpp"

namespace sb::cloud::metrics {

struct MetricId {
  std::string name_space;  // "AWS/ApplicationELB"
  std::string name;        // "RequestCount"
  std::map<std::string, std::string> dimensions;
  friend auto operator<=>(const MetricId&, const MetricId&) = default;
};

// [start, end) cut into periods that begin at whole multiples of `period` since the epoch.
struct Window {
  Timestamp start;
  Timestamp end;
  std::chrono::seconds period;

  Timestamp bucket_of(Timestamp t) const {
    const auto since = t.time_since_epoch();
    return Timestamp(since - since % std::chrono::duration_cast<std::chrono::milliseconds>(period));
  }
  bool contains(Timestamp t) const {
    return t >= start && t < end;
  }
};

// By the beginning of each period; a period in which nothing was measured is absent (AWS's gaps).
using Series = std::map<Timestamp, Distribution>;

class MetricSource {
 public:
  virtual ~MetricSource() = default;
  // Every metric that it has data for now.
  virtual std::vector<MetricId> list() const = 0;
  // Empty for a metric that is not its own or has no data.
  virtual Series collect(const MetricId& metric, const Window& window) const = 0;
};

}  // namespace sb::cloud::metrics
