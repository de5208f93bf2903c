// The release lock of an environment in the hands of something that is no release: a procedure, an
// emergency.
#pragma once

#include <memory>
#include <string>

#include "release/journal/journal.hpp"
#include "release/runner/lock_store.hpp"
#include "saltctl/session.hpp"

namespace sb::saltctl {

class HeldLock {
 public:
  // `id` is what the journal explains it by; a dead process's lock of the same id is taken over.
  // The failure tells who holds it, and what to type.
  static Task<std::expected<HeldLock, Failure>> take(Session& session,
                                                     release::journal::Journal& journal,
                                                     std::string id, std::string what);
  // Error conflict when somebody broke it: it is not ours any more.
  Task<Result<>> check();
  // One that cannot be given back stays with a dead process, for whoever comes next.
  Task<> give_back();

 private:
  HeldLock(std::unique_ptr<release::Api> api, std::string parameter, release::LockInfo mine);

  std::unique_ptr<release::Api> api_;
  std::string parameter_;
  release::LockInfo mine_;
};

// Before each change, as the release engine asks: nothing where nothing is held.
Task<std::expected<void, Failure>> still_alone(Session& session);

}  // namespace sb::saltctl
