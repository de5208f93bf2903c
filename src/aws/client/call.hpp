// One call of a control plane with the deadline that fits it, and what its commonest errors mean.
#pragma once

#include <string_view>
#include <utility>

#include "aws/client/client.hpp"

namespace sb::aws {

template <class Operation>
Task<Result<typename Operation::Response>> call(Client& client,
                                                typename Operation::Request request) {
  return client.call<Operation>(std::move(request), Deadline::after(std::chrono::seconds(30)));
}

// A service error's code is the Error's subject.
inline bool is_missing(const Error& error) {
  return error.code == ErrorCode::not_found || error.subject.contains("NotFound");
}
inline bool is_there_already(const Error& error) {
  return error.code == ErrorCode::already_exists || error.subject.contains("AlreadyExists") ||
         error.subject.starts_with("Duplicate") || error.subject == "ResourceExistsException";
}

}  // namespace sb::aws
