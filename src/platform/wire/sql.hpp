// Little pieces of SQL text that every store needs.
#pragma once

#include <string>

// A timestamptz column as RFC 3339 text in UTC, with milliseconds.
#define SB_SQL_TIME(column) \
  "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

namespace sb::platform {

inline constexpr const char* sql_bool(bool flag) {
  return flag ? "t" : "f";
}
// bytea in its text form.
inline std::string sql_bytes(const std::string& hex) {
  return "\\x" + hex;
}

}  // namespace sb::platform
