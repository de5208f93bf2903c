#include <fmt/format.h>
#include <unistd.h>

#include <optional>

#include "base/async/spawn.hpp"
#include "base/http/client.hpp"
#include "release/journal/journal.hpp"
#include "saltctl/advice.hpp"
#include "saltctl/live_database.hpp"
#include "saltctl/overview.hpp"
#include "saltctl/provision/authority.hpp"
#include "saltctl/provision/demo_account.hpp"
#include "saltctl/provision/local_cloud.hpp"
#include "saltctl/provision/provision.hpp"
#include "saltctl/release_run.hpp"
#include "saltctl/release_view.hpp"

namespace sb::saltctl {
namespace {

Task<std::expected<Session, Failure>> start_cloud(Invocation& call, std::string name,
                                                  Steps& steps) {
  Session session;
  session.places = call.places;
  SB_CO_TRY(session.environment, declared_environment(call.places, name));
  steps.begin("saltcloud");
  bool was_started = false;
  auto access = co_await ensure_cloud(call.places, was_started);
  if (!access) {
    steps.failed(access.error().text());
    bool is_unbuilt = access.error().code == ErrorCode::not_found;
    co_return std::unexpected(Failure(
        access.error(),
        next_after(access.error(), call.places,
                   is_unbuilt ? std::string("make build")
                              : "tail " + (call.places.cloud() / "saltcloud.log").string())));
  }
  session.access = *std::move(access);
  session.client = make_client(session.access, session.environment.region);
  // Else a database that a restore replaced would be made again.
  co_await adopt_live_database(session);
  steps.done(fmt::format("{} on {}", was_started ? "started" : "runs", session.access.endpoint));
  co_return session;
}

// The image to begin with: the one that was named, else the newest, else one built now.
std::expected<ImageFacts, Failure> first_image(Invocation& call, Steps& steps) {
  auto wanted = call.arguments.get("--image");
  auto image = find_image(call.places, wanted);
  if (image) return *std::move(image);
  if (!wanted.empty()) return std::unexpected(Failure(image.error(), "saltctl image list"));
  steps.begin("image");
  auto built = build_image(call.places, {});
  if (!built)
    return std::unexpected(
        Failure(built.error(), next_after(built.error(), call.places, "make build")));
  steps.done(short_digest(built->reference));
  SB_TRY(auto facts, find_image(call.places, built->reference));
  return facts;
}

// The first release is an ordinary one, without a watch: nobody uses it yet.
Task<std::expected<release::Report, Failure>> begin_first(Invocation& call, Console& screen,
                                                          Session& session,
                                                          const Resources& resources,
                                                          release::Runner& runner, Steps& steps) {
  SB_CO_TRY(auto image, first_image(call, steps));
  auto request = deploy_request(session, resources, image, "first release, by saltctl up");
  request.skip_snapshot = true;
  auto plan = co_await runner.plan_deploy(std::move(request));
  if (!plan) co_return std::unexpected(with_hint(plan.error(), session.environment.name));
  plan->watch_seconds = 0;
  plan->is_gated = false;
  plan->approval = {};
  plan->silence_minutes = 0;
  screen.line(fmt::format("  first release: {}", image.version));
  auto report = co_await run_shown(screen, call.places, runner, *std::move(plan));
  if (!report)
    co_return std::unexpected(
        Failure(report.error(), "saltctl resume " + session.environment.name));
  co_return *std::move(report);
}

// What an `up` that was killed left of the first release. Of any other, what served before serves.
Result<std::optional<release::journal::ReleaseRow>> left_of_first(release::Runner& runner,
                                                                  const std::string& name) {
  SB_TRY(auto row, runner.journal().unfinished(name));
  if (!row) return row;
  SB_TRY(auto state, runner.journal().load(row->release_id));
  if (state.plan.has_way_back()) row.reset();
  return row;
}

// `is_there`: the service is.
Task<Outcome> first_release(Invocation& call, Console& screen, Session& session,
                            const Resources& resources, bool is_there, Steps& steps) {
  const auto& name = session.environment.name;
  SB_CO_TRY(auto runner, open_runner(session, resources));
  SB_CO_TRY(auto left, left_of_first(runner, name));
  if (is_there && !left) co_return 0;
  std::optional<release::Report> report;
  if (left) {
    screen.line(fmt::format("  first release: {}, where it was left", left->to_version));
    auto resumed = co_await resume_shown(screen, call.places, runner, left->release_id);
    const bool is_held = !resumed && resumed.error().code == ErrorCode::conflict;
    if (is_held && is_there) co_return 0;  // another `up` is at it
    if (!resumed)
      co_return std::unexpected(
          Failure(resumed.error(), (is_held ? "saltctl status " : "saltctl resume ") + name));
    report = *std::move(resumed);
  } else {
    SB_CO_TRY(report, co_await begin_first(call, screen, session, resources, runner, steps));
  }
  if (report->outcome != release::Outcome::complete) screen.line(report_text(*report, screen));
  co_return release::exit_code(report->outcome);
}

Task<Result<std::string>> wait_until_ready(const Session& session, const Resources& resources,
                                           Steps& steps) {
  http::ClientOptions options;
  options.ca_file = ca_file_for(session);
  options.connect_to = routes_to(session.environment, resources);
  http::Client client(std::move(options));
  auto deadline = Deadline::after(std::chrono::seconds(60));
  std::string seen = "nothing answers";
  while (!deadline.has_passed()) {
    http::ClientRequest request;
    request.url = session.environment.url() + "/ready";
    auto response =
        co_await client.send(std::move(request), Deadline::after(std::chrono::seconds(3)));
    if (response && response->status == 200)
      co_return std::string(response->headers.get("X-SaltBitter-Version"));
    seen = response ? fmt::format("/ready answers {}", response->status) : response.error().text();
    steps.note(seen);
    co_await sleep_for(std::chrono::milliseconds(100));
  }
  co_return fail(ErrorCode::timeout, "it does not become ready: " + seen,
                 session.environment.url());
}

Task<std::expected<void, Failure>> add_demo_account(Session& session, const Resources& resources,
                                                    Steps& steps) {
  const auto& environment = session.environment;
  steps.begin("account");
  SB_CO_TRY(auto now, co_await overview_of(session));
  auto added = co_await ensure_demo_account(*session.client, environment, resources, now.revision);
  if (!added) {
    steps.failed(added.error().text());
    co_return std::unexpected(Failure(added.error(), "saltctl logs " + environment.name));
  }
  steps.done("test@example.com, as in the runbook");
  co_return std::expected<void, Failure>{};
}

void say_where(Invocation& call, const Session& session, const std::string& version) {
  const auto& environment = session.environment;
  if (call.wants_json) {
    call.out.line(fmt::format(R"({{"environment":"{}","url":"{}","version":"{}"}})",
                              environment.name, environment.url(), version));
    return;
  }
  call.out.line(fmt::format("\n{} serves {} on {}", call.out.paint(Style::bold, environment.name),
                            version, call.out.paint(Style::green, environment.url())));
  if (environment.load_balancer.host == "localhost") {
    call.out.line(fmt::format("  look:  curl {}/health", environment.url()));
  } else {
    call.out.line(fmt::format("  look:  saltctl shell {} -- curl https://{}/health",
                              environment.name, environment.load_balancer.host));
  }
  call.out.line(
      fmt::format("  logs:  saltctl logs -f {}\n  stop:  saltctl down", environment.name));
}

Task<Outcome> bring_up(Invocation& call) {
  auto name = call.arguments.get("ENV", "development");
  // With --json, stdout is for the document alone.
  Console err(STDERR_FILENO, detect_traits(STDERR_FILENO));
  Console& screen = call.wants_json ? err : call.out;
  Steps steps(screen);
  SB_CO_TRY(auto session, co_await start_cloud(call, name, steps));
  const auto& environment = session.environment;
  auto certificate_of = [&call, &environment](const std::string& account) -> Result<std::string> {
    if (!environment.load_balancer.certificate.empty())
      return environment.load_balancer.certificate;
    return ensure_certificate(call.places, environment.load_balancer.host, environment.region,
                              account);
  };
  auto resources = co_await ensure(*session.client, environment, certificate_of, steps);
  if (!resources) {
    steps.failed(resources.error().text());
    co_return std::unexpected(Failure(
        resources.error(), next_after(resources.error(), call.places, "saltctl doctor " + name)));
  }
  SB_CO_TRY(auto before, co_await overview_of(session));
  auto released = co_await first_release(call, screen, session, *resources, before.exists, steps);
  if (!released || *released != 0) co_return released;
  steps.begin("service");
  auto version = co_await wait_until_ready(session, *resources, steps);
  if (!version) {
    steps.failed(version.error().text());
    co_return std::unexpected(Failure(version.error(), "saltctl logs " + name));
  }
  steps.done(fmt::format("{} is ready", environment.service));
  if (environment.demo_account) {
    SB_CO_TRY_VOID(co_await add_demo_account(session, *resources, steps));
  }
  say_where(call, session, *version);
  co_return 0;
}

}  // namespace

Outcome run_up(Invocation& call) {
  return run_task(bring_up(call));
}

}  // namespace sb::saltctl
