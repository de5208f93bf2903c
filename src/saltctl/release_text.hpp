// Boxes, requests and records as people and scripts read them.
#pragma once

#include <string>
#include <vector>

#include "release/engine/engine.hpp"
#include "release/runner/approval_store.hpp"
#include "saltctl/console/console.hpp"

namespace sb::saltctl {

// One line each: mark, name, title, evidence; the waiver below it. `list` empty: all three, each
// under its title.
std::string boxes_text(const std::vector<release::Box>& boxes, std::string_view list,
                       const Console& console);
std::string boxes_json(const std::vector<release::Box>& boxes);
// What to type for each box that is not ticked.
std::string open_boxes_hint(const std::vector<release::Box>& boxes, const std::string& deploy);

std::string request_text(const release::PendingApproval& pending, const Console& console);
std::string request_json(const release::PendingApproval& pending);

}  // namespace sb::saltctl
