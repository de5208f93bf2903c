// A local certificate authority (EC P-256) and the server certificates that it signs.
#pragma once

#include <string>
#include <vector>

#include "base/error/error.hpp"

namespace sb::crypto {

struct KeyPair {
  std::string certificate_pem;
  std::string private_key_pem;  // a secret: 0600
};

// A self-signed CA valid for ten years.
Result<KeyPair> make_authority(const std::string& common_name);
// A server certificate for DNS names and IP addresses (subjectAltName), valid for 397 days.
Result<KeyPair> issue_certificate(const KeyPair& authority, const std::vector<std::string>& names);

}  // namespace sb::crypto
