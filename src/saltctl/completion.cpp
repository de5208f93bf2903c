// Completion scripts, made from the table of commands.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "saltctl/command.hpp"
#include "saltctl/completion.hpp"

namespace sb::saltctl {
namespace {

std::vector<std::string> split_names(std::string_view names) {
  std::vector<std::string> result;
  for (std::size_t at = 0; at <= names.size();) {
    auto comma = std::min(names.find(',', at), names.size());
    result.emplace_back(names.substr(at, comma - at));
    at = comma + 1;
  }
  return result;
}

// What a value of this kind may be, as a bash expression that prints words.
std::string words_of(Kind kind) {
  switch (kind) {
    case Kind::environment:
      return "development staging production";
    case Kind::shell_name:
      return "bash zsh";
    case Kind::image:
      return "$(saltctl image list --names 2>/dev/null)";
    case Kind::text:
    case Kind::file:
      return "";
  }
  return "";
}

std::string first_words(const std::vector<Command>& table) {
  std::set<std::string> firsts;
  for (const auto& command : table) {
    if (!command.is_hidden) firsts.emplace(command.name.substr(0, command.name.find(' ')));
  }
  return fmt::format("{}", fmt::join(firsts, " "));
}

// One `case` branch: what may follow this command.
std::string branch(const Command& command) {
  std::vector<std::string> words{"--help", "--json"};
  std::string values;
  for (const auto& option : command.options) {
    auto names = split_names(option.names);
    words.insert(words.end(), names.begin(), names.end());
    if (!option.value.empty()) {
      values +=
          fmt::format("      {}) COMPREPLY=($(compgen -W \"{}\" -- \"$current\")); return ;;\n",
                      fmt::join(names, "|"), words_of(option.kind));
    }
  }
  std::string positional;
  if (!command.positionals.empty()) positional = words_of(command.positionals[0].kind);
  std::string text = fmt::format("    '{}')\n", command.name);
  if (!values.empty()) text += "      case \"$previous\" in\n" + values + "      esac\n";
  text += fmt::format("      COMPREPLY=($(compgen -W \"{} {}\" -- \"$current\")) ;;\n", positional,
                      fmt::join(words, " "));
  return text;
}

}  // namespace

std::string bash_completion(const std::vector<Command>& table) {
  std::set<std::string> groups;
  for (const auto& command : table) {
    auto space = command.name.find(' ');
    if (space != std::string_view::npos) groups.emplace(command.name.substr(0, space));
  }
  std::string text =
      "# bash completion for saltctl; load it with: source <(saltctl completion bash)\n"
      "_saltctl() {\n"
      "  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
      "  local command=\"${COMP_WORDS[1]}\"\n"
      "  COMPREPLY=()\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n";
  text += fmt::format("    COMPREPLY=($(compgen -W \"{} help\" -- \"$current\")); return\n  fi\n",
                      first_words(table));
  for (const auto& group : groups) {
    std::vector<std::string> seconds;
    for (const auto& command : table) {
      if (command.name.starts_with(group + " "))
        seconds.emplace_back(command.name.substr(group.size() + 1));
    }
    text += fmt::format(
        "  if [ \"$command\" = {0} ]; then\n"
        "    if [ \"$COMP_CWORD\" -eq 2 ]; then\n"
        "      COMPREPLY=($(compgen -W \"{1}\" -- \"$current\")); return\n"
        "    fi\n"
        "    command=\"{0} ${{COMP_WORDS[2]}}\"\n"
        "  fi\n",
        group, fmt::join(seconds, " "));
  }
  text += "  case \"$command\" in\n    help) COMPREPLY=($(compgen -W \"" + first_words(table) +
          "\" -- \"$current\")) ;;\n";
  for (const auto& command : table) {
    if (!command.is_hidden) text += branch(command);
  }
  return text + "  esac\n}\ncomplete -F _saltctl saltctl\n";
}

std::string zsh_completion(const std::vector<Command>& table) {
  return "#compdef saltctl\nautoload -U +X bashcompinit && bashcompinit\n" + bash_completion(table);
}

Outcome run_completion(Invocation& call) {
  auto shell = call.arguments.get("SHELL");
  if (shell == "bash") {
    call.out.line(bash_completion(commands()));
  } else if (shell == "zsh") {
    call.out.line(zsh_completion(commands()));
  } else {
    return std::unexpected(
        Failure(Error{ErrorCode::invalid_argument,
                      "there is a completion for bash and for zsh, none for this shell", shell},
                "saltctl completion bash", 2));
  }
  return 0;
}

}  // namespace sb::saltctl
