#include "cloud/daemon/stop.hpp"

#include <chrono>
#include <csignal>
#include <vector>

#include "cloud/daemon/home.hpp"
#include "cloud/proxy/child.hpp"
#include "cloud/runtime/sandbox.hpp"
#include "cloud/store/address_block.hpp"
#include "cloud/store/store.hpp"

namespace sb::cloud {

namespace {

constexpr std::chrono::seconds kDaemonGrace(30);
constexpr std::chrono::seconds kChildGrace(20);

// Every folder that a sandbox ran in: it holds the status.json that bubblewrap wrote.
void find_sandboxes(const fs::Path& folder, std::vector<fs::Path>& out, int depth = 0) {
  constexpr int kDeepest = 3;  // tasks/ID, rds/ID/server
  auto entries = fs::list(folder);
  if (!entries) return;
  for (const auto& entry : *entries) {
    std::error_code error;
    if (std::filesystem::is_symlink(entry, error)) continue;
    if (std::filesystem::is_directory(entry, error)) {
      if (depth < kDeepest) find_sandboxes(entry, out, depth + 1);
    } else if (entry.filename() == "status.json") {
      out.push_back(folder);
    }
  }
}

// PostgreSQL takes SIGTERM as "when the last session has gone".
int signal_for(const fs::Path& home, const fs::Path& sandbox) {
  auto first = sandbox.lexically_relative(home).begin()->string();
  return first == "rds" || first == "postgres" ? SIGINT : SIGTERM;
}

Task<int> stop_children(const Home& home) {
  std::vector<fs::Path> folders;
  find_sandboxes(home.cloud(), folders);
  int ended = 0;
  // Tasks first, while the databases that they write to still answer.
  for (bool is_task : {true, false}) {
    for (const auto& folder : folders) {
      auto relative = folder.lexically_relative(home.cloud());
      if ((relative.begin()->string() == "tasks") != is_task) continue;
      auto sandbox = co_await runtime::Sandbox::adopt(folder);
      if (!sandbox) continue;
      co_await sandbox->stop(kChildGrace, signal_for(home.cloud(), folder));
      ++ended;
    }
  }
  proxy::Child balancer(home.cloud() / "haproxy", "haproxy");
  co_await balancer.adopt();
  if (balancer.current()) {
    co_await balancer.stop(kChildGrace);
    ++ended;
  }
  co_return ended;
}

Result<> give_back_addresses(const Home& home) {
  SB_TRY(auto store, Store::open(home.cloud()));
  SB_TRY(auto block, AddressBlock::open(store, home.root));
  return block.abandon();
}

}  // namespace

Task<Result<std::string>> stop(StopOptions options) {
  std::error_code ignored;
  Home home{std::filesystem::absolute(options.home, ignored)};
  if (!std::filesystem::exists(home.cloud(), ignored))
    co_return fmt::format("There is no saltcloud in {}.", home.root.string());

  std::string report;
  SB_CO_TRY(auto record, home.read_record());
  if (record && process::is_alive(record->identity())) {
    co_await process::stop(record->identity(), kDaemonGrace);
    report = fmt::format("The daemon (process {}) has stopped.", record->pid);
  } else {
    report = "The daemon was not running.";
  }
  // From here on nobody starts it again under us.
  auto lock = fs::FileLock::acquire(home.lock_file());
  if (!lock)
    co_return fail(lock.error().code,
                   "a saltcloud that is not in saltcloud.json serves this home: stop it first",
                   home.root.string());
  SB_CO_TRY_VOID(home.remove_record());
  if (!options.children) co_return report;

  int ended = co_await stop_children(home);
  report += fmt::format(" {} child process{} ended.", ended, ended == 1 ? "" : "es");
  if (!options.volumes) co_return report;

  // A store that cannot be read is deleted all the same; its claim is stale once the home is gone.
  (void)give_back_addresses(home);
  SB_CO_TRY_VOID(fs::remove_all(home.cloud()));
  co_return report + " All data is deleted.";
}

}  // namespace sb::cloud
