// The sentences of messages: what happened, and what to type next. Private to this folder.
#pragma once

#include <string>

#include "release/engine/engine.hpp"

namespace sb::release::notify::words {

struct Words {
  std::string title;
  std::string text;
};

// "1.3.0", or "saltbitter-api-prod:12" where no version is known.
std::string target_of(const Plan& plan);
std::string source_of(const Plan& plan);  // "" for the first release

Words planned(const State& s);
Words waiting(const State& s);  // for an approval
Words approved(const State& s);
Words started(const State& s);
Words migrated(const State& s);
Words shifted(const State& s);
Words rolling_back(const State& s);
Words interrupted(const State& s);
Words resumed(const State& s);
Words ended(const State& s);  // by its outcome

// What users may notice, for users.
std::string public_maintenance();
std::string public_trouble();
std::string public_outage();
std::string public_recovery();

}  // namespace sb::release::notify::words
