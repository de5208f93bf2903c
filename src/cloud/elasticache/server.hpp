// One redis-server in a sandbox, with an append-only file, kept alive until it is stopped.
#pragma once

#include "base/redis/redis.hpp"
#include "cloud/runtime/keeper.hpp"

namespace sb::cloud::elasticache {

struct ServerSpec {
  fs::Path folder;  // its own; `data` is in it
  std::string name;
  std::string address;  // 127.B.3.N
  int port = 6379;
};

class Server {
 public:
  Server(Executor executor, ServerSpec spec);

  // Adopts or starts it; returns when it answers (its file has been read).
  // Errors: not_found (naming the Debian package), failed_precondition (with its last words),
  // timeout.
  Task<Result<>> start(Deadline deadline);
  Task<> stop(Duration grace);
  bool is_running() const {
    return keeper_.sandbox().has_value();
  }
  // Clients that are connected, ours not counted.
  Task<Result<std::int64_t>> count_connections(Deadline deadline);
  fs::Path log_path() const {
    return spec_.folder / "redis.log";
  }

 private:
  Result<> make_data_folder() const;
  static runtime::SandboxSpec sandbox_spec(const ServerSpec& spec);
  Task<Result<>> check_ready(Deadline deadline) const;

  Executor executor_;
  ServerSpec spec_;
  runtime::Keeper keeper_;
  redis::Client client_;  // kept open: it looks once a second
};

// "7.0.15", of the installed server. Error not_found names the Debian package.
Task<Result<std::string>> installed_version();

}  // namespace sb::cloud::elasticache
