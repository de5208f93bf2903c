// The release side of an environment at a glance.
#pragma once

#include <optional>
#include <vector>

#include "base/async/task.hpp"
#include "release/journal/journal.hpp"
#include "release/runner/approval_store.hpp"
#include "release/runner/lock.hpp"

namespace sb::release {

// What `saltctl status ENV` shows of the release side.
struct EnvironmentStatus {
  std::optional<LockInfo> lock;
  bool lock_holder_is_alive = false;
  std::optional<journal::ReleaseRow> unfinished;
  std::vector<journal::ReleaseRow> newest;  // newest first, at most 10
  std::vector<journal::LedgerRow> ledger;   // newest first, at most 20
  std::vector<PendingApproval> waiting;     // for an approval, oldest first
};

// Needs the cloud and the journal, and nothing of what the environment is made of: it is quick.
Task<Result<EnvironmentStatus>> read_status(Api& api, const EnvironmentConfig& config,
                                            journal::Journal& journal);

}  // namespace sb::release
