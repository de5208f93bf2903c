// What went through the load balancers, second by second for three hours: counts and response times
// for each (load balancer, target group). Fed from the access log, asked by CloudWatch. Pure.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/clock/clock.hpp"
#include "cloud/metrics/distribution.hpp"
#include "cloud/proxy/access_log.hpp"

namespace sb::cloud::proxy {

struct TrafficSecond {
  std::uint32_t requests = 0;                        // for which a target was chosen
  std::array<std::uint32_t, 6> target_statuses{};    // [2] = 2XX … [5] = 5XX, answered by targets
  std::array<std::uint32_t, 6> balancer_statuses{};  // answered by the load balancer itself
  std::uint32_t connection_errors = 0;
  metrics::Distribution response_seconds;
};

class Traffic {
 public:
  static constexpr std::chrono::seconds kKept = std::chrono::hours(3);
  using Seconds = std::map<std::int64_t, TrafficSecond>;  // by Unix second
  using Key = std::pair<std::string, std::string>;        // load balancer, group ("" = none)

  // Lines that ended outside (now - kKept, now + one minute] are not counted.
  void add(const AccessLine& line, Timestamp now);

  const std::map<Key, Seconds>& all() const {
    return seconds_;
  }
  std::uint64_t lines() const {
    return lines_;
  }

 private:
  void drop_old(std::int64_t now_s);

  std::map<Key, Seconds> seconds_;
  std::int64_t dropped_at_s_ = 0;
  std::uint64_t lines_ = 0;
};

}  // namespace sb::cloud::proxy
