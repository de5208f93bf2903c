#include "base/log/log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>

#include "base/clock/clock.hpp"

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

// The length of the valid UTF-8 sequence at `text`, or 0.
std::size_t utf8_length(std::string_view text) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto continues = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  unsigned char first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!continues(1) || !continues(2)) return 0;
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!continues(1) || !continues(2) || !continues(3)) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

void append_member(std::string& out, std::string_view key, std::string_view value) {
  append_json_string(out, key);
  out += ':';
  append_json_string(out, value);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    char c = text.front();
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default: {
        if (static_cast<unsigned char>(c) < 0x20) {
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
          break;
        }
        std::size_t length = utf8_length(text);
        if (length == 0) {
          out += "\\ufffd";
        } else {
          out += text.substr(0, length);
          text.remove_prefix(length - 1);
        }
      }
    }
    text.remove_prefix(1);
  }
  out += '"';
}

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
    append_json_string(line, field.key);
    line += ':';
    if (auto* text = std::get_if<std::string>(&field.value)) {
      append_json_string(line, *text);
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
