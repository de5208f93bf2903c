#pragma once

#include <string>
#include <vector>

#include "saltctl/command.hpp"

namespace sb::saltctl {

// Scripts to be sourced. They know the commands, their options and the kinds of their values.
std::string bash_completion(const std::vector<Command>& table);
std::string zsh_completion(const std::vector<Command>& table);

}  // namespace sb::saltctl
