// Manual pages, section 1, from the table of commands.
#pragma once

#include <string>
#include <vector>

#include "saltctl/command.hpp"

namespace sb::saltctl {

// "saltctl-image-build" for `saltctl image build`
std::string man_name(const Command& command);
// Roff: the page of one command, and the page "saltctl" that lists them all.
std::string man_page(const Command& command);
std::string man_overview(const std::vector<Command>& table);

}  // namespace sb::saltctl
