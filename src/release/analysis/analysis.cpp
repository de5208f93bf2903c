#include "release/analysis/analysis.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sb::release::analysis {

namespace {

// How unlikely the errors must be under the limit before it counts as broken. Many looks at one
// watch make the first ones many; the last look is one.
constexpr double kChanceAtOnce = 1e-4;
constexpr double kChanceWhileWatching = 1e-3;
constexpr double kChanceAtTheEnd = 0.05;

struct Count {
  std::int64_t requests = 0;
  std::int64_t errors = 0;

  void add(const Tick& tick) {
    requests += tick.requests;
    errors += tick.errors;
  }
  double rate() const {
    return requests > 0 ? static_cast<double>(errors) / static_cast<double>(requests) : 0;
  }
};

std::string percent(double rate) {
  return fmt::format("{:.2f} %", rate * 100);
}

std::int64_t seconds_between(Timestamp from, Timestamp to) {
  return std::chrono::duration_cast<std::chrono::seconds>(to - from).count();
}

const Number& number_of(const Evidence& e, std::string_view name) {
  return *std::ranges::find(e.numbers, name, &Number::name);
}

}  // namespace

Watch::Watch(WatchOptions options) : options_(options) {
  if (options_.released == Timestamp{}) options_.released = options_.began;
  if (options_.shifted == Timestamp{}) options_.shifted = options_.began;
}

Evidence Watch::weigh(Timestamp now) const {
  const Limits& limits = options_.limits;
  Evidence e;
  e.seconds = std::max<std::int64_t>(0, seconds_between(options_.began, now));
  Count all, recent, same_new, same_old, before;
  SequentialComparison comparison(limits.worse_by);
  const Timestamp recent_from =
      now - std::chrono::seconds(limits.lasting_seconds + options_.delay_seconds);
  for (const auto& [start, tick] : new_) {
    if (start + std::chrono::seconds(options_.period_seconds) <= options_.began) continue;
    all.add(tick);
    if (start >= recent_from) recent.add(tick);
    if (tick.requests > 0 && tick.p95_seconds) e.p95_seconds = tick.p95_seconds;
    auto other = old_.find(start);
    if (other == old_.end() || other->second.requests == 0 || tick.requests == 0) continue;
    same_new.add(tick);
    same_old.add(other->second);
    comparison.add(tick.requests, tick.errors, other->second.requests, other->second.errors);
  }
  for (const auto& [start, tick] : old_)
    if (start < options_.began) before.add(tick);

  e.requests = all.requests;
  e.errors = all.errors;
  e.error_rate = all.rate();
  e.error_rate_upper = upper_bound(all.errors, all.requests, 0.95);
  e.recent_requests = recent.requests;
  e.recent_errors = recent.errors;
  if (same_old.requests >= limits.minimum_requests) {
    e.comparison = "same instant";
    e.old_requests = same_old.requests;
    e.old_errors = same_old.errors;
    e.evidence_ratio = comparison.evidence_ratio();
  } else if (before.requests > 0) {
    e.comparison = "before and after (weaker)";
    e.old_requests = before.requests;
    e.old_errors = before.errors;
  } else {
    e.comparison = "none";
  }
  if (database_) e.database = database_->status.empty() ? "unknown" : database_->status;
  e.left_seconds =
      std::max<std::int64_t>(0, options_.watch_seconds + options_.delay_seconds - e.seconds);
  e.numbers = numbers(e, now);
  return e;
}

