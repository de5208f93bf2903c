// What happens to every request around its handler: identity of the request, routing, faults, who
// is calling, limits, errors in one shape, headers, counts and a log line.
#pragma once

#include <map>
#include <random>

#include "base/http/server.hpp"
#include "platform/api/client_address.hpp"
#include "platform/api/router.hpp"
#include "platform/api/routes.hpp"
#include "platform/faults/faults.hpp"

namespace sb::platform {

class App {
 public:
  App(Services& services, FaultPlan faults, TrustedProxies proxies);

  Task<http::Response> handle(http::Request request);
  // For requests that never get that far (too large, malformed): the same shape and headers.
  http::Response error_page(int status) const;
  const FaultInjector& faults() const {
    return faults_;
  }

  static constexpr std::size_t kMaxJsonBytes = 64 << 10;
  // A photo and the form around it; the JSON routes refuse what is larger than theirs.
  static constexpr std::size_t kMaxBodyBytes = photos::kMaxBytes + kMaxJsonBytes;

 private:
  struct Allowance {
    int limit = 0;  // 0: not limited
    std::int64_t used = 0;
    int seconds_left = 0;
  };

  Task<http::Response> respond(http::Request request, const Routing& routing);
  Task<Outcome<http::Response>> run(const Route& route, Call call, http::Headers& extra);
  Task<Allowance> take_allowance(Limit limit, std::string who);
  Task<Outcome<>> misbehave(std::string path);
  http::Response preflight(const http::Request& request) const;
  void finish(const http::Request& request, const std::string& request_id,
              http::Response& response) const;
  void account(const http::Request& request, std::string_view route, const std::string& request_id,
               const http::Response& response, double seconds);
  bool is_allowed_origin(std::string_view origin) const;

  Services& services_;
  Router router_;
  FaultInjector faults_;
  TrustedProxies proxies_;
  std::mt19937 chance_{std::random_device{}()};
};

}  // namespace sb::platform
