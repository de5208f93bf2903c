// `saltcloud serve`.
#pragma once

#include "base/async/task.hpp"
#include "cloud/daemon/options.hpp"

namespace sb::cloud {

// Runs until SIGTERM or SIGINT. An error is what kept it from serving, as one sentence that says
// what to do.
Task<Result<>> serve(ServeOptions options);

}  // namespace sb::cloud
