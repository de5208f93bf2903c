#include "release/analysis/gauges.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

namespace sb::release::analysis {

namespace {

constexpr std::size_t kLeastPeriods = 3;
constexpr double kDeviations = 4;          // that a drop must be away from what is usual
constexpr double kDeeperThanBefore = 0.7;  // of the deepest lull before
constexpr double kMorePoints = 5;          // of memory than before, where that was too much already
constexpr std::size_t kPeriodsForATrend = 8;
constexpr double kLeakPoints = 2;       // grown by so much at least
constexpr double kMostlyUpwards = 0.8;  // share of pairs of samples of which the later is higher

using Values = std::vector<double>;

double sum(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

double median(Values values) {
  auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double variance(const Values& values, double mean) {
  double squares = 0;
  for (double v : values) squares += (v - mean) * (v - mean);
  return values.size() > 1 ? squares / static_cast<double>(values.size() - 1) : 0;
}

double lowest_window(const Values& values, std::size_t size) {
  double lowest = sum(values);
  for (std::size_t i = 0; i + size <= values.size(); ++i)
    lowest = std::min(lowest, sum(std::span(values).subspan(i, size)));
  return lowest;
}

// How many of the newest values in a row are beyond the limit.
template <class IsBeyond>
std::size_t newest_in_a_row(const Values& values, IsBeyond is_beyond) {
  auto end = std::find_if_not(values.rbegin(), values.rend(), is_beyond);
  return static_cast<std::size_t>(end - values.rbegin());
}

Judged beyond(std::size_t periods, std::size_t enough, std::string note) {
  if (periods >= enough) return {NumberState::breach, std::move(note)};
  return {NumberState::high, fmt::format("{}, for {} of {} periods", note, periods, enough)};
}

}  // namespace

std::size_t periods_that_last(const Limits& limits, std::int64_t period_seconds) {
  return std::max(
      kLeastPeriods,
      static_cast<std::size_t>(limits.lasting_seconds / std::max<std::int64_t>(1, period_seconds)));
}

Judged judge_request_rate(const Limits& limits, const Values& all_before, const Values& since,
                          std::int64_t period_seconds) {
  const std::size_t enough = periods_that_last(limits, period_seconds);
  // What was before the first request was not traffic that could collapse.
  Values before(std::ranges::find_if(all_before, [](double v) { return v > 0; }), all_before.end());
  if (since.empty()) return {NumberState::inconclusive, "no period is over yet"};
  if (before.size() < enough)
    return {NumberState::inconclusive, "no traffic before the shift to compare with"};
  const double usual = median(before);
  const double count = static_cast<double>(enough);
  if (usual * count < static_cast<double>(limits.minimum_requests))
    return {NumberState::inconclusive,
            fmt::format("too few requests before the shift to compare with: {:.1f}/s",
                        usual / static_cast<double>(period_seconds))};

  const double kept = usual * (1 - limits.request_drop);
  const std::size_t low = newest_in_a_row(since, [&](double v) { return v < kept; });
  const double share = since.back() / usual;
  if (low == 0) {
    const bool has_doubled =
        newest_in_a_row(since, [&](double v) { return v > 2 * usual; }) >= enough;
    if (!has_doubled) return {NumberState::ok, {}};
    return {NumberState::ok, fmt::format("{:.1f} times the traffic before the shift", share)};
  }
  auto note = fmt::format("{:.0f} % of the traffic before the shift, which was {:.1f}/s",
                          share * 100, usual / static_cast<double>(period_seconds));
  if (low < enough) return beyond(low, enough, std::move(note));
  const double newest = sum(std::span(since).last(enough));
  const double spread = std::sqrt(count * std::max(usual, variance(before, usual)));
  if (usual * count - newest <= kDeviations * spread)
    return {NumberState::ok, note + ", as chance may have it"};
  if (newest >= kDeeperThanBefore * lowest_window(before, enough))
    return {NumberState::ok, note + ", as it was at times"};
  return beyond(low, enough, std::move(note));
}

double connections_allowed(const Limits& limits, const Values& before, double growth) {
  const double usual = before.empty() ? 0 : *std::ranges::max_element(before);
  return std::max(usual * limits.connections_ratio,
                  usual + static_cast<double>(limits.connections_spare)) *
         std::max(1.0, growth);
}

Judged judge_connections(const Limits& limits, const Values& before, const Values& since,
                         std::optional<double> growth, std::int64_t period_seconds) {
  if (since.empty()) return {NumberState::no_data, "CloudWatch has none of this database"};
  if (before.empty())
    return {NumberState::inconclusive, "not counted before the release: nothing to compare with"};
  const double allowed = connections_allowed(limits, before, growth.value_or(1));
  const std::size_t high = newest_in_a_row(since, [&](double v) { return v > allowed; });
  if (high == 0) return {NumberState::ok, {}};
  auto note = fmt::format("{:.0f} connections, {:.0f} before the release", since.back(),
                          *std::ranges::max_element(before));
  if (!growth)
    return {NumberState::inconclusive, note + ", when there was no traffic to compare with"};
  return beyond(high, periods_that_last(limits, period_seconds), std::move(note));
}

std::optional<double> leak(const Values& since, std::int64_t period_seconds) {
  const std::size_t n = since.size();
  if (n < kPeriodsForATrend) return std::nullopt;
  std::size_t pairs = 0, upwards = 0;
  Values slopes;
  slopes.reserve(n * (n - 1) / 2);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j, ++pairs) {
      upwards += since[j] > since[i];
      slopes.push_back((since[j] - since[i]) / static_cast<double>(j - i));
    }
  if (static_cast<double>(upwards) < kMostlyUpwards * static_cast<double>(pairs))
    return std::nullopt;
  // A program that has just begun grows too, then less and less.
  const double first = since[n / 2] - since.front(), second = since.back() - since[n / 2];
  if (first + second < kLeakPoints || second < first / 2) return std::nullopt;
  return median(std::move(slopes)) / static_cast<double>(period_seconds);
}

Judged judge_memory(const Limits& limits, const Values& before, const Values& since,
                    std::int64_t period_seconds) {
  if (since.empty()) return {NumberState::no_data, "CloudWatch has none of this service"};
  const std::size_t high =
      newest_in_a_row(since, [&](double v) { return v >= limits.memory_percent; });
  if (high > 0) {
    auto note = fmt::format("{:.0f} % of a task's memory", since.back());
    const double worst_before = before.empty() ? 0 : *std::ranges::max_element(before);
    if (worst_before >= limits.memory_percent && since.back() < worst_before + kMorePoints)
      return {NumberState::high,
              fmt::format("{}, and {:.0f} % before the release", note, worst_before)};
    return beyond(high, periods_that_last(limits, period_seconds), std::move(note));
  }
  const auto newest = std::min<std::size_t>(since.size(), kHistory);
  auto grows =
      leak(Values(since.end() - static_cast<std::ptrdiff_t>(newest), since.end()), period_seconds);
  if (!grows) return {NumberState::ok, {}};
  return {NumberState::high,
          fmt::format("grows by {:.1f} points a minute, over {:.0f} % in {:.0f} s if it goes on",
                      *grows * 60, limits.memory_percent,
                      (limits.memory_percent - since.back()) / *grows)};
}

bool is_serving(std::string_view status) {
  // Closed list: a word that AWS invents tomorrow rolls nothing back.
  constexpr std::string_view kDown[] = {
      "creating", "deleting", "failed",   "insufficient-capacity", "rebooting", "restore-error",
      "starting", "stopped",  "stopping", "storage-full",          "upgrading", "not-found"};
  return std::ranges::find(kDown, status) == std::end(kDown) &&
         !status.starts_with("inaccessible-") && !status.starts_with("incompatible-");
}

std::string why_down(const DatabaseSight& sight) {
  if (!sight.status.empty() && !is_serving(sight.status))
    return fmt::format("the database is down: RDS says {}", sight.status);
  if (sight.is_metric_silent && sight.is_ready == false)
    return "the database is down: it does not count its connections any more, and production is "
           "not ready";
  return {};
}

}  // namespace sb::release::analysis
