// AWS calls as this program makes them.
#pragma once

#include "aws/client/call.hpp"

namespace sb::saltctl {

using aws::call;
using aws::is_missing;
using aws::is_there_already;

}  // namespace sb::saltctl
