#include "saltctl/procedure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <utility>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "saltctl/held_lock.hpp"

namespace sb::saltctl {

namespace facts = procedure_facts;
namespace journal = release::journal;

namespace {

struct Resumable {
  std::string_view what;
  Task<Outcome> (*go_on)(Screen&, Session&, const Procedure&);
};
constexpr Resumable kResumable[] = {
    {"restart", go_on_restart},        {"db upgrade", go_on_migration},
    {"db downgrade", go_on_migration}, {"db restore", go_on_restore},
    {"config set", go_on_config},      {"config rollback", go_on_config}};

// A release's word for an exit code; what alembic or a shell ended with is a failure here.
std::string word_for(int exit_code) {
  using release::Outcome;
  for (auto outcome : {Outcome::complete, Outcome::rolled_back, Outcome::rollback_failed,
                       Outcome::refused, Outcome::interrupted})
    if (release::exit_code(outcome) == exit_code)
      return boost::describe::enum_to_string(outcome, "failed");
  return "failed";
}

journal::ProcedureEnd end_of(const Outcome& outcome) {
  return {.outcome = word_for(outcome ? *outcome : outcome.error().exit_code),
          .why = outcome ? "" : outcome.error().error.text(),
          .at = now()};
}

// A release has changed what was agreed to when it began. True when it was ended for that.
Result<bool> give_up_if_overtaken(journal::Journal& journal, const Procedure& procedure) {
  SB_TRY(auto releases, journal.newest(procedure.environment, 50));
  const bool is_overtaken = std::ranges::any_of(releases, [&](const auto& row) {
    const bool has_changed_something =
        row.stage > release::Stage::locking && row.outcome != release::Outcome::refused;
    return has_changed_something && (!row.ended_at || *row.ended_at > procedure.at);
  });
  if (!is_overtaken) return false;
  SB_TRY_VOID(journal::Procedures(journal).end(
      procedure, {.outcome = "failed", .why = "a release was made since it began", .at = now()}));
  return true;
}

}  // namespace

Procedure new_procedure(const Session& session, std::string what, Alone alone,
                        std::map<std::string, std::string> facts) {
  Procedure procedure;
  procedure.at = now();
  procedure.id = journal::new_id("op", procedure.at);
  procedure.environment = session.environment.name;
  procedure.what = std::move(what);
  procedure.by = user_name();
  procedure.facts = std::move(facts);
  if (alone == Alone::yes) procedure.facts[facts::kAlone] = "yes";
  return procedure;
}

std::string subject_of(const Procedure& procedure) {
  for (const char* name : {facts::kKey, facts::kTarget, facts::kInstance})
    if (auto value = procedure.fact(name); !value.empty()) return value;
  return {};
}

std::string describe(const Procedure& procedure) {
  const auto subject = subject_of(procedure);
  return fmt::format("{} of {}{}{}", procedure.what, procedure.environment,
                     subject.empty() ? "" : ": ", subject);
}

Task<std::expected<std::string, Failure>> newest_deployment_of(Session& session) {
  auto newest = co_await release::operate::newest_deployment(*session.client, service_ref(session));
  if (!newest) co_return std::unexpected(with_hint(newest.error(), session.environment.name));
  co_return *newest ? (*newest)->arn : std::string();
}

Task<Outcome> carry_out(Session& session, Procedure procedure,
                        std::function<Task<Outcome>()> work) {
  SB_CO_TRY(auto journal, journal::Journal::open(session.places.journal()));
  journal::Procedures procedures(journal);
  // Written down before the lock is taken: a lock without a record could be explained by nobody.
  SB_CO_TRY(auto known, procedures.find(procedure.id));
  if (!known) {
    SB_CO_TRY_VOID(procedures.begin(procedure));
  }
  if (procedure.fact(facts::kAlone) == "yes") {
    auto taken = co_await HeldLock::take(session, journal, procedure.id, describe(procedure));
    // One that is gone on with stays unfinished.
    if (!taken && !known) {
      SB_CO_TRY_VOID(procedures.end(procedure, end_of(std::unexpected(taken.error()))));
    }
    if (!taken) co_return std::unexpected(std::move(taken).error());
    session.held = std::make_shared<HeldLock>(*std::move(taken));
  }
  auto outcome = co_await work();
  // Nobody saw its end: it stays unfinished, and alone, until `saltctl resume` looks again.
  const int unseen = release::exit_code(release::Outcome::interrupted);
  if (!outcome && outcome.error().exit_code == unseen) co_return outcome;
  SB_CO_TRY_VOID(procedures.end(procedure, end_of(outcome)));
  if (auto lock = std::exchange(session.held, nullptr)) co_await lock->give_back();
  co_return outcome;
}

Task<std::optional<Outcome>> resume_procedure(Invocation& call, const std::string& environment) {
  std::error_code ignored;
  if (!std::filesystem::exists(call.places.journal(), ignored)) co_return std::nullopt;
  auto journal = journal::Journal::open(call.places.journal());
  if (!journal) co_return Outcome(std::unexpected(Failure(journal.error())));
  auto unfinished = journal::Procedures(*journal).unfinished(environment);
  if (!unfinished) co_return Outcome(std::unexpected(Failure(unfinished.error())));
  if (!*unfinished) co_return std::nullopt;
  const Procedure procedure = **unfinished;
  auto given_up = give_up_if_overtaken(*journal, procedure);
  if (!given_up) co_return Outcome(std::unexpected(Failure(given_up.error())));
  if (*given_up) {
    Screen(call).console.line(
        fmt::format("{}: {}, begun by {} at {}, is given up: a release was made since. What is "
                    "still wanted of it is asked for anew.",
                    procedure.id, describe(procedure), procedure.by,
                    format_rfc3339(procedure.at).substr(0, 19)));
    co_return Outcome(release::exit_code(release::Outcome::failed));
  }
  auto session = co_await open_session(call.places, environment);
  if (!session) co_return Outcome(std::unexpected(session.error()));
  Screen screen(call);
  screen.console.line(fmt::format("Going on with {}: {}, begun by {} at {}.", procedure.id,
                                  describe(procedure), procedure.by,
                                  format_rfc3339(procedure.at).substr(0, 19)));
  for (const auto& each : kResumable) {
    if (each.what != procedure.what) continue;
    auto outcome = co_await carry_out(*session, procedure,
                                      [&] { return each.go_on(screen, *session, procedure); });
    if (outcome && call.wants_json)
      call.out.line(fmt::format(R"({{"procedure":{},"what":{},"exit_code":{}}})",
                                json::quote(procedure.id), json::quote(procedure.what), *outcome));
    co_return outcome;
  }
  co_return Outcome(std::unexpected(
      Failure(Error{ErrorCode::unimplemented,
                    "the record holds a procedure that this saltctl does not know: it was written "
                    "by a newer one",
                    procedure.what},
              "")));
}

}  // namespace sb::saltctl
