#include <fmt/format.h>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "saltctl/service_health.hpp"

namespace sb::saltctl {
namespace {

void print_targets(Console& out, const std::vector<TargetView>& targets) {
  std::vector<std::vector<std::string>> rows{{"TARGET GROUP", "TARGET", "STATE", "WHY"}};
  for (const auto& target : targets) {
    auto style = target.state == "healthy"     ? Style::green
                 : target.state == "unhealthy" ? Style::red
                                               : Style::yellow;
    auto why = target.description.empty() ? target.reason : target.description;
    rows.push_back({target.group, target.address, out.paint(style, target.state), why});
  }
  out.line(format_table(rows));
}

void print_tasks(Console& out, const std::vector<TaskHealth>& tasks) {
  std::vector<std::vector<std::string>> rows{{"TASK", "REVISION", "STATUS", "CHECK", "WHY"}};
  std::size_t stopped = 0;
  for (const auto& task : tasks) {
    if (task.status == "STOPPED" && ++stopped > 5) continue;
    auto why = task.exit_code ? fmt::format("{} (exit code {})", task.reason, *task.exit_code)
                              : task.reason;
    rows.push_back({task.id.substr(0, 12), task.revision, task.status, task.health, why});
  }
  out.line(format_table(rows));
}

Task<Outcome> health(Invocation& call) {
  auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  SB_CO_TRY(auto resources, co_await need_resources(session));
  auto targets = co_await targets_of(session);
  if (!targets) co_return std::unexpected(with_hint(targets.error(), name));
  auto tasks = co_await tasks_of(session);
  if (!tasks) co_return std::unexpected(with_hint(tasks.error(), name));
  auto ready = co_await ask(session, resources, "/ready");
  bool is_healthy = ready.status == 200;
  for (const auto& target : *targets) is_healthy &= target.state != "unhealthy";
  if (call.wants_json) {
    call.out.line(fmt::format(R"({{"healthy":{},"ready":{},"targets":{},"tasks":{}}})", is_healthy,
                              json::encode(ready), json::encode(*targets), json::encode(*tasks)));
    co_return is_healthy ? 0 : 1;
  }
  print_targets(call.out, *targets);
  print_tasks(call.out, *tasks);
  auto answered = ready.status == 0
                      ? "nothing answers: " + ready.error
                      : fmt::format("{} {}", ready.status, ready.status == 200 ? "" : ready.body);
  call.out.line(
      fmt::format("{}/ready  {}", session.environment.url(),
                  call.out.paint(ready.status == 200 ? Style::green : Style::red, answered)));
  if (!is_healthy) call.out.line(fmt::format("     try: saltctl doctor {}", name));
  co_return is_healthy ? 0 : 1;
}

}  // namespace

Outcome run_health(Invocation& call) {
  return run_task(health(call));
}

}  // namespace sb::saltctl
