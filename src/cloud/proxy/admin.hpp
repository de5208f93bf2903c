// HAProxy's admin socket: one connection a question.
#pragma once

#include <string>

#include "base/async/task.hpp"
#include "base/fs/fs.hpp"

namespace sb::cloud::proxy {

// Runs `commands` (separated by ';') and returns all that was answered. `folder` may be deeper than
// a socket address has room for. Errors: unavailable (nobody listens), timeout, data_loss (absurdly
// long).
Task<Result<std::string>> ask(fs::Path folder, std::string commands, Deadline deadline);

}  // namespace sb::cloud::proxy
