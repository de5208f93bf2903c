#include "cloud/metrics/gauges.hpp"

#include <algorithm>

namespace sb::cloud::metrics {

void Gauges::add(const MetricId& metric, Timestamp at, double value) {
  series_[metric].push_back({at, value});
}

void Gauges::prune(Timestamp at) {
  for (auto it = series_.begin(); it != series_.end();) {
    auto& samples = it->second;
    while (!samples.empty() && samples.front().at < at - kKept) samples.pop_front();
    it = samples.empty() ? series_.erase(it) : std::next(it);
  }
}

std::vector<MetricId> Gauges::list() const {
  std::vector<MetricId> out;
  for (const auto& [id, samples] : series_) out.push_back(id);
  return out;
}

Series Gauges::collect(const MetricId& metric, const Window& window) const {
  Series out;
  auto it = series_.find(metric);
  if (it == series_.end()) return out;
  const auto& samples = it->second;
  auto sample = std::partition_point(samples.begin(), samples.end(),
                                     [&](const Sample& s) { return s.at < window.start; });
  for (; sample != samples.end() && window.contains(sample->at); ++sample)
    out[window.bucket_of(sample->at)].add(sample->value);
  return out;
}

Deadline next_sample_time() {
  constexpr std::int64_t kAfter = 5;  // a timer may come a moment early
  const std::int64_t step = std::chrono::milliseconds(Gauges::kInterval).count();
  const std::int64_t left = step - to_unix_ms(now()) % step + kAfter;
  return Deadline::after(std::chrono::milliseconds(left));
}

}  // namespace sb::cloud::metrics
