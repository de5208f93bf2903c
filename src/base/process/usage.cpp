#include <unistd.h>

#include <charconv>
#include <unordered_map>

#include "base/process/proc_stat.hpp"
#include "base/process/process.hpp"

namespace sb::process {

namespace {

std::vector<pid_t> parse_pids(std::string_view text) {
  std::vector<pid_t> pids;
  const char* at = text.data();
  const char* end = at + text.size();
  while (at != end) {
    pid_t pid = 0;
    auto [next, error] = std::from_chars(at, end, pid);
    if (error == std::errc() && next != at) {
      pids.push_back(pid);
      at = next;
    } else {
      ++at;
    }
  }
  return pids;
}

// From /proc/PID/task/TID/children: costs what the tree costs. Nothing if the kernel lacks it.
std::optional<std::vector<pid_t>> children_of(pid_t pid) {
  auto threads = fs::list("/proc/" + std::to_string(pid) + "/task");
  if (!threads) return std::vector<pid_t>{};  // it is gone
  std::vector<pid_t> all;
  for (const auto& thread : *threads) {
    auto text = fs::read_file(thread / "children");
    if (!text) {
      std::error_code ignored;
      if (std::filesystem::exists(thread, ignored)) return std::nullopt;
      continue;
    }
    auto some = parse_pids(*text);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::unordered_map<pid_t, std::vector<pid_t>> all_children() {
  std::unordered_map<pid_t, std::vector<pid_t>> children;
  auto entries = fs::list("/proc");
  if (!entries) return children;
  for (const auto& entry : *entries) {
    auto name = entry.filename().string();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr !=
        name.data() + name.size())
      continue;
    if (auto stat = read_stat(pid)) children[stat->parent].push_back(pid);
  }
  return children;
}

}  // namespace

std::optional<Usage> usage_of_tree(pid_t root) {
  static const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  static const auto ticks_a_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  constexpr std::size_t kMaxProcesses = 65536;  // a fork bomb must not take us with it

  if (!read_stat(root)) return std::nullopt;
  std::optional<std::unordered_map<pid_t, std::vector<pid_t>>> scanned;
  std::vector<pid_t> pending{root};
  Usage usage;
  std::uint64_t ticks = 0;
  for (std::size_t i = 0; i < pending.size() && i < kMaxProcesses; ++i) {
    auto stat = read_stat(pending[i]);
    if (!stat) continue;
    usage.resident_bytes += stat->resident_pages * page_bytes;
    ticks += stat->cpu_ticks;
    std::optional<std::vector<pid_t>> children;
    if (!scanned) children = children_of(pending[i]);
    if (!children) {
      if (!scanned) scanned = all_children();
      children = (*scanned)[pending[i]];
    }
    pending.insert(pending.end(), children->begin(), children->end());
  }
  usage.cpu_ms = ticks * 1000 / ticks_a_second;
  return usage;
}

}  // namespace sb::process
