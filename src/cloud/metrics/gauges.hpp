// Metrics that somebody samples once a second (how much memory, how many connections): kept for a
// while, and CloudWatch's source for them. One thread.
#pragma once

#include <deque>
#include <map>

#include "base/async/deadline.hpp"
#include "cloud/metrics/source.hpp"

namespace sb::cloud::metrics {

class Gauges : public MetricSource {
 public:
  static constexpr auto kInterval = std::chrono::seconds(1);
  static constexpr auto kKept = std::chrono::minutes(30);

  // `value` must be finite. Several at one time are samples of several things (tasks): the metric's
  // average and maximum are over all of them.
  void add(const MetricId& metric, Timestamp at, double value);
  // Forgets what is too old, also metrics that nothing is added to any more.
  void prune(Timestamp at);

  std::vector<MetricId> list() const override;
  Series collect(const MetricId& metric, const Window& window) const override;

 private:
  struct Sample {
    Timestamp at;
    double value = 0;
  };
  std::map<MetricId, std::deque<Sample>> series_;
};

// Shortly after the next whole second, so that every period of a second gets its sample.
Deadline next_sample_time();

}  // namespace sb::cloud::metrics
