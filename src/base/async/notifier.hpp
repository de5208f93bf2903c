// Something changed, look again: wakes every waiter. Loop over your own condition:
//   while (!ready) if (!co_await changed.wait(deadline)) co_return fail(ErrorCode::timeout, ...);
#pragma once

#include <boost/asio/steady_timer.hpp>

#include "base/async/task.hpp"

namespace sb {

class Notifier {
 public:
  explicit Notifier(const Executor& executor) : timer_(executor) {
    timer_.expires_at(SteadyTime::max());
  }

  void notify_all() {
    timer_.cancel();
  }
  // True when notified, false when the deadline passed. Waits on one executor's thread only.
  Task<bool> wait(Deadline deadline);

 private:
  boost::asio::steady_timer timer_;
};

}  // namespace sb
