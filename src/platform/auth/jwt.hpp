// Access tokens: JWT (RFC 7519), HS256 only. Pure: the time is given.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/clock/clock.hpp"

namespace sb::platform::auth {

struct AccessClaims {
  std::string user_id;
  Timestamp issued_at;
  Timestamp expires_at;
  std::string token_id;
};

enum class TokenFault { invalid, expired };

std::string sign_access_token(const AccessClaims& claims, std::string_view secret);
// Strict: three segments, alg exactly HS256, the MAC, exp (5 s of leeway), type "access", sub a
// UUID.
std::expected<AccessClaims, TokenFault> verify_access_token(std::string_view token,
                                                            std::string_view secret, Timestamp now);

}  // namespace sb::platform::auth
