// The runbook's limits for a release that carries traffic, and how much traffic it takes to judge.
#pragma once

#include <cstdint>

namespace sb::release::analysis {

struct Limits {
  double error_rate_critical = 0.05;    // seen once with enough requests: fail at once
  double error_rate = 0.01;             // fail when it lasts
  double p95_seconds = 0.200;           // fail when it lasts
  double request_drop = 0.50;           // fewer requests than before by this share, when it lasts
  double connections_ratio = 3;         // times those before the release; blue and green are two
  std::int64_t connections_spare = 20;  // and at least so many more
  double memory_percent = 80;           // of what a task may use, when it lasts
  std::int64_t minimum_requests = 50;   // before any rate is believed
  std::int64_t lasting_seconds = 5;     // what "lasts" means: over the newest seconds as a whole
  std::int64_t silence_seconds = 15;    // no data point for so long: the source is silent
  double alpha = 0.01;    // false alarms that the comparison with the old version may give
  double worse_by = 2.0;  // errors are compared against this multiple of the old version's odds
};

}  // namespace sb::release::analysis
