#include "base/crypto/aead.hpp"

#include <sodium.h>

#include "base/crypto/crypto.hpp"
#include "base/error/check.hpp"

namespace sb::crypto {

namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kSealKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

std::string seal(std::string_view key, std::string_view plaintext, std::string_view context) {
  SB_CHECK(key.size() == kSealKeyBytes, "keys are checked when they are loaded");
  auto nonce = random_bytes(kNonceBytes);
  std::string ciphertext(plaintext.size() + kTagBytes, '\0');
  unsigned long long size = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(ciphertext), &size, bytes(plaintext),
                                             plaintext.size(), bytes(context), context.size(),
                                             nullptr, bytes(nonce), bytes(key));
  ciphertext.resize(size);
  return nonce + ciphertext;
}

Result<std::string> unseal(std::string_view key, std::string_view sealed,
                           std::string_view context) {
  SB_CHECK(key.size() == kSealKeyBytes, "keys are checked when they are loaded");
  if (sealed.size() < kNonceBytes + kTagBytes)
    return fail(ErrorCode::data_loss, "the sealed text is too short");
  auto nonce = sealed.substr(0, kNonceBytes);
  auto ciphertext = sealed.substr(kNonceBytes);
  std::string plaintext(ciphertext.size() - kTagBytes, '\0');
  unsigned long long size = 0;
  int result = crypto_aead_xchacha20poly1305_ietf_decrypt(
      bytes(plaintext), &size, nullptr, bytes(ciphertext), ciphertext.size(), bytes(context),
      context.size(), bytes(nonce), bytes(key));
  if (result != 0)
    return fail(ErrorCode::data_loss, "the sealed text was changed or belongs to another key");
  plaintext.resize(size);
  return plaintext;
}

}  // namespace sb::crypto
