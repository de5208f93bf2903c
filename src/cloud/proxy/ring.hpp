// The end of HAProxy's log ring: a stream socket in the abstract name space (HAProxy runs as
// another user and may not be able to enter our folders). Only processes that we know as our
// HAProxy are listened to.
#pragma once

#include <functional>
#include <string>

#include "base/async/task.hpp"
#include "base/fs/fs.hpp"
#include "cloud/proxy/access_log.hpp"

namespace sb::cloud::proxy {

// The name that belongs to a folder, without a prefix; as HAProxy writes it: "abns@" + name.
std::string ring_name(const fs::Path& folder);

class Ring {
 public:
  using IsOurs = std::function<bool(pid_t)>;
  using OnLine = std::function<void(const AccessLine&)>;

  Ring(Executor executor, std::string name, IsOurs is_ours, OnLine on_line);
  ~Ring();  // stops at once; the functions are not called again
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  // Keeps trying while an old daemon still has the name.
  void start();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sb::cloud::proxy
