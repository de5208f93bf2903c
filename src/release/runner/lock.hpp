// The release lock: one SSM parameter an environment, made with Overwrite=false, so that the second
// of two deploys is refused and told who holds it.
#pragma once

#include <boost/describe/class.hpp>

#include <cstdint>
#include <string>

#include "base/clock/clock.hpp"

namespace sb::release {

struct LockInfo {
  std::string release_id;
  std::string owner;  // user
  std::string host;
  std::int64_t pid = 0;
  std::string start_ticks;  // of that pid, so that a reused number is not taken for it
  std::string nonce;        // of that process: a lock that no longer carries it was taken over
  Timestamp taken_at{};
  std::string what;  // "deploy 1.2.0 to production"
};
BOOST_DESCRIBE_STRUCT(LockInfo, (),
                      (release_id, owner, host, pid, start_ticks, nonce, taken_at, what))

enum class Holder { alive, dead, elsewhere };  // elsewhere: on another host, nobody here can tell
Holder holder_of(const LockInfo& lock);

// "release rel-… (deploy 1.2.0 to production) by anna on web1 (pid 4711) since 10:20:30 UTC; ..."
std::string describe(const LockInfo& lock, Holder holder);

// This process, for a lock it is going to take.
LockInfo lock_for(const std::string& release_id, const std::string& owner, const std::string& what,
                  Timestamp at);

}  // namespace sb::release
