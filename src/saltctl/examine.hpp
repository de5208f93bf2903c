// Collects what the doctor decides on: every question of the troubleshooting chapter, asked over
// the public AWS API. A question that cannot be asked leaves its own error and stops no other.
#pragma once

#include "release/doctor/facts.hpp"
#include "saltctl/operate.hpp"

namespace sb::saltctl {

struct Examination {
  bool looks_inside = true;  // starts a task that tries the database and the cache
};

// Never fails: what cannot be reached is a fact, too. `notice` is told what is being looked at.
Task<release::doctor::Facts> examine(Places places, Environment environment, Examination how,
                                     std::function<void(const std::string&)> notice);

}  // namespace sb::saltctl
