// Watching a new version under real traffic: pure, fed with what the load balancer counted in each
// metric period, telling at every look whether to go on, and with which numbers.
//
// A limit counts as broken only when chance does not explain it: error counts are tested against
// the limit (binomial), so that one unlucky request in fifty rolls nothing back, and one second of
// 25 % errors does at once. Where old and new version carry traffic in the same periods they are
// also compared by a test that may be looked at any number of times (a mixture likelihood ratio;
// Ville's inequality). After an all-at-once shift there is no such period: the comparison with the
// time before is then only reported, and called what it is, weaker.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock/clock.hpp"
#include "release/analysis/gauges.hpp"
#include "release/analysis/limits.hpp"
#include "release/analysis/numbers.hpp"

namespace sb::release::analysis {

// One metric period of one target group. Counting may go on while it is read.
struct Tick {
  Timestamp start{};
  std::int64_t requests = 0;
  std::int64_t errors = 0;  // 5xx of the targets and, where asked for, of the load balancer itself
  std::optional<double> p95_seconds;
};

// A value of one period: connections, or percent of memory.
struct Sample {
  Timestamp at{};
  double value = 0;
};

// What one look has brought, of whatever periods.
struct Look {
  std::vector<Tick> fresh;  // the new version's
  std::vector<Tick> old;
  std::vector<Sample> connections;
  std::vector<Sample> memory;
  std::vector<Tick> before_release;       // of either version; several of one period add up
  std::optional<DatabaseSight> database;  // nothing: none is watched
};

enum class Verdict {
  watching,      // no reason to stop, and not over
  pass,          // over, with enough requests, within the limits
  fail,          // a limit is broken
  inconclusive,  // over, and the numbers do not suffice to judge by
  no_data,       // the source is silent
};
BOOST_DESCRIBE_ENUM(Verdict, watching, pass, fail, inconclusive, no_data)

struct Evidence {
  std::int64_t seconds = 0;  // watched
  std::int64_t requests = 0;
  std::int64_t errors = 0;
  double error_rate = 0;
  double error_rate_upper = 1;        // 95 % upper confidence bound
  std::optional<double> p95_seconds;  // of the newest period with traffic
  std::int64_t recent_requests = 0;   // in the newest `lasting_seconds`
  std::int64_t recent_errors = 0;
  std::int64_t old_requests = 0;  // of the old version: in the same periods, else before the shift
  std::int64_t old_errors = 0;
  std::string comparison;         // "same instant", "before and after (weaker)", "none"
  double evidence_ratio = 1;      // of the sequential test: 1 / alpha rejects
  std::string rule;               // the rule that decided
  std::int64_t left_seconds = 0;  // until it is over, if nothing happens
  std::vector<Number> numbers;    // the dashboard's five, always all of them, in its order
  std::string database;           // RDS's word for the database; empty: none is watched
};
BOOST_DESCRIBE_STRUCT(Evidence, (),
                      (seconds, requests, errors, error_rate, error_rate_upper, p95_seconds,
                       recent_requests, recent_errors, old_requests, old_errors, comparison,
                       evidence_ratio, rule, left_seconds, numbers, database))

struct Reading {
  Verdict verdict = Verdict::watching;
  std::string summary;
  Evidence evidence;
};

struct WatchOptions {
  Limits limits;
  Timestamp began{};
  Timestamp released{};  // nobody was at it before; the epoch: the same as `began`
  Timestamp shifted{};   // all requests went to the old version before; likewise
  std::int64_t watch_seconds = 30;
  std::int64_t longest_seconds = 60;  // an undecided watch is extended to this
  std::int64_t period_seconds = 1;
  std::int64_t delay_seconds = 0;  // how late counts may arrive
};

class Watch {
 public:
  explicit Watch(WatchOptions options);

  // Periods may repeat and overlap earlier ones: the newest word on one counts.
  Reading look(Timestamp now, const Look& seen);
  // The newest count of connections is so old that the database may be gone: ask production too.
  bool is_connection_count_silent(Timestamp now) const;
  // The source could not be asked.
  Reading look_failed(Timestamp now, const std::string& why);

 private:
  struct Slowness {
    std::size_t in_a_row = 0;  // periods above the limit, the newest and those before it
    std::optional<double> seconds;
  };
  using Series = std::map<Timestamp, double>;

  Evidence weigh(Timestamp now) const;
  Reading judge(Timestamp now) const;
  Slowness slowness() const;
  using Ticks = std::map<Timestamp, Tick>;
  // Requests of every whole period in [from, to), of all of them together.
  std::vector<double> requests(std::initializer_list<const Ticks*> of, Timestamp from,
                               Timestamp to) const;
  Timestamp end_of_whole_periods(Timestamp now) const;
  std::optional<double> growth(Timestamp now) const;
  std::vector<Number> numbers(const Evidence& e, Timestamp now) const;
  Number error_number(const Evidence& e) const;
  Number p95_number() const;
  Number rate_number(Timestamp now) const;
  Number connections_number(Timestamp now) const;
  Number memory_number(Timestamp now) const;

  WatchOptions options_;
  Ticks new_;
  Ticks old_;
  Ticks earlier_;  // before the release, as the first counts of connections
  Series connections_;
  Series memory_;
  std::optional<DatabaseSight> database_;
  std::optional<Timestamp> silent_since_;
  std::string trouble_;
};

// P(X >= errors) when each of `requests` fails with `rate`: how well chance explains them.
double binomial_tail(std::int64_t errors, std::int64_t requests, double rate);
// The rate that `confidence` of the time is not exceeded (Clopper-Pearson).
double upper_bound(std::int64_t errors, std::int64_t requests, double confidence);

// "Is the new version's error odds more than `worse_by` times the old one's?", looked at as often
// as one likes: E >= 1/alpha happens with probability alpha at most while it is not.
class SequentialComparison {
 public:
  explicit SequentialComparison(double worse_by) : worse_by_(worse_by) {}
  void add(std::int64_t new_requests, std::int64_t new_errors, std::int64_t old_requests,
           std::int64_t old_errors);
  double evidence_ratio() const;

 private:
  static constexpr double kAlternatives[] = {1.5, 2, 3, 5, 10, 20};
  double worse_by_;
  double log_ratio_[std::size(kAlternatives)] = {};
};

}  // namespace sb::release::analysis
