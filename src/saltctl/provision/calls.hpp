// Private to this folder: one AWS call with the deadline that fits a control plane.
#pragma once

#include <utility>

#include "aws/client/client.hpp"

namespace sb::saltctl {

template <class Operation>
Task<Result<typename Operation::Response>> call(aws::Client& client,
                                                typename Operation::Request request) {
  co_return co_await client.call<Operation>(std::move(request),
                                            Deadline::after(std::chrono::seconds(30)));
}

// A service error's code is the Error's subject.
inline bool is_missing(const Error& error) {
  return error.code == ErrorCode::not_found || error.subject.contains("NotFound");
}
inline bool is_there_already(const Error& error) {
  return error.code == ErrorCode::already_exists || error.subject.contains("AlreadyExists") ||
         error.subject.starts_with("Duplicate") || error.subject == "ResourceExistsException";
}

}  // namespace sb::saltctl
