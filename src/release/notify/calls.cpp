#include "release/notify/calls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ctime>

namespace sb::release::notify {

namespace {

constexpr auto kLate = std::chrono::minutes(10);

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // "1.5" is 1.5 s to some: the next whole second is never too early.
  if (error != std::errc() || (end != text.data() + text.size() && *end != '.'))
    return std::nullopt;
  return end == text.data() + text.size() ? value : value + 1;
}

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7), the one form that is still sent.
std::optional<Timestamp> http_date(std::string_view text) {
  std::tm time{};
  const std::string copy(text);
  const char* end = strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &time);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return from_unix_ms(static_cast<std::int64_t>(timegm(&time)) * 1000);
}

// Nobody's answer makes us wait longer than a day.
Duration seconds_to_wait(std::int64_t seconds) {
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 86'400));
}

std::string first_line(const std::string& body) {
  std::string text = cut(body.substr(0, body.find('\n')), 200);
  return text.empty() ? "no reason given" : text;
}

}  // namespace

std::string cut(std::string text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  std::size_t end = bytes > 3 ? bytes - 3 : 0;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return bytes > 3 ? text + "\u2026" : text;
}

std::string text_with_delay(const Message& message, Timestamp now) {
  if (now - message.at < kLate) return message.text;
  return fmt::format("{} (Told late: it happened at {}.)", message.text,
                     format_rfc3339(message.at));
}

Duration wait_asked_for(const http::ClientResponse& response, Timestamp now) {
  if (auto text = response.headers.find("Retry-After")) {
    if (auto seconds = number(*text)) return seconds_to_wait(*seconds);
    if (auto at = http_date(*text))
      return seconds_to_wait(std::chrono::ceil<std::chrono::seconds>(*at - now).count());
  }
  for (const char* name : {"X-RateLimit-Reset", "RateLimit-Reset"})
    if (auto text = response.headers.find(name))
      if (auto seconds = number(*text)) {
        // Some send the moment instead of the seconds to it.
        const std::int64_t unix_now = to_unix_ms(now) / 1000;
        return seconds_to_wait(*seconds > 1'000'000'000 ? *seconds - unix_now : *seconds);
      }
  return Duration(0);
}

Judgement judge_status(std::string_view service, const http::ClientResponse& response,
                       Timestamp now) {
  const int status = response.status;
  if (status >= 200 && status < 300) return {.answer = Answer::accepted, .wait = {}, .why = {}};
  const std::string why =
      fmt::format("{} answered {}: {}", service, status, first_line(response.body));
  // 420 is Statuspage's own word for "slower"; 408 and 425 ask to be tried again.
  const bool is_passing =
      status >= 500 || status == 429 || status == 420 || status == 408 || status == 425;
  if (is_passing)
    return {.answer = Answer::retry, .wait = wait_asked_for(response, now), .why = why};
  return {.answer = Answer::refused, .wait = {}, .why = why};
}

}  // namespace sb::release::notify
