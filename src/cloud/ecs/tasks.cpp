// Tasks of a service: facts about them, and as many as each revision wants.
#include <fmt/format.h>

#include <algorithm>

#include "cloud/ecs/steps.hpp"

namespace sb::cloud::ecs {

using namespace steps;

namespace {

void note_failure(Turn turn, const ServiceTask& task, bool is_deterministic) {
  auto* revision = find(turn.service, task.revision);
  if (!revision) return;
  bool was_proven = task.ready_at && ms_between(*task.ready_at, turn.now) >= kProvenMs;
  if (was_proven) {
    revision->failures_in_a_row = 0;
    revision->not_before.reset();
  }
  int failures = ++revision->failures_in_a_row;
  if (failures >= 2) {
    auto wait = kBackoffFirstMs << std::min(failures - 2, 10);
    revision->not_before = turn.now + std::chrono::milliseconds(std::min(wait, kBackoffMostMs));
  }
  if (failures == kImpairedAfter)
    say(turn,
        "is unable to consistently start tasks successfully. For more information, see the "
        "stopped tasks' reasons.");
  auto& deployment = turn.service.deployment;
  if (was_proven || !deployment || !is_running(*deployment) || deployment->target != task.revision)
    return;
  ++revision->failed_tasks;
  deployment->failure_count = is_deterministic
                                  ? std::max(deployment->failure_count + 1, deployment->threshold)
                                  : deployment->failure_count + 1;
  // For whom the breaker is off, the reason is at least to be seen.
  if (deployment->breaker == BreakerStatus::disabled && !task.stop_reason.empty())
    deployment->status_reason = task.stop_reason;
}

void note_ready(Turn turn, ServiceTask& task) {
  task.ready_at = turn.now;
  auto* revision = find(turn.service, task.revision);
  if (!revision) return;
  auto& deployment = turn.service.deployment;
  // One task that comes up does not forgive a crash loop; all of them together do.
  if (count(turn.service, revision->arn).ready < revision->wanted) return;
  revision->failed_tasks = 0;
  if (deployment && deployment->target == revision->arn) deployment->failure_count = 0;
}

void erase_task(Service& service, const std::string& id) {
  std::erase_if(service.tasks, [&](const ServiceTask& task) { return task.id == id; });
}

struct Observer {
  Turn turn;
  Service& service = turn.service;

  void operator()(const TaskLaunched& fact) const {
    auto* task = find_task(service, fact.task);
    if (!task) return;
    task->address = fact.address;
    if (task->phase != TaskPhase::provisioning) return;
    task->started_at = turn.now;
    if (!task->target_group.empty()) {
      task->phase = TaskPhase::activating;
      return;
    }
    task->phase = TaskPhase::running;
    if (is_ready(*task)) note_ready(turn, *task);
  }

  void operator()(const TaskEnded& fact) const {
    auto* task = find_task(service, fact.task);
    if (!task || task->phase == TaskPhase::deprovisioning) return;
    if (is_live(*task)) {
      task->stop_code = fact.stop_code;
      task->stop_reason = fact.reason;
      if (fact.failed_to_start && !fact.reason.empty())
        say(turn, fmt::format("was unable to place a task. Reason: {}{}", fact.reason,
                              fact.reason.ends_with('.') ? "" : "."));
      // A cloud that was shut down is no fault of the task.
      if (fact.stop_code != "TerminationNotice") note_failure(turn, *task, fact.is_deterministic);
    }
    bool may_be_target = !task->target_group.empty() && (task->phase == TaskPhase::activating ||
                                                         task->phase == TaskPhase::running ||
                                                         task->phase == TaskPhase::deactivating);
    if (may_be_target)
      task->phase = TaskPhase::deprovisioning;
    else
      erase_task(service, fact.task);
  }

  void operator()(const TargetRegistered& fact) const {
    auto* task = find_task(service, fact.task);
    if (!task || task->phase != TaskPhase::activating) return;
    task->phase = TaskPhase::running;
    say(turn, fmt::format("registered 1 targets in (target-group {})", task->target_group));
    if (is_ready(*task)) note_ready(turn, *task);
  }

  void operator()(const TargetGone& fact) const {
    auto* task = find_task(service, fact.task);
    if (!task) return;
    if (task->phase == TaskPhase::deactivating) {
      say(turn, fmt::format("deregistered 1 targets in (target-group {})", task->target_group));
      task->phase = TaskPhase::stopping;
    } else if (task->phase == TaskPhase::deprovisioning) {
      say(turn, fmt::format("deregistered 1 targets in (target-group {})", task->target_group));
      erase_task(service, fact.task);
    }
  }

