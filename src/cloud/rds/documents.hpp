// How instances and snapshots are kept. Private to this folder.
#pragma once

#include "cloud/rds/model.hpp"

namespace sb::cloud::rds {

inline constexpr std::string_view kInstances = "rds.instance";
inline constexpr std::string_view kSnapshots = "rds.snapshot";

inline std::string sealing_context(const Instance& instance) {
  return "rds:" + instance.resource_id();
}

}  // namespace sb::cloud::rds
