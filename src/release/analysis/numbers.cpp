#include "release/analysis/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "release/analysis/analysis.hpp"

namespace sb::release::analysis {

namespace {

constexpr std::int64_t kRequestsForAPercentile = 20;
constexpr std::int64_t kSilentPeriods = 3;
constexpr double kChance = 0.05;  // more likely than this, and a rate above the limit says nothing
// A count may be a moment late: the period that has just ended is not whole yet.
constexpr auto kSettling = std::chrono::milliseconds(300);

double rate(std::int64_t part, std::int64_t of) {
  return of > 0 ? static_cast<double>(part) / static_cast<double>(of) : 0;
}

std::vector<double> values(const std::map<Timestamp, double>& series, Timestamp from,
                           Timestamp to) {
  std::vector<double> out;
  for (auto it = series.lower_bound(from); it != series.end() && it->first < to; ++it)
    out.push_back(it->second);
  return out;
}

// The most that so many periods in a row have together.
double busiest(const std::vector<double>& counts, std::size_t periods) {
  double most = 0, sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    sum += counts[i] - (i >= periods ? counts[i - periods] : 0);
    most = std::max(most, sum);
  }
  return most;
}

std::vector<double> newest(std::vector<double> all) {
  if (all.size() > kHistory) all.erase(all.begin(), all.end() - kHistory);
  return all;
}

}  // namespace

std::string_view title(std::string_view name) {
  if (name == number::kErrorRate) return "error rate";
  if (name == number::kP95) return "latency p95";
  if (name == number::kRequestRate) return "request rate";
  if (name == number::kConnections) return "database connections";
  if (name == number::kMemory) return "memory";
  return name;
}

std::string value_text(const Number& n) {
  if (!n.value) return "-";
  if (n.unit == "ms") return fmt::format("{:.0f} ms", *n.value);
  if (n.unit == "/s") return fmt::format("{:.1f}/s", *n.value);
  if (n.name == number::kErrorRate) return fmt::format("{:.2f} %", *n.value);
  if (n.unit == "%") return fmt::format("{:.1f} %", *n.value);
  return fmt::format("{:.0f}", *n.value);
}

bool Watch::is_connection_count_silent(Timestamp now) const {
  if (connections_.empty()) return false;
  const auto patience =
      std::chrono::seconds(kSilentPeriods * options_.period_seconds + options_.delay_seconds);
  return now - connections_.rbegin()->first > patience;
}

Watch::Slowness Watch::slowness() const {
  Slowness slow;
  bool still = true;
  const Timestamp began = options_.began - std::chrono::seconds(options_.period_seconds);
  for (auto it = new_.rbegin(); it != new_.rend() && it->first > began; ++it) {
    const Tick& tick = it->second;
    if (tick.requests < kRequestsForAPercentile || !tick.p95_seconds) continue;
    if (!slow.seconds) slow.seconds = tick.p95_seconds;
    still = still && *tick.p95_seconds > options_.limits.p95_seconds;
    slow.in_a_row += still;
  }
  return slow;
}

Timestamp Watch::end_of_whole_periods(Timestamp now) const {
  const auto period = std::chrono::seconds(options_.period_seconds);
  const Timestamp settled = now - std::chrono::seconds(options_.delay_seconds) - kSettling;
  return settled - settled.time_since_epoch() % period;
}

std::vector<double> Watch::requests(std::initializer_list<const Ticks*> of, Timestamp from,
                                    Timestamp to) const {
  const auto period = std::chrono::seconds(options_.period_seconds);
  std::vector<double> out;
  Timestamp at = from - from.time_since_epoch() % period;
  if (at < from) at += period;
  for (; at + period <= to; at += period) {
    std::int64_t count = 0;
    for (const auto* ticks : of)
      if (auto it = ticks->find(at); it != ticks->end()) count += it->second.requests;
    out.push_back(static_cast<double>(count));
  }
  return out;
}

namespace {

Timestamp first_of(const std::map<Timestamp, Tick>& a, const std::map<Timestamp, Tick>& b,
                   Timestamp otherwise) {
  Timestamp first = otherwise;
  for (const auto* ticks : {&a, &b})
    if (!ticks->empty()) first = std::min(first, ticks->begin()->first);
  return first;
}

}  // namespace

// Compared with the time that the connections are compared with: traffic that came after the
// release began has opened connections which were not there before.
std::optional<double> Watch::growth(Timestamp now) const {
  auto before =
      requests({&new_, &old_}, first_of(new_, old_, options_.released), options_.released);
  auto earlier =
      requests({&earlier_}, earlier_.empty() ? options_.released : earlier_.begin()->first,
               options_.released);
  auto since = requests({&new_, &old_}, options_.shifted, end_of_whole_periods(now));
  const std::size_t enough = periods_that_last(options_.limits, options_.period_seconds);
  const double is = busiest(
      since.size() > enough
          ? std::vector<double>(since.end() - static_cast<std::ptrdiff_t>(enough), since.end())
          : since,
      enough);
  if (is < static_cast<double>(options_.limits.minimum_requests)) return 1;
  // The busiest time before counts: a pool remembers it.
  const double was = std::max(busiest(before, enough), busiest(earlier, enough));
  if (was * 10 < is) return std::nullopt;
  return is / was;
}

