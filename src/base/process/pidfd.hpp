// Private to this folder.
#pragma once

#include "base/process/process.hpp"

namespace sb::process {

// A descriptor for exactly this process (running or zombie); empty when it is gone.
fs::Fd open_pidfd(const Identity& process);

}  // namespace sb::process
