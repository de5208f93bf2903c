// What a release is going to do, decided and shown before anything is done, and never changed
// after.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error/error.hpp"

namespace sb::release {

enum class Kind { deploy, rollback };
BOOST_DESCRIBE_ENUM(Kind, deploy, rollback)

enum class Strategy { blue_green, rolling };
BOOST_DESCRIBE_ENUM(Strategy, blue_green, rolling)

// What to do when the watch ends without enough requests to judge by (never when a limit was
// broken, nor when the metric source was silent: those always roll back).
enum class TooLittleTraffic { accept, roll_back };
BOOST_DESCRIBE_ENUM(TooLittleTraffic, accept, roll_back)

// How long each part may take before the release gives up on it, and how often it looks.
struct Pace {
  std::int64_t poll_ms = 1000;
  std::int64_t retry_ms = 1000;            // before a failed call is tried again
  std::int64_t max_attempts = 5;           // of one call, while its outcome stays unknown
  std::int64_t call_patience_ms = 60'000;  // reads that fail, and deployments that do not appear
  std::int64_t snapshot_patience_ms = 1'800'000;
  std::int64_t migration_patience_ms = 1'800'000;
  std::int64_t deployment_patience_ms = 1'800'000;  // without any progress
  std::int64_t rollback_patience_ms = 900'000;
  std::int64_t decision_fresh_ms =
      60'000;  // a passed check older than this is repeated before it counts

  bool operator==(const Pace&) const = default;
};
BOOST_DESCRIBE_STRUCT(Pace, (),
                      (poll_ms, retry_ms, max_attempts, call_patience_ms, snapshot_patience_ms,
                       migration_patience_ms, deployment_patience_ms, rollback_patience_ms,
                       decision_fresh_ms))

// "Go on without this box": by name, with a reason, never all at once.
struct Waiver {
  std::string box;
  std::string by;
  std::string reason;

  bool operator==(const Waiver&) const = default;
};
BOOST_DESCRIBE_STRUCT(Waiver, (), (box, by, reason))

// What an environment wants before a release may begin.
struct ApprovalTerms {
  bool required = false;
  std::int64_t expires_minutes = 60;
  bool by_another_person = true;  // than the one who asked
  // Given together with the deploy: by whom, and how that is known ("--approve", "--approved-by").
  std::string given_by;
  std::string given_how;

  bool operator==(const ApprovalTerms&) const = default;
};
BOOST_DESCRIBE_STRUCT(ApprovalTerms, (),
                      (required, expires_minutes, by_another_person, given_by, given_how))

struct Plan {
  std::string release_id;  // "rel-20261122T102030Z-4f2a"; also the tag of what it registers
  Kind kind = Kind::deploy;
  std::string environment;
  std::string cluster;
  std::string service;
  std::string family;
  Strategy strategy = Strategy::blue_green;
  std::string requested_by;  // user@host
  std::string reason;

  std::string from_task_definition;  // ARN; empty: the first deploy, which has no way back
  std::string from_version;
  std::string to_version;          // what X-SaltBitter-Version must say; empty: not checked
  std::string to_task_definition;  // ARN: given for a rollback, registered by a deploy
  std::string image;               // name:tag@sha256:...
  std::string task_definition;     // RegisterTaskDefinition's request as JSON (deploy)
  std::string
      create_service;  // CreateService's request as JSON, when the service does not exist yet

  // Whether the image has a schema: then `migration_command` runs, which does nothing when the
  // database is there already.
  bool runs_migrations = false;
  // What it is expected to apply, in order. A forecast, made of what the running task definition
  // says of itself: the database is not asked before the task runs.
  std::vector<std::string> migrations;
  std::string schema_from;
  std::string schema_to;
  std::vector<std::string> migration_command = {"alembic", "upgrade", "head"};
  std::string container = "api";      // the container whose command the migration replaces
  std::string network_configuration;  // RunTask's, as JSON; may be empty
  std::string db_instance;            // snapshot this before migrating; empty: no snapshot

  bool smoke = true;
  std::int64_t watch_seconds = 30;  // 0: no watch
  TooLittleTraffic too_little_traffic = TooLittleTraffic::accept;
  Pace pace;

  // What the image says of itself, for the gates.
  std::string commit;              // "abc1234"; empty: not known
  bool is_dirty = false;           // built from a tree with changes that are in no commit
  std::vector<std::string> flags;  // feature flags that it reads
  std::map<std::string, std::string> checksums;  // revision -> sha256 of its file
  // How many revisions its schema has, and how many a version must know at least to live with it
  // (up to the last contracting one). 0: not known.
  std::int64_t schema_depth = 0;
  std::int64_t schema_floor = 0;
  std::string schema_note;  // of a rollback: whether the older code lives with the schema

  bool is_gated = false;           // the pre-deployment boxes are evaluated
  std::vector<std::string> gates;  // those that the environment asks for
  bool is_hotfix = false;
  std::vector<Waiver> waivers;
  ApprovalTerms approval;
  std::int64_t silence_minutes = 0;  // of alerts that do not matter meanwhile; 0: none is silenced
  bool is_closed = false;  // at the end: changelog, status page, what was proven, leftovers

  bool migrates() const {
    return runs_migrations || !migrations.empty();
  }
  bool has_way_back() const {
    return !from_task_definition.empty();
  }
  bool operator==(const Plan&) const = default;
  std::string snapshot_id() const {
    return "saltbitter-" + release_id;
  }
};
BOOST_DESCRIBE_STRUCT(Plan, (),
                      (release_id, kind, environment, cluster, service, family, strategy,
                       requested_by, reason, from_task_definition, from_version, to_version,
                       to_task_definition, image, task_definition, create_service, runs_migrations,
                       migrations, schema_from, schema_to, migration_command, container,
                       network_configuration, db_instance, smoke, watch_seconds, too_little_traffic,
                       pace, commit, is_dirty, flags, checksums, schema_depth, schema_floor,
                       schema_note, is_gated, gates, is_hotfix, waivers, approval, silence_minutes,
                       is_closed))

// What is wrong with a plan before anybody is asked, or nothing.
Result<> validate(const Plan& plan);

// The steps in order, each with how it would be undone: what `saltctl deploy` shows first.
struct PlannedStep {
  std::string what;
  std::string undo;
};
std::vector<PlannedStep> planned_steps(const Plan& plan);

}  // namespace sb::release
