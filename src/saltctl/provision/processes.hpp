// The processes that a local cloud started, found without its help: so that nothing stays behind
// even when it was killed or its state is gone.
#pragma once

#include <string>
#include <vector>

#include "base/async/task.hpp"
#include "base/fs/fs.hpp"
#include "base/process/process.hpp"

namespace sb::saltctl {

struct CloudProcess {
  process::Identity identity;
  std::string name;  // "haproxy", "postgres", …
  // Children of the same program stop with it (PostgreSQL's workers, a sandbox's outer half).
  bool is_leader = true;
};

// saltcloud itself, sandboxes, HAProxy, PostgreSQL and Redis that work below `cloud_folder`, and
// all they started. Never the caller, nor anything that only reads there.
std::vector<CloudProcess> cloud_processes(const fs::Path& cloud_folder);

// Asks each to end in the way it wants to be asked (PostgreSQL by SIGINT: a fast shutdown), waits
// `grace`, then kills what is left. Returns how many there were.
Task<std::size_t> end_cloud_processes(fs::Path cloud_folder, Duration grace);

}  // namespace sb::saltctl
