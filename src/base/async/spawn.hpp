// Starting coroutines and moving blocking work off the loop.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <type_traits>

#include "base/async/gate.hpp"
#include "base/async/signals.hpp"
#include "base/async/task.hpp"

namespace sb {

// Starts `task` on `executor`. What it throws is logged under `name`, never lost and never
// rethrown.
void spawn_logged(const Executor& executor, std::string name, Task<> task);
// The same, holding `gate` until it ends, and cancelled by its drain(); does nothing (and says so
// in the log) if the gate is closed.
void spawn_logged(const Executor& executor, Gate& gate, std::string name, Task<> task);

// Runs `task` on a fresh loop until it ends and returns its value: for main functions and tests.
void run_task(Task<> task);
template <class T>
T run_task(Task<T> task) {
  std::optional<T> value;
  run_task([](Task<T> inner, std::optional<T>& out) -> Task<> {
    out.emplace(co_await std::move(inner));
  }(std::move(task), value));
  return std::move(*value);
}

// A named, bounded pool for work that blocks or burns CPU (argon2, tar, SQLite backups). Its end
// waits for the work that it was given. It must go before the loops whose coroutines use it.
class BlockingPool {
 public:
  explicit BlockingPool(std::size_t threads);
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  // Runs `work` on the pool and resumes on the caller's executor with what it returned or threw.
  // A cancelled caller is resumed when the work is done, not before.
  template <class F>
  auto run(F work) -> Task<std::invoke_result_t<F>> {
    using T = std::invoke_result_t<F>;
    std::optional<T> value;
    co_await run_erased([&value, &work] { value.emplace(work()); });
    co_return std::move(*value);
  }

 private:
  Task<> run_erased(std::function<void()> work);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sb
