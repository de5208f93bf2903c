#include "platform/wire/text.hpp"

#include <fmt/format.h>

namespace sb::platform {

namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n\f\v";

char32_t fold(char32_t c) {
  bool latin = c >= 0xC0 && c <= 0xDE && c != 0xD7;
  bool greek = c >= 0x391 && c <= 0x3A9 && c != 0x3A2;
  bool cyrillic = c >= 0x410 && c <= 0x42F;
  if (latin || greek || cyrillic) return c + 0x20;
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  return c;
}

std::optional<int> number(std::string_view digits) {
  int value = 0;
  for (char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

std::string_view trim(std::string_view text) {
  auto first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

std::string fold_case(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    bool is_pair = (c & 0xE0) == 0xC0 && i + 1 < text.size();
    if (!is_pair) {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : text[i];
      continue;
    }
    char32_t folded = fold((c & 0x1FU) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3FU));
    out += static_cast<char>(0xC0 | folded >> 6);
    out += static_cast<char>(0x80 | (folded & 0x3F));
  }
  return out;
}

std::optional<Date> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  auto year = number(text.substr(0, 4));
  auto month = number(text.substr(5, 2));
  auto day = number(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  Date date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
            std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *year < 1) return std::nullopt;
  return date;
}

std::string format_date(Date date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

int age_on(Date born, Date today) {
  int years = static_cast<int>(today.year()) - static_cast<int>(born.year());
  bool had_birthday = std::pair(today.month(), today.day()) >= std::pair(born.month(), born.day());
  return had_birthday ? years : years - 1;
}

Date date_of(Timestamp t) {
  return Date(std::chrono::floor<std::chrono::days>(t));
}

}  // namespace sb::platform
