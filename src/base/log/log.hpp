// Structured logs: one JSON object a line on stdout (or stderr for the command-line tools), with
// timestamp, level, service, message and the given fields. Thread-safe, unbuffered past the line.
// Never log a secret, an e-mail address or a token: fields are written as they are.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace sb::log {

enum class Level { debug, info, warning, error };

struct Field {
  std::string_view key;
  std::variant<std::string, std::int64_t, double, bool> value;

  Field(std::string_view k, std::string v) : key(k), value(std::move(v)) {}
  Field(std::string_view k, std::string_view v) : key(k), value(std::string(v)) {}
  Field(std::string_view k, const char* v) : key(k), value(std::string(v)) {}
  Field(std::string_view k, std::same_as<bool> auto v) : key(k), value(v) {}
  Field(std::string_view k, std::floating_point auto v) : key(k), value(static_cast<double>(v)) {}
  template <std::integral I>
    requires(!std::same_as<I, bool>)
  Field(std::string_view k, I v) : key(k), value(static_cast<std::int64_t>(v)) {}
};

struct Options {
  std::string service;      // "saltbitter", "saltcloud", "saltctl"
  std::string environment;  // left out when empty
  Level level = Level::info;
  int fd = 1;
};

// Called once, by main, before other threads exist. Without it: level warning, to stderr.
void configure(Options options);

void write(Level level, std::string_view message, std::initializer_list<Field> fields = {});
inline void debug(std::string_view m, std::initializer_list<Field> f = {}) {
  write(Level::debug, m, f);
}
inline void info(std::string_view m, std::initializer_list<Field> f = {}) {
  write(Level::info, m, f);
}
inline void warning(std::string_view m, std::initializer_list<Field> f = {}) {
  write(Level::warning, m, f);
}
inline void error(std::string_view m, std::initializer_list<Field> f = {}) {
  write(Level::error, m, f);
}

// "debug", "info", "warning"/"warn", "error", in either case; anything else is info.
Level parse_level(std::string_view text);

}  // namespace sb::log
