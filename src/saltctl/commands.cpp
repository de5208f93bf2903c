// The table of commands: the only place where a command is declared is a row of commands_*.cpp.
#include <algorithm>
#include <array>

#include "saltctl/command_rows.hpp"

namespace sb::saltctl {
namespace {

struct Chapter {
  std::string_view name;
  std::vector<Command> (*rows)();
};
constexpr std::array kChapters{
    Chapter{"Everyday", everyday_commands}, Chapter{"Release", release_commands},
    Chapter{"Operate", operate_commands}, Chapter{"Notify", notify_commands},
    Chapter{"saltctl itself", reference_commands}};

std::vector<Command> make_table() {
  std::vector<Command> table;
  for (const auto& chapter : kChapters) {
    for (auto& row : chapter.rows()) {
      row.chapter = chapter.name;
      table.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace

bool is_local_only(const Command& command) {
  constexpr std::string_view kNames[] = {"up", "down", "ps", "shell", "env"};
  return std::ranges::find(kNames, command.name) != std::end(kNames);
}

const std::vector<Command>& commands() {
  static const std::vector<Command> table = make_table();
  return table;
}

}  // namespace sb::saltctl
