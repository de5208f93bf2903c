// One PostgreSQL server: a data folder, a sandbox that runs on an address of its own, kept alive
// until it is stopped. It outlives us; `start` adopts it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/pg/pg.hpp"
#include "cloud/postgres/installation.hpp"
#include "cloud/runtime/keeper.hpp"

namespace sb::cloud::postgres {

struct ClusterSpec {
  fs::Path folder;  // its own; `data` is in it
  std::string name;
  std::string address;  // 127.B.2.N
  int port = 5432;
  int max_connections = 100;
};

class Cluster {
 public:
  // The data folder must be there before `start` (Installation::make_data or copy_data).
  Cluster(Executor executor, const Installation& installation, ClusterSpec spec);
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  fs::Path data() const {
    return spec_.folder / "data";
  }
  fs::Path log_path() const {
    return spec_.folder / "postgres.log";
  }

  // Adopts or starts it; returns when it answers (after recovery, if it has to recover).
  // Errors: not_found (no data, no programs), failed_precondition (with PostgreSQL's last words),
  // timeout.
  Task<Result<>> start(Deadline deadline);
  // Ends sessions and shuts down ("fast"); harder when that takes longer than `grace`.
  Task<> stop(Duration grace);
  bool is_running() const {
    return keeper_ && keeper_->sandbox().has_value();
  }
  // False from the moment it dies by itself until it answers again: it runs, but nobody can use it.
  bool is_answering() const {
    return !life_->is_down;
  }
  // Of all its processes; nothing while it is down.
  std::optional<process::Usage> usage() const;
  int restarts() const {
    return keeper_ ? keeper_->restarts() : 0;
  }

  // A role that may log in, create databases and roles, but is no superuser, as RDS's master user;
  // and a database that it owns. May be repeated. An empty `database` is none.
  Task<Result<>> ensure_master(std::string user, std::string password, std::string database,
                               Deadline deadline);
  Task<Result<>> set_password(std::string user, std::string password, Deadline deadline);
  // A physical copy with the log that makes it consistent, in `target`, which appears complete or
  // not at all. The server goes on; the state is that of the copy's end.
  Task<Result<>> take_snapshot(Installation& installation, fs::Path target, Deadline deadline);
  // An administrator's session, for whoever looks at it again and again.
  Task<Result<std::unique_ptr<pg::Connection>>> open_session(Deadline deadline) const;
  // Client sessions, ours not counted.
  Task<Result<int>> count_connections(Deadline deadline);

 private:
  // Shared with the probe, which ends some time after us.
  struct Life {
    bool is_down = false;
    std::uint64_t deaths = 0;  // and stops: what was seen before the newest one does not count
  };
  static Task<> probe(std::shared_ptr<Life> life, std::string dsn, std::string name);
  void died();
  std::string administrator_dsn(const std::string& database) const;
  Task<Result<>> check_ready(Deadline deadline) const;
  Result<> write_configuration() const;
  runtime::SandboxSpec sandbox_spec(const Programs& programs) const;
  Result<int> major() const;

  Executor executor_;
  const Installation& installation_;
  ClusterSpec spec_;
  std::shared_ptr<Life> life_ = std::make_shared<Life>();
  std::unique_ptr<runtime::Keeper> keeper_;
};

}  // namespace sb::cloud::postgres
