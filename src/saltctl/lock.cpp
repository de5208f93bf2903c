// `saltctl lock show` and `saltctl lock break`.
#include <fmt/format.h>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "saltctl/operate.hpp"

namespace sb::saltctl {
namespace {

std::string_view word_for(release::Holder holder) {
  switch (holder) {
    case release::Holder::alive:
      return "alive";
    case release::Holder::dead:
      return "dead";
    case release::Holder::elsewhere:
      break;
  }
  return "elsewhere";
}

Task<std::expected<release::Runner, Failure>> runner_of(Session& session) {
  SB_CO_TRY(auto resources, co_await need_resources(session));
  auto runner = open_runner(session, resources);
  if (!runner) co_return std::unexpected(Failure(runner.error(), ""));
  co_return *std::move(runner);
}

Task<Outcome> show(Invocation& call) {
  auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  SB_CO_TRY(auto runner, co_await runner_of(session));
  auto status = co_await runner.status();
  if (!status) co_return std::unexpected(with_hint(status.error(), name));
  if (!status->lock) {
    call.out.line(call.wants_json ? "null" : "Nobody holds the release lock of " + name + ".");
    co_return 0;
  }
  auto holder = release::holder_of(*status->lock);
  if (call.wants_json) {
    call.out.line(fmt::format(
        R"({{"release_id":{},"owner":{},"host":{},"pid":{},"what":{},"taken_at":"{}","holder":"{}"}})",
        json::quote(status->lock->release_id), json::quote(status->lock->owner),
        json::quote(status->lock->host), status->lock->pid, json::quote(status->lock->what),
        format_rfc3339(status->lock->taken_at), word_for(holder)));
    co_return 0;
  }
  call.out.line("The release lock is " + describe(*status->lock, holder));
  if (holder == release::Holder::dead) call.out.line("     try: saltctl resume " + name);
  co_return 0;
}

Task<Outcome> break_it(Invocation& call) {
  auto name = call.arguments.get("ENV");
  auto reason = call.arguments.get("--reason");
  auto again = fmt::format("saltctl lock break {} --reason 'why it has to be'", name);
  if (reason.empty()) {
    co_return std::unexpected(
        Failure(Error{ErrorCode::invalid_argument,
                      "breaking a lock needs a --reason: it is kept in the journal",
                      {}},
                again, 2));
  }
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  Screen screen(call);
  SB_CO_TRY(auto runner, co_await runner_of(session));
  auto status = co_await runner.status();
  if (!status) co_return std::unexpected(with_hint(status.error(), name));
  if (!status->lock) {
    screen.console.line("Nobody holds the release lock of " + name + ".");
    if (call.wants_json) call.out.line(R"({"broken":false})");
    co_return 0;
  }
  auto holder = release::holder_of(*status->lock);
  screen.console.line("The release lock is " + describe(*status->lock, holder));
  if (holder == release::Holder::elsewhere) {
    if (!call.arguments.has("--force")) {
      co_return std::unexpected(
          Failure(Error{ErrorCode::failed_precondition,
                        fmt::format("it is held on {}, and from here nobody can tell whether that "
                                    "process lives; look there first",
                                    status->lock->host),
                        {}},
                  again + " --force", declined()));
    }
    screen.console.line("If that process lives, two will change the same service.");
    SB_CO_TRY(auto goes_ahead, may_lose_data(call, screen, name));
    if (!goes_ahead) co_return declined();
  } else {
    SB_CO_TRY(auto goes_ahead, may_go_ahead(call, screen, "Break it?"));
    if (!goes_ahead) co_return declined();
  }
  auto broken = co_await runner.break_lock(reason);
  if (!broken) {
    co_return std::unexpected(Failure(broken.error(), "saltctl status " + name, declined()));
  }
  if (call.wants_json) call.out.line(R"({"broken":true})");
  screen.console.line("Broken, and written down in the journal.");
  if (status->unfinished)
    screen.console.line(fmt::format("Its release {} is unfinished: saltctl resume {}",
                                    status->unfinished->release_id, name));
  co_return 0;
}

}  // namespace

Outcome run_lock_show(Invocation& call) {
  return run_task(show(call));
}

Outcome run_lock_break(Invocation& call) {
  return run_task(break_it(call));
}

}  // namespace sb::saltctl
