// Rows of the table: messages, monitors, silences.
#include "saltctl/command_rows.hpp"

namespace sb::saltctl {

std::vector<Command> notify_commands() {
  return {};
}

}  // namespace sb::saltctl
