#include "platform/api/schema.hpp"

#include <algorithm>

namespace sb::platform {

bool is_at_or_past(std::string_view current, std::string_view required) {
  if (current.empty()) return false;
  if (current == required) return true;
  auto at = std::ranges::find(kRevisions, current);
  if (at == kRevisions.end()) return true;
  // A required revision that we do not know comes after all that we do.
  return at > std::ranges::find(kRevisions, required);
}

}  // namespace sb::platform
