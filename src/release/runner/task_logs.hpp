// What a task printed: it only explains, so what cannot be read is left out.
#pragma once

#include <string>
#include <vector>

#include "release/runner/api.hpp"

namespace sb::release {

// The newest lines of `container`, oldest first, at most 30.
Task<std::vector<std::string>> last_log_lines(Api& api, std::string task_arn,
                                              std::string task_definition, std::string container);

// The newest line that warns or complains, for a sentence: of a structured log "message (key
// value, ...)", without what every line has. Empty: none does.
std::string newest_complaint(const std::vector<std::string>& lines);

}  // namespace sb::release
