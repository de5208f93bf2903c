#include "cloud/cloudwatch/statistics.hpp"

#include <charconv>

namespace sb::cloud::cloudwatch {

std::optional<Statistic> parse_statistic(std::string_view text) {
  using Kind = Statistic::Kind;
  if (text == "Sum") return Statistic{Kind::sum};
  if (text == "Average") return Statistic{Kind::average};
  if (text == "Minimum") return Statistic{Kind::minimum};
  if (text == "Maximum") return Statistic{Kind::maximum};
  if (text == "SampleCount") return Statistic{Kind::sample_count};
  if (!text.starts_with('p')) return std::nullopt;
  text.remove_prefix(1);
  double percent = -1;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), percent, std::chars_format::fixed);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  if (!is_number || !(percent >= 0 && percent <= 100)) return std::nullopt;
  return Statistic{Kind::percentile, percent};
}

std::optional<double> value_of(const metrics::Distribution& distribution,
                               const Statistic& statistic) {
  using Kind = Statistic::Kind;
  switch (statistic.kind) {
    case Kind::sum:
      return distribution.sum();
    case Kind::average:
      return distribution.average();
    case Kind::minimum:
      return distribution.least();
    case Kind::maximum:
      return distribution.greatest();
    case Kind::sample_count:
      return distribution.count();
    case Kind::percentile:
      if (!distribution.has_percentiles()) return std::nullopt;
      return distribution.percentile(statistic.percent);
  }
  return std::nullopt;
}

bool is_period(int seconds) {
  return seconds == 1 || seconds == 5 || seconds == 10 || seconds == 30 ||
         (seconds >= 60 && seconds <= 86400 && seconds % 60 == 0);
}

metrics::Window window_of(Timestamp start, Timestamp end, int period_s) {
  metrics::Window window{start, end, std::chrono::seconds(period_s)};
  window.start = window.bucket_of(start);
  return window;
}

std::string_view unit_of(std::string_view name) {
  if (name.ends_with("Time") || name.ends_with("Latency") || name.ends_with("Lag"))
    return "Seconds";
  if (name.ends_with("Utilization") || name.ends_with("Percentage")) return "Percent";
  if (name.starts_with("Freeable") || name.starts_with("FreeStorage")) return "Bytes";
  if (name.ends_with("Count") || name.ends_with("Connections") || name.ends_with("Items"))
    return "Count";
  return "None";
}

}  // namespace sb::cloud::cloudwatch
