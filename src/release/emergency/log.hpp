// Emergencies in the journal: notes under an id of their own, hash-chained like everything else.
#pragma once

#include "release/emergency/emergency.hpp"
#include "release/journal/journal.hpp"

namespace sb::release::emergency {

class Log {
 public:
  explicit Log(journal::Journal& journal) : journal_(journal) {}

  Result<> begin(const Begun& begun);
  Result<> note(const Emergency& emergency, const StepNote& note);
  // Nobody will go on with it.
  Result<> abandon(const Emergency& emergency, const std::string& why, Timestamp at);

  // The newest of the environment that is neither complete nor abandoned.
  Result<std::optional<Emergency>> unfinished(const std::string& environment);
  Result<std::optional<Emergency>> find(const std::string& id);

 private:
  journal::Journal& journal_;
};

// What the journal tells of this release, one entry for each thing that changed.
Result<std::vector<TimelineEntry>> timeline_of(journal::Journal& journal,
                                               const std::string& release_id);

}  // namespace sb::release::emergency
