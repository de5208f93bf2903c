// saltcloud answers at once after a start, while services still look for what they left running.
// A call to a service that is not ready waits for it.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/async/notifier.hpp"
#include "base/http/message.hpp"
#include "base/http/server.hpp"

namespace sb::cloud {

class Readiness {
 public:
  explicit Readiness(const Executor& executor) : changed_(executor) {}

  // `service` as in a signature's scope: "ecs", "rds", "elasticloadbalancing".
  void expect(std::string service) {
    waiting_.insert(std::move(service));
  }
  void set_ready(std::string_view service);
  bool is_ready(std::string_view service) const {
    return !waiting_.contains(service);
  }

  // Wraps the gateway's handler, which must outlive the server.
  http::Handler guard(http::Handler inner);

 private:
  Task<http::Response> answer(http::Handler inner, http::Request request);

  std::set<std::string, std::less<>> waiting_;
  Notifier changed_;
};

// The service in "AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, ..."; empty
// when there is none.
std::string_view service_of_scope(std::string_view authorization);

}  // namespace sb::cloud
