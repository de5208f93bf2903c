// When the worker's jobs are due (UTC). Pure.
#pragma once

#include <chrono>

#include "base/clock/clock.hpp"

namespace sb::platform {

inline constexpr auto kGenerateAt = std::chrono::hours(6);
inline constexpr auto kCleanUpAt = std::chrono::hours(2);
inline constexpr auto kSweepEvery = std::chrono::minutes(15);

// The first moment after `t` that is `time_of_day` past midnight.
Timestamp next_daily(Timestamp t, std::chrono::milliseconds time_of_day);
// The first moment after `t` that is a multiple of `period`.
Timestamp next_multiple(Timestamp t, std::chrono::milliseconds period);

}  // namespace sb::platform
