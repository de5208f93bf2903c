// What to do when it is this machine that stands in the way: its disk, its rights, its ports.
#pragma once

#include <string>

#include "base/error/error.hpp"
#include "saltctl/environment/places.hpp"

namespace sb::saltctl {

// What to type next; `otherwise` where the failure is about something else.
std::string next_after(const Error& error, const Places& places, std::string otherwise);

}  // namespace sb::saltctl
