#include <fmt/format.h>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "base/text/text.hpp"
#include "saltctl/procedure.hpp"

namespace sb::saltctl {
namespace {

Task<Outcome> restart(Invocation& call) {
  auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  Screen screen(call);
  auto in_use = co_await refuse_during_release(session);
  if (!in_use) co_return std::unexpected(in_use.error());
  auto service = co_await release::operate::describe_service(*session.client, service_ref(session));
  if (!service) co_return std::unexpected(with_hint(service.error(), name));
  screen.console.line(fmt::format(
      "{}: {} new tasks of {}, with the configuration as it is now. The old ones serve until the "
      "new are healthy.",
      name, service->desiredCount.value_or(0),
      text::last_part(service->taskDefinition.value_or(""))));
  SB_CO_TRY(auto goes_ahead, may_go_ahead(call, screen, "Go ahead?"));
  if (!goes_ahead) co_return declined();
  SB_CO_TRY(auto newest, co_await newest_deployment_of(session));
  auto procedure = new_procedure(session, "restart", Alone::yes,
                                 {{procedure_facts::kDeployment, std::move(newest)}});
  SB_CO_TRY(auto code, co_await carry_out(session, std::move(procedure), [&] {
              return restart_and_follow(session, screen.console);
            }));
  if (call.wants_json)
    call.out.line(fmt::format(R"({{"service":{},"exit_code":{}}})",
                              json::quote(session.environment.service), code));
  co_return code;
}

}  // namespace

Task<Outcome> go_on_restart(Screen& screen, Session& session, const Procedure& procedure) {
  co_return co_await restart_and_follow(session, screen.console,
                                        procedure.fact(procedure_facts::kDeployment));
}

Outcome run_restart(Invocation& call) {
  return run_task(restart(call));
}

}  // namespace sb::saltctl
