// Encrypts what must not be readable at rest, with one key in a file that only the operator can
// read. Losing the file loses the secrets: it belongs in every backup of cloud.db.
#pragma once

#include <string>
#include <string_view>

#include "base/error/error.hpp"
#include "base/fs/fs.hpp"

namespace sb::cloud {

class Kms {
 public:
  // Makes the key (0600) when the file is missing. Errors: data_loss (not a key), and those of
  // files.
  static Result<Kms> open(const fs::Path& key_file);

  // Base64 text. `context` says what it is ("ssm:/a/b:3"); text moved elsewhere does not decrypt.
  std::string encrypt(std::string_view plaintext, std::string_view context) const;
  Result<std::string> decrypt(std::string_view ciphertext, std::string_view context) const;

 private:
  explicit Kms(std::string key) : key_(std::move(key)) {}
  std::string key_;
};

}  // namespace sb::cloud
