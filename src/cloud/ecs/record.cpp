// Reading the record, and the words that are said about it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cloud/ecs/steps.hpp"

namespace sb::cloud::ecs {

std::string Ids::hex(std::size_t digits) {
  std::string out;
  while (out.size() < digits) out += fmt::format("{:016x}", next());
  out.resize(digits);
  return out;
}

std::string Ids::digits(std::size_t count) {
  std::string out(1, static_cast<char>('1' + next() % 9));
  while (out.size() < count) out += static_cast<char>('0' + next() % 10);
  return out;
}

std::string Ids::token(std::size_t length) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  while (out.size() < length) out += kAlphabet[next() % kAlphabet.size()];
  return out;
}

std::string Ids::uuid() {
  auto h = hex(32);
  h[12] = '4';
  h[16] = "89ab"[static_cast<unsigned char>(h[16]) % 4];
  return fmt::format("{}-{}-{}-{}-{}", h.substr(0, 8), h.substr(8, 4), h.substr(12, 4),
                     h.substr(16, 4), h.substr(20));
}

std::string wire(std::string_view lower_case) {
  std::string out(lower_case);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  });
  return out;
}

bool is_live(const ServiceTask& task) {
  return task.phase == TaskPhase::provisioning || task.phase == TaskPhase::activating ||
         task.phase == TaskPhase::running;
}

bool is_ready(const ServiceTask& task) {
  if (task.phase != TaskPhase::running) return false;
  if (task.container_health == ContainerHealth::unknown ||
      task.container_health == ContainerHealth::unhealthy)
    return false;
  // `unavailable` says that health checks are switched off.
  return task.target_group.empty() || task.health == TargetHealth::healthy ||
         task.health == TargetHealth::unavailable;
}

bool fails_checks(const ServiceTask& task) {
  return task.health == TargetHealth::unhealthy ||
         task.container_health == ContainerHealth::unhealthy;
}

bool is_running(const Deployment& deployment) {
  switch (deployment.status) {
    case DeploymentStatus::pending:
    case DeploymentStatus::in_progress:
    case DeploymentStatus::stop_requested:
    case DeploymentStatus::rollback_requested:
    case DeploymentStatus::rollback_in_progress:
      return true;
    case DeploymentStatus::successful:
    case DeploymentStatus::stopped:
    case DeploymentStatus::rollback_successful:
    case DeploymentStatus::rollback_failed:
      return false;
  }
  return false;
}

Counts count(const Service& service, const std::string& revision) {
  Counts counts;
  for (const auto& task : service.tasks) {
    if (task.revision != revision || !is_live(task)) continue;
    ++counts.live;
    if (task.phase == TaskPhase::running) ++counts.running;
    if (is_ready(task)) ++counts.ready;
  }
  return counts;
}

double share_of(const Rule& rule, const std::string& revision) {
  for (const auto& share : rule.shares)
    if (share.revision == revision) return share.percent;
  return 0;
}

const Revision* find_revision(const Service& service, const std::string& arn) {
  for (const auto& revision : service.revisions)
    if (revision.arn == arn) return &revision;
  return nullptr;
}

const Revision* primary_of(const Service& service) {
  for (const auto& revision : service.revisions)
    if (revision.role == RolloutRole::primary) return &revision;
  return nullptr;
}

int min_ready_tasks(const Service& service) {
  return static_cast<int>(
      std::ceil(service.desired_count * service.plan.minimum_healthy_percent / 100.0));
}

// Rounded down as AWS does, but with room for one more task than must stay up: a rolling update of
// one task at 100/150 would never move.
int max_tasks(const Service& service) {
  auto most = static_cast<int>(service.desired_count * service.plan.maximum_percent / 100.0);
  return std::max({most, service.desired_count, min_ready_tasks(service) + 1});
}

namespace steps {

Revision* find(Service& service, const std::string& arn) {
  for (auto& revision : service.revisions)
    if (revision.arn == arn) return &revision;
  return nullptr;
}

ServiceTask* find_task(Service& service, const std::string& id) {
  for (auto& task : service.tasks)
    if (task.id == id) return &task;
  return nullptr;
}

std::vector<std::string> others(const Service& service, const std::string& source,
                                const std::string& target) {
  std::vector<std::string> out;
  for (const auto& revision : service.revisions)
    if (revision.arn != source && revision.arn != target) out.push_back(revision.arn);
  return out;
}

bool has_tasks(const Service& service, const std::string& revision) {
  return std::any_of(service.tasks.begin(), service.tasks.end(),
                     [&](const ServiceTask& task) { return task.revision == revision; });
}

int breaker_threshold(int desired_count) {
  return std::clamp((desired_count + 1) / 2, 3, 200);
}

void say(Turn turn, std::string message) {
  auto& events = turn.service.events;
  events.push_back({turn.ids.uuid(), turn.now,
                    fmt::format("(service {}) {}", turn.service.name, std::move(message))});
  if (events.size() > kMaxEvents) events.erase(events.begin());
}

// As in AWS the circuit breaker is named in rolloutStateReason, not in the event.
void say_failed(Turn turn, const Revision& revision, const std::string& reason) {
  std::string_view why = reason;
  constexpr std::string_view kBreaker = "ECS deployment circuit breaker: ";
  if (why.starts_with(kBreaker)) why.remove_prefix(kBreaker.size());
  say(turn, fmt::format("(deployment {}) deployment failed: {}", revision.deployment_id, why));
}

namespace {
std::string listed(const std::vector<std::string>& tasks) {
  std::string out;
  for (const auto& task : tasks) out += fmt::format(" (task {})", task);
  return out;
}
}  // namespace

void say_started(Turn turn, const std::vector<std::string>& tasks) {
  if (tasks.empty()) return;
  say(turn, fmt::format("has started {} tasks:{}.", tasks.size(), listed(tasks)));
}

void say_stopping(Turn turn, const std::vector<std::string>& stopped, int draining) {
  if (stopped.empty()) return;
  say(turn, fmt::format("has stopped {} running tasks:{}.", stopped.size(), listed(stopped)));
  if (draining > 0) say(turn, fmt::format("has begun draining connections on {} tasks.", draining));
}

}  // namespace steps
}  // namespace sb::cloud::ecs
