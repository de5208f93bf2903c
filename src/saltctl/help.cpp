#include <fmt/format.h>

#include "saltctl/command.hpp"
#include "saltctl/parser.hpp"
#include "saltctl/reference.hpp"

namespace sb::saltctl {
namespace {

std::string spelled(const Option& option) {
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
    rows.push_back({"", spelled(option), std::string(option.help)});
  if (command.takes_rest)
    rows.push_back({"", "-- CMD…", "a command to run instead of an interactive one"});
  rows.push_back({"", "--json", "the answer as JSON, for scripts"});
  text += "\n" + format_table(rows) + "\nexit codes:\n";
  rows.clear();
  for (const auto& code : exit_codes_of(command)) {
    rows.push_back({"", std::string(code.code), std::string(code.meaning)});
  }
  return text + format_table(rows);
}

std::string help_for_group(std::string_view group) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& command : commands()) {
    if (!command.is_hidden && command.name.starts_with(fmt::format("{} ", group))) {
      rows.push_back({"", fmt::format("saltctl {}", command.name), std::string(command.summary)});
    }
  }
  return format_table(rows);
}

std::string help_overview(const Console& console) {
  auto text = fmt::format(
      "{}: deploy SaltBitter, watch it, take it back.\n\nusage: saltctl COMMAND [ARGUMENTS]   "
      "(saltctl help COMMAND teaches it)\n",
      console.paint(Style::bold, "saltctl"));
  // One width for all chapters, so that the eye finds the second column.
  std::size_t width = 0;
  for (const auto& command : commands()) {
    if (!command.is_hidden) width = std::max(width, command.name.size());
  }
  std::string_view chapter;
  for (const auto& command : commands()) {
    if (command.is_hidden) continue;
    if (command.chapter != chapter) {
      chapter = command.chapter;
      text += fmt::format("\n{}\n", console.paint(Style::bold, chapter));
    }
    text += fmt::format("  {}{}  {}\n", console.paint(Style::cyan, command.name),
                        std::string(width - command.name.size(), ' '), command.summary);
  }
  return text +
         "\nFirst steps: saltctl up development, or saltctl up production and then saltctl deploy "
         "production.\n"
         "They speak to the local cloud; with SALTBITTER_CLOUD=aws, to AWS (docs/AWS.md).\n"
         "Every command that shows something takes --json. Colours obey NO_COLOR.\n";
}

Outcome run_help(Invocation& call) {
  if (call.wants_json) {
    call.out.line(reference_json(commands()));
    return 0;
  }
  SB_TRY(auto topic, find_topic(call.arguments));
  if (topic.command != nullptr) {
    call.out.line(help_for(*topic.command));
  } else if (call.arguments.has("COMMAND")) {
    call.out.line(help_for_group(call.arguments.get("COMMAND")));
  } else {
    call.out.line(help_overview(call.out));
  }
  return 0;
}

}  // namespace sb::saltctl
