// The JSON half of filter patterns: { $.a.b[0] = "x*" && $.n > 3 || $.gone NOT EXISTS }.
#pragma once

#include <boost/json/fwd.hpp>
#include <memory>
#include <string_view>

#include "base/error/error.hpp"

namespace sb::cloud::logs {

class Condition {
 public:
  virtual ~Condition() = default;
  virtual bool holds(const boost::json::value& document) const = 0;
};

// `text` is what stands between the braces.
Result<std::shared_ptr<const Condition>> parse_condition(std::string_view text);

}  // namespace sb::cloud::logs
