// From facts to findings: what is wrong, in a sentence, and what to type next. Pure; the causes
// come before what follows from them.
#pragma once

#include <string>
#include <vector>

#include "release/doctor/facts.hpp"

namespace sb::release::doctor {

enum class Weight { problem, warning, note };  // a note is no finding: all is well, but know it

struct Finding {
  std::string id;  // "database-down": stable, for scripts
  Weight weight = Weight::problem;
  std::string sentence;
  std::string next;  // a command; empty where there is none
};

std::vector<Finding> diagnose(const Facts& facts);
// Whether anything has to be done.
bool is_healthy(const std::vector<Finding>& findings);

}  // namespace sb::release::doctor
