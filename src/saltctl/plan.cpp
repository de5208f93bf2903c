#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "release/engine/codec.hpp"
#include "release/gates/rollback_plan.hpp"
#include "saltctl/changes.hpp"
#include "saltctl/deploying.hpp"
#include "saltctl/provision/calls.hpp"
#include "saltctl/release_run.hpp"
#include "saltctl/release_text.hpp"
#include "saltctl/release_view.hpp"

namespace sb::saltctl {
namespace {

namespace ecs = aws::ecs;

// Against what runs now; nothing when nothing runs.
Task<std::vector<std::string>> changes_of(Session& session, const release::Plan& plan) {
  auto next = json::decode<ecs::RegisterTaskDefinitionRequest>(plan.task_definition);
  if (!next || plan.from_task_definition.empty()) co_return std::vector<std::string>();
  ecs::DescribeTaskDefinitionRequest request;
  request.taskDefinition = plan.from_task_definition;
  auto described = co_await call<ecs::DescribeTaskDefinition>(*session.client, std::move(request));
  if (!described || !described->taskDefinition) co_return std::vector<std::string>();
  co_return changes(*described->taskDefinition, *next);
}

Task<Outcome> show(Invocation& call) {
  const auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto prepared, co_await prepare_deploy(call));
  auto& plan = prepared.plan;
  auto lines = co_await changes_of(prepared.session, plan);
  SB_CO_TRY(auto boxes, co_await prepared.runner.preview_gates(plan));
  const bool is_ready = std::ranges::none_of(boxes, [](const release::Box& box) {
    return release::stops_release(box) && box.id != "notified";
  });
  if (call.wants_json) {
    std::vector<std::string> quoted;
    for (const auto& line : lines) quoted.push_back(json::quote(line));
    call.out.line(
        fmt::format(R"({{"ready":{},"plan":{},"changes":[{}],"boxes":{},"rollback_plan":{}}})",
                    is_ready, release::encode_plan(plan), fmt::join(quoted, ","), boxes_json(boxes),
                    json::quote(release::gates::rollback_plan(plan))));
  } else {
    call.out.line(plan_text(plan, call.out));
    call.out.line();
    call.out.line(call.out.paint(Style::bold, "Changes of the task definition"));
    for (const auto& line : lines) call.out.line("  " + line);
    if (lines.empty()) call.out.line("  none");
    call.out.line();
    call.out.line(boxes_text(boxes, "pre", call.out));
    call.out.line();
    call.out.line(release::gates::rollback_plan(plan));
    auto hint = open_boxes_hint(boxes, "saltctl deploy " + name);
    call.out.line(call.out.paint(
        Style::dim, is_ready ? "  next: saltctl deploy " + name : "  or waive: " + hint));
  }
  co_return is_ready ? 0 : release::exit_code(release::Outcome::refused);
}

}  // namespace

Outcome run_plan(Invocation& call) {
  return run_task(show(call));
}

}  // namespace sb::saltctl
