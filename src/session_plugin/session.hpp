// One session: from the answer of ExecuteCommand (or StartSession) to the end of the remote
// command.
#pragma once

#include <string>

#include "base/async/task.hpp"

namespace sb::session_plugin {

struct SessionRequest {
  std::string session_id;
  std::string stream_url;        // ws:// or wss://
  std::string token;             // a secret; single use
  std::string ca_file;           // PEM, in place of the system's roots
  bool wants_exit_code = false;  // end with the remote command's code where the agent tells it
};

// Reads {"sessionId","streamUrl","tokenValue"} in any case of letters, as both `aws ecs` and `aws
// ssm` send it.
Result<SessionRequest> parse_session(const std::string& json);

// Runs until the agent closes the channel; returns the exit code. Says on stderr what went wrong.
Task<int> run_session(SessionRequest request);

}  // namespace sb::session_plugin