  void operator()(const TargetHealthSeen& fact) const {
    auto* task = find_task(service, fact.task);
    if (!task || (task->health == fact.health && task->health_reason == fact.reason)) return;
    bool was_ready = is_ready(*task);
    task->health = fact.health;
    task->health_reason = fact.reason;
    if (is_ready(*task) && !was_ready) note_ready(turn, *task);
  }

  void operator()(const ContainerHealthSeen& fact) const {
    auto* task = find_task(service, fact.task);
    if (!task || task->container_health == fact.health) return;
    bool was_ready = is_ready(*task);
    task->container_health = fact.health;
    if (is_ready(*task) && !was_ready) note_ready(turn, *task);
  }

  void operator()(const AlarmRaised& fact) const {
    auto& deployment = service.deployment;
    if (!deployment || deployment->status != DeploymentStatus::in_progress ||
        deployment->alarm_watch != BreakerStatus::monitoring)
      return;
    auto& raised = deployment->triggered_alarms;
    if (std::ranges::find(raised, fact.alarm) == raised.end()) raised.push_back(fact.alarm);
  }

  void operator()(const RuleApplied& fact) const {
    auto& rule = fact.rule == RuleKind::production ? service.production : service.test;
    if (fact.version == rule.version) rule.applied_version = rule.version;
  }

  void operator()(const RuleRejected& fact) const {
    auto& rule = fact.rule == RuleKind::production ? service.production : service.test;
    auto& deployment = service.deployment;
    if (fact.version != rule.version || is_applied(rule) || !deployment || !is_running(*deployment))
      return;
    auto reason = fmt::format("The listener rule {} can't be changed: {}", rule.arn, fact.reason);
    if (deployment->status == DeploymentStatus::rollback_in_progress)
      finish(turn, DeploymentStatus::rollback_failed, reason);
    else
      fail_deployment(turn, reason, true);
  }
};

}  // namespace

void observe(Turn turn, const Fact& fact) {
  std::visit(Observer{turn}, fact);
}

bool stop_task(Turn turn, const std::string& id, const std::string& reason) {
  auto* task = find_task(turn.service, id);
  if (!task) return false;
  mark_stopping(turn, *task, "UserInitiated", reason);
  return true;
}

namespace steps {

void mark_stopping(Turn turn, ServiceTask& task, const std::string& code,
                   const std::string& reason) {
  if (!is_live(task)) return;
  task.stop_code = code;
  task.stop_reason = reason;
  bool may_be_target = !task.target_group.empty() && task.phase != TaskPhase::provisioning;
  task.phase = may_be_target ? TaskPhase::deactivating : TaskPhase::stopping;
  say_stopping(turn, {task.id}, may_be_target ? 1 : 0);
}

namespace {

bool is_unhealthy(const Service& service, const ServiceTask& task, Timestamp now) {
  return task.phase == TaskPhase::running && fails_checks(task) && task.started_at &&
         ms_between(*task.started_at, now) >= service.grace_ms;
}

std::string unhealthy_reason(const ServiceTask& task) {
  if (task.container_health == ContainerHealth::unhealthy)
    return "Task failed container health checks";
  return fmt::format("Task failed ELB health checks in (target-group {})", task.target_group);
}

void stop_unhealthy(Turn turn, ServiceTask& task) {
  auto port = turn.service.load_balancing ? turn.service.load_balancing->container_port : 0;
  if (task.container_health == ContainerHealth::unhealthy)
    say(turn, fmt::format("(task {}) failed container health checks.", task.id));
  else
    say(turn, fmt::format("(port {}) is unhealthy in (target-group {}) due to (reason {})", port,
                          task.target_group, task.health_reason));
  note_failure(turn, task, false);
  mark_stopping(turn, task, "ServiceSchedulerInitiated", unhealthy_reason(task));
}

// Before a revision serves anyone its sick tasks are simply failures.
bool is_still_starting(const Service& service, const Revision& revision) {
  const auto& deployment = service.deployment;
  if (!deployment || !is_running(*deployment)) return false;
  if (deployment->plan.strategy == Strategy::rolling)
    return revision.arn == (deployment->rollback ? deployment->source : deployment->target);
  return deployment->target == revision.arn && deployment->stage <= Stage::scale_up;
}

// During a rolling update the replaced revision's sick tasks are simply the first to go.
bool is_being_replaced(const Service& service, const Revision& revision) {
  const auto& deployment = service.deployment;
  return deployment && is_running(*deployment) && deployment->plan.strategy == Strategy::rolling &&
         revision.arn != (deployment->rollback ? deployment->source : deployment->target);
}

void start_tasks(Turn turn, const Revision& revision, int how_many) {
  std::vector<std::string> started;
  for (int i = 0; i < how_many; ++i) {
    ServiceTask task;
    task.id = turn.ids.hex(32);
    task.revision = revision.arn;
    task.started_by = revision.deployment_id;
    task.target_group = revision.target_group;
    if (revision.has_health_check) task.container_health = ContainerHealth::unknown;
    task.created_at = turn.now;
    started.push_back(task.id);
    turn.service.tasks.push_back(std::move(task));
  }
  say_started(turn, started);
}

void stop_surplus(Turn turn, const Revision& revision, int how_many) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < turn.service.tasks.size(); ++i)
    if (turn.service.tasks[i].revision == revision.arn && is_live(turn.service.tasks[i]))
      order.push_back(i);
  // Sick ones first, then those that serve nobody yet, then the newest.
  auto rank = [&](std::size_t i) {
    const auto& task = turn.service.tasks[i];
    return is_ready(task) ? 2 : fails_checks(task) ? 0 : 1;
  };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return rank(a) != rank(b) ? rank(a) < rank(b) : a > b;
  });
  std::vector<std::string> stopped;
  int draining = 0;
  for (int i = 0; i < how_many && static_cast<std::size_t>(i) < order.size(); ++i) {
    auto& task = turn.service.tasks[order[static_cast<std::size_t>(i)]];
    task.stop_code = "ServiceSchedulerInitiated";
    task.stop_reason =
        fmt::format("Scaling activity initiated by (deployment {})", revision.deployment_id);
    bool may_be_target = !task.target_group.empty() && task.phase != TaskPhase::provisioning;
    task.phase = may_be_target ? TaskPhase::deactivating : TaskPhase::stopping;
    stopped.push_back(task.id);
    if (may_be_target) ++draining;
  }
  say_stopping(turn, stopped, draining);
}

