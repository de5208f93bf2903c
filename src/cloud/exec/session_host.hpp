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

namespace sb::cloud::gateway {
class Gateway;
}

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

  // The data channels, and what clients ask of Systems Manager about a session: TerminateSession,
  // and ResumeSession, which tells a client that has lost its connection that the session is over.
  void attach(gateway::Gateway& gateway);
  Issued issue(Launch launch);
  // Below kPath. 404 for a session nobody issued.
  http::Handler handler();
  // Ends a session, open or not yet; true if there was one.
  bool terminate(const std::string& session_id);
  // Ends every open session: all that runs on their terminals gets SIGHUP, then SIGKILL.
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
  std::map<std::string, std::function<void(std::string)>> open_;  // to end one, saying why
  bool is_stopping_ = false;
};

// "alembic upgrade head" to words, as a shell would split them: single and double quotes and
// backslashes group; nothing is expanded. Nothing for an unfinished quote.
std::optional<std::vector<std::string>> split_words(std::string_view command);

}  // namespace sb::cloud::exec
