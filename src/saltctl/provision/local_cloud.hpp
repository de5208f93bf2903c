// saltcloud as a program on this machine: is it there, start it, where does it answer. The one
// thing that saltctl does besides speaking the AWS API.
#pragma once

#include <string>

#include "saltctl/provision/access.hpp"

namespace sb::saltctl {

// From its files and one question to it. Error unavailable when it does not run.
Task<Result<CloudAccess>> find_cloud(Places places);
// Starts it when it does not run, and waits until it answers. `was_started` tells which.
Task<Result<CloudAccess>> ensure_cloud(Places places, bool& was_started);

}  // namespace sb::saltctl
