// The dashboard's numbers as they are now, outside a release: the newest stretch of time against
// the one before, by the same rules.
#pragma once

#include "base/http/client.hpp"
#include "release/runner/metrics.hpp"

namespace sb::release {

class Present {
 public:
  explicit Present(EnvironmentConfig config);

  // `pass` and `fail` as in a release; `inconclusive` and `no_data` of a service that nobody asks.
  Task<Result<analysis::Reading>> look();

 private:
  EnvironmentConfig config_;
  Api api_;
  ServiceCalls service_;
  MetricReader metrics_;
  http::Client probe_;
};

// Does production answer /ready with 200?
Task<bool> is_ready(http::Client& client, std::string url);

}  // namespace sb::release
