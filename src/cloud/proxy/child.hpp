// The HAProxy process (and those before it that still finish requests): started, found again,
// ended. Which processes are ours is on disk before anything relies on them.
#pragma once

#include <optional>
#include <vector>

#include "base/async/task.hpp"
#include "base/process/process.hpp"
#include "cloud/proxy/plan.hpp"

namespace sb::cloud::proxy {

class Child {
 public:
  Child(fs::Path folder, std::string program)
      : folder_(std::move(folder)), program_(std::move(program)) {}

  // The recorded process, if it lives, or whoever of ours answers on the admin socket.
  Task<> adopt();
  // Starts from the files in the folder, taking listeners over from the running one, if there is
  // one, which then finishes what it has. Returns when the new one serves. On failure the old one
  // goes on. Errors: failed_precondition with HAProxy's own words (port taken, certificate
  // unreadable, …).
  Task<Result<>> start(Deadline deadline);
  // Ends all of them.
  Task<> stop(Duration grace);
  // Forgets the current one if it has ended.
  void forget_dead();

  const std::optional<process::Identity>& current() const {
    return current_;
  }
  bool owns(pid_t pid) const;
  Task<Result<Info>> info(Deadline deadline) const;

 private:
  Result<> record() const;
  Task<Result<>> wait_until_serving(process::Identity started, std::size_t log_offset,
                                    Deadline deadline);
  std::string alerts_since(std::size_t log_offset) const;

  fs::Path folder_;
  std::string program_;
  std::optional<process::Identity> current_;
  std::vector<process::Identity> finishing_;
};

}  // namespace sb::cloud::proxy
