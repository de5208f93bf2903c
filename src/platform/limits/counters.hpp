// Counts that end by themselves (rate limits, failed logins), shared through Redis; counted in this
// process alone while Redis is away, so that a limit never fails open and never takes the API down.
#pragma once

#include <string>
#include <unordered_map>

#include "base/redis/redis.hpp"

namespace sb::platform {

struct Count {
  std::int64_t value = 0;
  int seconds_left = 0;  // until it starts again from 0
};

class Counters {
 public:
  explicit Counters(redis::Client* redis) : redis_(redis) {}  // may be null: this process only

  Task<Count> increment(std::string key, int window_seconds);
  Task<Count> get(std::string key);
  Task<> erase(std::string key);

 private:
  struct Local {
    std::int64_t value = 0;
    SteadyTime expires;
  };
  bool should_ask_redis() const;
  void redis_failed(const Error& error);
  Count increment_here(const std::string& key, int window_seconds);
  void forget_expired();

  redis::Client* redis_;
  SteadyTime ask_again_ =
      SteadyTime::min();  // after a failure, not at once: requests would queue up
  std::unordered_map<std::string, Local> local_;
};

}  // namespace sb::platform
