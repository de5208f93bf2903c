// The files by which saltcloud and its clients find each other, below home/cloud/.
#pragma once

#include <optional>
#include <string>

#include "base/fs/fs.hpp"
#include "base/process/process.hpp"

namespace sb::cloud {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
};

// Where the running daemon answers: home/cloud/saltcloud.json, there from its first answer on and
// gone after a graceful stop.
struct DaemonRecord {
  int pid = 0;
  std::uint64_t start_ticks = 0;
  std::string endpoint;  // "http://127.0.0.1:4566"
  std::string region;
  std::string version;

  process::Identity identity() const {
    return {static_cast<pid_t>(pid), start_ticks};
  }
};

struct Home {
  fs::Path root;

  fs::Path cloud() const {
    return root / "cloud";
  }
  fs::Path lock_file() const {
    return cloud() / "saltcloud.lock";
  }

  // Makes the folders, private to the operator.
  Result<> prepare() const;
  // Made on first use, 0600.
  Result<Credentials> credentials() const;
  Result<std::optional<DaemonRecord>> read_record() const;
  Result<> write_record(const DaemonRecord& record) const;
  Result<> remove_record() const;
};

}  // namespace sb::cloud
