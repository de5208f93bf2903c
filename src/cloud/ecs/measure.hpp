// What services use, sampled once a second: AWS/ECS and ECS/ContainerInsights. Percentages are of
// what the task definitions reserve, one sample a task: their average is the service's, their
// maximum its worst task's.
#pragma once

#include <map>

#include "cloud/ecs/scheduler.hpp"
#include "cloud/metrics/gauges.hpp"

namespace sb::cloud::ecs {

class Measure {
 public:
  explicit Measure(std::shared_ptr<Scheduler> scheduler) : scheduler_(std::move(scheduler)) {}

  static Task<> run(std::shared_ptr<Measure> self);
  void close() {
    is_closed_ = true;
  }
  const metrics::MetricSource& source() const {
    return gauges_;
  }

 private:
  void sample(Timestamp at);
  void sample_service(const std::string& key, const ServiceRecord& record, Timestamp at);

  std::shared_ptr<Scheduler> scheduler_;
  metrics::Gauges gauges_;
  std::map<std::string, std::uint64_t> cpu_ms_;      // by container, at the last sample
  std::map<std::string, std::uint64_t> cpu_ms_now_;  // at the one that is being taken
  double elapsed_ms_ = 0;                            // between the two; 0: there is no last one
  std::optional<Timestamp> last_;
  bool is_closed_ = false;
};

}  // namespace sb::cloud::ecs
