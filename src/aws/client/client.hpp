// A client of the AWS API: AWS itself, or saltcloud at an endpoint of its own. Nothing here knows
// which of the two answers.
//
//   aws::Client client(config);
//   SB_CO_TRY(auto reply, co_await client.call<aws::ecs::UpdateService>(request,
//   Deadline::after(20s)));
//
// A service's error is an Error whose `subject` is AWS's code ("ServiceNotFoundException") and
// whose `code` is the nearest ErrorCode. Other errors: unavailable (cannot connect), timeout,
// data_loss (an answer that is not the protocol). Throttling, server errors and lost connections
// are tried again, with jittered back-off, inside the deadline; so an operation that is not
// idempotent should carry AWS's client token.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "aws/protocol/service.hpp"
#include "base/async/task.hpp"
#include "base/json/type.hpp"

namespace sb::aws {

struct ClientConfig {
  std::string endpoint;  // "http://127.0.0.1:4566" for all services; empty: AWS's own of the region
  std::string region = "us-west-2";
  std::string access_key;
  std::string secret_key;
  std::string session_token;
  std::string ca_file;   // PEM, in place of the system's roots
  int max_attempts = 4;  // of one call, the first included
};

// From the environment, as AWS's tools read it: AWS_ENDPOINT_URL, AWS_REGION or AWS_DEFAULT_REGION,
// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CA_BUNDLE.
ClientConfig config_from_environment();

class Client {
 public:
  explicit Client(ClientConfig config);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  template <class Operation>
  Task<Result<typename Operation::Response>> call(typename Operation::Request request,
                                                  Deadline deadline) {
    typename Operation::Response response{};
    auto done =
        co_await call_object({.service = Operation::kService,
                              .operation = Operation::kName,
                              .request_type = json::type_of<typename Operation::Request>(),
                              .request = &request,
                              .response_type = json::type_of<typename Operation::Response>(),
                              .response = &response},
                             deadline);
    if (!done) co_return std::unexpected(std::move(done).error());
    co_return response;
  }

  const ClientConfig& config() const;

 private:
  struct Invocation {
    std::string_view service;
    std::string_view operation;
    const json::Type& request_type;
    const void* request;
    const json::Type& response_type;
    void* response;
  };
  Task<Result<>> call_object(Invocation invocation, Deadline deadline);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sb::aws
