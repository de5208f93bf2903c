// The release engine: a pure state machine without clock, network or disk. The runner journals
// every event that changed the state, then performs the one action that is asked for; its result is
// the next event. A crash anywhere is only another event (Resumed): the state is the journal
// folded, and what is true outside is asked of the cloud again before anything is decided.
//
// Promises: `complete` only after the smoke tests on production and the watch passed; a release
// that has ended left production on one side (rollback_failed says aloud that it could not); the
// database is never downgraded; the service pauses at hooks only while a release is on its way (so
// that a deployment that anybody else starts runs through); the lock is released when the release
// ends, and kept while it is interrupted;
// waiting for an approval holds no lock; alerts that were silenced are restored at every end.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "release/engine/event.hpp"
#include "release/engine/outcome.hpp"
#include "release/engine/plan.hpp"

namespace sb::release {

enum class Stage {
  created,
  gating,             // the boxes of the pre-deployment checklist
  awaiting_approval,  // no lock is held meanwhile
  locking,
  checking,
  silencing,  // alerts that do not matter during a release
  snapshotting,
  registering,
  migrating,
  updating,      // the new deployment is asked for and looked for
  deploying,     // it exists: checks and decisions, hook by hook
  rolling_back,  // ECS was asked to put the old revision back
  restoring,     // the old revision is deployed anew, because ECS's own way back is gone
  tidying,       // the pause hooks are taken off the service again
  closing,       // the changelog is written, the public told, leftovers taken away
  unsilencing,
  unlocking,
  ended,
};
BOOST_DESCRIBE_ENUM(Stage, created, gating, awaiting_approval, locking, checking, silencing,
                    snapshotting, registering, migrating, updating, deploying, rolling_back,
                    restoring, tidying, closing, unsilencing, unlocking, ended)

enum class Check { not_run, passed, failed };
BOOST_DESCRIBE_ENUM(Check, not_run, passed, failed)

// One service deployment asked for by this release: the way forward, or the way back.
struct Rollout {
  std::string task_definition;
  bool baseline_read = false;
  std::string baseline;       // newest service deployment before ours
  std::int64_t requests = 0;  // UpdateService calls begun
  bool accepted = false;      // one of them was answered
  std::int64_t looks = 0;     // in vain, since the last request
  std::string deployment;     // ARN, once found
  DeploymentView seen;

  bool operator==(const Rollout&) const = default;
};

// When the things happened that people ask about. Nothing: did not happen.
struct Timings {
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> decided_at;       // tests passed on the test listener: shift
  std::optional<Timestamp> shifted_at;       // all production traffic on the new revision
  std::optional<Timestamp> breach_at;        // what made us roll back was seen
  std::optional<Timestamp> traffic_back_at;  // no production traffic on the new revision any more
  std::optional<Timestamp> rolled_back_at;
  std::optional<Timestamp> ended_at;

  std::optional<std::int64_t> shift_ms() const;  // decided to shifted
  std::optional<std::int64_t> rollback_ms()
      const;  // breach to traffic back; to rolled back if none had moved
  bool operator==(const Timings&) const = default;
};

// The approval of this release: asked for, and answered.
struct Approval {
  std::string digest;  // empty: not asked for
  std::optional<Timestamp> asked_at;
  std::optional<Timestamp> expires_at;
  ApprovalState state = ApprovalState::waiting;
  std::string by;
  std::string caller_arn;
  std::string how;
  std::string reason;
  std::optional<Timestamp> answered_at;

  bool operator==(const Approval&) const = default;
};

struct State {
  Plan plan;
  Stage stage = Stage::created;
  Outcome outcome = Outcome::none;  // decided before the lock is released; final at Stage::ended
  Verdict verdict = Verdict::unproven;
  std::string cause;            // why it did not complete, one sentence
  bool is_interrupted = false;  // nothing goes on until Resumed
  bool abort_requested = false;
  std::int64_t resumes = 0;
  bool lock_held = false;
  bool may_hold_lock = false;   // it was asked for, and not given back
  bool is_reacquiring = false;  // after Resumed, until the lock is ours again
  bool smoke_skipped = false;

  std::vector<Box> boxes;  // of the pre-deployment list; the others follow from the rest
  Approval approval;
  bool may_be_silenced = false;  // alerts were to be silenced, and not restored yet
  std::string silence_id;
  std::optional<Timestamp> silenced_until;
  std::vector<std::string> kept_alerts;
  std::string changelog;
  std::string status_page;

  std::string task_definition;  // the new one's ARN
  bool snapshot_taken = false;
  std::string migration_task;
  bool migrations_ran = false;

  Rollout forward;
  Rollout back;
  Check test_smoke = Check::not_run;
  Check production_smoke = Check::not_run;
  Check watch = Check::not_run;
  bool watch_accepted_thin = false;  // too little traffic, accepted by the environment's setting
  std::string test_smoke_summary;    // one sentence each
  std::string production_smoke_summary;
  std::string watch_summary;
  std::string watch_evidence;  // JSON
  std::optional<Timestamp> test_smoke_at;
  std::optional<Timestamp> production_smoke_at;
  std::optional<Timestamp> watch_began_at;
  std::optional<Timestamp> watch_at;
  bool is_watching = false;          // a watch has begun and was not cut off by a crash
  std::int64_t metric_failures = 0;  // in a row
  std::int64_t continues = 0;        // ContinueServiceDeployment begun, without effect so far
  std::int64_t rollback_requests = 0;
  std::int64_t smoke_retries = 0;

  std::int64_t attempts = 0;  // failures of the present action in a row
  std::string last_error;
  Timestamp patience_ends{};
  std::vector<std::string> warnings;
  Timings timings;

  bool operator==(const State&) const = default;
};

struct Step {
  State state;
  std::optional<Action> next;  // replaces whatever was pending; nothing: the pending one stays
  bool changed = false;        // the event belongs into the journal
};

State initial(Plan plan);
// Never throws and never fails: an event that does not fit the stage changes nothing.
Step step(const State& state, const Event& event);

// What it is doing, in a few words: "waiting for the database snapshot", or how it ended.
std::string progress(const State& state);
// One sentence on where it stands, for a person.
std::string describe(const State& state);

}  // namespace sb::release
