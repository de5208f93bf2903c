#include "base/clock/clock.hpp"

#include <charconv>
#include <cstdio>

namespace sb {

namespace {

struct Parts {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<std::chrono::milliseconds> time;
};

Parts split(Timestamp t) {
  auto day = std::chrono::floor<std::chrono::days>(t);
  return {std::chrono::year_month_day(day), std::chrono::hh_mm_ss(t - day)};
}

template <class... Args>
std::string print(const char* pattern, Args... args) {
  char buffer[64];
  int length = std::snprintf(buffer, sizeof buffer, pattern, args...);
  return {buffer, static_cast<std::size_t>(length)};
}

// Reads exactly `digits` decimal digits at the front of `text` and removes them.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Timestamp> join(int year, int month, int day, int hour, int minute, int second) {
  std::chrono::year_month_day date(std::chrono::year(year),
                                   std::chrono::month(static_cast<unsigned>(month)),
                                   std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return Timestamp(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
         std::chrono::minutes(minute) + std::chrono::seconds(second);
}

}  // namespace

Timestamp now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string format_rfc3339(Timestamp t) {
  auto [date, time] = split(t);
  return print("%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int(date.year()), unsigned(date.month()),
               unsigned(date.day()), int(time.hours().count()), int(time.minutes().count()),
               int(time.seconds().count()), int(time.subseconds().count()));
}

std::string format_basic(Timestamp t) {
  auto [date, time] = split(t);
  return print("%04d%02u%02uT%02d%02d%02dZ", int(date.year()), unsigned(date.month()),
               unsigned(date.day()), int(time.hours().count()), int(time.minutes().count()),
               int(time.seconds().count()));
}

std::string format_date(Timestamp t) {
  auto date = split(t).date;
  return print("%04d-%02u-%02u", int(date.year()), unsigned(date.month()), unsigned(date.day()));
}

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
  auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  auto day = take_number(text, 2);
  if (!day || !(take(text, 'T') || take(text, 't') || take(text, ' '))) return std::nullopt;
  auto hour = take_number(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  auto minute = take_number(text, 2);
  if (!minute || !take(text, ':')) return std::nullopt;
  auto second = take_number(text, 2);
  if (!second) return std::nullopt;
  int milliseconds = 0;
  if (take(text, '.')) {
    int scale = 100;
    std::size_t digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      milliseconds += (text.front() - '0') * scale;
      scale /= 10;
      text.remove_prefix(1);
      if (++digits > 9) return std::nullopt;
    }
    if (digits == 0) return std::nullopt;
  }
  std::chrono::minutes offset(0);
  if (!take(text, 'Z') && !take(text, 'z')) {
    bool negative = !text.empty() && text.front() == '-';
    if (!take(text, '+') && !take(text, '-')) return std::nullopt;
    auto hours = take_number(text, 2);
    if (!hours || !take(text, ':')) return std::nullopt;
    auto minutes = take_number(text, 2);
    if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    offset = std::chrono::minutes(*hours * 60 + *minutes);
    if (negative) offset = -offset;
  }
  if (!text.empty()) return std::nullopt;
  auto t = join(*year, *month, *day, *hour, *minute, *second);
  if (!t) return std::nullopt;
  return *t + std::chrono::milliseconds(milliseconds) - offset;
}

std::optional<Timestamp> parse_basic(std::string_view text) {
  auto year = take_number(text, 4);
  auto month = year ? take_number(text, 2) : std::nullopt;
  auto day = month ? take_number(text, 2) : std::nullopt;
  if (!day || !take(text, 'T')) return std::nullopt;
  auto hour = take_number(text, 2);
  auto minute = hour ? take_number(text, 2) : std::nullopt;
  auto second = minute ? take_number(text, 2) : std::nullopt;
  if (!second || !take(text, 'Z') || !text.empty()) return std::nullopt;
  return join(*year, *month, *day, *hour, *minute, *second);
}

}  // namespace sb
