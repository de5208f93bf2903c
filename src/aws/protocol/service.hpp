// What differs from one AWS service to the next on the wire, in one table.
#pragma once

#include <span>
#include <string_view>

#include "base/json/type.hpp"

namespace sb::aws {

// How a Query service names the elements of a list: DBInstances -> <DBInstance>. Where the table
// says nothing it is "member".
struct ItemName {
  std::string_view member;
  std::string_view item;
  bool of_structures = false;  // some names are used for a list of names and for one of structures
};

struct Service {
  std::string_view id;             // the name of the wing and of an operation's kService: "elbv2"
  std::string_view title;          // for people: "Elastic Load Balancing v2"
  std::string_view signing_name;   // in the credential scope: "elasticloadbalancing"
  std::string_view endpoint_name;  // https://NAME.REGION.amazonaws.com
  std::string_view api_version;    // "2015-12-01"; empty when it does not speak Query
  std::string_view xml_namespace;
  std::string_view target_prefix;  // of X-Amz-Target: "AmazonSSM"; empty when it speaks Query only
  std::string_view content_type;   // what our client sends
  std::span<const ItemName> item_names;

  // Error names where AWS has no closer one.
  std::string_view missing_parameter;
  std::string_view invalid_parameter;
  std::string_view throttled;
  std::string_view server_error;

  bool speaks_json() const {
    return !target_prefix.empty();
  }
  bool speaks_query() const {
    return !api_version.empty();
  }
  // What the elements of this list member are called.
  std::string_view item_name(std::string_view member, const json::Type& element) const;
};

std::span<const Service> services();
const Service* find_service(std::string_view id);
const Service* find_service_by_target(std::string_view target_prefix);
// Two services may share a version: `signing_name` decides then.
const Service* find_service_by_version(std::string_view api_version, std::string_view signing_name);

}  // namespace sb::aws
