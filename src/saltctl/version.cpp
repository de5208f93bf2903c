#include "saltctl/version.hpp"

#include <fmt/format.h>

#include "saltctl/command.hpp"

namespace sb::saltctl {

std::string_view project_version() {
  return SB_VERSION;
}

Outcome run_version(Invocation& call) {
  call.out.line(call.wants_json ? fmt::format("{{\"version\":\"{}\"}}", project_version())
                                : fmt::format("saltctl {}", project_version()));
  return 0;
}

}  // namespace sb::saltctl
