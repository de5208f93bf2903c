// The complete rollback of the runbook: six steps in the page's order. Pure: what was done is
// folded from the notes in the journal, so a killed process is only a pause. A step that fails is
// noted and passed by: the next ones do not depend on it, and it is tried again the next time.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock/clock.hpp"

namespace sb::release::emergency {

enum class StepId { application, database, cache, incidents, status_page, post_mortem };
BOOST_DESCRIBE_ENUM(StepId, application, database, cache, incidents, status_page, post_mortem)
inline constexpr std::array kSteps{StepId::application, StepId::database,    StepId::cache,
                                   StepId::incidents,   StepId::status_page, StepId::post_mortem};

enum class StepState { open, begun, done, skipped, failed };
BOOST_DESCRIBE_ENUM(StepState, open, begun, done, skipped, failed)

// One note of the journal: what became of a step.
struct StepNote {
  StepId step = StepId::application;
  StepState state = StepState::open;
  std::string proof;                         // a sentence; of a failed one: why
  std::map<std::string, std::string> facts;  // what a later process needs to go on
  Timestamp at{};

  bool operator==(const StepNote&) const = default;
};
BOOST_DESCRIBE_STRUCT(StepNote, (), (step, state, proof, facts, at))

// The fact under which the database's step says what is gone, in words.
inline constexpr const char* kDataLost = "data_lost";

enum class Database { ask, keep, downgrade, restore };
BOOST_DESCRIBE_ENUM(Database, ask, keep, downgrade, restore)

struct Begun {
  std::string id;  // "emg-20261122-102030-4f2a"
  std::string environment;
  std::string reason;
  std::string by;
  Timestamp at{};

  bool operator==(const Begun&) const = default;
};
BOOST_DESCRIBE_STRUCT(Begun, (), (id, environment, reason, by, at))

struct Emergency {
  Begun begun;
  std::array<StepNote, kSteps.size()> steps;
  bool is_abandoned = false;

  StepNote& of(StepId step) {
    return steps.at(static_cast<std::size_t>(step));
  }
  const StepNote& of(StepId step) const {
    return steps.at(static_cast<std::size_t>(step));
  }
  // What any step noted under this name; the newest word counts.
  std::string fact(const std::string& name) const;
  Timestamp post_mortem_due() const {
    return begun.at + std::chrono::hours(24);
  }
};

Emergency initial(Begun begun);
// A later note replaces an earlier one of the same step and keeps the facts it does not repeat.
// What is done stays done.
void apply(Emergency& emergency, StepNote note);
// A new process tries again what failed before.
void retry_failed(Emergency& emergency);
// The first step that is neither done, skipped nor failed; nothing when the walk is over.
std::optional<StepId> next_step(const Emergency& emergency);
// Every step is done or skipped.
bool is_complete(const Emergency& emergency);

// What the database's step cost, in words; empty: nothing.
std::string data_lost(const Emergency& emergency);

std::string_view title_of(StepId step);

struct TimelineEntry {
  Timestamp at{};
  std::string text;
};
// The document as Markdown: what is known filled in, what only people know asked for.
std::string post_mortem(const Emergency& emergency, std::vector<TimelineEntry> timeline);

}  // namespace sb::release::emergency
