// The way back, written down before the way forward is taken: kept in the release's record as the
// evidence of the box `rollback-plan`.
#pragma once

#include <string>

#include "release/engine/plan.hpp"

namespace sb::release::gates {

// Can the code of `plan`'s old version live with the schema after the release? A sentence.
struct Compatibility {
  bool is_known = false;
  bool lives = true;
  std::string sentence;
};
// `code_depth`: how many revisions the version knows; `schema_depth`, `schema_floor`: of what the
// database is at (Plan has the same). 0: not known.
Compatibility can_live_with(std::int64_t code_depth, std::int64_t schema_depth,
                            std::int64_t schema_floor);

// Markdown.
std::string rollback_plan(const Plan& plan);

}  // namespace sb::release::gates
