// Hashes, MACs, encodings, random identifiers and passwords (OpenSSL, libsodium, libcrypt behind
// it).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error/error.hpp"

namespace sb::crypto {

// Byte strings are std::string of raw bytes.
std::string sha256(std::string_view data);                             // 32 bytes
std::string sha256_hex(std::string_view data);                         // 64 lower-case digits
std::string hmac_sha256(std::string_view key, std::string_view data);  // 32 bytes

// SHA-256 of data that arrives in parts (image layers).
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void update(std::string_view data);
  std::string finish_hex();  // once

 private:
  void* context_;
};

std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view hex);
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);
std::string to_base64url(std::string_view bytes);  // no padding (RFC 4648, 5)
std::optional<std::string> from_base64url(std::string_view text);

std::string random_bytes(std::size_t count);   // from the kernel's CSPRNG
std::string random_hex(std::size_t digits);    // lower case
std::string random_token(std::size_t length);  // [A-Za-z0-9], no bias: identifiers, passwords
std::string uuid4();                           // lower case, hyphenated
bool is_uuid(std::string_view text);           // 8-4-4-4-12 hexadecimal digits, either case

// In time that depends on the lengths only.
bool constant_time_equal(std::string_view a, std::string_view b);

// Argon2id, m = 19456 KiB, t = 2, p = 1 (OWASP's minimum), as "$argon2id$v=19$m=...".
// About 20 ms of CPU: call on a BlockingPool.
std::string hash_password(std::string_view password);
// Verifies $argon2id$ and $2b$/$2a$/$2y$ (bcrypt). False for any other or malformed hash.
bool verify_password(std::string_view password, const std::string& hash);

}  // namespace sb::crypto
