#include "saltctl/held_lock.hpp"

#include "release/journal/procedures.hpp"

namespace sb::saltctl {

HeldLock::HeldLock(std::unique_ptr<release::Api> api, std::string parameter, release::LockInfo mine)
    : api_(std::move(api)), parameter_(std::move(parameter)), mine_(std::move(mine)) {}

Task<std::expected<HeldLock, Failure>> HeldLock::take(Session& session,
                                                      release::journal::Journal& journal,
                                                      std::string id, std::string what) {
  const auto& name = session.environment.name;
  const auto config = api_config(session);
  HeldLock lock(std::make_unique<release::Api>(config), config.lock_name(),
                release::lock_for(id, user_name(), what, now()));
  release::LockStore store(*lock.api_, lock.parameter_);
  auto holder = co_await store.acquire(lock.mine_, [&](const release::LockInfo& other) {
    return release::journal::has_ended(journal, other.release_id);
  });
  if (!holder) co_return std::unexpected(with_hint(holder.error(), name));
  if (release::is_same_holder(*holder, lock.mine_)) co_return lock;
  co_return std::unexpected(lock_is_held(*holder, name));
}

Task<> HeldLock::give_back() {
  release::LockStore store(*api_, parameter_);
  auto given_back = co_await store.release(mine_);
  (void)given_back;  // the journal says that what it was for has ended
}

}  // namespace sb::saltctl
