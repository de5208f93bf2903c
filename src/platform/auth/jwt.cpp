#include "platform/auth/jwt.hpp"

#include <boost/json.hpp>
#include <cmath>
#include <optional>

#include "base/crypto/crypto.hpp"
#include "base/json/codec.hpp"
#include "platform/wire/json_writer.hpp"

namespace sb::platform::auth {

namespace {

constexpr auto kLeeway = std::chrono::seconds(5);
constexpr std::size_t kMaxTokenBytes = 4096;

const std::string& our_header() {
  static const std::string header = crypto::to_base64url(R"({"alg":"HS256","typ":"JWT"})");
  return header;
}

std::int64_t unix_seconds(Timestamp t) {
  return to_unix_ms(t) / 1000;
}

bool says_hs256(std::string_view header) {
  if (header == our_header()) return true;
  auto decoded = crypto::from_base64url(header);
  auto value = decoded ? json::parse(*decoded) : fail(ErrorCode::invalid_argument, "not base64url");
  if (!value || !value->is_object()) return false;
  const auto* algorithm = value->get_object().if_contains("alg");
  return algorithm != nullptr && algorithm->is_string() && algorithm->get_string() == "HS256";
}

std::optional<Timestamp> time_of(const boost::json::object& claims, const char* name) {
  const auto* value = claims.if_contains(name);
  if (value == nullptr) return std::nullopt;
  double seconds = 0;
  if (const auto* i = value->if_int64()) {
    seconds = static_cast<double>(*i);
  } else if (const auto* d = value->if_double()) {
    seconds = *d;
  } else {
    return std::nullopt;
  }
  if (!std::isfinite(seconds) || std::abs(seconds) > 1e11) return std::nullopt;
  return from_unix_ms(static_cast<std::int64_t>(seconds * 1000));
}

std::string text_of(const boost::json::object& claims, const char* name) {
  const auto* value = claims.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

}  // namespace

std::string sign_access_token(const AccessClaims& claims, std::string_view secret) {
  JsonWriter json;
  json.begin_object().member("sub", claims.user_id).member("type", "access");
  json.member("iat", unix_seconds(claims.issued_at)).member("exp", unix_seconds(claims.expires_at));
  json.member("jti", claims.token_id).end_object();
  std::string signed_part = our_header() + "." + crypto::to_base64url(json.take());
  return signed_part + "." + crypto::to_base64url(crypto::hmac_sha256(secret, signed_part));
}

std::expected<AccessClaims, TokenFault> verify_access_token(std::string_view token,
                                                            std::string_view secret,
                                                            Timestamp now) {
  auto invalid = std::unexpected(TokenFault::invalid);
  if (token.size() > kMaxTokenBytes) return invalid;
  auto first = token.find('.');
  auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return invalid;
  if (!says_hs256(token.substr(0, first))) return invalid;
  auto mac = crypto::from_base64url(token.substr(second + 1));
  if (!mac ||
      !crypto::constant_time_equal(*mac, crypto::hmac_sha256(secret, token.substr(0, second))))
    return invalid;

  auto payload = crypto::from_base64url(token.substr(first + 1, second - first - 1));
  if (!payload) return invalid;
  auto value = json::parse(*payload);
  if (!value || !value->is_object()) return invalid;
  const auto& claims = value->get_object();
  auto expires = time_of(claims, "exp");
  std::string user_id = text_of(claims, "sub");
  if (!expires || text_of(claims, "type") != "access" || !crypto::is_uuid(user_id)) return invalid;
  if (*expires + kLeeway <= now) return std::unexpected(TokenFault::expired);
  return AccessClaims{user_id, time_of(claims, "iat").value_or(now), *expires,
                      text_of(claims, "jti")};
}

}  // namespace sb::platform::auth
