// The part of GraphQL that clients of GitHub send: queries and mutations with variables, aliases,
// arguments and fragments. An answer holds exactly the selected fields; a field that is not there
// is an error that names it, as the specification wants.
#pragma once

#include <boost/json/fwd.hpp>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error/error.hpp"

namespace sb::github {

struct Selection {
  std::string alias;  // the key in the answer
  std::string name;
  std::vector<std::pair<std::string, std::string>> arguments;  // values as JSON text
  std::vector<Selection> fields;                               // fragments are laid out in place

  // The argument's JSON text; "null" when it was not given.
  std::string_view argument(std::string_view argument_name) const;
};

struct Operation {
  bool is_mutation = false;
  std::string name;
  std::vector<Selection> fields;
};

// `variables` must be an object or null. Errors invalid_argument: not GraphQL, or an undefined
// fragment; unimplemented: directives, subscriptions.
Result<Operation> parse_operation(std::string_view document, const boost::json::value& variables,
                                  std::string_view operation_name);

// Cuts `value` to the selected fields, lists element by element. Error not_found names the path of
// a field that `value` does not have.
Result<boost::json::value> select(const boost::json::value& value,
                                  const std::vector<Selection>& fields, const std::string& path);

}  // namespace sb::github
