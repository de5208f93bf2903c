#include "cloud/store/kms.hpp"

#include "base/crypto/aead.hpp"
#include "base/crypto/crypto.hpp"

namespace sb::cloud {

Result<Kms> Kms::open(const fs::Path& key_file) {
  auto text = fs::read_file(key_file);
  if (!text && text.error().code == ErrorCode::not_found) {
    auto key = crypto::random_bytes(crypto::kSealKeyBytes);
    SB_TRY_VOID(fs::write_file(key_file, crypto::to_base64(key) + "\n", 0600));
    return Kms(std::move(key));
  }
  if (!text) return std::unexpected(std::move(text).error());
  while (!text->empty() && text->back() == '\n') text->pop_back();
  auto key = crypto::from_base64(*text);
  if (!key || key->size() != crypto::kSealKeyBytes)
    return fail(ErrorCode::data_loss, "the key file does not hold a key: restore it from a backup",
                key_file.string());
  return Kms(*std::move(key));
}

std::string Kms::encrypt(std::string_view plaintext, std::string_view context) const {
  return crypto::to_base64(crypto::seal(key_, plaintext, context));
}

Result<std::string> Kms::decrypt(std::string_view ciphertext, std::string_view context) const {
  auto sealed = crypto::from_base64(ciphertext);
  if (!sealed)
    return fail(ErrorCode::data_loss, "a stored secret is damaged", std::string(context));
  auto plaintext = crypto::unseal(key_, *sealed, context);
  if (!plaintext)
    return fail(ErrorCode::data_loss, "a stored secret cannot be decrypted with kms.key",
                std::string(context));
  return plaintext;
}

}  // namespace sb::cloud
