// The changelog of an environment: one entry for each release that touched it, newest first.
#pragma once

#include "base/fs/fs.hpp"
#include "release/engine/engine.hpp"

namespace sb::release::gates {

// Markdown; empty when the release changed nothing.
std::string changelog_entry(const State& state, Timestamp at);

// Puts `entry` in front of the others, once: a release that has one keeps it. The file appears
// complete or not at all.
Result<> add_to_changelog(const fs::Path& file, const std::string& environment,
                          const std::string& release_id, const std::string& entry);

}  // namespace sb::release::gates
