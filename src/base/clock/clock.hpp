// Wall-clock time: milliseconds since the Unix epoch, and its two spellings.
// Pure code never reads a clock: it is given a Timestamp. Waiting uses steady time
// (async/deadline.hpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sb {

using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

Timestamp now();

inline std::int64_t to_unix_ms(Timestamp t) {
  return t.time_since_epoch().count();
}
inline Timestamp from_unix_ms(std::int64_t ms) {
  return Timestamp(std::chrono::milliseconds(ms));
}

// "2026-11-22T10:20:30.123Z" (RFC 3339, always UTC, always three decimals: sorts as text).
std::string format_rfc3339(Timestamp t);
// Accepts "Z" or a numeric offset, and zero to nine decimals (cut to milliseconds).
std::optional<Timestamp> parse_rfc3339(std::string_view text);
// "20261122T102030Z", as SigV4 wants it.
std::string format_basic(Timestamp t);
std::optional<Timestamp> parse_basic(std::string_view text);
// "2026-11-22"
std::string format_date(Timestamp t);

}  // namespace sb
