#include "platform/api/schedule.hpp"

namespace sb::platform {

Timestamp next_daily(Timestamp t, std::chrono::milliseconds time_of_day) {
  Timestamp candidate = std::chrono::floor<std::chrono::days>(t) + time_of_day;
  return candidate > t ? candidate : candidate + std::chrono::days(1);
}

Timestamp next_multiple(Timestamp t, std::chrono::milliseconds period) {
  return from_unix_ms((to_unix_ms(t) / period.count() + 1) * period.count());
}

}  // namespace sb::platform
