// An environment's configuration as keys and values: what differs, told without the values. A value
// is a secret until its owner asks to see it, so what people compare is its fingerprint.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error/error.hpp"

namespace sb::release::config {

using Values = std::map<std::string, std::string>;

// Eight hexadecimal digits that change with the value. Keyed by the name, so that two keys with one
// value do not look alike.
std::string fingerprint(const std::string& key, const std::string& value);

enum class Change { added, removed, changed };
struct Difference {
  std::string key;
  Change change = Change::changed;
  std::string before;  // fingerprints; empty where there was or is none
  std::string after;

  bool operator==(const Difference&) const = default;
};
// In the order of the keys.
std::vector<Difference> differences(const Values& before, const Values& after);
// "DATABASE_URL  1a2b3c4d -> 5e6f7081"
std::string describe(const Difference& difference);

// A secret's document, a JSON object: its members as text. Errors never quote the document.
Result<Values> members_of(const std::string& document, const std::string& name);
// The same document with one member set; every other one stays as it is, of whatever type.
Result<std::string> with_member(const std::string& document, const std::string& key,
                                const std::string& value, const std::string& name);

// A value as it was typed or piped: without the line's end. Error invalid_argument when it is empty
// or holds a NUL.
Result<std::string> clean_input(std::string text);

}  // namespace sb::release::config
