#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "release/journal/journal.hpp"
#include "saltctl/release_run.hpp"
#include "saltctl/release_text.hpp"
#include "saltctl/release_view.hpp"

namespace sb::saltctl {
namespace {

// The one release that waits, or the named one of several.
std::expected<release::PendingApproval, Failure> choose(
    std::vector<release::PendingApproval> waiting, const std::string& wanted,
    const std::string& environment) {
  std::erase_if(waiting, [&](const auto& pending) {
    return !wanted.empty() && pending.request.release_id != wanted;
  });
  if (waiting.empty()) {
    const std::string what = wanted.empty() ? "no release of " + environment : wanted;
    return std::unexpected(
        Failure(Error{ErrorCode::not_found, what + " is waiting for an approval", {}},
                "saltctl status " + environment));
  }
  if (waiting.size() > 1) {
    std::vector<std::string> ids;
    for (const auto& pending : waiting) ids.push_back(pending.request.release_id);
    return std::unexpected(
        Failure(Error{ErrorCode::failed_precondition,
                      fmt::format("several releases are waiting: {}", fmt::join(ids, ", ")),
                      {}},
                fmt::format("{} --release {}", "saltctl approve " + environment, ids.front()), 2));
  }
  return std::move(waiting.front());
}

// Where the release's own record is at hand, all of its plan is shown, and must be what was asked.
std::expected<void, Failure> show_plan(Invocation& call, Console& screen,
                                       const release::PendingApproval& pending) {
  screen.line(request_text(pending, screen));
  std::error_code ignored;
  if (!std::filesystem::exists(call.places.journal(), ignored)) return {};
  SB_TRY(auto journal, release::journal::Journal::open(call.places.journal()));
  auto state = journal.load(pending.request.release_id);
  if (!state) return {};  // asked for on another machine
  screen.line("\n" + plan_text(state->plan, screen));
  if (release::approval::plan_digest(state->plan) != pending.request.digest) {
    return std::unexpected(Failure(
        Error{ErrorCode::failed_precondition,
              "the request names another plan than this release's record: it was changed on the "
              "way",
              pending.request.release_id},
        "saltctl reject " + pending.request.environment + " --reason 'the plan was changed'"));
  }
  return {};
}

Task<Outcome> answer(Invocation& call, std::string verdict) {
  const auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  release::Api api(api_config(session));
  release::ApprovalStore store(api, name);
  SB_CO_TRY(auto waiting, co_await store.waiting());
  SB_CO_TRY(auto pending, choose(std::move(waiting), call.arguments.get("--release"), name));
  Console err(STDERR_FILENO, detect_traits(STDERR_FILENO));
  Console& screen = call.wants_json ? err : call.out;
  SB_CO_TRY_VOID(show_plan(call, screen, pending));

  SB_CO_TRY(std::string arn, co_await store.caller_arn());
  release::approval::Answer given{.digest = pending.request.digest,
                                  .verdict = verdict,
                                  .by = call.arguments.get("--by", user_name()),
                                  .caller_arn = std::move(arn),
                                  .how = {},
                                  .reason = call.arguments.get("--reason"),
                                  .at = now()};
  // What would not count is not written at all: the release goes on waiting for one that does.
  const auto why_not = release::approval::objection(pending.request, given, pending.asked, now());
  if (!why_not.empty()) {
    co_return std::unexpected(Failure(
        Error{ErrorCode::permission_denied, "this approval would not count: " + why_not, {}},
        pending.expires() < now()
            ? "saltctl status " + name
            : fmt::format("saltctl approve {} --by NAME   (as another person)", name),
        release::exit_code(release::Outcome::refused)));
  }
  if (!call.arguments.has("--yes")) {
    auto sure = confirm(screen, verdict == "approved" ? "Approve this plan?" : "Reject this plan?");
    if (!sure) co_return std::unexpected(sure.error());
    if (!*sure) {
      screen.line("Nothing was answered.");
      co_return release::exit_code(release::Outcome::refused);
    }
  }
  auto answered = co_await store.answer(pending.request.release_id, given);
  if (!answered) co_return std::unexpected(Failure(answered.error(), "saltctl status " + name));
  if (call.wants_json) {
    call.out.line(fmt::format(R"({{"release_id":{},"verdict":"{}","by":{},"digest":{}}})",
                              json::quote(pending.request.release_id), verdict,
                              json::quote(given.by), json::quote(given.digest)));
  } else {
    call.out.line(fmt::format("{} {} by {}: plan {}", pending.request.release_id, verdict, given.by,
                              given.digest.substr(0, 12)));
  }
  co_return 0;
}

}  // namespace

Outcome run_approve(Invocation& call) {
  return run_task(answer(call, "approved"));
}

Outcome run_reject(Invocation& call) {
  if (call.arguments.get("--reason").empty()) {
    return std::unexpected(Failure(
        Error{ErrorCode::invalid_argument,
              "a rejection needs a reason: it is all they will read",
              {}},
        fmt::format("saltctl reject {} --reason 'wait for the night'", call.arguments.get("ENV")),
        2));
  }
  return run_task(answer(call, "rejected"));
}

}  // namespace sb::saltctl
