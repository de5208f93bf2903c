// AWS/RDS: what instances use, sampled once a second. An instance that does not answer has no
// connections to count: its series stops, as on AWS.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "base/async/gate.hpp"
#include "cloud/metrics/gauges.hpp"
#include "cloud/postgres/cluster.hpp"

namespace sb::cloud::rds {

class Measure : public std::enable_shared_from_this<Measure> {
 public:
  Measure(Executor executor, Gate& gate) : executor_(std::move(executor)), gate_(gate) {}

  struct Target {
    std::string id;
    std::int64_t allocated_gib = 0;
    std::shared_ptr<postgres::Cluster> cluster;
  };
  // Samples each, beside each other: one that hangs keeps no other waiting.
  void sample(const std::vector<Target>& targets);
  const metrics::MetricSource& source() const {
    return gauges_;
  }

 private:
  struct Watched {
    std::shared_ptr<pg::Connection> session;
    std::optional<std::uint64_t> cpu_ms;
    Timestamp cpu_at{};
    double free_bytes = 0;
    Timestamp storage_at{};
  };
  static Task<> sample_one(std::shared_ptr<Measure> self, Target target, Timestamp at);
  Task<Result<>> ask(Target target, Timestamp at);
  void sample_cpu(const Target& target, Timestamp at);
  void add(const std::string& id, const char* name, Timestamp at, double value);

  Executor executor_;
  Gate& gate_;
  metrics::Gauges gauges_;
  std::map<std::string, Watched> watched_;  // by instance id
  std::set<std::string> busy_;
};

}  // namespace sb::cloud::rds
