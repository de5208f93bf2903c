// The load balancer: one HAProxy that outlives us. apply() first writes the files that HAProxy
// would start from, then tells the running one, by its runtime API when only servers or weights
// differ, by a reload that keeps the listening sockets otherwise. Killed, it is restarted at once
// from those files. One executor; every method is called on it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/async/notifier.hpp"
#include "base/async/task.hpp"
#include "base/fs/fs.hpp"
#include "base/process/process.hpp"
#include "cloud/proxy/model.hpp"
#include "cloud/proxy/traffic.hpp"

namespace sb::cloud::proxy {

struct ProxyOptions {
  fs::Path folder;  // created 0700
  std::string program = "haproxy";
};

class Proxy {
 public:
  Proxy(Executor executor, ProxyOptions options);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  // Adopts a living HAProxy or starts one, makes it `model`, and keeps watch. When that fails, the
  // error is returned and the watch goes on trying.
  Task<Result<>> start(Model model);
  // Returns when `model` (or a later one) is in force. Without listeners there is no HAProxy.
  // Errors: failed_precondition with HAProxy's own words; the caller takes back what it asked for.
  Task<Result<>> apply(Model model);
  // Stops watching; HAProxy goes on.
  Task<> stop();
  // stop(), and ends HAProxy.
  Task<> shutdown();

  const HealthTable& health() const;
  // Told whenever health() changes.
  Notifier& health_changed();
  const Traffic& traffic() const;
  std::optional<process::Identity> process() const;
  // What HAProxy now does with a rule's traffic: its weights_value(); for checks against what is
  // stored.
  Task<Result<std::map<std::string, std::string>>> live_weights();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sb::cloud::proxy
