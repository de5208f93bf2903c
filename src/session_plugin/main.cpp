// session-manager-plugin: what `aws ecs execute-command` starts to carry a terminal to a task. The
// same arguments and the same protocol as AWS's own, so that either may be installed.
#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/async/spawn.hpp"
#include "session_plugin/session.hpp"
#include "session_plugin/terminal.hpp"

namespace {

constexpr std::string_view kVersion = "1.2.0.0";

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> args(argv + 1, argv + argc);
  if (args.empty()) {  // the CLI's check that it is installed
    fmt::print(
        "\nThe Session Manager plugin is installed (SaltBitter's own). Use the AWS CLI to start a "
        "session.\n\n");
    return 0;
  }
  if (args[0] == "--version") {
    fmt::print("{}\n", kVersion);
    return 0;
  }
  if (args.size() < 3 || args[2] != "StartSession") {
    fmt::print(stderr,
               "usage: session-manager-plugin SESSION-JSON REGION StartSession [PROFILE "
               "[PARAMETERS [ENDPOINT]]]\n"
               "It is started by the AWS CLI: aws ecs execute-command --cluster C --task T "
               "--command /bin/bash --interactive\n");
    return 2;
  }
  std::string json = args[0].starts_with("AWS_SSM_START_SESSION_RESPONSE")
                         ? from_environment(args[0].c_str())
                         : args[0];
  auto request = sb::session_plugin::parse_session(json);
  if (!request) {
    fmt::print(stderr, "session-manager-plugin: {}\n", request.error().text());
    return 1;
  }
  request->ca_file = from_environment("AWS_CA_BUNDLE");
  request->wants_exit_code = !from_environment("SALTBITTER_EXEC_EXIT_CODE").empty();
  int code = sb::run_task(sb::session_plugin::run_session(std::move(*request)));
  sb::session_plugin::RawTerminal::restore();
  std::fflush(nullptr);
  std::_Exit(code);  // a thread may still be reading stdin
}
