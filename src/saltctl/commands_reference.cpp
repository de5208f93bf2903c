// Rows of the table: what saltctl says of itself.
#include "saltctl/command_rows.hpp"

namespace sb::saltctl {

std::vector<Command> reference_commands() {
  constexpr Positional kCommand{"COMMAND", "the command (default: an overview of all)",
                                Kind::command, false};
  constexpr Positional kSecondWord{"WORD", "its second word, where it has one", Kind::command_word,
                                   false};
  return {
      {"help",
       "what a command does, with examples",
       "The same as --help after the command. With --json: every command with its options, "
       "examples and exit\n"
       "codes, for programs.\n\n"
       "  saltctl help deploy\n"
       "  saltctl help image build\n"
       "  saltctl help --json",
       {kCommand, kSecondWord},
       {},
       run_help},
      {"man",
       "the manual page of a command",
       "Shown by man(1) on a terminal, else printed as roff. The build writes all pages to "
       "build/share/man, where\n"
       "man finds them while build/bin is on the PATH.\n\n"
       "  saltctl man\n"
       "  saltctl man deploy\n"
       "  saltctl man --write /usr/local/share     install pages and completion scripts",
       {kCommand, kSecondWord},
       {{"--write", "DIR", "write all pages and completion scripts below DIR", Kind::file}},
       run_man},
      {"completion",
       "a completion script for bash, zsh or fish",
       "It knows commands, options and most values.\n\n"
       "  source <(saltctl completion bash)\n"
       "  saltctl completion zsh > \"${fpath[1]}/_saltctl\"\n"
       "  saltctl completion fish > ~/.config/fish/completions/saltctl.fish",
       {{"SHELL", "bash, zsh or fish", Kind::shell_name}},
       {},
       run_completion},
      {"version", "the version of saltctl", "  saltctl version", {}, {}, run_version},
  };
}

}  // namespace sb::saltctl
