#pragma once

#include "saltctl/session.hpp"
#include "saltctl/shell/shell.hpp"

namespace sb::saltctl {

// What the shell and `env` of an environment are made from. The cloud must run; the environment
// itself may be incomplete (then there is no DATABASE_URL and its host leads nowhere).
Task<std::expected<ShellSettings, Failure>> shell_settings(Session& session);

// This process's environment.
std::map<std::string, std::string> inherited_environment();

}  // namespace sb::saltctl