Number Watch::error_number(const Evidence& e) const {
  const Limits& limits = options_.limits;
  Number n{.name = number::kErrorRate,
           .unit = "%",
           .target = fmt::format("< {:g} %", limits.error_rate * 100)};
  for (const auto& [at, tick] : new_)
    if (tick.requests > 0) n.history.push_back(100 * rate(tick.errors, tick.requests));
  n.history = newest(std::move(n.history));
  if (e.requests == 0) return n;
  const bool is_recent = e.recent_requests > 0;
  const std::int64_t requests = is_recent ? e.recent_requests : e.requests;
  const std::int64_t errors = is_recent ? e.recent_errors : e.errors;
  n.value = 100 * rate(errors, requests);
  n.note = fmt::format("{} of {} requests in {} s", e.errors, e.requests, e.seconds);
  const bool is_chance = binomial_tail(errors, requests, limits.error_rate) > kChance;
  n.state = e.requests < limits.minimum_requests                       ? NumberState::inconclusive
            : rate(errors, requests) > limits.error_rate && !is_chance ? NumberState::high
                                                                       : NumberState::ok;
  return n;
}

Number Watch::p95_number() const {
  Number n{.name = number::kP95,
           .unit = "ms",
           .target = fmt::format("< {:g} ms", options_.limits.p95_seconds * 1000)};
  bool has_any = false;
  for (const auto& [at, tick] : new_) {
    if (!tick.p95_seconds) continue;
    has_any = true;
    if (tick.requests >= kRequestsForAPercentile) n.history.push_back(*tick.p95_seconds * 1000);
  }
  n.history = newest(std::move(n.history));
  const Slowness slow = slowness();
  if (slow.seconds) {
    n.value = *slow.seconds * 1000;
    n.state = slow.in_a_row > 0 ? NumberState::high : NumberState::ok;
  } else if (has_any) {
    n.state = NumberState::inconclusive;
    n.note = fmt::format("fewer than {} requests a period", kRequestsForAPercentile);
  }
  return n;
}

Number Watch::rate_number(Timestamp now) const {
  const Limits& limits = options_.limits;
  Number n{.name = number::kRequestRate,
           .unit = "/s",
           .target = fmt::format("> {:g} % of before", 100 * (1 - limits.request_drop))};
  const Timestamp end = end_of_whole_periods(now);
  const Timestamp first = first_of(new_, old_, end);
  if (first >= end) return n;
  auto all = requests({&new_, &old_}, first, end);
  for (double& count : all) count /= static_cast<double>(options_.period_seconds);
  n.history = newest(std::move(all));
  if (n.history.empty()) return n;
  n.value = n.history.back();
  auto since = requests({&new_, &old_}, options_.began, end);
  // Nothing at all may as well be a silent source: only another number that still comes tells.
  const bool is_alive =
      !memory_.empty() && now - memory_.rbegin()->first <=
                              std::chrono::seconds(kSilentPeriods * options_.period_seconds) +
                                  std::chrono::seconds(options_.delay_seconds);
  if (!since.empty() && since.back() == 0 && !is_alive) {
    n.state = NumberState::no_data;
    return n;
  }
  auto judged = judge_request_rate(limits, requests({&new_, &old_}, first, options_.shifted), since,
                                   options_.period_seconds);
  n.state = judged.state;
  n.note = std::move(judged.note);
  return n;
}

Number Watch::connections_number(Timestamp now) const {
  const auto before = values(connections_, Timestamp{}, options_.released);
  const auto since = values(connections_, options_.began, Timestamp::max());
  const auto grown = growth(now);
  Number n{.name = number::kConnections, .unit = "connections"};
  n.target = before.empty() ? fmt::format("<= {:g} times before", options_.limits.connections_ratio)
                            : fmt::format("<= {:.0f}", connections_allowed(options_.limits, before,
                                                                           grown.value_or(1)));
  n.history = newest(values(connections_, Timestamp{}, Timestamp::max()));
  auto judged = judge_connections(options_.limits, before, since, grown, options_.period_seconds);
  if (!since.empty()) n.value = since.back();
  if (is_connection_count_silent(now)) {
    n.value.reset();
    judged = {NumberState::no_data, "no count for some time"};
  }
  n.state = judged.state;
  n.note = std::move(judged.note);
  return n;
}

Number Watch::memory_number(Timestamp) const {
  const auto before = values(memory_, Timestamp{}, options_.released);
  const auto since = values(memory_, options_.began, Timestamp::max());
  Number n{.name = number::kMemory,
           .unit = "%",
           .target = fmt::format("< {:g} %", options_.limits.memory_percent)};
  n.history = newest(values(memory_, Timestamp{}, Timestamp::max()));
  auto judged = judge_memory(options_.limits, before, since, options_.period_seconds);
  if (!since.empty()) n.value = since.back();
  n.state = judged.state;
  n.note = std::move(judged.note);
  return n;
}

std::vector<Number> Watch::numbers(const Evidence& e, Timestamp now) const {
  std::vector<Number> all;
  all.push_back(error_number(e));
  all.push_back(p95_number());
  all.push_back(rate_number(now));
  all.push_back(connections_number(now));
  all.push_back(memory_number(now));
  return all;
}

}  // namespace sb::release::analysis
