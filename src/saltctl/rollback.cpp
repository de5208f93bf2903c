#include <fmt/format.h>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "release/runner/approval_store.hpp"
#include "saltctl/release_run.hpp"

namespace sb::saltctl {
namespace {

// With --json the document is what stdout is for.
void say(Invocation& call, const std::string& release_id, std::string_view state,
         const std::string& sentence) {
  if (!call.wants_json) return call.out.line(sentence);
  call.out.line(fmt::format(R"({{"release_id":{},"state":"{}"}})", json::quote(release_id), state));
}

Failure nothing_to_take_back(Error error, const release::State& state,
                             const release::EnvironmentStatus& status, const std::string& name) {
  if (state.stage > release::Stage::deploying)
    return {std::move(error).in("the release is about to end"), "saltctl rollback " + name};
  auto where = status.lock ? fmt::format("pid {} on {}", status.lock->pid, status.lock->host)
                           : std::string("where it runs");
  return {std::move(error).in("there is no deployment to take back yet"),
          fmt::format("Ctrl-C in the saltctl that is releasing ({}), then: saltctl rollback {}",
                      where, name)};
}

// A release is under way: it is what is to be undone. If its process lives, ECS is asked and that
// process sees and reports it; if not, we take the release over.
Task<Outcome> roll_back_release(Invocation& call, Session& session, release::Runner& runner,
                                std::string release_id) {
  const auto& name = session.environment.name;
  release::Api api(api_config(session));
  release::ApprovalStore approvals(api, name);
  // Nothing was changed yet: a rejection ends it, in whichever process it waits.
  SB_CO_TRY(const bool is_withdrawn,
            co_await approvals.withdraw(release_id, user_name(), "saltctl rollback"));
  if (is_withdrawn) {
    say(call, release_id, "withdrawn",
        fmt::format("{} waited for an approval and is withdrawn; nothing was changed. If its "
                    "saltctl is gone: saltctl resume {}",
                    release_id, name));
    co_return 0;
  }
  SB_CO_TRY(auto status, co_await runner.status());
  if (!status.lock_holder_is_alive) {
    auto outcome = co_await run_resume_of(call, runner, name, std::move(release_id),
                                          release::Runner::ResumeAs::roll_back);
    // Rolled back, or ended before the service was touched, is what was asked for here.
    if (outcome && (*outcome == release::exit_code(release::Outcome::rolled_back) ||
                    *outcome == release::exit_code(release::Outcome::failed)))
      co_return 0;
    co_return outcome;
  }
  SB_CO_TRY(auto state, runner.journal().load(release_id));
  // The deployment that is in progress then is the way back.
  if (state.stage == release::Stage::rolling_back || state.stage == release::Stage::restoring) {
    say(call, release_id, "rolling_back",
        release_id + " is being taken back already; its own saltctl reports how it ends.");
    co_return 0;
  }
  auto stopped = co_await runner.stop_running_deployment();
  if (!stopped)
    co_return std::unexpected(nothing_to_take_back(stopped.error(), state, status, name));
  say(call, release_id, "stopping",
      "ECS was asked to put the old version back; the saltctl that is releasing " + release_id +
          " reports how it ends.");
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
