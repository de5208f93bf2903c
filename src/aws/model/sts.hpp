// STS: shapes and operations.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/STS/latest/APIReference/
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/json/type.hpp"

namespace sb::aws::sts {

struct GetCallerIdentityRequest {
  bool operator==(const GetCallerIdentityRequest&) const = default;
};

struct GetCallerIdentityResponse {
  std::optional<std::string> UserId;
  std::optional<std::string> Account;
  std::optional<std::string> Arn;

  bool operator==(const GetCallerIdentityResponse&) const = default;
};

struct GetCallerIdentity {
  using Request = GetCallerIdentityRequest;
  using Response = GetCallerIdentityResponse;
  static constexpr std::string_view kService = "sts";
  static constexpr std::string_view kName = "GetCallerIdentity";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

}  // namespace sb::aws::sts

SB_JSON_TYPE_ELSEWHERE(sb::aws::sts::GetCallerIdentityRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::sts::GetCallerIdentityResponse)
