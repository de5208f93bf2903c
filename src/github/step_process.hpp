// A step's script as a process that outlives salthub. In its folder lie `script`, `log`, `pid`
// (written by the process itself, with its start time) and `exit`, so that a restarted salthub
// finds it, waits for it and learns how it ended.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/async/task.hpp"
#include "base/fs/fs.hpp"

namespace sb::github {

struct StepProcess {
  fs::Path folder;
  fs::Path working_directory;
  std::string script;
  std::map<std::string, std::string> environment;  // all there is
};

struct StepOutcome {
  std::string conclusion;  // success, failure; empty: salthub stops, the process goes on
  std::string note;
};

// Looked at while the process runs.
enum class Demand : std::uint8_t { go_on, leave, end };

// Errors only for what keeps it from starting.
Result<> start_step_process(const StepProcess& step);
// Waits for the process of `folder`, whoever started it. `demand` is asked now and then; `end`
// terminates its whole session.
Task<StepOutcome> await_step_process(fs::Path folder, std::function<Demand()> demand);

}  // namespace sb::github
