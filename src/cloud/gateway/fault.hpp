// How an operation of a cloud service ends: with its response, or with a fault that the gateway
// writes in the caller's protocol.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <utility>

#include "base/error/error.hpp"

namespace sb::cloud::gateway {

// `code` is the name on the wire: for JSON services the shape ("ServiceNotFoundException"), for
// Query services the model's error code ("DBInstanceNotFound", "TargetGroupNotFound").
struct Fault {
  std::string code;
  std::string message;  // for a person; never a secret
  int http_status = 400;
  std::optional<ErrorCode> cause = {};  // set when made from an Error; `code` is empty then

  Fault(std::string c, std::string m, int status = 400)
      : code(std::move(c)), message(std::move(m)), http_status(status) {}
  // What went wrong inside, so that SB_CO_TRY works in handlers. The gateway names it as the
  // service would: its validation error for invalid_argument, its throttling error for
  // resource_exhausted, its server error (500, logged) for anything else. Where AWS has a name of
  // its own (not found, already exists, wrong state), say that instead.
  Fault(const Error& error)  // NOLINT(google-explicit-constructor)
      : message(error.text()), http_status(500), cause(error.code) {}
};

template <class T>
using Outcome = std::expected<T, Fault>;

// return fault("ParameterNotFound", "...");
inline std::unexpected<Fault> fault(std::string code, std::string message, int http_status = 400) {
  return std::unexpected<Fault>(std::in_place, std::move(code), std::move(message), http_status);
}

}  // namespace sb::cloud::gateway
