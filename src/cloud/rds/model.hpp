// DB instances and snapshots as rules without disk or server: what a request may say, what it
// makes, and what is shown. Pure.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "aws/model/rds.hpp"
#include "cloud/gateway/fault.hpp"
#include "cloud/store/arn.hpp"

namespace sb::cloud::rds {

namespace api = aws::rds;
using gateway::Outcome;

namespace status {
inline constexpr const char* kCreating = "creating";
inline constexpr const char* kAvailable = "available";
inline constexpr const char* kBackingUp = "backing-up";
inline constexpr const char* kModifying = "modifying";
inline constexpr const char* kRebooting = "rebooting";
inline constexpr const char* kStarting = "starting";
inline constexpr const char* kStopping = "stopping";
inline constexpr const char* kStopped = "stopped";
inline constexpr const char* kDeleting = "deleting";
inline constexpr const char* kFailed = "failed";
inline constexpr const char* kIncompatibleRestore = "incompatible-restore";
}  // namespace status

// As stored. The status in `view` says what is under way; everything a restarted daemon needs to go
// on with it is beside it.
struct Instance {
  api::DBInstance view;
  std::string address;
  int major = 0;
  int port = 5432;
  std::string sealed_password;                // until PostgreSQL has it
  std::string restored_from;                  // folder of a snapshot, until its data is copied
  std::optional<std::string> final_snapshot;  // while deleting
  bool keeps_automated_snapshots = false;     // while deleting

  const std::string& id() const {
    return *view.DBInstanceIdentifier;
  }
  const std::string& resource_id() const {
    return *view.DbiResourceId;
  }
  const std::string& status() const {
    return *view.DBInstanceStatus;
  }
};
BOOST_DESCRIBE_STRUCT(Instance, (),
                      (view, address, major, port, sealed_password, restored_from, final_snapshot,
                       keeps_automated_snapshots))

struct Snapshot {
  api::DBSnapshot view;
  std::string folder;  // a name below home/cloud/snapshots
  int major = 0;
  std::string database;     // DBName of its instance
  std::string copied_from;  // folder of the original, while a copy is made

  const std::string& id() const {
    return *view.DBSnapshotIdentifier;
  }
};
BOOST_DESCRIBE_STRUCT(Snapshot, (), (view, folder, major, database, copied_from))

// What there is to run.
struct Engine {
  int major = 0;
  std::string version;
};

// Lower-cased, from an id or an ARN of this kind ("db", "snapshot").
std::string normalize_id(std::string_view id_or_arn);
Outcome<void> check_instance_id(const std::string& id);
Outcome<void> check_snapshot_id(const std::string& id);
Outcome<void> check_password(const std::string& password);
Outcome<Engine> choose_engine(const std::optional<std::string>& version,
                              const std::vector<Engine>& engines);

// A new instance, `creating`, without address, password and endpoint.
Outcome<Instance> plan_instance(const api::CreateDBInstanceRequest& request,
                                const std::vector<Engine>& engines, const Arns& arns,
                                std::string resource_id, Timestamp now);
Outcome<Instance> plan_restore(const api::RestoreDBInstanceFromDBSnapshotRequest& request,
                               const Snapshot& snapshot, const std::vector<Engine>& engines,
                               const Arns& arns, std::string resource_id, Timestamp now);
Snapshot plan_snapshot(const Instance& source, std::string id, std::string type,
                       std::vector<api::Tag> tags, const Arns& arns, std::string folder,
                       Timestamp now);
// "rds:saltbitter-prod-2026-11-22-10-20"
std::string automated_snapshot_id(const std::string& instance, Timestamp now);

// Applies what needs no server; what waits for the next reboot goes to PendingModifiedValues. True
// when the server has something to do (a new password, a new port).
Outcome<bool> modify(Instance& instance, const api::ModifyDBInstanceRequest& request,
                     const Arns& arns);
void apply_pending(Instance& instance);

bool matches(const Instance& instance, const std::vector<api::Filter>& filters);
bool matches(const Snapshot& snapshot, const std::vector<api::Filter>& filters);
void set_tags(std::vector<api::Tag>& tags, const std::vector<api::Tag>& added);

}  // namespace sb::cloud::rds
