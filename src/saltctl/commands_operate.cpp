// Rows of the table: configuration, the database, trouble and emergencies.
#include "saltctl/command_rows.hpp"

namespace sb::saltctl {

std::vector<Command> operate_commands() {
  return {};
}

}  // namespace sb::saltctl
