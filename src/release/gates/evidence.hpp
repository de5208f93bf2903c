// Looking for the evidence files that `make test`, `make coverage` and `make security` leave.
#pragma once

#include <vector>

#include "base/fs/fs.hpp"
#include "release/gates/gates.hpp"

namespace sb::release::gates {

// NAME.json of the first folder that has one about `commit` (a prefix of seven digits or more),
// from a clean tree. Else `why_not` says what was found instead.
Found find_evidence(const std::vector<fs::Path>& folders, const std::string& name,
                    const std::string& commit);

}  // namespace sb::release::gates
