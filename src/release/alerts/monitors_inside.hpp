// What reading and applying declarations share. Private to this folder.
#pragma once

#include <boost/json/fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace sb::release::alerts {

inline constexpr std::string_view kManagedTag = "managed-by:saltctl";

// Where `theirs` is not what `ours` declares. What we do not declare is theirs to choose: Datadog
// adds defaults to everything. Lists of tags are sets; other lists are compared in order.
std::vector<std::string> differences(const boost::json::value& ours,
                                     const boost::json::value& theirs);

}  // namespace sb::release::alerts
