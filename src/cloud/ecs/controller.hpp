// The deployment controller: a state machine over a Service record, without clock, network, disk or
// randomness. Whoever calls it writes the record down before performing what outstanding() lists;
// after a crash the same list comes out again, and every action may be repeated.
//
//   Turn turn{service, now, ids};
//   observe(turn, TaskLaunched{...});      // facts, in any order, repeated or late
//   advance(turn);                         // as far as it goes
//   store.put(service);
//   for (auto& action : outstanding(service)) perform(action);   // answers come back as facts
//   sleep until wake_at(service) or the next fact or command
#pragma once

#include <array>
#include <boost/describe/enum_to_string.hpp>
#include <variant>

#include "base/error/error.hpp"
#include "cloud/ecs/model.hpp"

namespace sb::cloud::ecs {

// Where names come from: random in the daemon, seeded in the simulation.
class Ids {
 public:
  virtual ~Ids() = default;
  virtual std::uint64_t next() = 0;

  std::string hex(std::size_t digits);
  std::string digits(std::size_t count);  // does not start with 0
  std::string token(std::size_t length);  // letters, digits, - and _
  std::string uuid();
};

struct Turn {
  Service& service;
  Timestamp now;
  Ids& ids;
};

// ---- facts ----
struct TaskLaunched {
  std::string task, address;
};
struct TaskEnded {
  std::string task;
  std::string stop_code, reason;
  bool failed_to_start = false;
  // The same thing would fail again: a missing secret, an unknown image.
  bool is_deterministic = false;
};
struct TargetRegistered {
  std::string task;
};
struct TargetGone {  // drained, or never there
  std::string task;
};
struct TargetHealthSeen {
  std::string task;
  TargetHealth health = TargetHealth::unknown;
  std::string reason;
};
struct ContainerHealthSeen {
  std::string task;
  ContainerHealth health = ContainerHealth::unknown;
};
// One of the running deployment's alarms is in state ALARM.
struct AlarmRaised {
  std::string alarm;
};
enum class RuleKind { production, test };
struct RuleApplied {
  RuleKind rule = RuleKind::production;
  std::int64_t version = 0;
};
// The rule is not what ECS can move: gone, or it forwards somewhere else.
struct RuleRejected {
  RuleKind rule = RuleKind::production;
  std::int64_t version = 0;
  std::string reason;
};
using Fact = std::variant<TaskLaunched, TaskEnded, TargetRegistered, TargetGone, TargetHealthSeen,
                          ContainerHealthSeen, AlarmRaised, RuleApplied, RuleRejected>;

void observe(Turn turn, const Fact& fact);

// ---- commands: validated against the record, answered after it is written down ----
struct NewRevision {
  std::string arn;             // of the service revision
  std::string deployment_arn;  // of the service deployment
  std::string deployment_id;   // ecs-svc/...
  std::string task_definition;
  bool has_health_check = false;  // a container's, not the load balancer's
  // An alarm is raised already: then this deployment is not judged by alarms, it may be the cure.
  bool starts_in_alarm = false;
};
// Starts a deployment with the service's current plan; replaces a running one. Nothing but the last
// completed revision is ever built upon: what the replaced deployment began is undone first.
void deploy(Turn turn, const NewRevision& revision);
void set_desired_count(Turn turn, int count);
// ContinueServiceDeployment. Errors: not_found (no such hook), failed_precondition (answered before
// otherwise, or timed out). The same answer again is a success.
Result<> answer_hook(Turn turn, const std::string& hook, HookAction action);
enum class StopType { abort, rollback };
// Errors: failed_precondition when it is already past stopping. Idempotent while it rolls back.
Result<> stop_deployment(Turn turn, StopType type);
// StopTask on one of ours; false when it is not.
bool stop_task(Turn turn, const std::string& task, const std::string& reason);
void drain(Turn turn);  // DeleteService

// Moves as far as it goes with what is known.
void advance(Turn turn);

// ---- actions ----
struct StartTask {
  std::string task, revision, task_definition;
};
struct StopTask {
  std::string task;
};
struct RegisterTarget {
  std::string task, target_group, address;
  int port = 0;
};
struct DeregisterTarget {
  std::string task, target_group, address;
  int port = 0;
  bool drain = true;  // false: the task is dead, nothing to wait for
};
struct WeightedGroup {
  std::string target_group;
  int weight = 0;  // 0..999
  friend bool operator==(const WeightedGroup&, const WeightedGroup&) = default;
};
struct SetWeights {
  RuleKind rule = RuleKind::production;
  std::int64_t version = 0;
  std::string rule_arn;
  std::vector<WeightedGroup> groups;
};
using Action = std::variant<StartTask, StopTask, RegisterTarget, DeregisterTarget, SetWeights>;

// What has to be done and is not confirmed yet.
std::vector<Action> outstanding(const Service& service);
// The task or rule an action is about: one at a time is performed for each key.
std::string key_of(const Action& action);
// When advance() has something to do even if nothing happens.
std::optional<Timestamp> wake_at(const Service& service);

// ---- what is read off the record ----
struct Counts {
  int live = 0;     // wanted and not ended: provisioning, activating, running
  int running = 0;  // RUNNING
  int ready = 0;    // running and healthy
};
Counts count(const Service& service, const std::string& revision);
bool is_live(const ServiceTask& task);
bool is_ready(const ServiceTask& task);
bool fails_checks(const ServiceTask& task);     // the load balancer's, or its containers' own
bool is_running(const Deployment& deployment);  // not ended
double share_of(const Rule& rule, const std::string& revision);
const Revision* find_revision(const Service& service, const std::string& arn);
const Revision* primary_of(const Service& service);
int max_tasks(const Service& service);  // floor(desired * maximum %), but never a dead end
int min_ready_tasks(const Service& service);

std::string wire(std::string_view lower_case);
template <class E>
std::string wire_name(E value) {
  return wire(boost::describe::enum_to_string(value, ""));
}

}  // namespace sb::cloud::ecs
