// Monitors and dashboards as code: deploy/datadog/{monitors,dashboards}/*.json, compared with what
// Datadog has, and put there. Idempotent by name: what is the same is left alone, what saltctl did
// not make is never touched (its tag is `managed-by:saltctl`).
#pragma once

#include <boost/describe/enum.hpp>

#include <memory>
#include <string>
#include <vector>

#include "base/async/task.hpp"
#include "release/notify/accounts.hpp"

namespace sb::release::alerts {

struct DeclaredMonitor {
  std::string file;
  std::string name;
  std::vector<std::string> tags;
  bool is_critical = false;  // else it may be silenced during a release
  std::string body;          // JSON, as Datadog takes it
};
struct DeclaredDashboard {
  std::string file;
  std::string title;
  std::string body;
};
// Errors name the file and the member. A folder that is not there is empty.
Result<std::vector<DeclaredMonitor>> load_monitors(const fs::Path& folder);
Result<std::vector<DeclaredDashboard>> load_dashboards(const fs::Path& folder);

enum class ChangeKind { create, update, unchanged, undeclared };
BOOST_DESCRIBE_ENUM(ChangeKind, create, update, unchanged, undeclared)

struct Change {
  ChangeKind kind = ChangeKind::unchanged;
  std::string what;  // "monitor" or "dashboard"
  std::string name;
  std::string id;                   // Datadog's; empty before it is made
  std::vector<std::string> fields;  // update: what differs, "options/thresholds/critical: 1 → 5"
};
BOOST_DESCRIBE_STRUCT(Change, (), (kind, what, name, id, fields))

class Declarations {
 public:
  Declarations(fs::Path folder, notify::Datadog account, std::string ca_file = {});
  ~Declarations();
  // Everything declared, and what is there by saltctl's hand without being declared.
  Task<Result<std::vector<Change>>> diff();
  // Monitors are validated by Datadog first, all of them; only then is anything written. Returns
  // what was done.
  Task<Result<std::vector<Change>>> apply();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sb::release::alerts
