// MaxRecords and Marker, as every Describe call of RDS takes them. Private to this folder.
#pragma once

#include "cloud/gateway/fault.hpp"
#include "cloud/store/paging.hpp"

namespace sb::cloud::rds {

inline gateway::Outcome<std::size_t> page_size(const std::optional<int>& asked) {
  int size = asked.value_or(100);
  if (size < 20 || size > 100)
    return gateway::fault(
        "InvalidParameterValue",
        fmt::format("Invalid value {} for MaxRecords. Must be between 20 and 100", size));
  return static_cast<std::size_t>(size);
}

inline gateway::Outcome<std::optional<std::string>> page_after(
    const std::optional<std::string>& marker) {
  if (!marker || marker->empty()) return std::nullopt;
  auto after = from_page_token(*marker);
  if (!after)
    return gateway::fault("InvalidParameterValue",
                          "The request token provided is no longer valid.");
  return after;
}

}  // namespace sb::cloud::rds
