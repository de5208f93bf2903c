#include "saltctl/operate.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "aws/model/ssm.hpp"
#include "base/json/codec.hpp"
#include "release/journal/procedures.hpp"
#include "release/runner/lock.hpp"
#include "saltctl/held_lock.hpp"
#include "saltctl/provision/calls.hpp"
#include "saltctl/provision/templates.hpp"
#include "saltctl/release_run.hpp"

namespace sb::saltctl {

namespace operate = release::operate;

Screen::Screen(Invocation& call)
    : err(STDERR_FILENO, detect_traits(STDERR_FILENO)),
      out(call.out),
      console(call.wants_json ? err : call.out) {}

Duration poll_of(const Session& session) {
  return std::chrono::milliseconds(session.environment.release.poll_ms);
}

operate::ServiceRef service_ref(const Session& session) {
  return {session.environment.cluster, session.environment.service, std::string(kContainer),
          poll_of(session)};
}

int declined() {
  return release::exit_code(release::Outcome::refused);
}

std::expected<bool, Failure> may_go_ahead(Invocation& call, Screen& screen,
                                          const std::string& question) {
  if (call.arguments.has("--yes")) return true;
  auto answer = confirm(screen.console, question);
  if (answer && !*answer) screen.console.line("Nothing was done.");
  return answer;
}

std::expected<bool, Failure> may_lose_data(Invocation& call, Screen& screen,
                                           const std::string& environment) {
  auto given = call.arguments.get("--confirm");
  if (call.arguments.has("--yes")) {
    if (given == environment) return true;
    return std::unexpected(
        Failure(Error{ErrorCode::failed_precondition,
                      "this loses data, so --yes needs the environment's name beside it",
                      {}},
                fmt::format("add --confirm {}", environment), 2));
  }
  if (isatty(STDIN_FILENO) != 1) {
    return std::unexpected(
        Failure(Error{ErrorCode::failed_precondition, "there is no terminal to ask on", {}},
                fmt::format("add --yes --confirm {}", environment), 2));
  }
  screen.console.line(fmt::format(
      "This cannot be undone. To go on, type the environment's name ({}):", environment));
  std::string answer;
  std::getline(std::cin, answer);
  if (answer == environment) return true;
  screen.console.line("Nothing was done.");
  return false;
}

Task<std::expected<void, Failure>> refuse_during_release(Session& session) {
  const auto& name = session.environment.name;
  aws::ssm::GetParameterRequest request;
  request.Name = release::EnvironmentConfig{.name = name}.lock_name();
  auto reply = co_await call<aws::ssm::GetParameter>(*session.client, std::move(request));
  if (!reply && is_missing(reply.error())) co_return std::expected<void, Failure>{};
  if (!reply) co_return std::unexpected(with_hint(reply.error(), name));
  auto lock =
      json::decode<release::LockInfo>(reply->Parameter ? reply->Parameter->Value.value_or("") : "");
  if (lock && release::holder_of(*lock) == release::Holder::dead) {
    // Killed before it gave it back: what it was for has ended, and the next one takes it over.
    SB_CO_TRY(auto journal, release::journal::Journal::open(session.places.journal()));
    if (release::journal::has_ended(journal, lock->release_id))
      co_return std::expected<void, Failure>{};
  }
  if (lock) co_return std::unexpected(lock_is_held(*lock, name));
  co_return std::unexpected(
      Failure(Error{ErrorCode::conflict, "the release lock is held by somebody", {}},
              "saltctl status " + name, declined()));
}

std::vector<release::config::Source> config_sources(const Environment& environment) {
  using release::config::Source;
  std::vector<Source> sources;
  for (const auto& declared : environment.task.secrets) {
    if (declared.store == SecretSource::Store::secretsmanager) {
      sources.push_back({Source::Store::secret, declared.id, declared.keys});
      continue;
    }
    for (const auto& key : declared.keys)
      sources.push_back({Source::Store::parameter, declared.id + "/" + key, {key}});
  }
  return sources;
}

namespace {

Task<Result<operate::DeploymentWatch>> begin_or_find(Session& session,
                                                     std::optional<std::string> since) {
  auto ref = service_ref(session);
  if (since) {
    SB_CO_TRY(auto newest, co_await operate::newest_deployment(*session.client, ref));
    if (newest && newest->arn != *since) co_return *std::move(newest);
  }
  co_return co_await operate::begin_restart(*session.client, std::move(ref));
}

}  // namespace

Task<Outcome> restart_and_follow(Session& session, Console& console,
                                 std::optional<std::string> since) {
  const auto& name = session.environment.name;
  SB_CO_TRY_VOID(co_await still_alone(session));
  auto ref = service_ref(session);
  auto begun = co_await begin_or_find(session, std::move(since));
  if (!begun) {
    bool is_busy = begun.error().code == ErrorCode::conflict;
    co_return std::unexpected(
        Failure(begun.error(), "saltctl events " + name, is_busy ? declined() : 1));
  }
  Steps steps(console);
  steps.begin("New tasks for " + ref.service);
  auto ended = co_await operate::follow(
      *session.client, ref, begun->arn, std::chrono::minutes(60),
      [&](const operate::DeploymentWatch& watch) { steps.note(operate::describe(watch)); });
  if (!ended) {
    steps.failed(ended.error().message);
    co_return std::unexpected(Failure(ended.error(), "saltctl events " + name,
                                      release::exit_code(release::Outcome::interrupted)));
  }
  auto verdict = operate::verdict_of(*ended);
  if (verdict == release::Outcome::complete) {
    steps.done(operate::describe(*ended));
    co_return 0;
  }
  steps.failed(ended->reason.empty() ? ended->status : ended->reason);
  if (verdict == release::Outcome::rolled_back)
    console.line("ECS put the old tasks back; the service runs as before the restart.");
  console.line(fmt::format("     try: saltctl doctor {}", name));
  co_return release::exit_code(verdict);
}

}  // namespace sb::saltctl
