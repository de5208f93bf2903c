// Which revisions of db/revisions this program knows, oldest first, and the one it cannot do
// without.
#pragma once

#include <array>
#include <string_view>

namespace sb::platform {

inline constexpr std::array<std::string_view, 9> kRevisions = {
    "1a0c5e7d9b31", "2b1d6f8eac42", "3c2e709fbd53", "4d3f81a0ce64", "5e4092b1df75",
    "6f51a3c2e086", "7062b4d3f197", "8173c5e402a8", "9284d6f513b9",
};
// Later revisions only widen the schema: the program runs with and without them.
inline constexpr std::string_view kMinimumRevision = "8173c5e402a8";

// Whether a database at `current` has everything up to `required`. A revision that this program
// does not know belongs to a later release, which came after ours.
bool is_at_or_past(std::string_view current, std::string_view required);

}  // namespace sb::platform
