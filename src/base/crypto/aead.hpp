// Authenticated encryption (XChaCha20-Poly1305): what is sealed under a key can be neither read nor
// changed without it, nor moved to another place when `context` names where it belongs.
#pragma once

#include <string>
#include <string_view>

#include "base/error/error.hpp"

namespace sb::crypto {

inline constexpr std::size_t kSealKeyBytes = 32;

// Nonce and ciphertext as raw bytes; a fresh random nonce each time. `key` has kSealKeyBytes.
std::string seal(std::string_view key, std::string_view plaintext, std::string_view context);
// Error data_loss when it was not sealed with this key and context, or was changed since.
Result<std::string> unseal(std::string_view key, std::string_view sealed, std::string_view context);

}  // namespace sb::crypto
