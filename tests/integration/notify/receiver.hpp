// A service on this machine that checks what it is sent as strictly as the real one, and answers
// badly when it is told to.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/async/notifier.hpp"
#include "base/http/server.hpp"

namespace sb::release::fake {

// What the service says to a request: its real answer, or its real refusal.
using Contract = std::function<http::Response(const http::Request&)>;

class Receiver {
 public:
  Receiver(Executor executor, Contract contract);

  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(port_);
  }
  // The next request is answered so, without a look at it.
  void answer_next(http::Response response, int times = 1);
  // The next request is taken and never answered.
  void hang_next();
  // The next request is taken in and its answer lost.
  void lose_next_answer();

  std::vector<http::Request> seen;      // every one
  std::vector<http::Request> accepted;  // those that the contract took
  std::vector<std::string> refusals;    // why it took others not
  Task<> stop();

 private:
  struct Trouble {
    std::optional<http::Response> answer;
    bool takes_it = false;
  };
  Task<http::Response> handle(http::Request request);

  Contract contract_;
  std::deque<Trouble> troubles_;
  Notifier released_;
  http::Server server_;
  std::uint16_t port_ = 0;
};

Contract slack(std::string path);
Contract pagerduty(std::string routing_key);
Contract datadog_events(std::string api_key);
Contract signed_webhook(std::string secret);

http::Response refuse(int status, std::string body);

}  // namespace sb::release::fake
