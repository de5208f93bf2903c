#include "saltctl/console/console.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace sb::saltctl {
namespace {

constexpr std::string_view kReset = "\x1b[0m";

std::string_view code_of(Style style) {
  switch (style) {
    case Style::bold:
      return "\x1b[1m";
    case Style::dim:
      return "\x1b[2m";
    case Style::red:
      return "\x1b[31m";
    case Style::green:
      return "\x1b[32m";
    case Style::yellow:
      return "\x1b[33m";
    case Style::cyan:
      return "\x1b[36m";
  }
  return "";
}

// The length of the escape sequence that `text` begins with, or 0.
std::size_t escape_length(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  auto end = text.find_first_of("ABCDEFGHJKSTfmhl", 2);
  return end == std::string_view::npos ? text.size() : end + 1;
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

}  // namespace

Traits detect_traits(int fd) {
  Traits traits;
  const char* term = std::getenv("TERM");
  const char* no_colour = std::getenv("NO_COLOR");
  bool is_dumb = term == nullptr || std::string_view(term) == "dumb";
  traits.is_terminal = isatty(fd) == 1 && !is_dumb;
  traits.has_colour = traits.is_terminal && (no_colour == nullptr || *no_colour == '\0');
  winsize size{};
  if (traits.is_terminal && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    traits.width = size.ws_col;
  }
  return traits;
}

std::string Console::paint(Style style, std::string_view text) const {
  if (!traits_.has_colour) return std::string(text);
  return fmt::format("{}{}{}", code_of(style), text, kReset);
}

void Console::write(std::string_view text) {
  while (!text.empty()) {
    auto written = ::write(fd_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // the reader has gone: nobody to tell
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string Console::erase_live() const {
  if (live_.empty()) return "";
  return live_.size() == 1 ? "\r\x1b[J" : fmt::format("\r\x1b[{}A\x1b[J", live_.size() - 1);
}

std::string Console::draw_live() const {
  std::string text;
  for (std::size_t i = 0; i < live_.size(); ++i) {
    if (i > 0) text += "\r\n";
    text += cut_to_width(live_[i], static_cast<std::size_t>(std::max(traits_.width - 1, 10)));
  }
  return text;
}

void Console::line(std::string_view text) {
  write(fmt::format("{}{}\n{}", erase_live(), text, draw_live()));
}

void Console::live(std::vector<std::string> lines) {
  if (!traits_.is_terminal) return;
  auto erased = erase_live();
  live_ = std::move(lines);
  write(erased + draw_live());
}

void Console::end_live(bool keep) {
  if (live_.empty()) return;
  write(keep ? "\r\n" : erase_live());
  live_.clear();
}

void Steps::begin(std::string name) {
  name_ = std::move(name);
  began_ = std::chrono::steady_clock::now();
  note("");
}

void Steps::note(std::string detail) {
  console_.live({fmt::format("  {} {:<28} {}", console_.paint(Style::cyan, "…"), name_,
                             console_.paint(Style::dim, detail))});
}

void Steps::end(Style style, std::string_view mark, std::string_view detail) {
  console_.end_live();
  auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began_);
  auto time = took.count() >= 100 ? console_.paint(Style::dim, "  " + format_duration(took)) : "";
  console_.line(fmt::format("  {} {:<28} {}{}", console_.paint(style, mark), name_, detail, time));
}

void Steps::done(std::string_view detail) {
  end(Style::green, "✓", detail);
}

void Steps::failed(std::string_view detail) {
  end(Style::red, "✗", detail);
}

std::string format_duration(std::chrono::milliseconds duration) {
  auto ms = duration.count();
  if (ms < 1000) return fmt::format("{} ms", ms);
  if (ms < 60'000) return fmt::format("{}.{} s", ms / 1000, ms % 1000 / 100);
  return fmt::format("{} m {} s", ms / 60'000, ms % 60'000 / 1000);
}

std::string format_count(std::int64_t count) {
  auto digits = std::to_string(count);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && digits[i - 1] != '-' && (digits.size() - i) % 3 == 0) text += ' ';
    text += digits[i];
  }
  return text;
}

std::size_t visible_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    auto skip = escape_length(text);
    if (skip == 0) {
      if (!is_continuation(text[0])) ++width;
      skip = 1;
    }
    text.remove_prefix(skip);
  }
  return width;
}

std::string cut_to_width(std::string_view text, std::size_t width) {
  if (visible_width(text) <= width) return std::string(text);
  std::string result;
  std::size_t used = 0;
  while (!text.empty()) {
    auto take = escape_length(text);
    bool is_escape = take > 0;
    if (!is_escape) {
      take = 1;
      if (!is_continuation(text[0]) && ++used > width - 1) used = width;
    }
    if (is_escape || used < width) result += text.substr(0, take);
    text.remove_prefix(take);
  }
  return result + "…";
}

std::string format_table(const std::vector<std::vector<std::string>>& rows,
                         const std::vector<std::size_t>& right) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], visible_width(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::string padding(widths[i] - visible_width(row[i]), ' ');
      bool is_right = std::ranges::find(right, i) != right.end();
      if (i > 0) line += "  ";
      line += is_right ? padding + row[i] : row[i] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string wrap(std::string_view text, std::size_t width, std::size_t indent) {
  std::string result;
  std::size_t column = 0;
  while (!text.empty()) {
    auto end = std::min(text.find(' '), text.size());
    auto word = text.substr(0, end);
    if (column > 0 && column + 1 + visible_width(word) > width) {
      result += "\n" + std::string(indent, ' ');
      column = 0;
    } else if (column > 0) {
      result += ' ';
      ++column;
    }
    result += word;
    column += visible_width(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

}  // namespace sb::saltctl
