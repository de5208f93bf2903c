// Completion scripts, made from the table of commands. They know the commands, their options, and
// what values may be where the table says so.
#pragma once

#include <string>
#include <vector>

#include "saltctl/command.hpp"

namespace sb::saltctl {

std::string bash_completion(const std::vector<Command>& table);
std::string zsh_completion(const std::vector<Command>& table);
std::string fish_completion(const std::vector<Command>& table);

// The first words of all commands, and the second words of a group.
std::vector<std::string> first_words(const std::vector<Command>& table);
std::vector<std::string> second_words(const std::vector<Command>& table, std::string_view first);
// What a value may be, as words of bash and of fish alike (a command substitution included); empty:
// anything. `notation` is how the help names it: "pre|during|post" are three words.
std::string value_words(const std::vector<Command>& table, Kind kind, std::string_view notation);

}  // namespace sb::saltctl
