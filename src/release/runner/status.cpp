#include "release/runner/status.hpp"

#include "release/runner/lock_store.hpp"

namespace sb::release {

Task<Result<EnvironmentStatus>> read_status(Api& api, const EnvironmentConfig& config,
                                            journal::Journal& journal) {
  EnvironmentStatus status;
  LockStore locks(api, config.lock_name());
  SB_CO_TRY(status.lock, co_await locks.peek());
  status.lock_holder_is_alive = status.lock && holder_of(*status.lock) == Holder::alive;
  ApprovalStore approvals(api, config.name);
  SB_CO_TRY(status.waiting, co_await approvals.waiting());
  SB_CO_TRY(status.unfinished, journal.unfinished(config.name));
  SB_CO_TRY(status.newest, journal.newest(config.name, 10));
  SB_CO_TRY(status.ledger, journal.ledger(config.name, 20));
  co_return status;
}

}  // namespace sb::release
