// A child process of a test: ends with the test however that ends (PR_SET_PDEATHSIG), logs to a
// file.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace sb::testing {

// A private folder, removed with the object.
class ScratchFolder {
 public:
  explicit ScratchFolder(const std::string& name);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const {
    return path_;
  }

 private:
  std::filesystem::path path_;
};

struct ChildOptions {
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;  // added to ours
  std::filesystem::path working_directory;
  std::filesystem::path log_file;  // stdout and stderr
  std::string user;                // only as root: runs as this user
};

class Child {
 public:
  explicit Child(const ChildOptions& options);
  ~Child();  // kills what still runs
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const {
    return pid_;
  }
  bool is_running();
  void signal(int number) const;
  // The exit code, or 128 + signal; waits at most `limit` (then -1).
  int wait(std::chrono::milliseconds limit);
  std::string log() const;

 private:
  std::filesystem::path log_file_;
  pid_t pid_ = 0;
  int status_ = -1;
};

// Polls `condition` until it holds; false after `limit`.
bool eventually(const std::function<bool()>& condition,
                std::chrono::milliseconds limit = std::chrono::seconds(20));

// A TCP port of 127.0.0.1 that was free a moment ago.
int free_port();
// Whether something listens there.
bool accepts_connections(int port);
std::string read_text(const std::filesystem::path& path);

}  // namespace sb::testing
