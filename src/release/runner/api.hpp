// The runner's end of the AWS API: one client, a time limit for each call, and what an error means
// to the engine.
#pragma once

#include <string>

#include "aws/client/client.hpp"
#include "release/engine/event.hpp"
#include "release/runner/environment.hpp"

namespace sb::release {

class Api {
 public:
  explicit Api(const EnvironmentConfig& config);

  template <class Operation>
  Task<Result<typename Operation::Response>> call(typename Operation::Request request) {
    co_return co_await client_.call<Operation>(std::move(request), Deadline::after(kCallLimit));
  }

 private:
  static constexpr Duration kCallLimit = std::chrono::seconds(15);
  aws::Client client_;
};

// Did it perhaps happen, and may it be asked again?
ActionFailed failure_of(ActionKind action, const Error& error);

// AWS's code of a service error ("ParameterNotFound"), as the client puts it into the subject.
inline bool is_code(const Error& error, std::string_view code) {
  return error.subject == code;
}

template <class T>
T value_or_default(const std::optional<T>& value) {
  return value ? *value : T{};
}

}  // namespace sb::release
