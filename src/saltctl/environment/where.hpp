// Which cloud a command speaks to. The requests are the same; what differs is where credentials
// come from, whether `local:` of a declaration counts, where the record is kept, and what nobody
// asks of AWS (to be started, to be thrown away).
#pragma once

#include "base/error/error.hpp"

namespace sb::saltctl {

enum class Where { local, aws };

// $SALTBITTER_CLOUD: "aws", or "local" (also when it is not set). Error invalid_argument for
// anything else: a misspelt word must not release to the wrong place.
Result<Where> where_from_environment();

}  // namespace sb::saltctl
