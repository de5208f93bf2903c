// What a row of the table says, in parts: help, man pages, completion scripts and the tests that
// walk the table are all made from these.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "saltctl/command.hpp"

namespace sb::saltctl {

// A command line of a help text, "  saltctl deploy staging --yes    without asking".
struct Example {
  std::string line;                // "saltctl deploy staging --yes"
  std::string comment;             // "without asking"; often empty
  std::vector<std::string> words;  // after "saltctl", up to a pipe or a redirection
};

// A help text as blocks: paragraphs to be filled, and lines to be shown as they are.
struct Block {
  bool is_example = false;
  std::string text;
};

std::vector<Block> blocks_of(std::string_view help);
std::vector<Example> examples_of(const Command& command);

// "saltctl logs [ENV] [-f] [--since MINUTES]"
std::string usage_of(const Command& command);
// "-f,--follow" as {"-f", "--follow"}
std::vector<std::string> names_of(const Option& option);
// "pre|during|post" as three choices; nothing where any word will do.
std::vector<std::string> choices_of(std::string_view value);

// What `text` was probably meant to be: the nearest of `names` that is no further away than a
// typing error, or the only one that it begins.
std::optional<std::string> nearest(std::string_view text, const std::vector<std::string>& names);

// The exit codes of a command, and what each means. The one place where they are explained.
struct ExitCode {
  std::string_view code;  // "0", or "N"
  std::string_view meaning;
};
const std::vector<ExitCode>& exit_codes_of(const Command& command);

// The whole table, for programs.
std::string reference_json(const std::vector<Command>& table);

}  // namespace sb::saltctl
