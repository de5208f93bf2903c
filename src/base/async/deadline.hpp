// Every wait has a Deadline: a point in steady time, passed down by value.
#pragma once

#include <algorithm>
#include <chrono>

namespace sb {

using Duration = std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;

class Deadline {
 public:
  static Deadline after(Duration d) {
    return Deadline(std::chrono::steady_clock::now() + d);
  }
  static Deadline at(SteadyTime t) {
    return Deadline(t);
  }
  // For background work that ends only with its gate or its process.
  static Deadline never() {
    return Deadline(SteadyTime::max());
  }

  bool is_never() const {
    return time_ == SteadyTime::max();
  }
  bool has_passed() const {
    return std::chrono::steady_clock::now() >= time_;
  }
  SteadyTime time() const {
    return time_;
  }
  // Time left, rounded up to a millisecond, never negative; an hour for never().
  Duration remaining() const {
    if (is_never()) return std::chrono::hours(1);
    auto left = std::chrono::ceil<Duration>(time_ - std::chrono::steady_clock::now());
    return std::max(left, Duration(0));
  }
  Deadline earlier(Deadline other) const {
    return Deadline(std::min(time_, other.time_));
  }

 private:
  explicit Deadline(SteadyTime t) : time_(t) {}
  SteadyTime time_;
};

}  // namespace sb
