// What CloudWatch's words for statistics mean. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cloud/metrics/distribution.hpp"
#include "cloud/metrics/source.hpp"

namespace sb::cloud::cloudwatch {

struct Statistic {
  enum class Kind { sum, average, minimum, maximum, sample_count, percentile };
  Kind kind = Kind::sum;
  double percent = 0;
};
// "Sum", "Average", "Minimum", "Maximum", "SampleCount", "p0" to "p100" with a fraction ("p99.9").
std::optional<Statistic> parse_statistic(std::string_view text);
// Nothing for a percentile of values of which only a summary is known.
std::optional<double> value_of(const metrics::Distribution& distribution,
                               const Statistic& statistic);

// One, five, ten, thirty, or a multiple of sixty seconds.
bool is_period(int seconds);
// The window that a request from `start` to `end` means: its start is moved back to a whole period.
metrics::Window window_of(Timestamp start, Timestamp end, int period_s);
// "Count", "Seconds", "Percent", "Bytes" or "None", as AWS's services report their metrics.
std::string_view unit_of(std::string_view metric_name);

}  // namespace sb::cloud::cloudwatch
