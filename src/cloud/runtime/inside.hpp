// Further commands in a running sandbox: in its namespaces, with its user, its environment and none
// of its privileges less or more. They end with the sandbox, and when whoever started them is
// killed.
#pragma once

#include "cloud/runtime/sandbox.hpp"

namespace sb::cloud::runtime {

struct Command {
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;  // added to that of the sandbox's program
  std::string working_directory;                   // empty: that of the program
};

struct Terminal {
  fs::Fd master;              // not blocking; TIOCSWINSZ for its size; closing it hangs up
  process::Identity process;  // its exit status is the command's
};

// On a new terminal of the sandbox's own. Errors: failed_precondition (the program does not run),
// resource_exhausted, permission_denied.
Result<Terminal> open_terminal(const Sandbox& sandbox, Command command);

// To its end, killed at the deadline: health checks. Errors: open_terminal's, timeout.
Task<Result<process::Output>> run_inside(Sandbox sandbox, Command command, std::string input,
                                         Deadline deadline);

}  // namespace sb::cloud::runtime
