// The files of a salthub, below home/github/, and what a shell needs to reach it.
#pragma once

#include <boost/describe/class.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/fs/fs.hpp"
#include "base/process/process.hpp"

namespace sb::github {

// home/github/config.json: made with these values on the first start, then the operator's.
struct Config {
  std::string owner = "vmatresu";
  std::string repository = "saltbitter";
  std::string login = "operator";  // who the token belongs to
  std::vector<std::string> protected_environments = {"production"};
  std::int64_t approval_timeout_minutes = 30 * 24 * 60;  // GitHub's 30 days
  std::vector<std::string> path;                         // put in front of PATH for steps
  std::map<std::string, std::string> environment;        // added for steps

  std::string full_name() const {
    return owner + "/" + repository;
  }
};
BOOST_DESCRIBE_STRUCT(Config, (),
                      (owner, repository, login, protected_environments, approval_timeout_minutes,
                       path, environment))

// Where the running salthub answers: home/github/salthub.json.
struct Record {
  int pid = 0;
  std::uint64_t start_ticks = 0;
  int port = 0;        // of 127.0.0.1: git
  std::string socket;  // gh

  process::Identity identity() const {
    return {static_cast<pid_t>(pid), start_ticks};
  }
};
BOOST_DESCRIBE_STRUCT(Record, (), (pid, start_ticks, port, socket))

struct Home {
  fs::Path root;

  static Home at(const fs::Path& root);  // made absolute
  fs::Path github() const {
    return root / "github";
  }
  fs::Path socket() const {
    return github() / "gh.sock";
  }
  fs::Path repository(const Config& config) const {
    return github() / config.owner / (config.repository + ".git");
  }
  fs::Path step_folder(std::int64_t run, const std::string& job, std::int64_t step) const {
    return job_folder(run, job) / std::to_string(step);
  }
  fs::Path job_folder(std::int64_t run, const std::string& job) const {
    return github() / "runs" / std::to_string(run) / job;
  }

  Result<> prepare() const;
  Result<fs::FileLock> lock() const;
  Result<Config> config() const;
  // What a client must show: gh as its token, git in a header. Made on first use, 0600.
  Result<std::string> token() const;
  Result<std::optional<Record>> read_record() const;
  Result<> write_record(const Record& record) const;
  // The one that runs. Error unavailable when none does.
  Result<Record> running() const;
};

// Variables with which `gh` and `git` reach the salthub of `record`, and nothing else does. Writes
// gh's configuration folder below home/github/. `no_proxy` is the shell's: "localhost" in it would
// make git go past us, so it is taken out.
Result<std::map<std::string, std::string>> shell_variables(const Home& home, const Record& record,
                                                           const std::string& no_proxy);

}  // namespace sb::github
