// What services use, sampled every few seconds and kept for a while: AWS/ECS and
// ECS/ContainerInsights. Percentages are of what the task definitions reserve.
#pragma once

#include <deque>
#include <map>

#include "cloud/ecs/scheduler.hpp"
#include "cloud/metrics/source.hpp"

namespace sb::cloud::ecs {

class Measure : public metrics::MetricSource {
 public:
  explicit Measure(std::shared_ptr<Scheduler> scheduler) : scheduler_(std::move(scheduler)) {}

  static Task<> run(std::shared_ptr<Measure> self);
  void close() {
    is_closed_ = true;
  }

  std::vector<metrics::MetricId> list() const override;
  metrics::Series collect(const metrics::MetricId& metric,
                          const metrics::Window& window) const override;

 private:
  struct Sample {
    Timestamp at;
    double value = 0;
  };
  void sample(Timestamp at);
  void add(const ServiceRecord& record, const char* name_space, const char* name, Timestamp at,
           double value);

  std::shared_ptr<Scheduler> scheduler_;
  std::map<metrics::MetricId, std::deque<Sample>> series_;
  std::map<std::string, std::uint64_t> cpu_ms_;  // by container, at the last sample
  std::optional<Timestamp> last_;
  bool is_closed_ = false;
};

}  // namespace sb::cloud::ecs