// How many more may start for `revision` without passing the limit.
int room(const Service& service, const Revision& revision, int live) {
  int most = std::max(revision.wanted, max_tasks(service));
  // One target group shared by all revisions shares the limit too.
  if (service.deployment && service.deployment->plan.strategy == Strategy::rolling) {
    live = 0;
    for (const auto& task : service.tasks)
      if (is_live(task)) ++live;
  }
  return std::max(0, most - live);
}

bool settle_revision(Turn turn, const Revision& revision) {
  auto& service = turn.service;
  bool changed = false;
  std::vector<std::string> sick;
  if (!is_being_replaced(service, revision))
    for (auto& task : service.tasks)
      if (task.revision == revision.arn && is_unhealthy(service, task, turn.now))
        sick.push_back(task.id);
  if (is_still_starting(service, revision)) {
    for (const auto& id : sick) stop_unhealthy(turn, *find_task(service, id));
    changed = !sick.empty();
    sick.clear();
  }

  auto counts = count(service, revision.arn);
  int sick_count = static_cast<int>(sick.size());
  if (counts.live - sick_count > revision.wanted || (revision.wanted == 0 && counts.live > 0)) {
    stop_surplus(turn, revision, counts.live - revision.wanted);
    return true;
  }
  int missing = revision.wanted - (counts.live - sick_count);
  int space = room(service, revision, counts.live);
  bool is_held_back = revision.not_before && turn.now < *revision.not_before;
  if (missing > 0 && space > 0 && !revision.frozen && !is_held_back) {
    start_tasks(turn, revision, std::min(missing, space));
    return true;
  }
  // A sick task stays until its replacement is ready, unless there is no room for one.
  bool no_room = missing > 0 && space == 0 && counts.live == sick_count;
  if (sick_count > 0 && !revision.frozen && (counts.ready >= revision.wanted || no_room)) {
    // One that was well before may get well again, and somebody may be in it to see to that.
    auto goes = std::ranges::find_if(
        sick, [&](const std::string& id) { return !find_task(service, id)->ready_at; });
    stop_unhealthy(turn, *find_task(service, goes == sick.end() ? sick.front() : *goes));
    return true;
  }
  return changed;
}

}  // namespace

bool settle_tasks(Turn turn) {
  bool changed = false;
  // By name: settling one revision may push others' entries around, never remove them.
  std::vector<std::string> arns;
  for (const auto& revision : turn.service.revisions) arns.push_back(revision.arn);
  for (const auto& arn : arns) {
    auto revision = *find(turn.service, arn);
    changed = settle_revision(turn, revision) || changed;
  }
  return changed;
}

}  // namespace steps
}  // namespace sb::cloud::ecs
