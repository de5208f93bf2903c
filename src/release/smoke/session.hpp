// One run's conversation with the platform: sends, keeps the evidence, waits out a rate limit.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/http/client.hpp"
#include "release/smoke/smoke.hpp"

namespace sb::release::smoke {

class Session {
 public:
  Session(const Options& options, Deadline deadline);

  struct Answer {
    int status = 0;
    std::string body;
  };
  // Sends JSON (or nothing) and returns what was answered; after a 429 whose retry_after is short,
  // once more. Error: nobody answered, too slow, or limited for too long.
  Task<Result<Answer>> ask(std::string method, std::string path, std::string json,
                           std::string token);

  std::vector<std::string> take_evidence() {
    return std::exchange(evidence_, {});
  }
  bool was_answered() const {
    return was_answered_;
  }
  const std::set<std::string>& versions() const {
    return versions_;
  }
  Deadline deadline() const {
    return deadline_;
  }

 private:
  Task<Result<Answer>> ask_once(const std::string& method, const std::string& path,
                                const std::string& json, const std::string& token,
                                std::int64_t& retry_after);

  http::Client client_;
  std::string base_url_;
  Duration request_timeout_;
  Duration longest_wait_;
  Deadline deadline_;
  std::vector<std::string> evidence_;
  std::set<std::string> versions_;
  bool was_answered_ = false;
};

}  // namespace sb::release::smoke
