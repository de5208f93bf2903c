// A person's batch of the day in Redis, one line of JSON a match. Redis is only ever a shortcut:
// every failure is a miss.
//
// A reader that missed leaves a lease in the key before it reads the database and fills the key
// only while its lease is still there. forget() removes key and lease, so what was read before a
// change can never be cached after it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/redis/redis.hpp"

namespace sb::platform::matching {

struct Batch {
  std::string date;  // the UTC day it is for
  std::string generated_at;
  std::vector<std::string> matches;  // JSON objects, best first
};

class Cache {
 public:
  // `redis` may be null; 0 seconds is off.
  Cache(redis::Client* redis, int seconds) : redis_(redis), seconds_(seconds) {}

  struct Lookup {
    std::optional<Batch> batch;
    std::string lease;  // for fill(); empty when there is nothing to fill
  };
  Task<Lookup> find(std::string user_id, std::string date);
  Task<> fill(std::string user_id, std::string lease, Batch batch);
  Task<> forget(std::string user_id);

 private:
  bool is_on() const;
  void failed(const Error& error);

  redis::Client* redis_;
  int seconds_;
  SteadyTime ask_again_ = SteadyTime::min();
};

std::string encode_batch(const Batch& batch);
std::optional<Batch> decode_batch(const std::string& text);

}  // namespace sb::platform::matching
