#include <fmt/format.h>
#include <fmt/ranges.h>

#include "saltctl/completion.hpp"
#include "saltctl/reference.hpp"

namespace sb::saltctl {
namespace {

// In fish's single quotes only these two mean anything.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string option_line(const std::vector<Command>& table, const Command& command,
                        const Option& option) {
  auto text = fmt::format("complete -c saltctl -n '__saltctl_at {}'", command.name);
  for (const auto& name : names_of(option)) {
    text += name.starts_with("--") ? fmt::format(" -l {}", name.substr(2))
                                   : fmt::format(" -s {}", name.substr(1));
  }
  if (option.kind == Kind::file) {
    text += " -r -F";
  } else if (!option.value.empty()) {
    text += fmt::format(" -x -a {}", in_quotes(value_words(table, option.kind, option.value)));
  }
  return fmt::format("{} -d {}\n", text, in_quotes(option.help));
}

}  // namespace

std::string fish_completion(const std::vector<Command>& table) {
  std::string text =
      "# fish completion for saltctl\n"
      "# Whether the words after the program, options left out, begin with these.\n"
      "function __saltctl_at\n"
      "  set -l words (string match -v -- '-*' (commandline -opc))\n"
      "  set -l last (math (count $argv) + 1)\n"
      "  test (count $words) -ge $last; and test \"$words[2..$last]\" = \"$argv\"\n"
      "end\n"
      "complete -c saltctl -f\n";
  for (const auto& first : first_words(table)) {
    auto seconds = second_words(table, first);
    std::string_view summary;
    for (const auto& command : table) {
      if (command.name == first) summary = command.summary;
    }
    text += fmt::format("complete -c saltctl -n __fish_use_subcommand -a {} -d {}\n", first,
                        in_quotes(summary.empty() ? fmt::format("{}", fmt::join(seconds, ", "))
                                                  : std::string(summary)));
    if (!seconds.empty()) {
      text += fmt::format(
          "complete -c saltctl -n '__saltctl_at {0}; and not __fish_seen_subcommand_from {1}' -a "
          "'{1}'\n",
          first, fmt::join(seconds, " "));
    }
  }
  for (const auto& command : table) {
    if (command.is_hidden) continue;
    for (const auto& positional : command.positionals) {
      auto words = value_words(table, positional.kind, positional.name);
      if (!words.empty()) {
        text += fmt::format("complete -c saltctl -n '__saltctl_at {}' -a {}\n", command.name,
                            in_quotes(words));
      }
    }
    for (const auto& option : command.options) text += option_line(table, command, option);
  }
  return text + "complete -c saltctl -l json -d 'the answer as JSON'\n";
}

}  // namespace sb::saltctl
