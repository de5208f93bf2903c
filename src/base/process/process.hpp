// Child processes: started without a shell, with nothing inherited but what is named; told apart
// from a recycled pid by their start time; watched by pidfd, whether they are children or adopted.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/async/task.hpp"
#include "base/fs/fs.hpp"

namespace sb::process {

// A process that may outlive us. `start_ticks` is field 22 of /proc/PID/stat.
struct Identity {
  pid_t pid = 0;
  std::uint64_t start_ticks = 0;
  friend bool operator==(const Identity&, const Identity&) = default;
};

struct ExitStatus {
  int code = 0;  // exit code, or 128 + signal
  std::optional<int> signal;
  bool is_known = true;  // false for an adopted process: only that it ended is known
};

struct SpawnOptions {
  std::vector<std::string> argv;  // argv[0] is looked up on PATH
  std::map<std::string, std::string> environment;
  bool inherit_environment = true;  // `environment` is added to ours, or is all there is
  fs::Path working_directory;       // empty: ours
  // Descriptors: empty path = /dev/null. Output files are appended to, created 0600.
  fs::Path stdin_path, stdout_path, stderr_path;
  bool inherit_stdio = false;                         // use ours instead
  std::vector<std::pair<int, int>> pass_fds;          // (ours, theirs); all others are closed
  bool new_session = true;                            // setsid: terminal signals do not reach it
  std::optional<std::pair<uid_t, gid_t>> run_as;      // needs root
  std::vector<std::pair<int, std::uint64_t>> limits;  // (RLIMIT_..., soft and hard value)
};

// Signal dispositions and mask are reset in the child. Errors: not_found (no such program),
// permission_denied, resource_exhausted.
Result<Identity> spawn(const SpawnOptions& options);

bool is_alive(const Identity& process);  // false for a zombie and for a recycled pid
std::optional<Identity> identify(pid_t pid);
// A signal to the process only if it still is that process. False when it is gone.
bool send_signal(const Identity& process, int signal);
// Ends when the process does; reaps it if it is our child.
Task<ExitStatus> wait(Identity process);
// TERM, then KILL after `grace`; returns when it is gone.
Task<> stop(Identity process, Duration grace);

struct Output {
  ExitStatus status;
  std::string out, err;  // at most 16 MiB each
};
// Runs to completion with `input` on stdin; killed (whole session) at the deadline: error timeout.
Task<Result<Output>> run(SpawnOptions options, std::string input, Deadline deadline);

// Resident set and CPU time of a process and all its descendants, from /proc.
struct Usage {
  std::uint64_t resident_bytes = 0;
  std::uint64_t cpu_ms = 0;
};
std::optional<Usage> usage_of_tree(pid_t pid);

// Full path of `name` on PATH, or in `extra` folders (searched first) or the sbin folders (last).
std::optional<fs::Path> find_program(const std::string& name,
                                     const std::vector<fs::Path>& extra = {});

}  // namespace sb::process
