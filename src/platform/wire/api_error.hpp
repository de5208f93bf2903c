// What a request may end in besides success: {"error": code, "message": text, "details": {...}}.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error/error.hpp"
#include "base/http/message.hpp"

namespace sb::platform {

using Details = std::vector<std::pair<std::string, std::string>>;  // field, what is wrong with it

struct ApiError {
  ApiError(int status_code, std::string error_code, std::string text)
      : status(status_code), code(std::move(error_code)), message(std::move(text)) {}
  // An Error of a driver: 503 when a peer is away, otherwise 500; its text is for the log only.
  ApiError(Error error);  // NOLINT: implicit, so that SB_CO_TRY works in handlers

  int status;
  std::string code;
  std::string message;
  Details details;
  std::optional<int> retry_after;  // seconds
  std::string cause;               // logged, never sent
};

template <class T = void>
using Outcome = std::expected<T, ApiError>;

std::unexpected<ApiError> invalid_input(std::string message, Details details = {});
std::unexpected<ApiError> invalid_field(std::string field, std::string problem);
std::unexpected<ApiError> invalid_credentials();
std::unexpected<ApiError> token_invalid();
std::unexpected<ApiError> token_expired();
std::unexpected<ApiError> payment_required(std::string message, Details details = {});
std::unexpected<ApiError> forbidden(std::string message);
std::unexpected<ApiError> not_found(std::string message);
std::unexpected<ApiError> too_many_requests(int retry_after);
std::unexpected<ApiError> unavailable(std::string message);

http::Response to_response(const ApiError& error);

}  // namespace sb::platform
