#include "saltctl/completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/json/codec.hpp"
#include "saltctl/command.hpp"
#include "saltctl/reference.hpp"

namespace sb::saltctl {
namespace {

std::vector<std::string> groups_of(const std::vector<Command>& table) {
  auto groups = first_words(table);
  std::erase_if(groups, [&](const auto& first) { return second_words(table, first).empty(); });
  return groups;
}

std::string offer(const std::vector<Command>& table, Kind kind, std::string_view notation) {
  if (kind == Kind::file) return "COMPREPLY=($(compgen -f -- \"$current\")); return";
  return fmt::format("words=\"{}\"", value_words(table, kind, notation));
}

// What may follow one command.
std::string branch(const std::vector<Command>& table, const Command& command) {
  std::vector<std::string> words{"--help", "--json"};
  std::vector<std::string> valued;
  std::string values;
  for (const auto& option : command.options) {
    auto names = names_of(option);
    words.insert(words.end(), names.begin(), names.end());
    if (option.value.empty()) continue;
    valued.insert(valued.end(), names.begin(), names.end());
    values += fmt::format("        {}) {} ;;\n", fmt::join(names, "|"),
                          offer(table, option.kind, option.value));
  }
  auto text =
      fmt::format("    '{}')\n      case \"$previous\" in\n{}        *)\n", command.name, values);
  text += fmt::format("          _saltctl_position {}\n          case $position in\n",
                      fmt::join(valued, " "));
  for (std::size_t i = 0; i < command.positionals.size(); ++i) {
    const auto& positional = command.positionals[i];
    text += fmt::format("            {}) {} ;;\n", i,
                        positional.kind == Kind::command_word
                            ? "_saltctl_second_words \"${COMP_WORDS[COMP_CWORD-1]}\""
                            : offer(table, positional.kind, positional.name));
  }
  return text + fmt::format("          esac\n          words=\"$words {}\" ;;\n      esac ;;\n",
                            fmt::join(words, " "));
}

// A second word of a group becomes part of the command. A group may be a command as well ("outbox",
// "outbox flush"): then both what it takes and the second words are offered.
std::string group_step(const std::vector<std::string>& groups) {
  return fmt::format("  case \"$command\" in {})\n", fmt::join(groups, "|")) +
         "    _saltctl_second_words \"$command\"\n"
         "    if [ \"$COMP_CWORD\" -eq 2 ]; then\n"
         "      more=\"$words\"\n"
         "    else\n"
         "      case \" $words \" in *\" ${COMP_WORDS[2]} \"*) command=\"$command "
         "${COMP_WORDS[2]}\"; first=3 ;; esac\n"
         "    fi\n"
         "    words=\"\" ;;\n"
         "  esac\n";
}

}  // namespace

std::vector<std::string> first_words(const std::vector<Command>& table) {
  std::vector<std::string> words;
  for (const auto& command : table) {
    std::string first(command.name.substr(0, command.name.find(' ')));
    if (!command.is_hidden && std::ranges::find(words, first) == words.end())
      words.push_back(first);
  }
  return words;
}

std::vector<std::string> second_words(const std::vector<Command>& table, std::string_view first) {
  std::vector<std::string> words;
  for (const auto& command : table) {
    if (!command.is_hidden && command.name.starts_with(fmt::format("{} ", first)))
      words.emplace_back(command.name.substr(first.size() + 1));
  }
  return words;
}

std::string value_words(const std::vector<Command>& table, Kind kind, std::string_view notation) {
  switch (kind) {
    case Kind::environment:
      return "development staging production";
    case Kind::shell_name:
      return "bash zsh fish";
    case Kind::image:
      return "$(saltctl image list --names 2>/dev/null)";
    case Kind::command:
      return fmt::format("{}", fmt::join(first_words(table), " "));
    case Kind::text:
      return fmt::format("{}", fmt::join(choices_of(notation), " "));
    case Kind::file:
    case Kind::command_word:
      return "";
  }
  return "";
}

std::string bash_completion(const std::vector<Command>& table) {
  std::string text =
      "# bash completion for saltctl; load it with: source <(saltctl completion bash)\n"
      "_saltctl_second_words() {\n  case \"$1\" in\n";
  for (const auto& group : groups_of(table)) {
    text +=
        fmt::format("    {}) words=\"{}\" ;;\n", group, fmt::join(second_words(table, group), " "));
  }
  text +=
      "  esac\n}\n"
      "# How many words before this one are neither options nor values of those in $@.\n"
      "_saltctl_position() {\n"
      "  local i\n"
      "  position=0\n"
      "  for ((i = first; i < COMP_CWORD; i++)); do\n"
      "    case \"${COMP_WORDS[i]}\" in\n"
      "      -*) case \" $* \" in *\" ${COMP_WORDS[i]} \"*) i=$((i + 1)) ;; esac ;;\n"
      "      *) position=$((position + 1)) ;;\n"
      "    esac\n"
      "  done\n"
      "}\n"
      "_saltctl() {\n"
      "  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
      "  local command=\"${COMP_WORDS[1]}\" words=\"\" more=\"\" first=2 position=0\n"
      "  COMPREPLY=()\n";
  text += fmt::format(
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    COMPREPLY=($(compgen -W \"{}\" -- \"$current\")); return\n  fi\n",
      fmt::join(first_words(table), " "));
  if (auto groups = groups_of(table); !groups.empty()) text += group_step(groups);
  text += "  case \"$command\" in\n";
  for (const auto& command : table) {
    if (!command.is_hidden) text += branch(table, command);
  }
  return text +
         "  esac\n  COMPREPLY=($(compgen -W \"$words $more\" -- \"$current\"))\n}\n"
         "complete -F _saltctl saltctl\n";
}

std::string zsh_completion(const std::vector<Command>& table) {
  return "#compdef saltctl\nautoload -U +X bashcompinit && bashcompinit\n" + bash_completion(table);
}

Outcome run_completion(Invocation& call) {
  auto shell = call.arguments.get("SHELL");
  std::string script;
  if (shell == "bash") {
    script = bash_completion(commands());
  } else if (shell == "zsh") {
    script = zsh_completion(commands());
  } else if (shell == "fish") {
    script = fish_completion(commands());
  } else {
    return std::unexpected(
        Failure(Error{ErrorCode::invalid_argument,
                      "there is a completion for bash, zsh and fish, none for this shell", shell},
                "saltctl completion bash", 2));
  }
  call.out.line(call.wants_json
                    ? fmt::format(R"({{"shell":"{}","script":{}}})", shell, json::quote(script))
                    : script);
  return 0;
}

}  // namespace sb::saltctl
