// The local certificate authority and the certificates of the declared hosts, in home/ca.
#pragma once

#include <string>

#include "saltctl/environment/places.hpp"

namespace sb::saltctl {

// Makes what is missing; an existing authority is kept, so that whoever trusts it goes on doing so.
// Returns the certificate's ARN for a listener: the local cloud reads HOST.pem (chain and key) by
// it.
Result<std::string> ensure_certificate(const Places& places, const std::string& host,
                                       const std::string& region, const std::string& account);

}  // namespace sb::saltctl