Reading Watch::judge(Timestamp now) const {
  const Limits& limits = options_.limits;
  Reading r{.evidence = weigh(now)};
  Evidence& e = r.evidence;
  const std::string figures = fmt::format(
      "{} requests, {} errors ({}), p95 {} in {} s", e.requests, e.errors, percent(e.error_rate),
      e.p95_seconds ? fmt::format("{:.0f} ms", *e.p95_seconds * 1000) : "unknown", e.seconds);
  auto decide = [&](Verdict verdict, std::string rule) {
    r.verdict = verdict;
    r.summary = fmt::format("{} ({})", rule, figures);
    e.rule = std::move(rule);
    return r;
  };
  auto fails = [&](const char* name, std::string rule) {
    for (Number& n : e.numbers)
      if (n.name == name) n.state = NumberState::breach;
    return decide(Verdict::fail, std::move(rule));
  };

  // First, because it explains the errors that come with it.
  if (database_)
    if (auto why = why_down(*database_); !why.empty()) return decide(Verdict::fail, std::move(why));

  // Errors at once: the newest period, then ever longer pasts, so that neither a quiet start nor
  // one period's few requests hide them.
  Count past;
  const Timestamp began = options_.began - std::chrono::seconds(options_.period_seconds);
  for (auto it = new_.rbegin(); it != new_.rend() && it->first > began; ++it) {
    const Tick& tick = it->second;
    past.add(tick);
    if (past.requests >= limits.minimum_requests && past.rate() >= limits.error_rate_critical &&
        binomial_tail(past.errors, past.requests, limits.error_rate) < kChanceAtOnce)
      return fails(
          number::kErrorRate,
          fmt::format("{} of the newest {} requests failed, the critical limit is {}",
                      percent(past.rate()), past.requests, percent(limits.error_rate_critical)));
  }
  const std::size_t slow_in_a_row = slowness().in_a_row;
  const bool has_lasted = e.seconds >= limits.lasting_seconds + options_.delay_seconds;
  Count recent{e.recent_requests, e.recent_errors};
  if (has_lasted && recent.requests >= limits.minimum_requests &&
      recent.rate() > limits.error_rate &&
      binomial_tail(recent.errors, recent.requests, limits.error_rate) < kChanceWhileWatching)
    return fails(
        number::kErrorRate,
        fmt::format("{} of {} requests failed over {} s, the limit is {}", percent(recent.rate()),
                    recent.requests, limits.lasting_seconds, percent(limits.error_rate)));
  if (slow_in_a_row >= periods_that_last(limits, options_.period_seconds))
    return fails(number::kP95, fmt::format("p95 was above {:.0f} ms in each of the last {} periods",
                                           limits.p95_seconds * 1000, slow_in_a_row));
  for (const char* name : {number::kMemory, number::kConnections, number::kRequestRate})
    if (const Number& n = number_of(e, name); n.state == NumberState::breach)
      return decide(Verdict::fail, fmt::format("{}: {}", title(n.name), n.note));
  if (e.comparison == "same instant" && e.evidence_ratio >= 1 / limits.alpha)
    return fails(number::kErrorRate,
                 fmt::format("more than {:.1f} times as many errors as the old version in the same "
                             "seconds ({} of {})",
                             limits.worse_by, e.old_errors, e.old_requests));

  // Silence: nothing new for too long after there was traffic, or a source that does not answer.
  if (silent_since_ &&
      seconds_between(*silent_since_, now) >= limits.silence_seconds + options_.delay_seconds)
    return decide(Verdict::no_data, fmt::format("no answer from the metric source for {} s: {}",
                                                seconds_between(*silent_since_, now), trouble_));
  // What was counted before says nothing of now: the watch does not end as long as nobody answers.
  if (silent_since_)
    return decide(Verdict::watching, "the metric source does not answer: " + trouble_);
  if (e.requests >= limits.minimum_requests && !new_.empty() &&
      seconds_between(new_.rbegin()->first, now) >=
          limits.silence_seconds + options_.delay_seconds + options_.period_seconds)
    return decide(Verdict::no_data,
                  fmt::format("nothing was counted in the last {} s", limits.silence_seconds));

  if (e.seconds < options_.watch_seconds + options_.delay_seconds)
    return decide(Verdict::watching, "within the limits");
  if (new_.empty())
    return decide(Verdict::no_data, "nothing was counted at all, not even the smoke tests");
  if (e.requests < limits.minimum_requests)
    return decide(Verdict::inconclusive,
                  fmt::format("fewer than {} requests to judge by", limits.minimum_requests));
  if (e.error_rate > limits.error_rate) {
    if (binomial_tail(e.errors, e.requests, limits.error_rate) < kChanceAtTheEnd)
      return decide(Verdict::fail, fmt::format("{} of all requests failed, the limit is {}",
                                               percent(e.error_rate), percent(limits.error_rate)));
    if (e.seconds < options_.longest_seconds + options_.delay_seconds)
      return decide(Verdict::watching, "above the limit, but it may be chance: watching on");
    return decide(Verdict::inconclusive, "above the limit, and still it may be chance");
  }
  // What is off its target now, but not for long enough to count: a little longer tells.
  const auto high = std::ranges::find(e.numbers, NumberState::high, &Number::state);
  if (high == e.numbers.end()) {
    std::vector<std::string_view> unjudged;
    for (const Number& n : e.numbers)
      if (n.state == NumberState::inconclusive) unjudged.push_back(title(n.name));
    if (unjudged.empty()) return decide(Verdict::pass, "within the limits");
    return decide(Verdict::pass,
                  fmt::format("within the limits; not judged: {}", fmt::join(unjudged, ", ")));
  }
  auto what = high->note.empty() ? std::string(title(high->name))
                                 : fmt::format("{}: {}", title(high->name), high->note);
  if (e.seconds < options_.longest_seconds + options_.delay_seconds)
    return decide(Verdict::watching, what + ": watching on");
  return decide(Verdict::pass, "within the limits, but " + what);
}

Reading Watch::look(Timestamp now, const Look& seen) {
  silent_since_.reset();
  for (const Tick& tick : seen.fresh) new_[tick.start] = tick;
  for (const Tick& tick : seen.old) old_[tick.start] = tick;
  for (const Tick& tick : seen.before_release) earlier_[tick.start].requests += tick.requests;
  for (const Sample& sample : seen.connections) connections_[sample.at] = sample.value;
  for (const Sample& sample : seen.memory) memory_[sample.at] = sample.value;
  database_ = seen.database;
  if (database_) database_->is_metric_silent = is_connection_count_silent(now);
  return judge(now);
}

Reading Watch::look_failed(Timestamp now, const std::string& why) {
  if (!silent_since_) silent_since_ = now;
  trouble_ = why;
  return judge(now);
}

}  // namespace sb::release::analysis
