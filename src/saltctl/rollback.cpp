#include <fmt/format.h>

#include "base/async/spawn.hpp"
#include "saltctl/release_run.hpp"

namespace sb::saltctl {
namespace {

// A release is under way: it is what is to be undone. If its process lives, ECS is asked and that
// process sees and reports it; if not, we take the release over.
Task<Outcome> roll_back_release(Invocation& call, Session& session, release::Runner& runner,
                                std::string release_id) {
  SB_CO_TRY(auto status, co_await runner.status());
  for (const auto& pending : status.waiting) {
    if (pending.request.release_id != release_id) continue;
    // Nothing was changed yet: a rejection ends it, in whichever process it waits.
    release::Api api(api_config(session));
    release::ApprovalStore store(api, session.environment.name);
    auto answered =
        co_await store.answer(release_id, {.digest = pending.request.digest,
                                           .verdict = "rejected",
                                           .by = user_name(),
                                           .caller_arn = {},
                                           .how = "saltctl rollback",
                                           .reason = "withdrawn before anything was changed",
                                           .at = now()});
    if (!answered) co_return std::unexpected(Failure(answered.error(), ""));
    call.out.line(
        fmt::format("{} waited for an approval and is withdrawn; nothing was changed. If "
                    "its saltctl is gone: saltctl resume {}",
                    release_id, session.environment.name));
    co_return 0;
  }
  if (!status.lock_holder_is_alive) {
    auto outcome =
        co_await run_resume_of(call, runner, session.environment.name, std::move(release_id),
                               release::Runner::ResumeAs::roll_back);
    // Rolled back is what was asked for here.
    if (outcome && *outcome == release::exit_code(release::Outcome::rolled_back)) co_return 0;
    co_return outcome;
  }
  auto stopped = co_await runner.stop_running_deployment();
  if (!stopped) co_return std::unexpected(Failure(stopped.error(), ""));
  call.out.line("ECS was asked to put the old version back; the saltctl that is releasing " +
                release_id + " reports how it ends.");
  co_return 0;
}

Task<Outcome> rollback(Invocation& call) {
  auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  SB_CO_TRY(auto resources, co_await need_resources(session));
  SB_CO_TRY(auto runner, open_runner(session, resources));
  SB_CO_TRY(auto unfinished, runner.journal().unfinished(name));
  if (unfinished && !call.arguments.has("--to"))
    co_return co_await roll_back_release(call, session, runner, unfinished->release_id);
  auto plan =
      co_await runner.plan_rollback({.to = call.arguments.get("--to"),
                                     .reason = call.arguments.get("--reason"),
                                     .despite_schema = call.arguments.has("--despite-schema")});
  if (!plan) co_return std::unexpected(Failure(plan.error(), "saltctl history " + name));
  auto asking = call.arguments.has("--yes") ? Asking::yes : Asking::ask;
  co_return co_await run_release(call, runner, *std::move(plan), asking);
}

}  // namespace

Outcome run_rollback(Invocation& call) {
  return run_task(rollback(call));
}

}  // namespace sb::saltctl
