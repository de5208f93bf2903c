// Parameters and their versions, as rules without a store: what a name may be, what a put makes of
// a parameter, which version a selector means, what a filter matches.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model/ssm.hpp"
#include "base/clock/clock.hpp"
#include "cloud/gateway/fault.hpp"

namespace sb::cloud::ssm {

namespace api = aws::ssm;
using gateway::Outcome;

inline constexpr std::string_view kSecureString = "SecureString";
inline constexpr std::size_t kMaxParameters = 10'000;
inline constexpr std::size_t kMaxVersions = 100;

struct Version {
  std::int64_t number = 0;
  std::string type;   // String | StringList | SecureString
  std::string value;  // of a SecureString: sealed, once it is in the store
  Timestamp modified{};
  std::string modified_by;
  std::optional<std::string> description;
  std::optional<std::string> allowed_pattern;
  std::optional<std::string> key_id;
  std::string tier;  // Standard | Advanced
  std::string data_type;
  std::vector<std::string> labels;
};

struct Parameter {
  std::string name;
  std::vector<Version> versions;  // oldest first, never empty
  std::map<std::string, std::string> tags;

  const Version& latest() const {
    return versions.back();
  }
};

Outcome<void> check_name(const std::string& name);

// The parameter after the put; its newest version holds the value as given. `existing` is empty for
// a new name.
Outcome<Parameter> put(std::optional<Parameter> existing, const api::PutParameterRequest& request,
                       Timestamp now, const std::string& caller);

// "name", "name:3" or "name:label", or an ARN with the same endings.
struct Reference {
  std::vector<std::string> names;  // that it may mean, best first (an ARN hides a leading slash)
  std::string selector;            // ":3", ":label" or empty, as the reply echoes it
};
Reference parse_reference(std::string_view text);
Outcome<const Version*> select(const Parameter& parameter, std::string_view selector);

// Gives `labels` to a version, taking them from any other; returns those that are not allowed.
Outcome<std::vector<std::string>> label(Parameter& parameter, std::int64_t version,
                                        const std::vector<std::string>& labels);

// Whether `name` lies below `path` ("/a" or "/a/"), at any depth or directly.
bool is_below(std::string_view name, std::string_view path, bool recursive);
Outcome<void> check_filters(const std::vector<api::ParameterStringFilter>& filters, bool by_path);
bool matches(const Parameter& parameter, const api::ParameterStringFilter& filter);

}  // namespace sb::cloud::ssm
