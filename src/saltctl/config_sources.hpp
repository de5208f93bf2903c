// Which stores a `config` command is about.
#pragma once

#include "aws/client/call.hpp"
#include "saltctl/operate.hpp"

namespace sb::saltctl {

// All of the environment's, or the one that holds `key` (or is named so).
std::expected<std::vector<release::config::Source>, Failure> chosen_sources(
    const Environment& environment, const std::string& key);

}  // namespace sb::saltctl
