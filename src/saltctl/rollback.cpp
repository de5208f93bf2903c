#include "base/async/spawn.hpp"
#include "saltctl/release_run.hpp"

namespace sb::saltctl {
namespace {

Task<Outcome> rollback(Invocation& call) {
  auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  SB_CO_TRY(auto resources, co_await need_resources(session));
  SB_CO_TRY(auto runner, open_runner(session, resources));
  auto plan = co_await runner.plan_rollback(
      {.to = call.arguments.get("--to"), .reason = call.arguments.get("--reason")});
  if (!plan) co_return std::unexpected(Failure(plan.error(), "saltctl history " + name));
  auto asking = call.arguments.has("--yes") ? Asking::yes : Asking::ask;
  co_return co_await run_release(call, runner, *std::move(plan), asking);
}

}  // namespace

Outcome run_rollback(Invocation& call) {
  return run_task(rollback(call));
}

}  // namespace sb::saltctl
