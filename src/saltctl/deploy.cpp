#include "base/async/spawn.hpp"
#include "saltctl/release_run.hpp"

namespace sb::saltctl {
namespace {

Task<Outcome> deploy(Invocation& call) {
  auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  auto image = find_image(call.places, call.arguments.get("--image"));
  if (!image) {
    bool is_named = call.arguments.has("--image");
    co_return std::unexpected(
        Failure(image.error(), is_named ? "saltctl image list" : "saltctl image build"));
  }
  SB_CO_TRY(auto resources, co_await need_resources(session));
  SB_CO_TRY(auto runner, open_runner(session, resources));
  auto request = deploy_request(session, resources, *image, call.arguments.get("--reason"));
  auto plan = co_await runner.plan_deploy(std::move(request));
  if (!plan) co_return std::unexpected(with_hint(plan.error(), name));
  auto asking = call.arguments.has("--yes") ? Asking::yes : Asking::ask;
  co_return co_await run_release(call, runner, *std::move(plan), asking);
}

}  // namespace

Outcome run_deploy(Invocation& call) {
  return run_task(deploy(call));
}

}  // namespace sb::saltctl
