#include <fmt/format.h>

#include <cmath>

#include "base/json/codec.hpp"

namespace sb::json {

std::string format_number(double number) {
  // JSON has no NaN or infinity; null is what JavaScript's own encoder writes.
  if (!std::isfinite(number)) return "null";
  if (number == std::trunc(number) && std::abs(number) < 1e15) return fmt::format("{:.0f}", number);
  return fmt::format("{}", number);
}

std::string format_epoch_seconds(Timestamp t) {
  std::int64_t ms = to_unix_ms(t);
  std::int64_t magnitude = ms < 0 ? -ms : ms;
  std::string text = fmt::format("{}{}", ms < 0 ? "-" : "", magnitude / 1000);
  if (magnitude % 1000 != 0) {
    text += fmt::format(".{:03}", magnitude % 1000);
    while (text.back() == '0') text.pop_back();
  }
  return text;
}

std::optional<Timestamp> timestamp_from_seconds(double seconds) {
  constexpr double kYear1 = -62135596800.0;
  constexpr double kYear10000 = 253402300800.0;
  if (!(seconds >= kYear1 && seconds < kYear10000)) return std::nullopt;
  return from_unix_ms(std::llround(seconds * 1000.0));
}

}  // namespace sb::json
