#include "release/runner/executor.hpp"

#include <fmt/format.h>

#include "base/json/codec.hpp"
#include "release/journal/procedures.hpp"
#include "release/runner/hooks.hpp"
#include "release/runner/present.hpp"

namespace sb::release {

namespace {

template <class T>
EventBody event_of(ActionKind kind, Result<T> result) {
  if (!result) return failure_of(kind, result.error());
  return EventBody(*std::move(result));
}
template <class Event>
EventBody event_of(ActionKind kind, const Result<>& result, Event success) {
  if (!result) return failure_of(kind, result.error());
  return EventBody(std::move(success));
}

// A process that lost its lock while it slept must not write any more; these need none.
bool needs_lock(ActionKind kind) {
  switch (kind) {
    case ActionKind::acquire_lock:
    case ActionKind::release_lock:
    case ActionKind::ask_approval:
    case ActionKind::restore_alerts:
    case ActionKind::close_release:
      return false;
    default:
      return changes_something(kind);
  }
}

constexpr Duration kProbeLimit = std::chrono::seconds(2);
constexpr std::int64_t kReadAgain = 5;  // periods whose counts may still have changed

WatchState state_of(analysis::Verdict verdict) {
  switch (verdict) {
    case analysis::Verdict::watching:
      return WatchState::watching;
    case analysis::Verdict::pass:
      return WatchState::passed;
    case analysis::Verdict::fail:
      return WatchState::failed;
    case analysis::Verdict::inconclusive:
      return WatchState::too_little_traffic;
    case analysis::Verdict::no_data:
      return WatchState::no_data;
  }
  return WatchState::no_data;
}

}  // namespace

smoke::Options smoke_options(const EnvironmentConfig& config, smoke::Target target,
                             std::string expected_version) {
  smoke::Options options;
  options.base_url = target == smoke::Target::test ? config.test_url : config.url;
  options.ca_file = config.ca_file;
  options.connect_to = config.connect_to;
  options.expected_version = std::move(expected_version);
  return options;
}

Executor::Executor(Api& api, const EnvironmentConfig& config, const RunnerOptions& options,
                   journal::Journal& journal, Observer& observer)
    : api_(api),
      config_(config),
      options_(options),
      journal_(journal),
      observer_(observer),
      service_(api, config.cluster, config.service),
      locks_(api, config.lock_name()),
      metrics_(api, service_, config),
      probe_({.ca_file = config.ca_file, .connect_to = config.connect_to}) {}

Task<EventBody> Executor::perform(const Action& action, const State& state) {
  const bool is_part_of_watch = action.kind == ActionKind::describe_deployment ||
                                action.kind == ActionKind::read_metrics ||
                                action.kind == ActionKind::run_smoke;
  if (!is_part_of_watch) watch_.reset();
  if (needs_lock(action.kind)) {
    auto held = co_await locks_.check(lock_);
    // The way back is taken also while the lock cannot be read.
    const bool is_way_back =
        action.kind == ActionKind::stop_deployment || action.kind == ActionKind::rollback_at_hook;
    if (!held && (held.error().code == ErrorCode::conflict || !is_way_back)) {
      ActionFailed failed = failure_of(action.kind, held.error());
      failed.unknown = false;  // nothing was sent
      if (held.error().code == ErrorCode::conflict) failed.code = "LockLost";
      co_return failed;
    }
  }
  co_return co_await perform_unlocked(action, state);
}

Task<EventBody> Executor::perform_unlocked(const Action& action, const State& state) {
  const ActionKind kind = action.kind;
  BuildCalls build(api_, state.plan);
  const Rollout& rollout = state.stage == Stage::restoring ? state.back : state.forward;
  switch (kind) {
    case ActionKind::acquire_lock:
      co_return co_await acquire_lock(state);
    case ActionKind::preflight: {
      Preflight preflight(api_, service_, state.plan, options_.check_image);
      co_return event_of(kind, co_await preflight.run());
    }
    case ActionKind::create_snapshot:
      co_return event_of(kind, co_await build.create_snapshot(), SnapshotCreated{});
    case ActionKind::describe_snapshot:
      co_return event_of(kind, co_await build.describe_snapshot());
    case ActionKind::find_task_definition: {
      auto arn = co_await build.find_task_definition();
      if (!arn) co_return failure_of(kind, arn.error());
      co_return TaskDefinitionFound{*arn};
    }
    case ActionKind::register_task_definition: {
      auto arn = co_await build.register_task_definition();
      if (!arn) co_return failure_of(kind, arn.error());
      co_return TaskDefinitionRegistered{*arn};
    }
    case ActionKind::run_migration: {
      auto task = co_await build.run_migration(action.subject, action.key);
      if (!task) co_return failure_of(kind, task.error());
      co_return MigrationStarted{*task};
    }
    case ActionKind::describe_migration:
      co_return event_of(kind, co_await build.describe_migration(action.subject));
    case ActionKind::read_baseline:
      co_return event_of(kind, co_await service_.baseline());
    case ActionKind::create_service:
      co_return event_of(kind,
                         co_await service_.create(state.plan.create_service, action.subject,
                                                  hook_timeout(state), action.key),
                         ServiceUpdated{});
    case ActionKind::update_service:
      co_return event_of(kind, co_await update_service(action, state), ServiceUpdated{});
    case ActionKind::remove_hooks:
      co_return event_of(kind, co_await service_.remove_hooks(), HooksRemoved{});
    case ActionKind::find_deployment: {
      auto arn = co_await service_.find_deployment(action.subject, rollout.baseline);
      if (!arn) co_return failure_of(kind, arn.error());
      co_return DeploymentFound{*arn};
    }
    case ActionKind::describe_deployment: {
      auto view = co_await service_.view(action.subject);
      if (!view) co_return failure_of(kind, view.error());
      // Once ECS wants all traffic on the old version again, production itself is asked.
      const bool may_be_back = state.stage == Stage::rolling_back && state.timings.shifted_at &&
                               !state.timings.traffic_back_at &&
                               view->target_production_weight <= 0;
      if (may_be_back) view->production_version = co_await production_version();
      co_return DeploymentSeen{*std::move(view)};
    }
    case ActionKind::run_smoke:
      co_return co_await run_smoke(action, state);
    case ActionKind::read_metrics:
      co_return co_await read_metrics(state);
    case ActionKind::continue_deployment:
      co_return event_of(kind,
                         co_await service_.settle_hook(action.subject, action.hook_id, "CONTINUE"),
                         ContinueAccepted{});
    case ActionKind::rollback_at_hook:
      co_return event_of(kind,
                         co_await service_.settle_hook(action.subject, action.hook_id, "ROLLBACK"),
                         RollbackAccepted{});
    case ActionKind::stop_deployment:
      co_return event_of(kind, co_await service_.stop(action.subject), RollbackAccepted{});
    case ActionKind::release_lock:
      co_return event_of(kind, co_await locks_.release(lock_), LockReleased{});
    case ActionKind::evaluate_gates:
    case ActionKind::ask_approval:
    case ActionKind::read_approval:
    case ActionKind::silence_alerts:
    case ActionKind::restore_alerts:
    case ActionKind::close_release:
      co_return co_await perform_ceremony(kind, state);
  }
  co_return ActionFailed{.action = kind, .message = "not an action"};
}

Task<EventBody> Executor::perform_ceremony(ActionKind kind, const State& state) {
  Ceremony ceremony(api_, config_, options_);
  switch (kind) {
    case ActionKind::evaluate_gates:
      co_return event_of(kind, co_await ceremony.evaluate_gates(state.plan));
    case ActionKind::ask_approval:
      co_return event_of(kind, co_await ceremony.ask_approval(state));
    case ActionKind::read_approval:
      co_return event_of(kind, co_await ceremony.read_approval(state));
    case ActionKind::silence_alerts:
      co_return event_of(kind, co_await ceremony.silence(state.plan));
    case ActionKind::restore_alerts:
      co_return event_of(kind, co_await ceremony.restore(state.plan), AlertsRestored{});
    case ActionKind::close_release:
      co_return event_of(kind, co_await ceremony.close(state));
    default:
      co_return ActionFailed{.action = kind, .message = "not an action"};
  }
}

std::int64_t Executor::hook_timeout(const State& state) const {
  return state.plan.strategy == Strategy::blue_green ? config_.hook_timeout_minutes : 0;
}

// The hooks come with the deployment that is to be checked and go when the release ends; if this
// process is gone by then, they expire and ECS rolls back. The way back needs none: the old version
// proved itself before, and must come also if nobody is there to continue it.
Task<Result<>> Executor::update_service(const Action& action, const State& state) {
  std::optional<aws::ecs::DeploymentConfiguration> configuration;
  if (hook_timeout(state) > 0) {
    SB_CO_TRY(configuration, co_await service_.configuration_with_hooks(hook_timeout(state)));
    if (state.stage == Stage::restoring) configuration = without_hooks(*std::move(configuration));
  }
  co_return co_await service_.update(action.subject, std::move(configuration));
}

// What production answers as; "mixed" while both versions do; empty when it cannot be asked.
Task<std::string> Executor::production_version() {
  std::string version;
  for (int i = 0; i < 4; ++i) {
    http::ClientRequest request;
    request.url = config_.url + "/health";
    auto response = co_await probe_.send(std::move(request), Deadline::after(kProbeLimit));
    if (!response || response->status != 200) co_return std::string();
    const std::string seen(response->headers.get("X-SaltBitter-Version"));
    if (i > 0 && seen != version) co_return std::string("mixed");
    version = seen;
  }
  co_return version;
}

Task<EventBody> Executor::acquire_lock(const State&) {
  auto is_over = [this](const LockInfo& other) {
    return journal::has_ended(journal_, other.release_id);
  };
  auto holder = co_await locks_.acquire(lock_, is_over);
  if (!holder) co_return failure_of(ActionKind::acquire_lock, holder.error());
  if (is_same_holder(*holder, lock_)) co_return LockAcquired{};
  const Holder life = holder_of(*holder);
  std::string text = "the release lock is " + describe(*holder, life);
  if (life != Holder::alive)
    text +=
        fmt::format(" (if nobody can: aws ssm delete-parameter --name {})", config_.lock_name());
  co_return LockHeld{std::move(text)};
}

Task<EventBody> Executor::run_smoke(const Action& action, const State& state) {
  const auto target = action.subject == "test" ? smoke::Target::test : smoke::Target::production;
  auto options = smoke_options(config_, target, state.plan.to_version);
  auto report = co_await smoke::run(std::move(options),
                                    [this, name = action.subject](const smoke::CheckResult& check) {
                                      observer_.on_smoke_check(name, check);
                                    });
  co_return SmokeFinished{.target = action.subject,
                          .passed = report.passed,
                          .asserted = report.asserted,
                          .summary = report.summary,
                          .report = json::encode(report)};
}

void Executor::begin_watch(const State& state, Timestamp at) {
  targets_.reset();
  watch_began_ = at;
  last_read_ = {};
  watch_.emplace(analysis::WatchOptions{.limits = config_.limits,
                                        .began = at,
                                        .released = state.timings.started_at.value_or(at),
                                        .shifted = state.timings.shifted_at.value_or(at),
                                        .watch_seconds = state.plan.watch_seconds,
                                        .longest_seconds = 2 * state.plan.watch_seconds,
                                        .period_seconds = config_.metric_period_seconds,
                                        .delay_seconds = config_.metric_delay()});
}

// The first look reads the time before as well, to compare with: a minute (or ten periods) before
// the watch, and as much before the release. The others read what may have changed since
// the last answer.
Task<Result<analysis::Look>> Executor::look(const State& state, Timestamp at) {
  const bool is_first = !targets_;
  if (is_first) {
    SB_CO_TRY(targets_, co_await metrics_.find_targets(state.forward.deployment));
  }
  const auto period = std::chrono::seconds(config_.metric_period_seconds);
  const Duration past = std::max<Duration>(std::chrono::minutes(1), 10 * period) + 2 * period;
  const Duration late = std::chrono::seconds(config_.metric_delay()) + kReadAgain * period;
  auto seen = co_await metrics_.read(*targets_, is_first ? at - past : last_answer_ - late,
                                     at + std::chrono::seconds(1));
  if (!seen) {
    if (is_first) targets_.reset();
    co_return seen;
  }
  last_answer_ = at;
  if (is_first && state.timings.started_at) {
    auto before = co_await metrics_.read(*targets_, *state.timings.started_at - past,
                                         *state.timings.started_at);
    if (before) {
      seen->before_release = std::move(before->fresh);
      seen->before_release.insert(seen->before_release.end(), before->old.begin(),
                                  before->old.end());
      seen->connections.insert(seen->connections.end(), before->connections.begin(),
                               before->connections.end());
      seen->memory.insert(seen->memory.end(), before->memory.begin(), before->memory.end());
    }
  }
  seen->database = co_await metrics_.database();
  // Asked only when there is a reason: it is a request like any user's.
  if (seen->database && watch_->is_connection_count_silent(at))
    seen->database->is_ready = co_await is_ready(probe_, config_.url);
  co_return seen;
}

Task<EventBody> Executor::read_metrics(const State& state) {
  const Timestamp at = now();
  if (!watch_) begin_watch(state, at);
  // A period of a minute need not be asked for five times a second.
  if (at - last_read_ < std::chrono::seconds(config_.metric_period_seconds) / 4)
    co_return WatchSeen{};
  last_read_ = at;

  // A source that cannot be asked is silent, from the first look on: how long that may last is the
  // watch's to say.
  auto seen = co_await look(state, at);
  const analysis::Reading reading =
      seen ? watch_->look(now(), *seen) : watch_->look_failed(now(), seen.error().text());
  observer_.on_watch(reading);
  if (reading.verdict == analysis::Verdict::watching) co_return WatchSeen{};
  co_return WatchSeen{.state = state_of(reading.verdict),
                      .summary = reading.summary,
                      .evidence = json::encode(reading.evidence)};
}

}  // namespace sb::release
