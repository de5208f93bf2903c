// The agent's end of `aws ecs execute-command`: hands out single-use sessions and, when the
// client's websocket arrives, runs the command on a pseudo-terminal and carries its bytes (docs:
// AWS Systems Manager Session Manager; frames in aws/session/message.hpp).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/async/gate.hpp"
#include "base/fs/fs.hpp"
#include "base/http/server.hpp"
#include "base/process/process.hpp"

namespace sb::cloud::exec {

// A started command and the master side of its terminal.
struct Terminal {
  fs::Fd master;
  process::Identity process;
};
// Starts the command; called once, when the client has connected and shaken hands.
using Launch = std::function<Task<Result<Terminal>>()>;

struct Issued {
  std::string session_id;  // "ecs-execute-command-<17 hex digits>"
  std::string token;       // a secret, good for one connection within kTokenLife
};

inline constexpr Duration kTokenLife = std::chrono::minutes(1);
inline constexpr Duration kIdleLimit = std::chrono::minutes(20);  // as AWS's default

class SessionHost {
 public:
  static constexpr std::string_view kPath = "/v1/data-channel/";

  explicit SessionHost(Executor executor) : executor_(executor), gate_(executor) {}

  Issued issue(Launch launch);
  // For Gateway::mount(kPath, ...). 404 for a session nobody issued.
  http::Handler handler();
  // Ends every open session; their processes get SIGHUP, then SIGKILL.
  Task<> stop(Deadline deadline);
  std::size_t open_sessions() const {
    return gate_.inside();
  }

 private:
  struct Pending {
    std::string token;
    Launch launch;
    SteadyTime expires;
  };
  Task<http::Response> answer(http::Request request);
  Task<> serve(std::string session_id, std::unique_ptr<http::WebSocket> socket);

  Executor executor_;
  Gate gate_;
  std::map<std::string, Pending> pending_;
  bool is_stopping_ = false;
};

// "alembic upgrade head" to words, as a shell would split them: single and double quotes and
// backslashes group; nothing is expanded. Nothing for an unfinished quote.
std::optional<std::vector<std::string>> split_words(std::string_view command);

}  // namespace sb::cloud::exec
