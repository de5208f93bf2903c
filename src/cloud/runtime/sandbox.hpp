// One program in a bubblewrap sandbox: the host's /usr read-only, a small /etc, its own /tmp,
// /var/log and process tree, and what is mounted for it. It outlives us. Its folder says all there
// is to know about it (status.json is written by bubblewrap itself), so after a restart `adopt` and
// `ended_in` need nothing but the folder, whenever we were killed.
//
// As root the mounts are made by root and the program runs as `account`, without any capability; as
// an ordinary user it runs in a user namespace of its own.
#pragma once

#include <csignal>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/process/process.hpp"

namespace sb::cloud::runtime {

struct Mount {
  fs::Path source;
  std::string target;
  bool is_writable = false;
};

struct Account {
  std::string name = "nobody";
  uid_t uid = 65534;
  gid_t gid = 65534;
};

struct SandboxSpec {
  fs::Path folder;                                 // this sandbox's own; made 0700 if missing
  std::vector<std::string> argv;                   // visible to everyone: never a secret
  std::map<std::string, std::string> environment;  // all there is; not visible to other users
  std::string working_directory = "/";
  std::string hostname = "localhost";
  std::string address;  // the hostname's, in /etc/hosts
  std::vector<Mount> mounts;
  fs::Path log_path;                     // stdout and stderr, appended
  std::string log_target;                // where the program finds its log, read-only; may be empty
  Account account;                       // used as root only
  std::uint64_t memory_limit_bytes = 0;  // resident; 0 = none
};

struct Exit {
  int code = 0;          // or 128 + signal
  bool is_known = true;  // false when bubblewrap itself was killed
  bool is_out_of_memory = false;
  bool has_started = true;  // false when the sandbox fell before the program ran; the log says why
};

class Sandbox {
 public:
  // Errors: not_found (the program, or bubblewrap: says which package), failed_precondition (what
  // bubblewrap said), timeout.
  static Task<Result<Sandbox>> start(SandboxSpec spec, Deadline deadline);
  // The sandbox that runs with this folder, if any. One that lost its bubblewrap is ended.
  static Task<std::optional<Sandbox>> adopt(fs::Path folder);
  // How the last one with this folder ended. Nothing while it runs, or if it never started.
  static std::optional<Exit> ended_in(const fs::Path& folder);

  const fs::Path& folder() const {
    return folder_;
  }
  const process::Identity& outer() const {
    return outer_;
  }  // bubblewrap
  const process::Identity& init() const {
    return init_;
  }  // process 1 inside

  // Watches its memory too: one waiter at least is needed for the limit to hold.
  Task<Exit> wait() const;
  // A signal to the program itself (process 2 inside). False when there is none.
  bool signal(int number) const;
  // `signal` to the program, KILL to everything after `grace`; returns when all of it is gone.
  Task<Exit> stop(Duration grace, int signal = SIGTERM) const;
  std::optional<process::Usage> usage() const {
    return process::usage_of_tree(init_.pid);
  }
  std::optional<process::Identity> program() const;

 private:
  Sandbox(fs::Path folder, process::Identity outer, process::Identity init,
          std::uint64_t memory_limit_bytes)
      : folder_(std::move(folder)),
        outer_(outer),
        init_(init),
        memory_limit_bytes_(memory_limit_bytes) {}
  Task<> watch_memory() const;

  fs::Path folder_;
  process::Identity outer_, init_;
  std::uint64_t memory_limit_bytes_ = 0;
};

// Runs a program to its end. Its output is in the error when it fails, which is
// failed_precondition, and timeout at the deadline, when it is killed.
Task<Result<>> run_in_sandbox(SandboxSpec spec, Deadline deadline);

// The last lines of a log, for a message to a person; "it said nothing" when empty.
std::string last_words(const fs::Path& log, std::uintmax_t from = 0);

}  // namespace sb::cloud::runtime
