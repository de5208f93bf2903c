// The inside of the controller: what its files share. Nothing here is for other folders.
#pragma once

#include "cloud/ecs/controller.hpp"

namespace sb::cloud::ecs::steps {

// How long a stage without a hook may take before the deployment counts as failed.
inline constexpr std::int64_t kStageLimitMs = 24LL * 3600 * 1000;
// A task that ends sooner than this after becoming ready was not really up.
inline constexpr std::int64_t kProvenMs = 30'000;
inline constexpr std::int64_t kBackoffFirstMs = 1000;
inline constexpr std::int64_t kBackoffMostMs = 60'000;
inline constexpr int kImpairedAfter = 5;  // failures in a row until an event says so

// ---- events (AWS's wording) ----
void say(Turn turn, std::string message);  // "(service NAME) message"
void say_failed(Turn turn, const Revision& revision, const std::string& reason);
void say_started(Turn turn, const std::vector<std::string>& tasks);
void say_stopping(Turn turn, const std::vector<std::string>& stopped, int draining);

// ---- lookups ----
Revision* find(Service& service, const std::string& arn);
ServiceTask* find_task(Service& service, const std::string& id);
std::vector<std::string> others(const Service& service, const std::string& source,
                                const std::string& target);
bool has_tasks(const Service& service, const std::string& revision);

// ---- tasks.cpp ----
// Starts and stops so that every revision has as many as it wants. True when something changed.
bool settle_tasks(Turn turn);
void mark_stopping(Turn turn, ServiceTask& task, const std::string& code,
                   const std::string& reason);
int breaker_threshold(int desired_count);

// ---- traffic.cpp ----
bool is_applied(const Rule& rule);
// Wishes for `shares`; with `again`, also when they are what was wished for last.
void wish(Rule& rule, std::vector<Share> shares, bool again = false);
// All production and test traffic to one revision, the other group listed with weight 0.
std::vector<Share> all_to(const Service& service, const std::string& revision);
std::vector<Share> split(const Service& service, const std::string& source,
                         const std::string& target, double target_percent);
// Nothing better to lose: `revision` has a ready task, or nobody who gets traffic now has.
bool may_receive_all(const Service& service, const std::string& revision);

// ---- deployment.cpp, rolling.cpp, rollback.cpp ----
bool advance_deployment(Turn turn);
bool advance_rollback(Turn turn);
// Works on wanted counts so that `revision` replaces all others within the limits.
void roll_towards(Turn turn, const std::string& revision);
bool has_rolled(const Service& service, const std::string& revision);
// Ends what cannot go on: a rollback where there is something to go back to, otherwise a stop.
void fail_deployment(Turn turn, const std::string& reason, bool wants_rollback);
void begin_rollback(Turn turn, const std::string& reason);
void finish(Turn turn, DeploymentStatus status, const std::string& reason);
void close_hooks(Deployment& deployment, HookStatus status);

inline std::int64_t ms_between(Timestamp from, Timestamp to) {
  return (to - from).count();
}

}  // namespace sb::cloud::ecs::steps
