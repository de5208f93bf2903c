// Performs the engine's actions, one API call each, and says what was learned.
#pragma once

#include <optional>

#include "base/http/client.hpp"
#include "release/runner/build_calls.hpp"
#include "release/runner/ceremony.hpp"
#include "release/runner/lock_store.hpp"
#include "release/runner/metrics.hpp"
#include "release/runner/preflight.hpp"
#include "release/runner/runner.hpp"

namespace sb::release {

class Executor {
 public:
  Executor(Api& api, const EnvironmentConfig& config, const RunnerOptions& options,
           journal::Journal& journal, Observer& observer);

  // Whom the lock says holds it while this release runs.
  void set_lock(LockInfo lock) {
    lock_ = std::move(lock);
  }
  Task<EventBody> perform(const Action& action, const State& state);

 private:
  Task<EventBody> acquire_lock(const State& state);
  Task<EventBody> run_smoke(const Action& action, const State& state);
  Task<EventBody> read_metrics(const State& state);
  void begin_watch(const State& state, Timestamp at);
  Task<Result<analysis::Look>> look(const State& state, Timestamp at);
  Task<std::string> production_version();
  // 0: this release's deployments do not pause.
  std::int64_t hook_timeout(const State& state) const;
  Task<Result<>> update_service(const Action& action, const State& state);
  Task<EventBody> perform_ceremony(ActionKind kind, const State& state);
  Task<EventBody> perform_unlocked(const Action& action, const State& state);

  Api& api_;
  const EnvironmentConfig& config_;
  const RunnerOptions& options_;
  journal::Journal& journal_;
  Observer& observer_;
  ServiceCalls service_;
  LockStore locks_;
  MetricReader metrics_;
  LockInfo lock_;
  http::Client probe_;

  // The present watch: gone when anything else is done, and with the process.
  std::optional<analysis::Watch> watch_;
  std::optional<WatchedTargets> targets_;
  Timestamp watch_began_{};
  Timestamp last_read_{};
  Timestamp last_answer_{};
};

smoke::Options smoke_options(const EnvironmentConfig& config, smoke::Target target,
                             std::string expected_version);

}  // namespace sb::release
