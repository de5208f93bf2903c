#include "platform/wire/api_error.hpp"

#include <algorithm>

#include "platform/wire/json_writer.hpp"

namespace sb::platform {

namespace {

std::unexpected<ApiError> refuse(int status, std::string code, std::string message,
                                 Details details = {}) {
  ApiError error(status, std::move(code), std::move(message));
  error.details = std::move(details);
  return std::unexpected(std::move(error));
}

bool is_peer_away(ErrorCode code) {
  return code == ErrorCode::unavailable || code == ErrorCode::timeout ||
         code == ErrorCode::cancelled || code == ErrorCode::resource_exhausted;
}

}  // namespace

ApiError::ApiError(Error error)
    : status(is_peer_away(error.code) ? 503 : 500),
      code(status == 503 ? "service_unavailable" : "internal_error"),
      message(status == 503 ? "The service is temporarily unavailable, please try again"
                            : "An unexpected error occurred"),
      cause(error.text()) {}

std::unexpected<ApiError> invalid_input(std::string message, Details details) {
  return refuse(400, "validation_error", std::move(message), std::move(details));
}

std::unexpected<ApiError> invalid_field(std::string field, std::string problem) {
  return invalid_input("Invalid input", {{std::move(field), std::move(problem)}});
}

std::unexpected<ApiError> invalid_credentials() {
  return refuse(401, "invalid_credentials", "Incorrect email or password");
}

std::unexpected<ApiError> token_invalid() {
  return refuse(401, "token_invalid", "The token is missing or not valid");
}

std::unexpected<ApiError> token_expired() {
  return refuse(401, "token_expired", "The token has expired");
}

std::unexpected<ApiError> payment_required(std::string message, Details details) {
  return refuse(402, "payment_required", std::move(message), std::move(details));
}

std::unexpected<ApiError> forbidden(std::string message) {
  return refuse(403, "insufficient_permissions", std::move(message));
}

std::unexpected<ApiError> not_found(std::string message) {
  return refuse(404, "resource_not_found", std::move(message));
}

std::unexpected<ApiError> too_many_requests(int retry_after) {
  ApiError error(429, "rate_limit_exceeded", "Too many requests, please slow down");
  error.retry_after = std::max(retry_after, 1);
  return std::unexpected(std::move(error));
}

std::unexpected<ApiError> unavailable(std::string message) {
  return refuse(503, "service_unavailable", std::move(message));
}

http::Response to_response(const ApiError& error) {
  JsonWriter json;
  json.begin_object().member("error", error.code).member("message", error.message);
  if (!error.details.empty()) {
    json.key("details").begin_object();
    for (const auto& [field, problem] : error.details) json.member(field, problem);
    json.end_object();
  }
  if (error.retry_after) json.member("retry_after", *error.retry_after);
  json.end_object();
  http::Response response = http::Response::json(error.status, json.take());
  if (error.status == 401) response.headers.set("WWW-Authenticate", "Bearer");
  if (error.retry_after) response.headers.set("Retry-After", std::to_string(*error.retry_after));
  return response;
}

}  // namespace sb::platform
