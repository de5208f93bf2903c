// The three lists of the runbook for one release, derived from its record alone.
#pragma once

#include <vector>

#include "release/engine/engine.hpp"

namespace sb::release::gates {

// Every box, in the page's order. Those of the pre-deployment list as they were evaluated; the
// others follow from what the release saw: open until it saw it.
std::vector<Box> checklist(const State& state);

}  // namespace sb::release::gates
