// A change that an operator makes between releases: written down before it is begun, alone in its
// environment where it touches the service (it holds the release lock), gone on with by `saltctl
// resume` after a kill, and kept for `saltctl history`.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "release/journal/procedures.hpp"
#include "saltctl/operate.hpp"

namespace sb::saltctl {

using release::journal::Procedure;

// Names of facts.
namespace procedure_facts {
inline constexpr const char* kAlone = "alone";            // "yes": holds the release lock
inline constexpr const char* kDeployment = "deployment";  // the newest before it began
inline constexpr const char* kTarget = "target";          // a revision of the schema
inline constexpr const char* kFrom = "from";              // and where the schema was
inline constexpr const char* kTaskDefinition = "task_definition";
inline constexpr const char* kSnapshot = "snapshot";
inline constexpr const char* kSnapshotAt = "snapshot_at";
inline constexpr const char* kInstance = "instance";
inline constexpr const char* kSwitch = "switch";            // "yes": the service is pointed at it
inline constexpr const char* kKey = "key";                  // of the configuration
inline constexpr const char* kVersion = "version";          // of its store before the change
inline constexpr const char* kFingerprint = "fingerprint";  // of the value it is set to
inline constexpr const char* kRestart = "restart";          // "yes": and new tasks
}  // namespace procedure_facts

enum class Alone { yes, no };
Procedure new_procedure(const Session& session, std::string what, Alone alone,
                        std::map<std::string, std::string> facts);
// What it is about: a key, a revision, an instance; empty where there is only one.
std::string subject_of(const Procedure& procedure);
// "db downgrade of production: 9284d6f513b9"
std::string describe(const Procedure& procedure);

// Notes it, takes the lock, does `work`, notes how it ended, gives the lock back. Refused while
// somebody else holds the lock. The value, and the failure, are the work's.
Task<Outcome> carry_out(Session& session, Procedure procedure, std::function<Task<Outcome>()> work);

// Goes on with the environment's unfinished procedure; nothing when there is none.
Task<std::optional<Outcome>> resume_procedure(Invocation& call, const std::string& environment);

// What each of them does when it is gone on with: all may be done again.
Task<Outcome> go_on_restart(Screen& screen, Session& session, const Procedure& procedure);
Task<Outcome> go_on_migration(Screen& screen, Session& session, const Procedure& procedure);
Task<Outcome> go_on_restore(Screen& screen, Session& session, const Procedure& procedure);
Task<Outcome> go_on_config(Screen& screen, Session& session, const Procedure& procedure);

// The newest deployment of the service, for kDeployment; empty when there was none.
Task<std::expected<std::string, Failure>> newest_deployment_of(Session& session);

}  // namespace sb::saltctl
