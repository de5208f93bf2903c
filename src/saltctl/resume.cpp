#include <fmt/format.h>

#include "base/async/spawn.hpp"
#include "saltctl/emergency_steps.hpp"
#include "saltctl/procedure.hpp"
#include "saltctl/release_run.hpp"

namespace sb::saltctl {
namespace {

// The environments that were asked for, or all: whatever is unfinished in each.
Task<Outcome> resume(Invocation& call) {
  std::vector<std::string> names = environment_names(call.places.environments());
  if (call.arguments.has("ENV")) names = {call.arguments.get("ENV")};
  int worst = 0;
  bool found_one = false;
  for (const auto& name : names) {
    if (auto emergency = co_await resume_emergency(call, name)) {
      if (!*emergency) co_return *emergency;
      found_one = true;
      worst = std::max(worst, **emergency);
    }
    if (auto procedure = co_await resume_procedure(call, name)) {
      if (!*procedure) co_return *procedure;
      found_one = true;
      worst = std::max(worst, **procedure);
    }
    SB_CO_TRY(auto session, co_await open_session(call.places, name));
    auto resources = co_await need_resources(session);
    bool is_optional = !call.arguments.has("ENV");
    if (!resources && is_optional) continue;
    if (!resources) co_return std::unexpected(resources.error());
    SB_CO_TRY(auto runner, open_runner(session, *resources));
    SB_CO_TRY(auto unfinished, runner.journal().unfinished(name));
    if (!unfinished) continue;
    found_one = true;
    auto outcome = co_await run_resume_of(call, runner, name, unfinished->release_id);
    if (!outcome) co_return outcome;
    worst = std::max(worst, *outcome);
  }
  if (!found_one) {
    call.out.line(call.wants_json ? "null" : "Nothing was left unfinished.");
  }
  co_return worst;
}

}  // namespace

Outcome run_resume(Invocation& call) {
  return run_task(resume(call));
}

}  // namespace sb::saltctl
