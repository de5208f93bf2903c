// One reading of /proc/PID/stat. Private to this folder.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace sb::process {

struct ProcStat {
  char state = '?';
  pid_t parent = 0;
  pid_t session = 0;
  std::uint64_t cpu_ticks = 0;  // own, and of children that were waited for
  std::uint64_t start_ticks = 0;
  std::uint64_t resident_pages = 0;
};

// Nothing when there is no such process.
std::optional<ProcStat> read_stat(pid_t pid);

}  // namespace sb::process
