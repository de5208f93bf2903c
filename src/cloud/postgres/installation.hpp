// The PostgreSQL programs of this machine, and data folders made with them. A new cluster is a copy
// of a template, made once by initdb: that takes a tenth of the time. Its administrator is
// `rdsadmin`, as on RDS, with one random password for all clusters of a home.
#pragma once

#include <string>
#include <vector>

#include "base/async/spawn.hpp"
#include "cloud/runtime/sandbox.hpp"

namespace sb::cloud::postgres {

inline constexpr const char* kAdministrator = "rdsadmin";

struct Programs {
  int major = 0;
  std::string version;  // "15.20"
  fs::Path folder;      // .../bin
};

class Installation {
 public:
  // `folder`: home/cloud/postgres. Errors: not_found, naming the Debian package.
  static Task<Result<std::unique_ptr<Installation>>> open(fs::Path folder, BlockingPool& pool);

  const std::vector<Programs>& programs() const {
    return programs_;
  }  // newest first, never empty
  const Programs* find(int major) const;
  const std::string& administrator_password() const {
    return password_;
  }
  const runtime::Account& account() const {
    return account_;
  }

  // An empty cluster in `data`, which appears complete or not at all.
  Task<Result<>> make_data(int major, fs::Path data, Deadline deadline);
  // The same with the contents of another data folder. It is on disk when this returns.
  Task<Result<>> copy_data(fs::Path from, fs::Path data, Deadline deadline);
  // The same by hard links, which cost no room: for two folders neither of which is ever written
  // to, such as a snapshot and its copy. Either may be removed without the other.
  Task<Result<>> link_data(fs::Path from, fs::Path data, Deadline deadline);
  // Everything below `folder` is on disk when this returns.
  Task<Result<>> sync(fs::Path folder);
  // Ends what `run` started with this work folder before we were killed.
  Task<> end_leftover(fs::Path work_folder);
  // A program of PostgreSQL in a sandbox; `mounts` must hold what it needs.
  Task<Result<>> run(int major, std::string program, std::vector<std::string> arguments,
                     std::map<std::string, std::string> environment, fs::Path work_folder,
                     Deadline deadline);
  // Makes a folder of the account's own.
  Result<> make_own_folder(const fs::Path& folder) const;

 private:
  Installation(fs::Path folder, BlockingPool& pool) : folder_(std::move(folder)), pool_(pool) {}
  Task<Result<>> make_template(int major, Deadline deadline);
  // With one of cp's ways to copy a file.
  Task<Result<>> duplicate(std::string way, fs::Path from, fs::Path data, Deadline deadline);

  fs::Path folder_;
  BlockingPool& pool_;
  std::vector<Programs> programs_;
  std::string password_;
  runtime::Account account_;
  bool is_making_template_ = false;
};

}  // namespace sb::cloud::postgres
