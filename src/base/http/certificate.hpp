// What certificate a TLS server shows, whether or not it would be trusted.
#pragma once

#include <cstdint>
#include <string>

#include "base/async/task.hpp"
#include "base/clock/clock.hpp"

namespace sb::http {

struct CertificateView {
  std::string subject;
  Timestamp ends{};
};

// Connects to address:port and asks for `host` (SNI). Errors: unavailable, timeout, data_loss.
Task<Result<CertificateView>> peer_certificate(std::string host, std::string address,
                                               std::uint16_t port, Deadline deadline);

}  // namespace sb::http
