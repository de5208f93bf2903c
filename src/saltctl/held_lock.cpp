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

Task<Result<>> HeldLock::check() {
  release::LockStore store(*api_, parameter_);
  co_return co_await store.check(mine_);
}

Task<> HeldLock::give_back() {
  release::LockStore store(*api_, parameter_);
  auto given_back = co_await store.release(mine_);
  (void)given_back;  // the journal says that what it was for has ended
}

Task<std::expected<void, Failure>> still_alone(Session& session) {
  const auto lock = session.held;
  if (!lock) co_return std::expected<void, Failure>{};
  auto held = co_await lock->check();
  if (held) co_return std::expected<void, Failure>{};
  const auto& name = session.environment.name;
  if (held.error().code != ErrorCode::conflict)
    co_return std::unexpected(with_hint(std::move(held).error(), name));
  co_return std::unexpected(
      Failure(std::move(held).error().in("the release lock is not ours any more"),
              "saltctl status " + name, release::exit_code(release::Outcome::refused)));
}

}  // namespace sb::saltctl
