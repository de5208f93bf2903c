#include "saltctl/provision/processes.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <map>
#include <set>

namespace sb::saltctl {
namespace {

constexpr std::array kPrograms = {"bwrap",      "haproxy",   "postgres", "redis-server",
                                  "saltbitter", "saltcloud", "setpriv"};

struct Seen {
  pid_t parent = 0;
  std::string name;
  bool is_ours = false;
};

// "4711 (a name) S 1 …": the name may hold anything, so it ends at the last parenthesis.
bool parse_stat(const std::string& stat, Seen& seen) {
  auto open = stat.find('('), close = stat.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close + 4 > stat.size())
    return false;
  seen.name = stat.substr(open + 1, close - open - 1);
  bool is_zombie = stat[close + 2] == 'Z';
  auto parent = stat.substr(close + 4);
  std::from_chars(parent.data(), parent.data() + parent.size(), seen.parent);
  return !is_zombie;
}

std::string text_of(const fs::Path& path) {
  auto text = fs::read_file(path);
  return text ? *std::move(text) : "";
}

// Whether an argument or SALTBITTER_HOME names the folder or something in it.
bool names_folder(const fs::Path& proc, const std::string& folder, const std::string& home) {
  auto command_line = text_of(proc / "cmdline");
  for (auto at = command_line.find(folder); at != std::string::npos;
       at = command_line.find(folder, at + 1)) {
    auto next = at + folder.size();
    if (next == command_line.size() || command_line[next] == '/' || command_line[next] == '\0')
      return true;
  }
  auto environment = std::string(1, '\0') + text_of(proc / "environ") + std::string(1, '\0');
  return environment.contains(std::string(1, '\0') + "SALTBITTER_HOME=" + home +
                              std::string(1, '\0'));
}

std::map<pid_t, Seen> all_processes(const fs::Path& cloud_folder) {
  std::map<pid_t, Seen> processes;
  auto entries = fs::list("/proc");
  if (!entries) return processes;
  for (const auto& entry : *entries) {
    auto name = entry.filename().string();
    pid_t pid = 0;
    auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc() || end != name.data() + name.size()) continue;
    Seen seen;
    if (!parse_stat(text_of(entry / "stat"), seen)) continue;
    bool is_known = std::ranges::find(kPrograms, seen.name) != kPrograms.end();
    seen.is_ours =
        is_known && names_folder(entry, cloud_folder.string(), cloud_folder.parent_path().string());
    processes[pid] = std::move(seen);
  }
  return processes;
}

void add_descendants(std::map<pid_t, Seen>& processes) {
  for (bool grew = true; grew;) {
    grew = false;
    for (auto& [pid, seen] : processes) {
      auto parent = processes.find(seen.parent);
      // Below saltcloud only what it is known to start; below a sandbox everything is inside it.
      bool has_our_parent = parent != processes.end() && parent->second.is_ours;
      if (seen.is_ours || !has_our_parent) continue;
      seen.is_ours = true;
      grew = true;
    }
  }
}

int polite_signal(const std::string& name) {
  return name == "postgres" ? SIGINT : SIGTERM;
}

}  // namespace

std::vector<CloudProcess> cloud_processes(const fs::Path& cloud_folder) {
  auto processes = all_processes(cloud_folder);
  add_descendants(processes);
  std::vector<CloudProcess> result;
  for (const auto& [pid, seen] : processes) {
    if (!seen.is_ours || pid == getpid()) continue;
    auto identity = process::identify(pid);
    if (!identity) continue;
    auto parent = processes.find(seen.parent);
    bool is_worker =
        parent != processes.end() && parent->second.is_ours && parent->second.name == seen.name;
    bool is_sandbox = seen.name == "bwrap" || seen.name == "setpriv";
    result.push_back({*identity, seen.name, !is_worker && !is_sandbox});
  }
  return result;
}

Task<std::size_t> end_cloud_processes(fs::Path cloud_folder, Duration grace) {
  // saltcloud first, so that it does not start again what is being ended.
  auto first = cloud_processes(cloud_folder);
  for (const auto& process : first) {
    if (process.name == "saltcloud") co_await process::stop(process.identity, grace);
  }
  // Then the platform's tasks, the proxy and the stores, each when those that use it have gone.
  constexpr std::array<std::string_view, 3> kStores = {"postgres", "redis-server", "bwrap"};
  auto is_store = [&](const CloudProcess& p) {
    return std::ranges::find(kStores, p.name) != kStores.end();
  };
  auto deadline = Deadline::after(grace);
  for (bool stores : {false, true}) {
    std::set<pid_t> asked;
    for (;;) {
      std::size_t left = 0;
      for (const auto& process : cloud_processes(cloud_folder)) {
        if (is_store(process) != stores || process.name == "bwrap" || process.name == "setpriv")
          continue;
        ++left;
        bool is_new = asked.insert(process.identity.pid).second;
        if (process.is_leader && is_new)
          process::send_signal(process.identity, polite_signal(process.name));
      }
      if (left == 0 || deadline.has_passed()) break;
      co_await sleep_for(std::chrono::milliseconds(20));
    }
  }
  for (int round = 0; round < 50; ++round) {
    auto rest = cloud_processes(cloud_folder);
    if (rest.empty()) break;
    bool is_patient = round < 10;  // sandboxes end by themselves once what is in them has
    for (const auto& process : rest) {
      if (!is_patient) process::send_signal(process.identity, SIGKILL);
    }
    co_await sleep_for(std::chrono::milliseconds(20));
  }
  co_return first.size();
}

}  // namespace sb::saltctl
