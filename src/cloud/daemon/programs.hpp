// The programs of this machine that saltcloud is built on.
#pragma once

#include "base/async/task.hpp"
#include "base/fs/fs.hpp"

namespace sb::cloud {

// Error not_found, naming what is missing and the command that installs it.
Result<> check_programs();
// Whether a sandbox can be made here at all: containers and locked-down kernels often forbid it,
// and then every task, database and cache would fail one after the other. Error
// failed_precondition, with bubblewrap's words.
Task<Result<>> check_sandbox(fs::Path scratch);

}  // namespace sb::cloud
