// What a load run saw, in slices of 100 ms by the time each request was due, each slice written as
// one JSON line as soon as every request of it has ended. Pure: it is told the time. A slice says
// how many requests were sent and failed, and which release answered first and last, so that
// whoever reads the file can say when traffic moved without trusting the deployer's own clock.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sb::loadgen {

inline constexpr std::int64_t kSliceMs = 100;

struct Observation {
  std::int64_t due_ms = 0;  // since the epoch
  std::int64_t began_ms = 0;
  std::int64_t latency_us = 0;  // from when it was due: a late sender does not flatter the server
  int status = 0;               // 0: no answer
  std::string version;          // X-SaltBitter-Version; empty: none
  std::string problem;          // why it failed; empty: it did not
};

struct VersionCount {
  std::int64_t sent = 0;
  std::int64_t failed = 0;
  std::int64_t first_ms = 0;  // when the first and the last request it answered had been sent
  std::int64_t last_ms = 0;
};
BOOST_DESCRIBE_STRUCT(VersionCount, (), (sent, failed, first_ms, last_ms))

struct Slice {
  std::int64_t t = 0;  // its begin, ms since the epoch
  std::int64_t sent = 0;
  std::int64_t failed = 0;
  std::int64_t p95_us = 0;
  std::int64_t max_us = 0;
  std::map<std::string, VersionCount> versions;
  std::map<std::string, std::int64_t> problems;
};
BOOST_DESCRIBE_STRUCT(Slice, (), (t, sent, failed, p95_us, max_us, versions, problems))

struct Totals {
  std::int64_t sent = 0;
  std::int64_t failed = 0;
  double seconds = 0;
  double rate = 0;
  double p50_ms = 0, p95_ms = 0, p99_ms = 0, max_ms = 0;
  std::map<std::string, VersionCount> versions;
  std::map<std::string, std::int64_t> problems;
};
BOOST_DESCRIBE_STRUCT(Totals, (),
                      (sent, failed, seconds, rate, p50_ms, p95_ms, p99_ms, max_ms, versions,
                       problems))

class Recorder {
 public:
  // A request is due at `due_ms`; it will end with exactly one end().
  void begin(std::int64_t due_ms);
  void end(const Observation& observation);
  // The slices before `now_ms` whose requests have all ended, in order, and none after one that has
  // not.
  std::vector<Slice> take_finished(std::int64_t now_ms);
  Totals totals() const;

 private:
  struct Open {
    Slice slice;
    std::int64_t in_flight = 0;
    std::vector<std::int64_t> latencies_us;
  };
  std::map<std::int64_t, Open> open_;
  Totals totals_;
  std::int64_t first_due_ms_ = 0;
  std::int64_t last_due_ms_ = 0;
  // Latencies in buckets of about 1 %, for percentiles of any run's length in constant memory.
  std::map<int, std::int64_t> histogram_;
};

}  // namespace sb::loadgen
