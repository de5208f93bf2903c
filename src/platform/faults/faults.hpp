// Deliberate faults for rehearsals, named in one environment variable (SALTBITTER_FAULTS):
//   matches_error=1           GET /api/matches answers 500
//   error_rate=0.25           this share of API requests answers 500
//   latency_ms=300            API requests take this much longer
//   never_ready               /ready answers 503
//   leak_mb_per_s=5           memory grows
//   connections=30            so many more connections to the database are opened and kept
// Any number of them, separated by commas. Behind the first three "@rps>50" means only above that
// rate; behind these, the leak and the connections "@requests>1000" means only once this process
// has served so many (a pool that runs dry, a cache that fills). Liveness (/health) is never
// touched, so that a bad release looks healthy.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error/error.hpp"

namespace sb::platform {

struct RequestFault {
  double amount = 0;  // probability or milliseconds; 0: off
  double above_rps = 0;
  double after_requests = 0;
};

struct FaultPlan {
  RequestFault matches_error;
  RequestFault error_rate;
  RequestFault latency_ms;
  bool never_ready = false;
  RequestFault leak_mb_per_s, connections;  // but above_rps

  bool is_active() const;
};

Result<FaultPlan> parse_faults(std::string_view text);

// What to do to one request. Pure but for its count of requests: time and chance are given.
class FaultInjector {
 public:
  explicit FaultInjector(FaultPlan plan) : plan_(plan) {}

  struct Decision {
    bool fails = false;
    int delay_ms = 0;
  };
  // `chance` is uniform in [0, 1).
  Decision decide(std::string_view path, std::int64_t now_ms, double chance);
  // Whether it is time for one of the plan's lasting faults: `leak_mb_per_s`, `connections`.
  bool is_due(const RequestFault& fault) const {
    return fault.amount > 0 && static_cast<double>(requests_) >= fault.after_requests;
  }
  const FaultPlan& plan() const {
    return plan_;
  }

 private:
  double count(std::int64_t now_ms);

  static constexpr std::int64_t kBucketMs = 100;
  static constexpr std::size_t kBuckets = 10;
  FaultPlan plan_;
  std::array<int, kBuckets> buckets_{};
  std::int64_t newest_ = 0;
  std::int64_t requests_ = 0;
};

}  // namespace sb::platform
