#include "cloud/gateway/gateway.hpp"

#include <chrono>
#include <exception>

#include "base/crypto/crypto.hpp"
#include "base/error/check.hpp"
#include "base/json/codec.hpp"
#include "base/log/log.hpp"
#include "cloud/gateway/bind.hpp"
#include "cloud/gateway/call.hpp"

namespace sb::cloud::gateway {
namespace {

// The largest request of the services here is PutLogEvents: 1 MiB of events before JSON's escapes.
constexpr std::size_t kMaxBodyBytes = 4 << 20;

struct Health {
  std::string status = "ok";
  std::map<std::string, std::vector<std::string>> services;
};
BOOST_DESCRIBE_STRUCT(Health, (), (status, services))

// For whoever waits until saltcloud is ready.
Task<http::Response> health(std::map<std::string, std::vector<std::string>> operations) {
  Health health{.services = std::move(operations)};
  co_return http::Response::json(200, json::encode(health) + "\n");
}

http::Response error_page(int status) {
  Call call;
  call.request_id = crypto::uuid4();
  std::string code = "MalformedHttpRequestException";
  if (status == 413) code = "RequestEntityTooLargeException";
  if (status == 408) code = "RequestTimeoutException";
  return encode(call, Fault(std::move(code), std::string(http::reason_phrase(status)), status));
}

}  // namespace

Task<Outcome<Object>> ready(Outcome<Object> outcome) {
  co_return outcome;
}

struct Gateway::Impl {
  GatewayOptions options;
  std::map<std::pair<std::string_view, std::string_view>, Route> routes;
  std::map<std::string, http::Handler> mounts;

  const http::Handler* find_mount(const std::string& path) const {
    const http::Handler* best = nullptr;
    std::size_t longest = 0;
    for (const auto& [prefix, handler] : mounts) {
      if (!path.starts_with(prefix) || prefix.size() < longest) continue;
      best = &handler;
      longest = prefix.size();
    }
    return best;
  }

  Task<Outcome<http::Response>> answer(const http::Request& request, Call& call) {
    if (auto known = identify(request, call); !known)
      co_return std::unexpected(std::move(known).error());
    auto signer =
        authenticate(request, call, options.secret_of, options.clock(), options.clock_window);
    if (!signer) co_return std::unexpected(std::move(signer).error());
    auto route = call.service ? routes.find({call.service->id, call.action}) : routes.end();
    if (route == routes.end()) co_return std::unexpected(unknown_operation(call));

    const Route& found = route->second;
    Object object = found.make_request();
    if (auto decoded = decode(request, call, found.request_type(), found.required, object.get());
        !decoded)
      co_return std::unexpected(std::move(decoded).error());
    Caller caller{std::move(signer->access_key), std::move(signer->region), call.request_id,
                  std::string(request.headers.get("Host"))};
    auto outcome = co_await found.call(std::move(caller), std::move(object));
    if (!outcome) co_return std::unexpected(std::move(outcome).error());
    co_return encode(call, found.response_type(), outcome->get());
  }

  Task<Outcome<http::Response>> answer_safely(const http::Request& request, Call& call) {
    std::string what;
    try {
      co_return co_await answer(request, call);
    } catch (const std::exception& exception) {
      what = exception.what();
    }
    log::error("a handler threw", {{"action", call.action}, {"error", what}});
    co_return std::unexpected(
        Fault(Error{ErrorCode::internal, "An internal error; see saltcloud's log.", {}}));
  }

  Task<http::Response> serve(http::Request request) {
    if (const auto* mounted = find_mount(request.path))
      co_return co_await (*mounted)(std::move(request));
    Call call;
    call.request_id = crypto::uuid4();
    auto started = std::chrono::steady_clock::now();
    auto outcome = co_await answer_safely(request, call);

    std::string code;
    http::Response response;
    if (outcome) {
      response = *std::move(outcome);
    } else {
      auto fault = named(call, std::move(outcome).error());
      code = fault.code;
      response = encode(call, fault);
      if (fault.http_status >= 500)
        log::warning("the API answered with a server error",
                     {{"action", call.action}, {"code", code}, {"error", fault.message}});
    }
    auto took = std::chrono::steady_clock::now() - started;
    log::debug("call", {{"service", call.service ? call.service->id : std::string_view("unknown")},
                        {"action", call.action},
                        {"status", response.status},
                        {"code", code},
                        {"duration_us",
                         std::chrono::duration_cast<std::chrono::microseconds>(took).count()},
                        {"request_id", call.request_id}});
    co_return response;
  }
};

Gateway::Gateway(GatewayOptions options) : impl_(std::make_unique<Impl>()) {
  impl_->options = std::move(options);
  mount("/_saltcloud/health", [this](http::Request) { return health(operations()); });
}

Gateway::~Gateway() = default;

void Gateway::add(Route route) {
  bool is_known = aws::find_service(route.service) != nullptr;
  SB_CHECK(is_known, "an operation's kService is in the table of services");
  std::pair key{route.service, route.name};
  bool is_new = impl_->routes.emplace(key, std::move(route)).second;
  SB_CHECK(is_new, "an operation is registered once");
}

void Gateway::mount(std::string path_prefix, http::Handler handler) {
  impl_->mounts.insert_or_assign(std::move(path_prefix), std::move(handler));
}

std::map<std::string, std::vector<std::string>> Gateway::operations() const {
  std::map<std::string, std::vector<std::string>> out;
  for (const auto& [key, route] : impl_->routes)
    out[std::string(key.first)].emplace_back(key.second);
  return out;
}

http::Handler Gateway::handler() {
  return [this](http::Request request) { return impl_->serve(std::move(request)); };
}

http::ServerOptions Gateway::server_options() {
  http::ServerOptions options;
  options.max_body_bytes = kMaxBodyBytes;
  options.server_name = "saltcloud";
  options.error_page = error_page;
  return options;
}

}  // namespace sb::cloud::gateway
