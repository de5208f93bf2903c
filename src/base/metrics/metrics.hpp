// Counters, gauges and histograms in Prometheus text format 0.0.4. One thread each registry.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sb::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Registry {
 public:
  Registry();
  ~Registry();
  // Names follow Prometheus: saltbitter_http_requests_total,
  // saltbitter_http_request_duration_seconds.
  void describe(const std::string& name, std::string_view type,
                std::string_view help);  // counter|gauge|histogram
  void add(const std::string& name, const Labels& labels, double amount = 1);
  void set(const std::string& name, const Labels& labels, double value);
  void observe(const std::string& name, const Labels& labels,
               double value);  // seconds, by default buckets
  std::string text() const;
  double value(const std::string& name, const Labels& labels) const;  // 0 when never touched

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sb::metrics
