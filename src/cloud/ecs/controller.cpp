// Commands, and the loop that takes a record as far as it goes.
#include "cloud/ecs/controller.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error/check.hpp"
#include "cloud/ecs/steps.hpp"

namespace sb::cloud::ecs {

using namespace steps;

namespace {

// What a new deployment starts from and may go back to: the last completed revision; only if that
// one is down while another serves, the other.
std::string choose_source(const Service& service) {
  const Revision* serving = nullptr;
  for (const auto& revision : service.revisions) {
    double share = share_of(service.production, revision.arn);
    if (share > 0 && (!serving || share > share_of(service.production, serving->arn)))
      serving = &revision;
  }
  const auto* stable = find_revision(service, service.stable);
  if (!stable) return serving ? serving->arn : "";
  bool other_is_better = serving && serving != stable && count(service, stable->arn).ready == 0 &&
                         count(service, serving->arn).ready > 0;
  return other_is_better ? serving->arn : stable->arn;
}

std::string choose_group(const Service& service, const std::string& source) {
  if (!service.load_balancing) return {};
  const auto& pair = *service.load_balancing;
  const auto* from = find_revision(service, source);
  bool is_rolling = service.plan.strategy == Strategy::rolling;
  if (is_rolling) {
    bool is_ours = from && (from->target_group == pair.target_group ||
                            from->target_group == pair.alternate_target_group);
    return is_ours ? from->target_group : pair.target_group;
  }
  return from && from->target_group == pair.target_group ? pair.alternate_target_group
                                                         : pair.target_group;
}

void push_out(Turn turn) {
  auto& service = turn.service;
  if (!service.deployment) return;
  auto& old = *service.deployment;
  if (is_running(old)) {
    // Past its bake time it has won; what is left of the clean-up is the next one's work.
    bool has_won = old.stage == Stage::clean_up && old.status == DeploymentStatus::in_progress;
    finish(turn, has_won ? DeploymentStatus::successful : DeploymentStatus::stopped,
           has_won ? "" : "The deployment was replaced by a newer one.");
  }
  service.closed.push_back(std::move(old));
  service.deployment.reset();
}

// What was left half-way keeps its traffic, unless nothing of it works and the last good revision
// does.
void rescue_traffic(Turn turn) {
  auto& service = turn.service;
  if (!find_revision(service, service.stable) || count(service, service.stable).ready == 0) return;
  for (const auto& share : service.production.shares) {
    if (share.percent == 0 || share.revision == service.stable) continue;
    if (count(service, share.revision).ready > 0) continue;
    say(turn,
        fmt::format("moves production traffic to {}: no other task is healthy.", service.stable));
    wish(service.production, all_to(service, service.stable));
    return;
  }
}

// Wanted counts while no deployment runs.
void want_steady(Turn turn) {
  auto& service = turn.service;
  if (service.status != ServiceStatus::active) {
    for (auto& revision : service.revisions) revision.wanted = 0;
    return;
  }
  const auto& last = service.deployment;
  bool is_rolling = !last || last->plan.strategy == Strategy::rolling;
  bool as_left = last && last->status == DeploymentStatus::stopped;
  if (is_rolling && !as_left) {
    if (const auto* primary = primary_of(service)) roll_towards(turn, primary->arn);
    return;
  }
  bool has_one_winner = last->status == DeploymentStatus::successful ||
                        last->status == DeploymentStatus::rollback_successful;
  if (!is_rolling && !has_one_winner && service.desired_count > 0) rescue_traffic(turn);
  int left = 0;
  for (auto& revision : service.revisions) {
    auto counts = count(service, revision.arn);
    // What did not come up must not hold the place of a task that would.
    int live = is_rolling ? counts.ready : counts.live;
    if (has_one_winner && revision.role != RolloutRole::primary)
      revision.wanted = 0;
    else if (revision.frozen)
      revision.wanted = std::min(live, service.desired_count);
    else
      revision.wanted = service.desired_count;
    if (revision.frozen) left += revision.wanted;
  }
  // One target group: a stopped rolling update keeps both kinds, together as many as desired.
  if (is_rolling)
    for (auto& revision : service.revisions)
      if (!revision.frozen) revision.wanted = std::max(0, service.desired_count - left);
}

bool is_needed(const Service& service, const Revision& revision) {
  if (revision.role == RolloutRole::primary || revision.arn == service.stable) return true;
  if (has_tasks(service, revision.arn) || share_of(service.production, revision.arn) > 0)
    return true;
  const auto& running = service.deployment;
  return running && is_running(*running) &&
         (running->source == revision.arn || running->target == revision.arn);
}

bool forget_revisions(Service& service) {
  return std::erase_if(service.revisions,
                       [&](const Revision& revision) { return !is_needed(service, revision); }) > 0;
}

void note_steadiness(Turn turn) {
  auto& service = turn.service;
  const auto* primary = primary_of(service);
  bool is_steady = service.status == ServiceStatus::active && primary &&
                   !(service.deployment && is_running(*service.deployment)) &&
                   static_cast<int>(service.tasks.size()) == service.desired_count &&
                   count(service, primary->arn).ready == service.desired_count;
  if (is_steady && !service.steady) say(turn, "has reached a steady state.");
  service.steady = is_steady;
}

}  // namespace

void deploy(Turn turn, const NewRevision& fresh) {
  auto& service = turn.service;
  push_out(turn);
  Deployment deployment;
  deployment.arn = fresh.deployment_arn;
  deployment.source = choose_source(service);
  deployment.target = fresh.arn;
  deployment.plan = service.plan;
  deployment.created_at = deployment.updated_at = deployment.stage_since = turn.now;
  deployment.threshold = breaker_threshold(service.desired_count);
  deployment.breaker =
      service.plan.breaker_enabled ? BreakerStatus::monitoring : BreakerStatus::disabled;
  if (!service.plan.alarms.empty() && !fresh.starts_in_alarm)
    deployment.alarm_watch = BreakerStatus::monitoring;

  for (auto& revision : service.revisions) {
    revision.role = RolloutRole::active;
    revision.frozen = revision.arn != deployment.source;
  }
  Revision revision;
  revision.arn = fresh.arn;
  revision.deployment_id = fresh.deployment_id;
  revision.task_definition = fresh.task_definition;
  revision.has_health_check = fresh.has_health_check;
  revision.target_group = choose_group(service, deployment.source);
  revision.rollout_reason = fmt::format("ECS deployment {} in progress.", fresh.deployment_id);
  revision.created_at = revision.updated_at = turn.now;
  service.revisions.push_back(std::move(revision));
  service.deployment = std::move(deployment);
  service.steady = false;
}

void set_desired_count(Turn turn, int count) {
  turn.service.desired_count = count;
}

Result<> answer_hook(Turn turn, const std::string& id, HookAction action) {
  auto& deployment = turn.service.deployment;
  if (!deployment) return fail(ErrorCode::not_found, "no such lifecycle hook", id);
  for (auto& hook : deployment->hooks) {
    if (hook.id != id) continue;
    if (hook.answer == action) return {};
    if (hook.status != HookStatus::awaiting_action || turn.now >= hook.expires_at ||
        deployment->status != DeploymentStatus::in_progress)
      return fail(ErrorCode::failed_precondition,
                  fmt::format("The lifecycle hook is not awaiting an action: it is {}.",
                              hook.status == HookStatus::awaiting_action ? "TIMED_OUT"
                                                                         : wire_name(hook.status)),
                  id);
    hook.answer = action;
    hook.status = action == HookAction::proceed ? HookStatus::succeeded : HookStatus::failed;
    deployment->updated_at = turn.now;
    return {};
  }
  return fail(ErrorCode::not_found, "no such lifecycle hook", id);
}

Result<> stop_deployment(Turn turn, StopType type) {
  auto& deployment = turn.service.deployment;
  if (!deployment) return fail(ErrorCode::not_found, "no such service deployment");
  switch (deployment->status) {
    case DeploymentStatus::rollback_requested:
    case DeploymentStatus::rollback_in_progress:
    case DeploymentStatus::stop_requested:
      return {};
    case DeploymentStatus::pending:
    case DeploymentStatus::in_progress:
      break;
    case DeploymentStatus::successful:
    case DeploymentStatus::stopped:
    case DeploymentStatus::rollback_successful:
    case DeploymentStatus::rollback_failed:
      return fail(ErrorCode::failed_precondition,
                  fmt::format("The service deployment is {}.", wire_name(deployment->status)));
  }
  if (deployment->stage == Stage::clean_up)
    return fail(ErrorCode::failed_precondition, "The service deployment is cleaning up.");
  deployment->status = type == StopType::rollback ? DeploymentStatus::rollback_requested
                                                  : DeploymentStatus::stop_requested;
  deployment->updated_at = turn.now;
  return {};
}

void drain(Turn turn) {
  if (turn.service.status != ServiceStatus::active) return;
  turn.service.status = ServiceStatus::draining;
  if (turn.service.deployment && is_running(*turn.service.deployment))
    finish(turn, DeploymentStatus::stopped, "The service was deleted.");
}

void advance(Turn turn) {
  auto& service = turn.service;
  constexpr int kMostRounds = 10'000;
  for (int round = 0;; ++round) {
    SB_CHECK(round < kMostRounds, "every round brings the record closer to what is wanted");
    bool runs = service.deployment && is_running(*service.deployment);
    bool changed = runs && advance_deployment(turn);
    if (!service.deployment || !is_running(*service.deployment)) want_steady(turn);
    changed = settle_tasks(turn) || changed;
    changed = forget_revisions(service) || changed;
    if (!changed) break;
  }
  if (service.status == ServiceStatus::draining && service.tasks.empty())
    service.status = ServiceStatus::inactive;
  note_steadiness(turn);
}

std::optional<Timestamp> wake_at(const Service& service) {
  std::optional<Timestamp> earliest;
  auto consider = [&](Timestamp at) {
    if (!earliest || at < *earliest) earliest = at;
  };
  if (const auto& deployment = service.deployment; deployment && is_running(*deployment)) {
    for (const auto& hook : deployment->hooks)
      if (hook.status == HookStatus::awaiting_action) consider(hook.expires_at);
    if (deployment->wait_until) consider(*deployment->wait_until);
    consider(deployment->stage_since + std::chrono::milliseconds(kStageLimitMs));
  }
  for (const auto& revision : service.revisions)
    if (revision.not_before && !revision.frozen &&
        count(service, revision.arn).live < std::max(revision.wanted, 1))
      consider(*revision.not_before);
  for (const auto& task : service.tasks)
    if (task.phase == TaskPhase::running && fails_checks(task) && task.started_at &&
        service.grace_ms > 0)
      consider(*task.started_at + std::chrono::milliseconds(service.grace_ms));
  return earliest;
}

}  // namespace sb::cloud::ecs
