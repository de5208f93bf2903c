// The process's own end, and whatever else it is signalled.
#pragma once

#include <memory>
#include <vector>

#include "base/async/task.hpp"

namespace sb {

// Signals are caught, and so never deadly, from the construction on: a server makes one before it
// tells anybody that it serves. One that arrives while nobody waits is kept. Copies share them.
class Signals {
 public:
  Signals(const Executor& executor, const std::vector<int>& numbers);
  Task<int> wait() const;  // the number of the next one; one waiter at a time

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// Waits for one of `numbers`, caught from when this is first awaited; returns its number.
Task<int> wait_for_signal(std::vector<int> numbers);

}  // namespace sb
