#include "cloud/daemon/readiness.hpp"

#include <chrono>

namespace sb::cloud {

namespace {
constexpr std::chrono::seconds kPatience(60);
}

std::string_view service_of_scope(std::string_view authorization) {
  constexpr std::string_view kCredential = "Credential=";
  auto at = authorization.find(kCredential);
  if (at == std::string_view::npos) return {};
  auto scope = authorization.substr(at + kCredential.size());
  scope = scope.substr(0, scope.find(','));
  for (int i = 0; i < 3; ++i) {
    auto slash = scope.find('/');
    if (slash == std::string_view::npos) return {};
    scope.remove_prefix(slash + 1);
  }
  auto slash = scope.find('/');
  return slash == std::string_view::npos ? std::string_view{} : scope.substr(0, slash);
}

void Readiness::set_ready(std::string_view service) {
  auto found = waiting_.find(service);
  if (found != waiting_.end()) waiting_.erase(found);
  changed_.notify_all();
}

http::Handler Readiness::guard(http::Handler inner) {
  return [this, inner = std::move(inner)](http::Request request) {
    return answer(inner, std::move(request));
  };
}

Task<http::Response> Readiness::answer(http::Handler inner, http::Request request) {
  std::string service(service_of_scope(request.headers.get("Authorization")));
  auto deadline = Deadline::after(kPatience);
  while (!is_ready(service)) {
    if (co_await changed_.wait(deadline)) continue;
    auto response = http::Response::json(
        503, R"({"__type":"ServiceUnavailableException","message":"The service is still starting; )"
             R"(see saltcloud's log."})");
    response.headers.set("Retry-After", "5");
    co_return response;
  }
  co_return co_await inner(std::move(request));
}

}  // namespace sb::cloud
