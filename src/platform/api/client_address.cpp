#include "platform/api/client_address.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>
#include <optional>

namespace sb::platform {

namespace {

using Bytes = std::array<unsigned char, 16>;

// IPv4 as an IPv4-mapped IPv6 address, so that one comparison serves both.
std::optional<Bytes> parse_address(std::string_view text) {
  std::string copy(text);
  Bytes out{};
  if (inet_pton(AF_INET6, copy.c_str(), out.data()) == 1) return out;
  out = {};
  out[10] = out[11] = 0xFF;
  if (inet_pton(AF_INET, copy.c_str(), out.data() + 12) == 1) return out;
  return std::nullopt;
}

bool shares_prefix(const Bytes& a, const Bytes& b, int bits) {
  auto whole = static_cast<std::size_t>(bits / 8);
  if (std::memcmp(a.data(), b.data(), whole) != 0) return false;
  int rest = bits % 8;
  if (rest == 0) return true;
  auto mask = static_cast<unsigned char>(0xFF << (8 - rest));
  return (a[whole] & mask) == (b[whole] & mask);
}

std::string_view trim_spaces(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& blocks) {
  TrustedProxies out;
  for (const std::string& text : blocks) {
    auto slash = text.find('/');
    auto address = parse_address(std::string_view(text).substr(0, slash));
    if (!address)
      return fail(ErrorCode::invalid_argument, "not an address block: " + text, "TRUSTED_PROXIES");
    bool is_v4 = text.find(':') == std::string::npos;
    int bits = is_v4 ? 32 : 128;
    if (slash != std::string::npos) {
      int length = -1;
      const char* end = text.data() + text.size();
      auto parsed = std::from_chars(text.data() + slash + 1, end, length);
      if (parsed.ec != std::errc() || parsed.ptr != end || length < 0 || length > bits)
        return fail(ErrorCode::invalid_argument, "not an address block: " + text,
                    "TRUSTED_PROXIES");
      bits = length;
    }
    out.blocks_.push_back({*address, is_v4 ? bits + 96 : bits});
  }
  return out;
}

bool TrustedProxies::contains(std::string_view text) const {
  auto address = parse_address(text);
  if (!address) return false;
  for (const Block& block : blocks_)
    if (shares_prefix(*address, block.address, block.bits)) return true;
  return false;
}

std::string TrustedProxies::client_of(std::string_view peer, std::string_view forwarded_for) const {
  if (blocks_.empty() || !contains(peer)) return std::string(peer);
  std::string_view client = peer;
  while (!forwarded_for.empty()) {
    auto comma = forwarded_for.rfind(',');
    bool is_last = comma == std::string_view::npos;
    std::string_view item = trim_spaces(is_last ? forwarded_for : forwarded_for.substr(comma + 1));
    if (!parse_address(item)) break;  // what stands further left is anybody's invention
    client = item;
    if (is_last || !contains(item)) break;
    forwarded_for = forwarded_for.substr(0, comma);
  }
  return std::string(client);
}

}  // namespace sb::platform
