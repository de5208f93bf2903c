// What the local cloud knows of an ECS service, as it is written down. Plain data: no clock, no
// network, no disk. The controller (controller.hpp) changes it; the driver makes the world match
// it.
//
// The rule that makes a crash harmless: the record says what is wanted and what has been confirmed,
// so everything left to do can be derived from it at any time (outstanding()).
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock/clock.hpp"

namespace sb::cloud::ecs {

// Enumerators are the wire names in lower case; wire_name() in controller.hpp spells them.
BOOST_DEFINE_ENUM_CLASS(Strategy, rolling, blue_green, linear, canary)
BOOST_DEFINE_ENUM_CLASS(Stage, reconcile_service, pre_scale_up, scale_up, post_scale_up,
                        test_traffic_shift, post_test_traffic_shift, pre_production_traffic_shift,
                        production_traffic_shift, post_production_traffic_shift, bake_time,
                        clean_up)
BOOST_DEFINE_ENUM_CLASS(DeploymentStatus, pending, in_progress, stop_requested, rollback_requested,
                        rollback_in_progress, successful, stopped, rollback_successful,
                        rollback_failed)
BOOST_DEFINE_ENUM_CLASS(HookStatus, awaiting_action, succeeded, failed, timed_out)
BOOST_DEFINE_ENUM_CLASS(HookAction, proceed, rollback)  // on the wire CONTINUE and ROLLBACK
BOOST_DEFINE_ENUM_CLASS(BreakerStatus, disabled, monitoring, monitoring_complete, triggered)
BOOST_DEFINE_ENUM_CLASS(RolloutRole, primary, active)
BOOST_DEFINE_ENUM_CLASS(RolloutState, in_progress, completed, failed)
BOOST_DEFINE_ENUM_CLASS(ServiceStatus, active, draining, inactive)
// Where a task is. `provisioning` is still to be started, `activating` runs but is not yet a
// target, `deactivating` is leaving its target group, `stopping` is told to end, `deprovisioning`
// is dead and still a target. A stopped task has left the record.
BOOST_DEFINE_ENUM_CLASS(TaskPhase, provisioning, activating, running, deactivating, stopping,
                        deprovisioning)
BOOST_DEFINE_ENUM_CLASS(TargetHealth, unknown, initial, healthy, unhealthy, draining, unused,
                        unavailable)
// Of a task whose definition declares a health check; `none` without one.
BOOST_DEFINE_ENUM_CLASS(ContainerHealth, none, unknown, healthy, unhealthy)

struct HookSpec {
  std::vector<Stage> stages;
  std::int64_t timeout_ms = std::int64_t{1440} * 60'000;
  HookAction timeout_action = HookAction::rollback;
};
BOOST_DESCRIBE_STRUCT(HookSpec, (), (stages, timeout_ms, timeout_action))

// How to get from one revision to the next; deploymentConfiguration, resolved.
struct Plan {
  Strategy strategy = Strategy::rolling;
  int minimum_healthy_percent = 100;
  int maximum_percent = 200;
  double step_percent = 100;      // canary: the first share; linear: each step
  std::int64_t step_bake_ms = 0;  // after every share but the last
  std::int64_t bake_ms = 0;
  bool breaker_enabled = false;
  bool breaker_rollback = false;
  std::vector<std::string> alarms;  // CloudWatch alarms that are watched while it runs
  bool alarm_rollback = false;
  std::vector<HookSpec> hooks;
};
BOOST_DESCRIBE_STRUCT(Plan, (),
                      (strategy, minimum_healthy_percent, maximum_percent, step_percent,
                       step_bake_ms, bake_ms, breaker_enabled, breaker_rollback, alarms,
                       alarm_rollback, hooks))

struct Hook {
  std::string id;
  Stage stage = Stage::pre_scale_up;
  int step = 0;
  HookStatus status = HookStatus::awaiting_action;
  Timestamp expires_at;
  HookAction timeout_action = HookAction::rollback;
  std::optional<HookAction> answer;  // what ContinueServiceDeployment said
};
BOOST_DESCRIBE_STRUCT(Hook, (), (id, stage, step, status, expires_at, timeout_action, answer))

struct Rollback {
  std::string reason;
  Timestamp started_at;
  std::string revision;
};
BOOST_DESCRIBE_STRUCT(Rollback, (), (reason, started_at, revision))

// A service deployment: the way from `source` (empty: there is none) to `target`.
struct Deployment {
  std::string arn;
  std::string source, target;  // revision ARNs
  DeploymentStatus status = DeploymentStatus::pending;
  std::string status_reason;
  Stage stage = Stage::pre_scale_up;
  int step = 0;  // of the production shift
  Timestamp stage_since;
  std::optional<Timestamp> wait_until;  // a bake is running
  Plan plan;
  std::vector<Hook> hooks;
  Timestamp created_at, updated_at;
  std::optional<Timestamp> started_at, finished_at, stopped_at;
  std::optional<Rollback> rollback;
  int failure_count = 0;
  int threshold = 3;
  BreakerStatus breaker = BreakerStatus::disabled;
  BreakerStatus alarm_watch = BreakerStatus::disabled;
  std::vector<std::string> triggered_alarms;
};
BOOST_DESCRIBE_STRUCT(Deployment, (),
                      (arn, source, target, status, status_reason, stage, step, stage_since,
                       wait_until, plan, hooks, created_at, updated_at, started_at, finished_at,
                       stopped_at, rollback, failure_count, threshold, breaker, alarm_watch,
                       triggered_alarms))

// A service revision that has tasks or is about to; an entry of deployments[].
struct Revision {
  std::string arn;
  std::string deployment_id;  // ecs-svc/<19 digits>
  RolloutRole role = RolloutRole::primary;
  RolloutState rollout_state = RolloutState::in_progress;
  std::string rollout_reason;
  std::string task_definition;    // ARN
  std::string target_group;       // ARN; empty without a load balancer
  bool has_health_check = false;  // its containers'
  int wanted = 0;                 // tasks
  bool frozen = false;            // failed: nothing new is started for it
  int failed_tasks = 0;
  int failures_in_a_row = 0;
  std::optional<Timestamp> not_before;  // back-off of a crash loop
  Timestamp created_at, updated_at;
};
BOOST_DESCRIBE_STRUCT(Revision, (),
                      (arn, deployment_id, role, rollout_state, rollout_reason, task_definition,
                       target_group, has_health_check, wanted, frozen, failed_tasks,
                       failures_in_a_row, not_before, created_at, updated_at))

struct ServiceTask {
  std::string id;  // 32 hex digits
  std::string revision;
  std::string started_by;  // ecs-svc/<19 digits>
  TaskPhase phase = TaskPhase::provisioning;
  std::string address;  // once it runs
  std::string target_group;
  TargetHealth health = TargetHealth::unknown;
  std::string health_reason;
  ContainerHealth container_health = ContainerHealth::none;
  std::string stop_code, stop_reason;  // set when it is told to stop
  Timestamp created_at;
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> ready_at;  // last became ready for traffic
};
BOOST_DESCRIBE_STRUCT(ServiceTask, (),
                      (id, revision, started_by, phase, address, target_group, health,
                       health_reason, container_health, stop_code, stop_reason, created_at,
                       started_at, ready_at))

struct Share {
  std::string revision;  // may be empty: a group without a revision
  std::string target_group;
  double percent = 0;
  friend bool operator==(const Share&, const Share&) = default;
};
BOOST_DESCRIBE_STRUCT(Share, (), (revision, target_group, percent))

// A listener rule that ECS moves. `version` grows with every wish, so that an old confirmation is
// never taken for a new one.
struct Rule {
  std::string arn;  // empty: no rule, every wish is granted at once
  std::vector<Share> shares;
  std::int64_t version = 0;
  std::int64_t applied_version = 0;
};
BOOST_DESCRIBE_STRUCT(Rule, (), (arn, shares, version, applied_version))

struct LoadBalancing {
  std::string target_group;
  std::string alternate_target_group;  // empty: rolling only
  std::string container_name;
  int container_port = 0;
};
BOOST_DESCRIBE_STRUCT(LoadBalancing, (),
                      (target_group, alternate_target_group, container_name, container_port))

struct Event {
  std::string id;
  Timestamp created_at;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(Event, (), (id, created_at, message))

struct Service {
  std::string name, arn, cluster;
  ServiceStatus status = ServiceStatus::active;
  int desired_count = 0;
  std::int64_t grace_ms = 0;  // healthCheckGracePeriodSeconds
  Plan plan;                  // for the next deployment
  std::optional<LoadBalancing> load_balancing;
  std::string stable;  // the revision that last completed; never given up before its successor is
  std::vector<Revision> revisions;
  std::optional<Deployment> deployment;  // the running one, or the last
  // Deployments that a newer one has pushed out; the driver files them and empties this.
  std::vector<Deployment> closed;
  Rule production, test;
  std::vector<ServiceTask> tasks;
  std::vector<Event> events;  // oldest first, at most kMaxEvents
  bool steady = false;        // "has reached a steady state" was said and still holds
};
BOOST_DESCRIBE_STRUCT(Service, (),
                      (name, arn, cluster, status, desired_count, grace_ms, plan, load_balancing,
                       stable, revisions, deployment, closed, production, test, tasks, events,
                       steady))

inline constexpr std::size_t kMaxEvents = 100;

}  // namespace sb::cloud::ecs
