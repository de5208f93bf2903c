#include "base/async/spawn.hpp"
#include "release/gates/gates.hpp"
#include "saltctl/deploying.hpp"
#include "saltctl/release_run.hpp"

namespace sb::saltctl {
namespace {

Failure wrong_use(std::string message, std::string next) {
  return Failure(Error{ErrorCode::invalid_argument, std::move(message), {}}, std::move(next), 2);
}

// An approval that comes with the deploy: by the same person where the environment allows it, or by
// another gate that asked somebody (GitHub's environments).
std::expected<void, Failure> read_approval(const Invocation& call, const Session& session,
                                           release::DeployRequest& request) {
  const auto& settings = session.environment.release;
  const auto& name = session.environment.name;
  if (call.arguments.has("--approved-by")) {
    request.approved_by = call.arguments.get("--approved-by");
    request.approved_how = "--approved-by: another gate asked";
    if (request.approved_by.empty())
      return std::unexpected(wrong_use("--approved-by needs the name of who approved", ""));
  }
  if (!call.arguments.has("--approve")) return {};
  if (settings.approval_by_another_person && settings.needs_approval) {
    return std::unexpected(wrong_use(
        name + " wants another person's approval: deploy without --approve, and let them approve",
        "saltctl approve " + name));
  }
  request.approved_by = user_name();
  request.approved_how = "--approve: in the same breath as the deploy";
  return {};
}

std::expected<void, Failure> read_request(const Invocation& call, const Session& session,
                                          release::DeployRequest& request) {
  auto waivers = release::gates::parse_waivers(call.arguments.all("--waive"), user_name());
  if (!waivers)
    return std::unexpected(
        Failure(waivers.error(), "saltctl checklist pre " + session.environment.name, 2));
  request.waivers = *std::move(waivers);
  request.is_hotfix = call.arguments.has("--hotfix");
  if (request.is_hotfix && request.reason.empty()) {
    return std::unexpected(wrong_use(
        "a hotfix needs a reason, for the record",
        "saltctl deploy " + session.environment.name + " --hotfix --reason 'what burns'"));
  }
  return read_approval(call, session, request);
}

Task<Outcome> deploy(Invocation& call) {
  SB_CO_TRY(auto prepared, co_await prepare_deploy(call));
  auto asking = call.arguments.has("--yes") ? Asking::yes : Asking::ask;
  co_return co_await run_release(call, prepared.runner, std::move(prepared.plan), asking);
}

}  // namespace

Task<std::expected<PreparedDeploy, Failure>> prepare_deploy(Invocation& call) {
  auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  auto image = find_image(call.places, call.arguments.get("--image"));
  if (!image) {
    bool is_named = call.arguments.has("--image");
    co_return std::unexpected(
        Failure(image.error(), is_named ? "saltctl image list" : "saltctl image build"));
  }
  if (session.places.where == Where::aws && image->registry.empty()) {
    co_return std::unexpected(Failure(
        Error{ErrorCode::failed_precondition,
              "this image is in no registry, and AWS runs only what is in one", image->reference},
        "saltctl image build --registry REPOSITORY@sha256:…   (docs/AWS.md)", 2));
  }
  SB_CO_TRY(auto resources, co_await need_all_resources(session));
  SB_CO_TRY(auto runner, open_runner(session, resources));
  auto request = deploy_request(session, resources, *image, call.arguments.get("--reason"));
  SB_CO_TRY_VOID(read_request(call, session, request));
  auto plan = co_await runner.plan_deploy(std::move(request));
  if (!plan) co_return std::unexpected(with_hint(plan.error(), name));
  co_return PreparedDeploy{std::move(session), std::move(runner), *std::move(plan)};
}

Outcome run_deploy(Invocation& call) {
  return run_task(deploy(call));
}

}  // namespace sb::saltctl
