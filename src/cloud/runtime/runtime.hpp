// Tasks of the local cloud: containers made of an image and a sandbox. A task's id names its
// folder, and the folder is the whole truth about it: callers write down the id before `start`, and
// after a restart ask `find`. One executor; images are unpacked on a pool.
#pragma once

#include "base/async/spawn.hpp"
#include "cloud/runtime/sandbox.hpp"
#include "image/image.hpp"

namespace sb::cloud::runtime {

struct TaskSpec {
  std::string id;     // a file name: "<task>" or "<task>-<container>"
  std::string image;  // "saltbitter:1.2.0@sha256:..."
  std::vector<std::string> entry_point,
      command;  // empty: the image's; `entry_point` alone drops its command
  std::map<std::string, std::string> environment;  // over the image's; secrets are safe here
  std::string working_directory;                   // empty: the image's
  std::string address;   // becomes HOST, unless `environment` says another
  std::string hostname;  // empty: the id
  std::vector<Mount> mounts;
  std::uint64_t memory_limit_bytes = 0;
};

class Runtime {
 public:
  struct Options {
    fs::Path image_layout;     // home/images
    fs::Path unpacked_images;  // home/cloud/images
    fs::Path tasks;            // home/cloud/tasks
  };
  Runtime(Options options, BlockingPool& pool) : options_(std::move(options)), pool_(pool) {}

  // Finds the image and puts its files in place, as a registry pull would.
  // Errors: not_found, invalid_argument, data_loss, resource_exhausted.
  Task<Result<image::Image>> pull(std::string reference);
  // Pulls and starts. Errors: pull's; already_exists (a task of this id runs); not_found with the
  // program as subject (no such executable); failed_precondition (the sandbox could not be set up).
  Task<Result<Sandbox>> start(TaskSpec spec, Deadline deadline);

  // After a restart: still running, or how it ended, or neither if it never started.
  struct Found {
    std::optional<Sandbox> running;
    std::optional<Exit> ended;
  };
  Task<Found> find(std::string id);
  // Everything of an ended task, its log too.
  Result<> remove(const std::string& id);
  // Ids that have a folder, whether running or not.
  Result<std::vector<std::string>> ids() const;

  fs::Path folder(const std::string& id) const {
    return options_.tasks / id;
  }
  // stdout and stderr of the task, appended to as long as it runs; /var/log/app.log inside.
  fs::Path log_path(const std::string& id) const {
    return folder(id) / "app.log";
  }

 private:
  Options options_;
  BlockingPool& pool_;
};

}  // namespace sb::cloud::runtime
