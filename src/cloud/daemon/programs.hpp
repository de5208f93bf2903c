// The programs of this machine that saltcloud is built on.
#pragma once

#include "base/error/error.hpp"

namespace sb::cloud {

// Error not_found, naming what is missing and the command that installs it.
Result<> check_programs();

}  // namespace sb::cloud
