// How to stop taking work and wait for the rest. A holder keeps the gate open from the inside;
// close() refuses new holders; wait() ends when the last one has left, drain() makes the last ones
// leave. One executor's thread only. A holder may outlive its gate: a loop that is torn down ends
// its coroutines after their owners.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <set>

#include "base/async/task.hpp"

namespace sb {

class Gate {
  struct State;
  using Signal = std::shared_ptr<boost::asio::cancellation_signal>;

 public:
  explicit Gate(Executor executor);
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  class Holder {
   public:
    explicit Holder(std::shared_ptr<State> state);
    Holder(Holder&&) noexcept = default;
    Holder& operator=(Holder&&) = delete;
    ~Holder();

    // What is bound to this slot is cancelled by drain().
    boost::asio::cancellation_slot slot();

   private:
    std::shared_ptr<State> state_;
    Signal signal_;
  };

  // Nothing once the gate is closed.
  std::optional<Holder> enter();
  void close();
  bool is_closed() const;
  std::size_t inside() const;
  // True when everyone has left, false when the deadline passed first.
  Task<bool> wait(Deadline deadline);
  // For the end of the gate's owner. Closes it, and at the deadline cancels what those inside wait
  // for: they unwind at their next co_await. Returns when all have left; work on a BlockingPool is
  // never cut off, so it is waited for however long it takes.
  Task<> drain(Deadline deadline);

 private:
  std::shared_ptr<State> state_;
};

}  // namespace sb
