// Keeps one sandboxed server running: finds the one that runs already or starts one, and starts it
// again when it dies by itself. When the keeper goes, the server stays: whoever comes next adopts
// it.
#pragma once

#include <functional>
#include <memory>

#include "cloud/runtime/sandbox.hpp"

namespace sb::cloud::runtime {

class Keeper {
 public:
  // `name` is for the log.
  // `died` is called each time the server ended by itself (it is started again a moment later),
  // never after the keeper is gone.
  Keeper(Executor executor, std::string name, SandboxSpec spec, std::function<void()> died = {});
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  // True when it was already running. Errors: Sandbox::start's.
  Task<Result<bool>> start(Deadline deadline);
  // Ends it for good (until the next start).
  Task<> stop(Duration grace, int signal = SIGTERM);
  // Nothing while it is down.
  std::optional<Sandbox> sandbox() const;
  int restarts() const;

 private:
  struct State;
  static Task<> keep(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;  // shared with `keep`, which ends some time after us
};

}  // namespace sb::cloud::runtime
