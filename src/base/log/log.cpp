#include "base/log/log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>

#include "base/clock/clock.hpp"
#include "base/text/text.hpp"

namespace sb::log {

namespace {

Options g_options{.service = {}, .environment = {}, .level = Level::warning, .fd = 2};

std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "unknown";
}

void append_member(std::string& out, std::string_view key, std::string_view value) {
  text::append_quoted(out, key);
  out += ':';
  text::append_quoted(out, value);
}

}  // namespace

void configure(Options options) {
  g_options = std::move(options);
}

void write(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (level < g_options.level) return;
  std::string line = "{";
  append_member(line, "timestamp", format_rfc3339(now()));
  line += ',';
  append_member(line, "level", name_of(level));
  if (!g_options.service.empty()) {
    line += ',';
    append_member(line, "service", g_options.service);
  }
  if (!g_options.environment.empty()) {
    line += ',';
    append_member(line, "environment", g_options.environment);
  }
  line += ',';
  append_member(line, "message", message);
  for (const Field& field : fields) {
    line += ',';
    text::append_quoted(line, field.key);
    line += ':';
    if (auto* words = std::get_if<std::string>(&field.value)) {
      text::append_quoted(line, *words);
    } else if (auto* integer = std::get_if<std::int64_t>(&field.value)) {
      fmt::format_to(std::back_inserter(line), "{}", *integer);
    } else if (auto* number = std::get_if<double>(&field.value)) {
      fmt::format_to(std::back_inserter(line), "{:.6g}", *number);
    } else {
      line += std::get<bool>(field.value) ? "true" : "false";
    }
  }
  line += "}\n";
  // One write per line keeps lines whole between threads and processes (PIPE_BUF, O_APPEND).
  std::string_view rest = line;
  while (!rest.empty()) {
    ssize_t n = ::write(g_options.fd, rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;  // nowhere left to say it
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
}

Level parse_level(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (lower == "debug") return Level::debug;
  if (lower == "warning" || lower == "warn") return Level::warning;
  if (lower == "error" || lower == "critical") return Level::error;
  return Level::info;
}

}  // namespace sb::log
