// AWS's Query protocol, the request side: a form such as
//   Action=RegisterTargets&Version=2015-12-01&TargetGroupArn=arn...&Targets.member.1.Id=127.0.0.2
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "aws/protocol/service.hpp"
#include "base/error/error.hpp"

namespace sb::aws {

std::string encode_query(const Service& service, std::string_view action, const json::Type& type,
                         const void* object);

// A form that was taken apart once: for its Action first, then for the members of the request.
class QueryForm {
 public:
  // Errors: invalid_argument (a malformed escape, not UTF-8, nested too deep).
  static Result<QueryForm> parse(std::string_view body);

  // The value of a top-level parameter, or nothing.
  const std::string* find(std::string_view name) const;
  // Unknown parameters are ignored; errors are invalid_argument with the parameter as `subject`
  // ("Filters.Filter.1.Name").
  Result<> decode(const Service& service, const json::Type& type, void* object) const;

 private:
  struct Node;
  std::shared_ptr<const Node> root_;
};

}  // namespace sb::aws
