// The lock's parameter in SSM: taken, looked at, taken over, given back.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "release/runner/api.hpp"
#include "release/runner/lock.hpp"

namespace sb::release {

class LockStore {
 public:
  LockStore(Api& api, std::string parameter) : api_(api), parameter_(std::move(parameter)) {}

  // Nothing when nobody holds it.
  Task<Result<std::optional<LockInfo>>> peek();
  // Takes it for `wanted`, also over: from the same release's dead process, and from a dead process
  // whose release `is_over` says has ended. Returns who holds it then: us, or the other.
  Task<Result<LockInfo>> acquire(LockInfo wanted, std::function<bool(const LockInfo&)> is_over);
  // Gives back what is ours; someone else's lock is left alone.
  Task<Result<>> release(const LockInfo& mine);
  // Unconditionally, for an operator.
  Task<Result<>> remove();
  // Error conflict when it is not ours any more.
  Task<Result<>> check(const LockInfo& mine);

 private:
  Task<Result<>> put(const LockInfo& lock, bool overwrite);

  Api& api_;
  std::string parameter_;
};

inline bool is_same_holder(const LockInfo& a, const LockInfo& b) {
  return a.nonce == b.nonce && a.release_id == b.release_id;
}

}  // namespace sb::release
