// The bare repository, worked on with git itself.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/async/task.hpp"
#include "base/fs/fs.hpp"
#include "base/http/message.hpp"

namespace sb::github {

struct MergeRequest {
  std::string base;      // a branch
  std::string base_sha;  // where it must still be
  std::string head_sha;
  std::string message;
  bool is_squash = false;
};

class Repository {
 public:
  explicit Repository(fs::Path folder) : folder_(std::move(folder)) {}

  const fs::Path& folder() const {
    return folder_;
  }
  // With an empty first commit on main and develop; nothing if it is there.
  Task<Result<>> create();
  // main and develop as in `checkout`: its branches of these names, else what it has checked out.
  Task<Result<>> seed(fs::Path checkout);

  Task<Result<std::map<std::string, std::string>>> branches();  // name to commit
  // A branch, tag or commit id to a commit id. Error not_found.
  Task<Result<std::string>> resolve(std::string ref);
  Task<Result<std::string>> subject(std::string sha);
  // .github/workflows/*.yml of a commit: name to text.
  Task<Result<std::map<std::string, std::string>>> workflow_files(std::string sha);
  Task<Result<bool>> is_ancestor(std::string ancestor, std::string descendant);
  // Returns the new commit on `base`. Errors: failed_precondition (they conflict), conflict (the
  // branch has moved).
  Task<Result<std::string>> merge(MergeRequest request);
  Task<Result<>> delete_branch(std::string name, std::string sha);
  // A clone of its own at `sha`, without a branch checked out; what was at `folder` is replaced.
  Task<Result<>> check_out(std::string sha, fs::Path folder);

  // git's smart HTTP: `service_path` is "info/refs", "git-upload-pack" or "git-receive-pack".
  Task<Result<http::Response>> smart_http(std::string service_path, http::Request request,
                                          std::string user);

 private:
  Task<Result<std::string>> git(std::vector<std::string> arguments, std::string input = {});
  Task<Result<std::string>> update_branch(std::string branch, std::string sha, std::string old_sha);

  fs::Path folder_;
};

// git without the operator's settings, so that a run means the same for everybody.
std::map<std::string, std::string> git_environment();

}  // namespace sb::github
