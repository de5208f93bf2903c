// How to stop taking work and wait for the rest. A holder keeps the gate open from the inside;
// close() refuses new holders; wait() ends when the last one has left.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <optional>

#include "base/async/task.hpp"

namespace sb {

class Gate {
 public:
  explicit Gate(Executor executor) : empty_(executor) {
    empty_.expires_at(SteadyTime::max());
  }
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  class Holder {
   public:
    explicit Holder(Gate* gate) : gate_(gate) {
      ++gate_->count_;
    }
    Holder(Holder&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Holder& operator=(Holder&&) = delete;
    ~Holder() {
      if (gate_) gate_->leave();
    }

   private:
    Gate* gate_;
  };

  // Nothing once the gate is closed.
  std::optional<Holder> enter() {
    if (closed_) return std::nullopt;
    return Holder(this);
  }
  void close();
  bool is_closed() const {
    return closed_;
  }
  std::size_t inside() const {
    return count_;
  }
  // True when everyone has left, false when the deadline passed first.
  Task<bool> wait(Deadline deadline);

 private:
  void leave();

  boost::asio::steady_timer empty_;
  std::size_t count_ = 0;
  bool closed_ = false;
};

}  // namespace sb
