// `saltcloud stop` and `saltcloud destroy`: they need no daemon, only its home.
#pragma once

#include <string>

#include "base/async/task.hpp"
#include "cloud/daemon/options.hpp"

namespace sb::cloud {

// Returns what was ended and deleted, for a person.
Task<Result<std::string>> stop(StopOptions options);

}  // namespace sb::cloud
