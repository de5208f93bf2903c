// The little XML that AWS's Query protocol needs: a strict reader of documents (elements and text;
// attributes are read over; no DOCTYPE, hence no entities of its own) and escaping.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error/error.hpp"

namespace sb::aws::xml {

struct Element {
  std::string name;  // without a prefix: "ns:Tag" is "Tag"
  std::string text;  // all character data directly inside
  std::vector<Element> children;

  const Element* child(std::string_view wanted) const;
};

// Errors: data_loss, with the byte it stopped at.
Result<Element> parse(std::string_view document);

// Characters that XML 1.0 cannot hold become U+FFFD.
void append_escaped(std::string& out, std::string_view text);

}  // namespace sb::aws::xml
