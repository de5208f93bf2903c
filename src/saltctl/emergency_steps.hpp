// The six steps of the emergency rollback, each done so that it may be done again.
#pragma once

#include <memory>

#include "release/emergency/log.hpp"
#include "release/operate/snapshots.hpp"
#include "saltctl/operate.hpp"

namespace sb::saltctl {

// How a step ended; the note's step and time are filled in by who asked.
using StepEnd = release::emergency::StepNote;

// What later steps, and later processes, rely on.
namespace emergency_facts {
inline constexpr const char* kRelease = "release_id";  // of the way back
inline constexpr const char* kUndoes = "undoes";  // "yes": it is that release which was on its way
inline constexpr const char* kTo = "to";          // what was asked for; empty: the last good one
inline constexpr const char* kFromDefinition = "from_task_definition";
inline constexpr const char* kFromVersion = "from_version";
inline constexpr const char* kToVersion = "to_version";
inline constexpr const char* kToSchema = "to_schema";
inline constexpr const char* kDatabase = "database";       // downgrade or restore
inline constexpr const char* kSnapshot = "snapshot";       // the one that was shown and agreed to
inline constexpr const char* kSnapshotAt = "snapshot_at";  // the moment whose data it holds
inline constexpr const char* kInstance = "instance";       // the new database
inline constexpr const char* kDataLost = release::emergency::kDataLost;
}  // namespace emergency_facts

StepEnd ended(release::emergency::StepState state, std::string proof);
StepEnd failed(const Failure& failure);
StepEnd begun_with(std::map<std::string, std::string> facts);

// Which snapshot the emergency restores, and into what: chosen once, before anything is done.
std::map<std::string, std::string> restore_facts(const Session& session,
                                                 const release::emergency::Begun& begun,
                                                 const release::operate::Snapshot& snapshot);

class EmergencySteps {
 public:
  // `note` writes down what the step must know again after a kill, before it acts.
  using Note = std::function<Result<>(StepEnd)>;
  EmergencySteps(Session& session, release::Runner& runner, Console& console, Note note)
      : session_(session), runner_(runner), console_(console), note_(std::move(note)) {}

  struct Choice {
    std::string to;  // of the application; empty: the last good version
    release::emergency::Database database = release::emergency::Database::ask;
    bool may_ask = false;
  };
  Task<StepEnd> perform(release::emergency::StepId step,
                        const release::emergency::Emergency& emergency, Choice choice);

 private:
  Task<StepEnd> application(const release::emergency::Emergency& emergency, std::string to);
  Task<std::optional<StepEnd>> undo_release(std::string release_id);
  Task<Result<bool>> ask_to_end(std::string release_id);
  Task<std::optional<StepEnd>> go_on(const release::emergency::Emergency& emergency);
  Task<StepEnd> database(const release::emergency::Emergency& emergency, Choice choice);
  Task<StepEnd> downgrade(const release::emergency::Emergency& emergency, bool& may_still_run);
  Task<StepEnd> restore(const release::emergency::Emergency& emergency);
  Task<StepEnd> clear_cache(const release::emergency::Emergency& emergency);
  Task<StepEnd> tell(const release::emergency::Emergency& emergency,
                     release::emergency::StepId step);
  Task<StepEnd> write_post_mortem(const release::emergency::Emergency& emergency);
  Task<> show_losses(const release::emergency::Emergency& emergency);
  Task<std::optional<std::vector<std::string>>> downgrade_losses(
      const release::emergency::Emergency& emergency);

  Session& session_;
  release::Runner& runner_;
  Console& console_;
  Note note_;
};

// Goes on with the environment's unfinished emergency, if there is one: for `saltctl resume`.
Task<std::optional<Outcome>> resume_emergency(Invocation& call, const std::string& environment);

}  // namespace sb::saltctl
