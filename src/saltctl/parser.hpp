// The command line, from words to an Invocation's parts. The only file that sees CLI11 is
// parser.cpp.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "saltctl/command.hpp"

namespace sb::saltctl {

struct Parsed {
  const Command* command = nullptr;  // none: the overview was asked for
  Arguments arguments;
  bool wants_help = false;
  bool wants_json = false;
};

// `words` without the program's name. A failure names the word and what to type instead; its exit
// code is 2.
std::expected<Parsed, Failure> parse(const std::vector<Command>& table,
                                     std::vector<std::string> words);

// The command that `help` and `man` were asked about (COMMAND and WORD); none: a group, or nothing.
std::expected<Parsed, Failure> find_topic(const Arguments& arguments);

}  // namespace sb::saltctl
