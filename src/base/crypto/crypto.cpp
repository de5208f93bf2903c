#include "base/crypto/crypto.hpp"

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/error/check.hpp"

namespace sb::crypto {

namespace {

EVP_MD_CTX* new_sha256_context() {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  SB_CHECK(context != nullptr, "out of memory");
  SB_CHECK(EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1, "SHA-256 is always present");
  return context;
}

EVP_MD_CTX* as_context(void* context) {
  return static_cast<EVP_MD_CTX*>(context);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void require_sodium() {
  static const bool ready = sodium_init() >= 0;
  SB_CHECK(ready, "libsodium finds its random source");
}

std::string encode_base64(std::string_view bytes, int variant) {
  std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), variant);
  out.resize(std::strlen(out.c_str()));
  return out;
}

std::optional<std::string> decode_base64(std::string_view text, int variant) {
  std::string out(text.size() / 4 * 3 + 3, '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  int rc = sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(),
                             text.size(), nullptr, &length, &end, variant);
  if (rc != 0 || end != text.data() + text.size()) return std::nullopt;
  out.resize(length);
  return out;
}

bool verify_bcrypt(const std::string& password, const std::string& hash) {
  auto data = std::make_unique<crypt_data>();  // 32 KiB: not for the stack of a coroutine's thread
  const char* answer = crypt_r(password.c_str(), hash.c_str(), data.get());
  bool matches = answer != nullptr && answer[0] != '*' && constant_time_equal(answer, hash);
  OPENSSL_cleanse(data.get(), sizeof(crypt_data));
  return matches;
}

}  // namespace

std::string sha256(std::string_view data) {
  std::string digest(32, '\0');
  unsigned int length = 0;
  int rc = EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(digest.data()),
                      &length, EVP_sha256(), nullptr);
  SB_CHECK(rc == 1 && length == 32, "SHA-256 is always present");
  return digest;
}

std::string sha256_hex(std::string_view data) {
  return to_hex(sha256(data));
}

std::string hmac_sha256(std::string_view key, std::string_view data) {
  std::string mac(32, '\0');
  unsigned int length = 0;
  const unsigned char* answer =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(data.data()), data.size(),
           reinterpret_cast<unsigned char*>(mac.data()), &length);
  SB_CHECK(answer != nullptr && length == 32, "SHA-256 is always present");
  return mac;
}

Sha256::Sha256() : context_(new_sha256_context()) {}

Sha256::~Sha256() {
  EVP_MD_CTX_free(as_context(context_));
}

void Sha256::update(std::string_view data) {
  SB_CHECK(EVP_DigestUpdate(as_context(context_), data.data(), data.size()) == 1,
           "a digest in progress takes data");
}

std::string Sha256::finish_hex() {
  std::string digest(32, '\0');
  unsigned int length = 0;
  SB_CHECK(EVP_DigestFinal_ex(as_context(context_), reinterpret_cast<unsigned char*>(digest.data()),
                              &length) == 1,
           "a digest is finished once");
  return to_hex(digest);
}

std::string to_hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string out;
  out.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    int high = hex_value(hex[i]);
    int low = hex_value(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::string to_base64(std::string_view bytes) {
  return encode_base64(bytes, sodium_base64_VARIANT_ORIGINAL);
}

std::optional<std::string> from_base64(std::string_view text) {
  return decode_base64(text, sodium_base64_VARIANT_ORIGINAL);
}

std::string to_base64url(std::string_view bytes) {
  return encode_base64(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::optional<std::string> from_base64url(std::string_view text) {
  return decode_base64(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  std::size_t done = 0;
  while (done < count) {
    ssize_t n = getrandom(out.data() + done, count - done, 0);
    if (n < 0 && errno == EINTR) continue;
    SB_CHECK(n > 0, "the kernel always has random bytes");
    done += static_cast<std::size_t>(n);
  }
  return out;
}

std::string random_hex(std::size_t digits) {
  std::string out = to_hex(random_bytes((digits + 1) / 2));
  out.resize(digits);
  return out;
}

std::string random_token(std::size_t length) {
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  // Bytes at or above the largest multiple of 62 are thrown away: the rest are even.
  static constexpr unsigned kLimit = 256 - 256 % kLetters.size();
  std::string out;
  out.reserve(length);
  while (out.size() < length) {
    for (char c : random_bytes(length - out.size() + 8)) {
      auto byte = static_cast<unsigned char>(c);
      if (byte < kLimit && out.size() < length) out += kLetters[byte % kLetters.size()];
    }
  }
  return out;
}

std::string uuid4() {
  std::string bytes = random_bytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  std::string out = to_hex(bytes);
  for (std::size_t position : {8U, 13U, 18U, 23U}) out.insert(position, 1, '-');
  return out;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool is_dash_place = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash_place ? text[i] != '-' : hex_value(text[i]) < 0) return false;
  }
  return true;
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string hash_password(std::string_view password) {
  require_sodium();
  static constexpr unsigned long long kPasses = 2;
  static constexpr std::size_t kMemoryBytes = 19456UL * 1024;
  std::array<char, crypto_pwhash_argon2id_STRBYTES> out{};
  int rc = crypto_pwhash_argon2id_str(out.data(), password.data(), password.size(), kPasses,
                                      kMemoryBytes);
  SB_CHECK(rc == 0, "19 MiB for a password hash");
  return {out.data()};
}

bool verify_password(std::string_view password, const std::string& hash) {
  if (hash.starts_with("$argon2id$")) {
    require_sodium();
    return crypto_pwhash_argon2id_str_verify(hash.c_str(), password.data(), password.size()) == 0;
  }
  bool is_bcrypt = hash.size() == 60 && (hash.starts_with("$2b$") || hash.starts_with("$2a$") ||
                                         hash.starts_with("$2y$"));
  // bcrypt reads a C string: bytes after a NUL would be ignored, so such a password never matches.
  if (!is_bcrypt || password.find('\0') != std::string_view::npos) return false;
  return verify_bcrypt(std::string(password), hash);
}

}  // namespace sb::crypto
