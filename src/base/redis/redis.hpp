// Redis over RESP2: one pipelined connection a client, opened on first use and again after it was
// lost.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/async/task.hpp"

namespace sb::redis {

struct Reply {
  // nil, integer, string (simple or bulk), array. Error replies become Result errors
  // (failed_precondition).
  std::variant<std::monostate, std::int64_t, std::string, std::vector<Reply>> value;
  bool is_nil() const {
    return value.index() == 0;
  }
  const std::string* text() const {
    return std::get_if<std::string>(&value);
  }
  std::int64_t integer(std::int64_t fallback = 0) const {
    auto* i = std::get_if<std::int64_t>(&value);
    return i ? *i : fallback;
  }
};

using Command = std::vector<std::string>;  // {"SET", "key", "value", "EX", "60"}

class Client {
 public:
  // redis://[user:password@]host:port[/db]
  Client(Executor executor, std::string url);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Errors: unavailable (cannot connect or lost), timeout, failed_precondition (an error reply).
  Task<Result<Reply>> command(Command command, Deadline deadline);
  // Several commands in one round trip; an error reply to one is an error for all.
  Task<Result<std::vector<Reply>>> pipeline(std::vector<Command> commands, Deadline deadline);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sb::redis
