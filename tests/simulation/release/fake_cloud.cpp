#include "simulation/release/fake_cloud.hpp"

#include <fmt/format.h>

namespace sb::release::simulation {

namespace {

ActionFailed refused(const Action& action, std::string code, std::string message) {
  return {.action = action.kind, .code = std::move(code), .message = std::move(message)};
}

bool is_over(const std::string& status) {
  return status == "SUCCESSFUL" || status == "STOPPED" || status == "ROLLBACK_SUCCESSFUL" ||
         status == "ROLLBACK_FAILED";
}

}  // namespace

FakeCloud::FakeCloud(World world, Plan plan, std::uint64_t seed)
    : world_(world), plan_(std::move(plan)), random_(seed), now_(from_unix_ms(1'800'000'000'000)) {
  serving_ = configured_ = plan_.from_task_definition;
}

void FakeCloud::advance(std::int64_t ms) {
  // In steps, so that a stage that ended starts the next one when it did.
  const Timestamp end = now_ + std::chrono::milliseconds(ms);
  while (now_ < end) {
    now_ = std::min(end, now_ + std::chrono::milliseconds(500));
    for (auto& d : deployments_) progress(d);
  }
}

void FakeCloud::wait_at(Deployment& d, std::string_view stage) {
  d.stage = stage;
  d.hook_id = fmt::format("ecs-pause-{}-{}", d.arn, stage);
  d.hook_waits = true;
  d.hook_expires = now_ + std::chrono::milliseconds(world_.hook_timeout_ms);
}

void FakeCloud::roll_back(Deployment& d, std::string reason) {
  d.status = "ROLLBACK_IN_PROGRESS";
  d.reason = std::move(reason);
  d.hook_waits = false;
  d.weight = 0;
  serving_ = d.source;
  d.next = now_ + std::chrono::milliseconds(between(200, 4000));
}

void FakeCloud::progress(Deployment& d) {
  if (is_over(d.status)) return;
  if (d.hook_waits) {
    if (now_ >= d.hook_expires) roll_back(d, "hook timed out");
    return;
  }
  if (now_ < d.next) return;
  d.next = now_ + std::chrono::milliseconds(between(100, 3000));
  const bool is_ours = d.target != plan_.from_task_definition;
  if (d.status == "ROLLBACK_IN_PROGRESS") {
    d.status = (world_.rollback_fails && is_ours) || d.source.empty() ? "ROLLBACK_FAILED"
                                                                      : "ROLLBACK_SUCCESSFUL";
    configured_ = d.source;
    return;
  }
  if (d.status == "PENDING") {
    d.status = "IN_PROGRESS";
    d.stage = "SCALE_UP";
  } else if (d.stage == "SCALE_UP") {
    if (is_ours && world_.never_starts) {
      if (++d.failed >= 6) roll_back(d, "circuit breaker: tasks failed to start");
      return;
    }
    d.running = 2;
    if (d.pauses)
      wait_at(d, "POST_TEST_TRAFFIC_SHIFT");
    else
      d.stage = plan_.strategy == Strategy::blue_green ? "POST_TEST_TRAFFIC_SHIFT"
                                                       : "PRODUCTION_TRAFFIC_SHIFT";
  } else if (d.stage == "POST_TEST_TRAFFIC_SHIFT") {
    d.stage = "PRODUCTION_TRAFFIC_SHIFT";
    d.weight = 50;  // seen half-way, as a real load balancer may be
  } else if (d.stage == "PRODUCTION_TRAFFIC_SHIFT") {
    d.weight = 100;
    serving_ = d.target;
    if (d.pauses)
      wait_at(d, "POST_PRODUCTION_TRAFFIC_SHIFT");
    else
      d.stage = "CLEAN_UP";
  } else if (d.stage == "POST_PRODUCTION_TRAFFIC_SHIFT") {
    d.stage = "CLEAN_UP";
  } else {
    d.status = "SUCCESSFUL";
  }
}

bool FakeCloud::is_half_shifted() const {
  for (const auto& d : deployments_)
    if (!is_over(d.status) || (d.weight > 0 && d.weight < 100)) return true;
  return false;
}

bool FakeCloud::is_deploying() const {
  return !deployments_.empty() && !is_over(deployments_.back().status);
}

int FakeCloud::deployments_to(const std::string& task_definition) const {
  int count = 0;
  for (const auto& d : deployments_) count += d.target == task_definition;
  return count;
}

FakeCloud::Deployment* FakeCloud::find(const std::string& arn) {
  for (auto& d : deployments_)
    if (d.arn == arn) return &d;
  return nullptr;
}

void FakeCloud::meddle() {
  if (deployments_.empty() || is_over(deployments_.back().status)) return;
  meddled = true;
  auto& d = deployments_.back();
  if (d.hook_waits && chance(0.5)) {
    d.hook_waits = false;
    d.next = now_;
  } else if (d.status == "IN_PROGRESS" || d.status == "PENDING") {
    roll_back(d, "stopped by an operator");
  }
}

EventBody FakeCloud::perform(const Action& action, std::optional<Timestamp>& watch_began) {
  advance(between(1, 300));
  if (faults_on_ && chance(world_.meddling_rate)) meddle();
  if (!faults_on_ || !chance(world_.fault_rate)) return call(action, watch_began);
  ActionFailed failure{.action = action.kind};
  const bool is_of_alerts =
      action.kind == ActionKind::silence_alerts || action.kind == ActionKind::restore_alerts;
  if (!is_of_alerts && chance(0.1)) {
    failure.code = "ExpiredTokenException";
    failure.locked_out = true;
    failure.message = "injected";
    return failure;
  }
  switch (between(0, 3)) {
    case 0:
      failure.code = "ThrottlingException";
      failure.retryable = true;
      break;
    case 1:  // lost on the way there
      failure.code = "timeout";
      failure.unknown = true;
      advance(5000);
      break;
    case 2:  // lost on the way back
      call(action, watch_began);
      failure.code = "timeout";
      failure.unknown = true;
      advance(5000);
      break;
    default:
      failure.code = "ServerException";
      failure.retryable = true;
      failure.unknown = true;
  }
  failure.message = "injected";
  return failure;
}

EventBody FakeCloud::update(const Action& action) {
  const std::string& task_definition = action.subject;
  // As the executor does: the way forward brings the hooks, the way back takes them off.
  has_hooks_ = plan_.strategy == Strategy::blue_green && !action.key.ends_with(":back");
  if (configured_ == task_definition)
    return ServiceUpdated{};  // nothing changed: no new deployment
  if (!deployments_.empty() && !is_over(deployments_.back().status))
    deployments_.back().status = "STOPPED";
  configured_ = task_definition;
  Deployment d;
  d.arn = fmt::format("deployment/{}", deployments_.size() + 1);
  d.source = serving_;
  d.target = task_definition;
  d.pauses = has_hooks_;
  d.next = now_ + std::chrono::milliseconds(between(0, 2000));
  deployments_.push_back(d);
  return ServiceUpdated{};
}

EventBody FakeCloud::remove_hooks(const Action& action) {
  if (!has_hooks_) return HooksRemoved{};
  if (is_deploying()) {
    ActionFailed running = refused(action, "DeploymentInProgress", "a deployment is in progress");
    running.retryable = true;
    return running;
  }
  has_hooks_ = false;
  return HooksRemoved{};
}

EventBody FakeCloud::settle_hook(const Action& action, bool go_on) {
  Deployment* d = find(action.subject);
  if (!d) return refused(action, "ServiceDeploymentNotFoundException", "no such deployment");
  if (d->hook_id != action.hook_id || !d->hook_waits || is_over(d->status))
    return refused(action, "InvalidParameterException", "the hook is not awaiting an action");
  if (go_on) {
    d->hook_waits = false;
    d->next = now_ + std::chrono::milliseconds(between(0, 500));
    return ContinueAccepted{};
  }
  roll_back(*d, "rolled back at the hook");
  return RollbackAccepted{};
}

EventBody FakeCloud::describe(const std::string& arn) const {
  for (const auto& d : deployments_) {
    if (d.arn != arn) continue;
    DeploymentView view;
    view.status = d.status;
    view.status_reason = d.reason;
    view.stage = d.stage;
    view.hook_id = d.hook_waits ? d.hook_id : "";
    view.target_running = d.running;
    view.target_requested = 2;
    view.target_production_weight = d.weight;
    view.failed_tasks = d.failed;
    return DeploymentSeen{view};
  }
  return ActionFailed{.action = ActionKind::describe_deployment,
                      .code = "ServiceDeploymentNotFoundException",
                      .message = arn};
}

EventBody FakeCloud::approval() const {
  if (world_.nobody_approves || !answered_at_ || now_ < *answered_at_) return ApprovalSeen{};
  return ApprovalSeen{
      .state = world_.is_rejected ? ApprovalState::rejected : ApprovalState::approved,
      .by = "ben",
      .answered_at = *answered_at_};
}

EventBody FakeCloud::call(const Action& action, std::optional<Timestamp>& watch_began) {
  switch (action.kind) {
    case ActionKind::acquire_lock:
      if (lock_ && *lock_ != plan_.release_id) return LockHeld{"held by " + *lock_};
      lock_ = plan_.release_id;
      return LockAcquired{};
    case ActionKind::preflight:
      return PreflightDone{};
    case ActionKind::create_snapshot:
      if (!snapshot_ready_)
        snapshot_ready_ = now_ + std::chrono::milliseconds(between(1000, 60'000));
      return SnapshotCreated{};
    case ActionKind::describe_snapshot:
      if (!snapshot_ready_) return SnapshotSeen{};
      return SnapshotSeen{.status = now_ >= *snapshot_ready_ ? "available" : "creating"};
    case ActionKind::find_task_definition:
      return TaskDefinitionFound{tagged_.contains(plan_.release_id) ? tagged_[plan_.release_id]
                                                                    : std::string()};
    case ActionKind::register_task_definition:
      ++registrations_;
      tagged_[plan_.release_id] = fmt::format("task-definition/api:{}", 100 + registrations_);
      return TaskDefinitionRegistered{tagged_[plan_.release_id]};
    case ActionKind::run_migration:
      if (!tasks_.contains(action.key))
        tasks_[action.key] = now_ + std::chrono::milliseconds(between(500, 20'000));
      return MigrationStarted{action.key};
    case ActionKind::describe_migration:
      if (now_ < tasks_[action.subject]) return MigrationSeen{.status = "RUNNING"};
      return MigrationSeen{.status = "STOPPED", .exit_code = world_.migration_fails ? 1 : 0};
    case ActionKind::read_baseline:
      if (deployments_.empty()) return BaselineRead{.current_task_definition = configured_};
      return BaselineRead{deployments_.back().arn, deployments_.back().status, configured_};
    case ActionKind::create_service:
    case ActionKind::update_service:
      return update(action);
    case ActionKind::find_deployment:
      if (deployments_.empty() || deployments_.back().target != action.subject)
        return DeploymentFound{};
      return DeploymentFound{deployments_.back().arn};
    case ActionKind::describe_deployment:
      return describe(action.subject);
    case ActionKind::run_smoke: {
      advance(between(200, 3000));
      bool fails =
          action.subject == "test" ? world_.fails_test_smoke : world_.fails_production_smoke;
      bool is_new = action.subject == "test" || serving_ != plan_.from_task_definition;
      bool passed = !(fails && is_new);
      if (passed && action.subject == "production") ++production_smokes_passed;
      return SmokeFinished{
          .target = action.subject, .passed = passed, .asserted = true, .summary = "simulated"};
    }
    case ActionKind::read_metrics: {
      if (!watch_began) watch_began = now_;
      bool is_over_now = now_ - *watch_began >= std::chrono::milliseconds(world_.watch_ms);
      if (world_.fails_watch && serving_ != plan_.from_task_definition &&
          now_ - *watch_began > std::chrono::milliseconds(1000))
        return WatchSeen{.state = WatchState::failed, .summary = "25 % errors"};
      if (!is_over_now) return WatchSeen{.state = WatchState::watching};
      if (world_.metrics_silent) return WatchSeen{.state = WatchState::no_data};
      ++watches_passed;
      return WatchSeen{.state = world_.thin_traffic ? WatchState::too_little_traffic
                                                    : WatchState::passed};
    }
    case ActionKind::continue_deployment:
      return settle_hook(action, true);
    case ActionKind::rollback_at_hook:
      return settle_hook(action, false);
    case ActionKind::stop_deployment: {
      Deployment* d = find(action.subject);
      if (!d) return refused(action, "ServiceDeploymentNotFoundException", "no such deployment");
      if (is_over(d->status)) return refused(action, "ConflictException", "the deployment is over");
      if (d->status != "ROLLBACK_IN_PROGRESS") roll_back(*d, "stopped");
      return RollbackAccepted{};
    }
    case ActionKind::remove_hooks:
      return remove_hooks(action);
    case ActionKind::evaluate_gates:
      return GatesEvaluated{{{.id = "tests",
                              .list = "pre",
                              .state = world_.gates_fail ? BoxState::failed : BoxState::passed}}};
    case ActionKind::ask_approval:
      if (!asked_at_) {
        asked_at_ = now_;
        answered_at_ = now_ + std::chrono::milliseconds(between(100, 60'000));
      }
      return ApprovalAsked{.digest = "d", .expires_at = *asked_at_ + std::chrono::minutes(2)};
    case ActionKind::read_approval:
      return approval();
    case ActionKind::silence_alerts:
      if (world_.silence_refused) return AlertsSilenced{.problem = "a critical monitor alerts"};
      if (!silenced_until_) silenced_until_ = now_ + std::chrono::minutes(plan_.silence_minutes);
      was_silenced_for_ever |= plan_.silence_minutes <= 0;
      return AlertsSilenced{.id = "silence-1", .until = *silenced_until_};
    case ActionKind::restore_alerts:
      silenced_until_.reset();
      return AlertsRestored{};
    case ActionKind::close_release:
      ++closings;
      asked_at_.reset();
      return ReleaseClosed{.changelog = "written"};
    case ActionKind::release_lock:
      released_with_hooks |= lock_ == plan_.release_id && has_hooks_;
      if (lock_ == plan_.release_id) lock_.reset();
      return LockReleased{};
  }
  return LockReleased{};
}

}  // namespace sb::release::simulation
