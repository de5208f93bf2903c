// Carries pending messages to where they belong. Never throws, never fails a release: what cannot
// be delivered now stays in the outbox, and what a service refuses for good becomes a dead letter.
// Channels are served side by side, each in order. At least once: a crash between sending and
// noting it sends again, with the same id, so that the receiver can tell.
#pragma once

#include <memory>
#include <string>

#include "base/async/task.hpp"
#include "release/notify/accounts.hpp"
#include "release/notify/outbox.hpp"

namespace sb::release::notify {

struct CourierOptions {
  fs::Path lock;  // home/release/outbox.lock: one courier at a time on this machine
  Duration call_timeout = std::chrono::seconds(5);
  Duration first_wait = std::chrono::seconds(1);  // doubled with each failure, jittered
  Duration longest_wait = std::chrono::minutes(5);
  std::string ca_file;  // PEM, in place of the system's roots
};

struct DeliveryReport {
  std::int64_t delivered = 0;
  std::int64_t to_inbox = 0;
  std::int64_t dead = 0;
  std::int64_t waiting = 0;           // still pending
  std::vector<std::string> troubles;  // a sentence for each channel that waits or refused
  bool another_is_at_it = false;      // somebody else holds the lock; nothing was tried
};

enum class Hurry {
  no,   // leave channels alone that failed a moment ago
  yes,  // a person asked: try them now (but for those that told us to wait)
};

class Courier {
 public:
  Courier(Outbox& outbox, Accounts accounts, CourierOptions options);
  ~Courier();
  Courier(Courier&&) noexcept;

  // Everything that is due. Begins no attempt after `deadline`; one that has begun has its own
  // time-out. An Error only when the outbox cannot be read or written.
  Task<Result<DeliveryReport>> deliver_due(Deadline deadline, Hurry hurry = Hurry::no);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with deliveries that are under way
};

}  // namespace sb::release::notify
