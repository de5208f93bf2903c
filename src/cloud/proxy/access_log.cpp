#include "cloud/proxy/access_log.hpp"

#include <array>
#include <charconv>

#include "cloud/proxy/render.hpp"

namespace sb::cloud::proxy {

namespace {

// Ring entries are at most 512 bytes; anything longer is not from our HAProxy.
constexpr std::size_t kMaxFrameBytes = 8192;
constexpr std::size_t kMaxLengthDigits = 5;

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::vector<std::string> FrameParser::feed(std::string_view bytes) {
  std::vector<std::string> messages;
  if (is_broken_) return messages;
  pending_ += bytes;
  std::size_t at = 0;
  while (at < pending_.size()) {
    const auto space = pending_.find(' ', at);
    if (space == std::string::npos) {
      is_broken_ = pending_.size() - at > kMaxLengthDigits;
      break;
    }
    const auto length = number(std::string_view(pending_).substr(at, space - at));
    if (!length || *length < 0 || *length > static_cast<std::int64_t>(kMaxFrameBytes)) {
      is_broken_ = true;
      break;
    }
    const auto size = static_cast<std::size_t>(*length);
    if (pending_.size() - space - 1 < size) break;
    messages.push_back(pending_.substr(space + 1, size));
    at = space + 1 + size;
  }
  pending_.erase(0, at);
  return messages;
}

std::optional<AccessLine> parse_access_line(std::string_view line) {
  // lb backend server status seconds ms response_ms active_ms retries termination
  std::array<std::string_view, 10> words;
  std::size_t count = 0;
  while (!line.empty() && (line.back() == '\n' || line.back() == '\0')) line.remove_suffix(1);
  while (!line.empty()) {
    if (count == words.size()) return std::nullopt;
    const auto space = line.find(' ');
    words[count++] = line.substr(0, space);
    line.remove_prefix(space == std::string_view::npos ? line.size() : space + 1);
  }
  if (count != words.size()) return std::nullopt;

  AccessLine result;
  result.load_balancer = words[0];
  std::string_view group = words[1];
  // Without a backend HAProxy names the frontend; those never have a server.
  if (group.ends_with(kOpenSuffix)) group.remove_suffix(kOpenSuffix.size());
  result.has_target = words[2] != "<NOSRV>" && words[2] != "<STATS>";
  if (result.has_target) result.group = group;
  std::string_view retries = words[8];
  if (retries.starts_with('+')) retries.remove_prefix(1);  // redispatched
  const auto status = number(words[3]), seconds = number(words[4]), ms = number(words[5]),
             response = number(words[6]), active = number(words[7]), tries = number(retries);
  if (!status || !seconds || !ms || !response || !active || !tries) return std::nullopt;
  result.status = *status > 0 ? static_cast<int>(*status) : 0;
  result.target_answered = result.has_target && *response >= 0;
  result.response_ms = std::max<std::int64_t>(*response, 0);
  result.connection_errors = static_cast<int>(*tries);
  if (result.has_target && words[9] == "SC") ++result.connection_errors;
  result.ended = from_unix_ms(*seconds * 1000 + *ms + std::max<std::int64_t>(*active, 0));
  return result;
}

}  // namespace sb::cloud::proxy
