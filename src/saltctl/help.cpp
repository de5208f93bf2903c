#include <fmt/format.h>

#include "saltctl/command.hpp"

namespace sb::saltctl {
namespace {

std::string usage_of(const Command& command) {
  auto text = fmt::format("saltctl {}", command.name);
  for (const auto& positional : command.positionals) {
    text += positional.is_required ? fmt::format(" {}", positional.name)
                                   : fmt::format(" [{}]", positional.name);
  }
  for (const auto& option : command.options) {
    auto name = option.names.substr(0, option.names.find(','));
    text += option.value.empty() ? fmt::format(" [{}]", name)
                                 : fmt::format(" [{} {}]", name, option.value);
  }
  if (command.takes_rest) text += " [-- CMD…]";
  return text;
}

std::string names_of(const Option& option) {
  std::string names(option.names);
  if (auto comma = names.find(','); comma != std::string::npos) names.insert(comma + 1, " ");
  return option.value.empty() ? names : fmt::format("{} {}", names, option.value);
}

}  // namespace

std::string help_for(const Command& command) {
  auto text = fmt::format("{}\n\nusage: {}\n\n{}\n", command.summary,
                          wrap(usage_of(command), 90, 10), command.help);
  std::vector<std::vector<std::string>> rows;
  for (const auto& positional : command.positionals) {
    rows.push_back({"", std::string(positional.name), std::string(positional.help)});
  }
  for (const auto& option : command.options)
    rows.push_back({"", names_of(option), std::string(option.help)});
  if (command.takes_rest)
    rows.push_back({"", "-- CMD…", "a command to run instead of an interactive one"});
  if (!rows.empty()) text += "\n" + format_table(rows);
  return text;
}

std::string help_overview(const Console& console) {
  auto text = fmt::format(
      "{}: deploy SaltBitter, watch it, take it back.\n\nusage: saltctl COMMAND [ARGUMENTS]   "
      "(saltctl COMMAND "
      "--help teaches it)\n\n",
      console.paint(Style::bold, "saltctl"));
  std::vector<std::vector<std::string>> rows;
  for (const auto& command : commands()) {
    if (command.is_hidden) continue;
    rows.push_back({"", console.paint(Style::cyan, command.name), std::string(command.summary)});
  }
  text += format_table(rows);
  text +=
      "\nFirst steps:\n"
      "  saltctl up development          a platform of your own on http://localhost:8000\n"
      "  saltctl up production           production's twin on this machine\n"
      "  saltctl deploy production       release what was built, with a plan first\n"
      "  saltctl shell production        a shell in which the runbook's commands work as written\n"
      "  saltctl down                    end everything; data stays\n"
      "\nEvery command that shows something takes --json. Colours obey NO_COLOR.\n"
      "Exit codes: 0 done, 1 failed, 2 wrong usage or declaration; a release has more (saltctl "
      "deploy --help).\n";
  return text;
}

}  // namespace sb::saltctl
