// CloudWatch Logs' filter patterns: terms (all of them, none of -x, any of ?x), "quoted terms", and
// JSON conditions: { $.level = "error" && ($.status >= 500 || $.path = "/health*") }.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error/error.hpp"

namespace sb::cloud::logs {

class Condition;  // on a JSON document

class Pattern {
 public:
  // Errors: invalid_argument (malformed), unimplemented (space-delimited and regular expressions).
  static Result<Pattern> parse(std::string_view text);
  bool matches(std::string_view message) const;

 private:
  std::vector<std::string> all_, any_, none_;
  std::shared_ptr<const Condition> condition_;
};

}  // namespace sb::cloud::logs
