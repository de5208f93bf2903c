// The front of saltcloud: checks the signature, finds the operation, decodes the request, calls the
// handler, encodes the answer or the fault, for AWS's JSON 1.0, JSON 1.1 and Query protocols.
//
//   gateway.on<aws::ssm::PutParameter>(
//       [this](gateway::Caller, aws::ssm::PutParameterRequest request)
//           -> Task<gateway::Outcome<aws::ssm::PutParameterResponse>> { return
//           put(std::move(request)); });
//
// Handlers run on the server's executor; what they throw becomes a 500 and a log line. Required
// members (kRequired) are there when a handler is called; everything else is the handler's to
// check.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/async/task.hpp"
#include "base/clock/clock.hpp"
#include "base/http/message.hpp"
#include "base/http/server.hpp"
#include "base/json/type.hpp"
#include "cloud/gateway/fault.hpp"

namespace sb::cloud::gateway {

// Who calls, as far as the signature says it.
struct Caller {
  std::string access_key;
  std::string region;      // of the credential scope
  std::string request_id;  // the one in the answer
  std::string host;        // the Host header: how the caller reached us ("127.0.0.1:4566")
};

struct GatewayOptions {
  // The secret key of an access key, or nothing when it is unknown.
  std::function<std::optional<std::string>(std::string_view access_key)> secret_of;
  std::function<Timestamp()> clock = now;
  Duration clock_window = std::chrono::minutes(15);
};

// A request or a response whose type its operation knows.
using Object = std::shared_ptr<void>;
using ObjectHandler = std::function<Task<Outcome<Object>>(Caller, Object)>;

template <class Response>
Outcome<Object> to_object(Outcome<Response> outcome) {
  if (!outcome) return std::unexpected(std::move(outcome).error());
  return Object(std::make_shared<Response>(*std::move(outcome)));
}

template <class Operation>
using Handler =
    std::function<Task<Outcome<typename Operation::Response>>(Caller, typename Operation::Request)>;

class Gateway {
 public:
  explicit Gateway(GatewayOptions options);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  template <class Operation>
  void on(Handler<Operation> handler);
  // The same without the types, which compiles in a third of the time: for whole APIs.
  template <class Operation>
  void on_object(ObjectHandler handler);
  // Requests below a path that are not the AWS API (no signature is asked for):
  // "/_saltcloud/exec/".
  void mount(std::string path_prefix, http::Handler handler);
  // Added to GET /_saltcloud/health as a member "services": {"ecs": ["CreateCluster", ...]}.
  std::map<std::string, std::vector<std::string>> operations() const;

  // For http::Server. The gateway must outlive the server.
  http::Handler handler();
  // Limits and error pages that fit the AWS API.
  static http::ServerOptions server_options();

 private:
  struct Route {
    std::string_view service;
    std::string_view name;
    json::TypeOf request_type;
    json::TypeOf response_type;
    std::span<const std::string_view> required;
    Object (*make_request)();
    ObjectHandler call;
  };
  template <class Operation>
  static Task<Outcome<Object>> call(Handler<Operation> handler, Caller caller, Object request);
  void add(Route route);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

template <class Operation>
Task<Outcome<Object>> Gateway::call(Handler<Operation> handler, Caller caller, Object request) {
  auto& typed = *static_cast<typename Operation::Request*>(request.get());
  co_return to_object(co_await handler(std::move(caller), std::move(typed)));
}

template <class Operation>
void Gateway::on(Handler<Operation> handler) {
  on_object<Operation>([handler = std::move(handler)](Caller caller, Object request) {
    return call<Operation>(handler, std::move(caller), std::move(request));
  });
}

template <class Operation>
void Gateway::on_object(ObjectHandler handler) {
  add(Route{
      .service = Operation::kService,
      .name = Operation::kName,
      .request_type = &json::type_of<typename Operation::Request>,
      .response_type = &json::type_of<typename Operation::Response>,
      .required = Operation::kRequired,
      .make_request = +[]() -> Object { return std::make_shared<typename Operation::Request>(); },
      .call = std::move(handler)});
}

}  // namespace sb::cloud::gateway
