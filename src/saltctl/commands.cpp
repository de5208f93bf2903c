// The table of commands: the only place where a command is declared is a row of commands_*.cpp.
#include "saltctl/command_rows.hpp"

namespace sb::saltctl {
namespace {

std::vector<Command> make_table() {
  std::vector<Command> table;
  for (auto* group : {everyday_commands, release_commands, notify_commands, operate_commands}) {
    for (auto& row : group()) table.push_back(std::move(row));
  }
  return table;
}

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> table = make_table();
  return table;
}

}  // namespace sb::saltctl
