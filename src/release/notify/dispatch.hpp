// From the journal to the outbox to the world, beside a release: what saltctl starts with a release
// and wakes at each event. It reads the journal for itself, so an event that was journaled by a
// process that was killed a moment later makes its message all the same, in the next process.
#pragma once

#include <memory>

#include "base/async/task.hpp"
#include "release/journal/journal.hpp"
#include "release/notify/courier.hpp"

namespace sb::release::notify {

// Derives what the journal has that the outbox has not. The number of new messages. When the outbox
// is new, what is older than an hour is history and told to nobody.
Result<std::int64_t> catch_up(journal::Journal& journal, Outbox& outbox, const Audiences& audiences,
                              Timestamp now);

struct DispatchOptions {
  fs::Path journal;
  fs::Path outbox;
  fs::Path accounts;
  Audiences audiences;
  bool is_rehearsal = false;
  CourierOptions courier;
};

class Dispatch {
 public:
  static Result<Dispatch> open(DispatchOptions options);
  Dispatch(Dispatch&&) noexcept;
  ~Dispatch();

  // Serves wake() until finish(); on the runner's loop, never in its way.
  void start(const Executor& executor);
  // Something was journaled. Returns at once; any number of calls becomes one look.
  void wake();
  // After the release: one last look, then up to `deadline` for what is still to be sent.
  Task<Result<DeliveryReport>> finish(Deadline deadline);
  // Without a release: what is due, now.
  Task<Result<DeliveryReport>> deliver(Deadline deadline, Hurry hurry);

  Outbox& outbox();
  // When they cannot be read, messages are derived and kept all the same.
  const Result<Accounts>& accounts() const;

 private:
  struct Impl;
  explicit Dispatch(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;  // shared with what is under way
};

}  // namespace sb::release::notify
