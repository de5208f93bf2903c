#include "platform/auth/jwt.hpp"

#include <gtest/gtest.h>

#include "base/crypto/crypto.hpp"

namespace sb::platform::auth {
namespace {

constexpr const char* kSecret = "0123456789abcdef0123456789abcdef";
constexpr const char* kUser = "123e4567-e89b-42d3-a456-426614174000";
const Timestamp kNow = from_unix_ms(1'800'000'000'000);

std::string token_of(const std::string& header, const std::string& payload,
                     const std::string& secret = kSecret) {
  std::string part = crypto::to_base64url(header) + "." + crypto::to_base64url(payload);
  return part + "." + crypto::to_base64url(crypto::hmac_sha256(secret, part));
}

std::string good_payload() {
  return std::string(R"({"sub":")") + kUser +
         R"(","type":"access","iat":1799999990,"exp":1800000100,"jti":"x"})";
}

std::string good() {
  return sign_access_token({kUser, kNow, kNow + std::chrono::minutes(15), "id"}, kSecret);
}

TEST(Jwt, what_was_signed_verifies) {
  auto claims = verify_access_token(good(), kSecret, kNow);

  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->user_id, kUser);
  EXPECT_EQ(claims->expires_at, kNow + std::chrono::minutes(15));
}

TEST(Jwt, only_hs256_is_an_algorithm) {
  EXPECT_TRUE(verify_access_token(token_of(R"({"typ":"JWT","alg":"HS256"})", good_payload()),
                                  kSecret, kNow));
  for (const char* header : {R"({"alg":"none"})", R"({"alg":"HS512"})", R"({"alg":"RS256"})",
                             R"({"alg":"hs256"})", R"({})", R"([])", "x", R"({"alg":["HS256"]})"})
    EXPECT_FALSE(verify_access_token(token_of(header, good_payload()), kSecret, kNow)) << header;
}

TEST(Jwt, an_unsigned_or_differently_signed_token_is_invalid) {
  std::string token = good();
  std::string without_mac = token.substr(0, token.rfind('.') + 1);

  EXPECT_FALSE(verify_access_token(without_mac, kSecret, kNow));
  EXPECT_FALSE(verify_access_token(token, std::string(32, 'x'), kNow));
  EXPECT_FALSE(verify_access_token(token + ".", kSecret, kNow));
  EXPECT_FALSE(verify_access_token(token + "A", kSecret, kNow));
  EXPECT_FALSE(verify_access_token("", kSecret, kNow));
  EXPECT_FALSE(verify_access_token("a.b", kSecret, kNow));
  EXPECT_FALSE(verify_access_token(std::string(100'000, 'a'), kSecret, kNow));
}

TEST(Jwt, changing_any_character_breaks_it) {
  std::string token = good();
  // The last character holds padding bits that base64 ignores, so it is left out.
  for (std::size_t i = 0; i + 1 < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify_access_token(changed, kSecret, kNow)) << i;
  }
}

TEST(Jwt, expiry_is_required_and_has_five_seconds_of_leeway) {
  std::string header = R"({"alg":"HS256"})";
  auto at = [&](std::int64_t seconds) {
    return verify_access_token(token_of(header, good_payload()), kSecret,
                               from_unix_ms(seconds * 1000));
  };

  EXPECT_TRUE(at(1800000104));
  ASSERT_FALSE(at(1800000105));
  EXPECT_EQ(at(1800000105).error(), TokenFault::expired);
  std::string without = std::string(R"({"sub":")") + kUser + R"(","type":"access"})";
  ASSERT_FALSE(verify_access_token(token_of(header, without), kSecret, kNow));
  EXPECT_EQ(verify_access_token(token_of(header, without), kSecret, kNow).error(),
            TokenFault::invalid);
}

TEST(Jwt, subject_and_type_must_be_what_we_issue) {
  std::string header = R"({"alg":"HS256"})";
  for (const char* payload :
       {R"({"sub":"x","type":"access","exp":1900000000})", R"({"type":"access","exp":1900000000})",
        R"({"sub":"123e4567-e89b-42d3-a456-426614174000","type":"refresh","exp":1900000000})",
        R"({"sub":"123e4567-e89b-42d3-a456-426614174000","exp":1900000000})",
        R"({"sub":"123e4567-e89b-42d3-a456-426614174000","type":"access","exp":"1900000000"})",
        "[]", "{"})
    EXPECT_FALSE(verify_access_token(token_of(header, payload), kSecret, kNow)) << payload;
}

}  // namespace
}  // namespace sb::platform::auth
