// The rules for the numbers that are not about single requests: how many requests there are, how
// many connections the database has, how much memory the tasks use, and whether the database is
// there at all. Each is a pure function of one value a period, oldest first.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "release/analysis/limits.hpp"
#include "release/analysis/numbers.hpp"

namespace sb::release::analysis {

struct Judged {
  NumberState state = NumberState::no_data;
  std::string note;
};

// How many periods in a row something must be off its target before it counts.
std::size_t periods_that_last(const Limits& limits, std::int64_t period_seconds);

// Requests in each whole period, also those with none; `before` the shift and since. A collapse
// counts when it is below the kept share in each of the newest periods, when chance does not
// explain it, and when there was no such lull before.
Judged judge_request_rate(const Limits& limits, const std::vector<double>& before,
                          const std::vector<double>& since, std::int64_t period_seconds);

// `growth`: how many times as many requests there are as before; 1 where there are not enough to
// say. Nothing: there are many now and were none before, so that nothing can be said.
Judged judge_connections(const Limits& limits, const std::vector<double>& before,
                         const std::vector<double>& since, std::optional<double> growth,
                         std::int64_t period_seconds);
// More than so many are a spike.
double connections_allowed(const Limits& limits, const std::vector<double>& before, double growth);

// Percent of the task that uses most.
Judged judge_memory(const Limits& limits, const std::vector<double>& before,
                    const std::vector<double>& since, std::int64_t period_seconds);
// Points a second by which memory grows, steadily and until now; nothing when it does not.
std::optional<double> leak(const std::vector<double>& since, std::int64_t period_seconds);

// What is known of the database at this moment.
struct DatabaseSight {
  std::string status;             // DescribeDBInstances' word; empty: it could not be asked
  bool is_metric_silent = false;  // it had connections to count, and has none any more
  std::optional<bool> is_ready;   // production's /ready; nothing: not asked
};
// Why the database counts as down, or empty.
std::string why_down(const DatabaseSight& sight);
bool is_serving(std::string_view rds_status);

}  // namespace sb::release::analysis
