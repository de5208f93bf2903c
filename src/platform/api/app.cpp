#include "platform/api/app.hpp"

#include <algorithm>

#include "base/crypto/crypto.hpp"
#include "base/log/log.hpp"

namespace sb::platform {

namespace {

constexpr auto kRequestTimeout = std::chrono::seconds(15);
constexpr int kWindowSeconds = 60;

std::vector<Pattern> patterns() {
  std::vector<Pattern> out;
  for (const Route& route : routes()) out.push_back({route.method, route.path});
  return out;
}

// What a caller may name its request: short, printable, harmless in a log.
std::string request_id_of(const http::Request& request) {
  std::string_view given = request.headers.get("X-Request-Id");
  auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  if (!given.empty() && given.size() <= 128 && std::ranges::all_of(given, is_plain))
    return std::string(given);
  return crypto::uuid4();
}

bool is_json(std::string_view content_type) {
  std::string type = fold_case(trim(content_type.substr(0, content_type.find(';'))));
  return type.empty() || type == "application/json" || type.ends_with("+json");
}

class InFlight {
 public:
  explicit InFlight(int& count) : count_(count) {
    ++count_;
  }
  ~InFlight() {
    --count_;
  }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  int& count_;
};

bool is_form(std::string_view content_type) {
  return fold_case(content_type).starts_with("multipart/form-data");
}

ApiError error_for_status(int status) {
  switch (status) {
    case 400:
      return {400, "validation_error", "The request is malformed"};
    case 404:
      return {404, "resource_not_found", "There is nothing here"};
    case 405:
      return {405, "method_not_allowed", "This method is not supported here"};
    case 408:
      return {408, "validation_error", "The request took too long to arrive"};
    case 413:
      return {413, "payload_too_large", "The body is too large"};
    case 415:
      return {415, "unsupported_media_type", "The body is not of the type that is expected here"};
    case 431:
      return {431, "validation_error", "The headers are too large"};
    case 503:
      return {503, "service_unavailable", "The service is shutting down"};
    default:
      return {status < 500 ? 400 : 500, status < 500 ? "validation_error" : "internal_error",
              "The request cannot be answered"};
  }
}

}  // namespace

App::App(Services& services, FaultPlan faults, TrustedProxies proxies)
    : services_(services), router_(patterns()), faults_(faults), proxies_(std::move(proxies)) {}

Task<http::Response> App::handle(http::Request request) {
  auto started = std::chrono::steady_clock::now();
  std::string request_id = request_id_of(request);
  Routing routing = router_.route(request.method, request.path);
  std::string_view route =
      routing.kind == Routing::Kind::found ? routes()[routing.index].path : "unmatched";
  http::Request head;  // what is left for headers and the log once the body has moved on
  head.method = request.method;
  head.path = request.path;
  if (auto origin = request.headers.find("Origin"))
    head.headers.set("Origin", std::string(*origin));

  InFlight in_flight(services_.requests_in_flight);
  http::Response response = co_await respond(std::move(request), routing);
  finish(head, request_id, response);
  std::chrono::duration<double> taken = std::chrono::steady_clock::now() - started;
  account(head, route, request_id, response, taken.count());
  response.headers.erase("X-Internal-Cause");
  co_return response;
}

Task<http::Response> App::respond(http::Request request, const Routing& routing) {
  if (request.method == "OPTIONS" && request.headers.find("Access-Control-Request-Method"))
    co_return preflight(request);
  if (routing.kind == Routing::Kind::no_such_path) co_return to_response(error_for_status(404));
  if (routing.kind == Routing::Kind::wrong_method) {
    http::Response response = to_response(error_for_status(405));
    response.headers.set("Allow", routing.allow);
    co_return response;
  }
  const Route& route = routes()[routing.index];
  Call call;
  call.client_address =
      proxies_.client_of(request.peer_address, request.headers.get("X-Forwarded-For"));
  call.request = std::move(request);
  call.parameters = routing.parameters;
  call.deadline = Deadline::after(kRequestTimeout);
  http::Headers extra;
  auto outcome = co_await run(route, std::move(call), extra);
  http::Response response = outcome ? *std::move(outcome) : to_response(outcome.error());
  if (!outcome && !outcome.error().cause.empty())
    response.headers.set("X-Internal-Cause", outcome.error().cause);
  for (const auto& [name, value] : extra) response.headers.set(name, value);
  co_return response;
}

Task<Outcome<http::Response>> App::run(const Route& route, Call call, http::Headers& extra) {
  if (route.body != Body::photo && call.request.body.size() > kMaxJsonBytes)
    co_return std::unexpected(error_for_status(413));
  auto spared = co_await misbehave(call.request.path);
  if (!spared) co_return std::unexpected(std::move(spared).error());
  std::string who = "ip:" + call.client_address;
  Outcome<std::string> caller = std::string();
  if (route.access == Access::bearer) {
    std::string authorization(call.request.headers.get("Authorization"));
    caller = co_await services_.auth.authenticate(std::move(authorization), call.deadline);
    if (caller) who = "user:" + *caller;
  }
  Allowance allowance = co_await take_allowance(route.limit, std::move(who));
  if (allowance.limit > 0) {
    std::int64_t reset = to_unix_ms(now()) / 1000 + allowance.seconds_left;
    extra.set("X-RateLimit-Limit", std::to_string(allowance.limit));
    extra.set("X-RateLimit-Remaining",
              std::to_string(std::max<std::int64_t>(allowance.limit - allowance.used, 0)));
    extra.set("X-RateLimit-Reset", std::to_string(reset));
    if (allowance.used > allowance.limit) co_return too_many_requests(allowance.seconds_left);
  }
  if (!caller) co_return std::unexpected(std::move(caller).error());
  call.user_id = *std::move(caller);
  if (route.body == Body::photo && !is_form(call.request.headers.get("Content-Type")))
    co_return std::unexpected(error_for_status(415));
  if (route.body == Body::json && !is_json(call.request.headers.get("Content-Type")))
    co_return std::unexpected(error_for_status(415));
  co_return co_await route.handler(services_, std::move(call));
}

Task<App::Allowance> App::take_allowance(Limit limit, std::string who) {
  Allowance out;
  std::string key = "rate:";
  if (limit == Limit::standard) {
    out.limit = services_.config.rate_limit_per_minute;
    key += "api:";
  } else if (limit == Limit::credentials) {
    out.limit = services_.config.rate_limit_auth_per_minute;
    key += "auth:";
  } else if (limit == Limit::photo) {
    out.limit = services_.config.rate_limit_photo_per_minute;
    key += "photo:";
  }
  if (out.limit == 0) co_return out;
  Count count = co_await services_.counters.increment(key + who, kWindowSeconds);
  out.used = count.value;
  out.seconds_left = std::max(count.seconds_left, 1);
  co_return out;
}

Task<Outcome<>> App::misbehave(std::string path) {
  if (!faults_.plan().is_active()) co_return Outcome<>();
  double chance = std::uniform_real_distribution<double>(0, 1)(chance_);
  FaultInjector::Decision decision = faults_.decide(path, to_unix_ms(now()), chance);
  if (decision.delay_ms > 0) co_await sleep_for(std::chrono::milliseconds(decision.delay_ms));
  if (!decision.fails) co_return Outcome<>();
  ApiError error(500, "internal_error", "An unexpected error occurred");
  error.cause = "deliberate fault (SALTBITTER_FAULTS)";
  co_return std::unexpected(std::move(error));
}

bool App::is_allowed_origin(std::string_view origin) const {
  return !origin.empty() && std::ranges::find(services_.config.cors_origins, origin) !=
                                services_.config.cors_origins.end();
}

http::Response App::preflight(const http::Request& request) const {
  http::Response response;
  response.status = 204;
  if (!is_allowed_origin(request.headers.get("Origin"))) return response;
  response.headers.set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, OPTIONS");
  response.headers.set("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Request-Id");
  response.headers.set("Access-Control-Max-Age", "600");
  return response;
}

void App::finish(const http::Request& request, const std::string& request_id,
                 http::Response& response) const {
  http::Headers& headers = response.headers;
  headers.set("X-SaltBitter-Version", services_.config.version);
  headers.set("X-Request-Id", request_id);
  headers.set("X-Content-Type-Options", "nosniff");
  if (!headers.find("Content-Security-Policy"))
    headers.set("Content-Security-Policy", "default-src 'none'");
  if (!headers.find("Cache-Control")) headers.set("Cache-Control", "no-store");
  std::string_view origin = request.headers.get("Origin");
  if (origin.empty()) return;
  headers.set("Vary", "Origin");
  if (!is_allowed_origin(origin)) return;
  headers.set("Access-Control-Allow-Origin", std::string(origin));
  headers.set("Access-Control-Allow-Credentials", "true");
  headers.set(
      "Access-Control-Expose-Headers",
      "X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After");
}

http::Response App::error_page(int status) const {
  http::Response response = to_response(error_for_status(status));
  finish({}, crypto::uuid4(), response);
  return response;
}

void App::account(const http::Request& request, std::string_view route,
                  const std::string& request_id, const http::Response& response, double seconds) {
  std::string route_name(route);
  services_.metrics.add("saltbitter_http_requests_total",
                        {{"method", request.method.size() <= 7 ? request.method : "OTHER"},
                         {"route", route_name},
                         {"status", std::to_string(response.status)}});
  services_.metrics.observe("saltbitter_http_request_duration_seconds", {{"route", route_name}},
                            seconds);
  // Reads that went well are told by the metrics; a line each would cost more than they do.
  bool is_read = request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
  log::Level level =
      response.status < 400 && is_read && seconds < 1 ? log::Level::debug : log::Level::info;
  std::string_view cause = response.headers.get("X-Internal-Cause");
  double milliseconds = seconds * 1000;
  if (response.status >= 500 && !cause.empty()) {
    log::error("request failed", {{"method", request.method},
                                  {"route", route_name},
                                  {"status", response.status},
                                  {"duration_ms", milliseconds},
                                  {"request_id", request_id},
                                  {"cause", cause}});
    return;
  }
  log::write(level, "request",
             {{"method", request.method},
              {"route", route_name},
              {"status", response.status},
              {"duration_ms", milliseconds},
              {"request_id", request_id}});
}

}  // namespace sb::platform
