// `saltctl db upgrade` and `saltctl db downgrade`: say what would happen, ask, do it in a task,
// prove it.
#include <fmt/format.h>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "release/operate/losses.hpp"
#include "saltctl/db.hpp"
#include "saltctl/procedure.hpp"

namespace sb::saltctl {
namespace {

namespace operate = release::operate;
namespace facts = procedure_facts;

// The revisions of this checkout: what the steps do is read from them. The task's own image decides
// what is run.
Result<migrate::ScriptDirectory> scripts_of(const Places& places) {
  return migrate::ScriptDirectory::load(places.revisions());
}

Task<std::expected<std::string, Failure>> revision_of(Session& session,
                                                      std::string task_definition) {
  SB_CO_TRY(auto end,
            co_await ask_in_task(session, {"alembic", "current"}, std::move(task_definition)));
  if (end.exit_code == 0) co_return revision_in(end.lines);
  auto last = end.lines.empty() ? std::string("it printed nothing") : end.lines.back();
  co_return std::unexpected(
      Failure(Error{ErrorCode::failed_precondition,
                    fmt::format("`alembic current` ended with {}: {}", end.exit_code, last),
                    {}},
              "saltctl doctor " + session.environment.name));
}

std::string result_json(const std::string& from, const std::string& to,
                        const operate::OneOffEnd& end) {
  return fmt::format(R"({{"from":{},"to":{},"exit_code":{},"task":{},"lines":{}}})",
                     json::quote(from), json::quote(to), end.exit_code, json::quote(end.task),
                     json::encode(end.lines));
}

std::string or_base(const std::string& revision) {
  return revision.empty() ? "base" : revision;
}

// Runs alembic, then asks again where the schema is: the proof.
Task<Outcome> migrate_and_prove(Screen& screen, Session& session, const Procedure& procedure,
                                std::string* document) {
  const auto from = procedure.fact(facts::kFrom);
  const auto task_definition = procedure.fact(facts::kTaskDefinition);
  const std::string verb = procedure.what == "db upgrade" ? "upgrade" : "downgrade";
  std::vector<std::string> command{"alembic", verb, procedure.fact(facts::kTarget)};
  SB_CO_TRY(auto end,
            co_await run_in_task(session, screen.console, std::move(command), task_definition));
  SB_CO_TRY(auto to, co_await revision_of(session, task_definition));
  if (document != nullptr) *document = result_json(from, to, end);
  screen.console.line(
      fmt::format("The schema is at {} (it was at {}).", or_base(to), or_base(from)));
  if (end.exit_code != 0) {
    co_return std::unexpected(Failure(
        Error{ErrorCode::failed_precondition,
              fmt::format("alembic ended with {}; what it did was rolled back with its transaction",
                          end.exit_code),
              {}},
        "saltctl db current " + session.environment.name, end.exit_code));
  }
  co_return 0;
}

// What was agreed to was agreed to from there, and somebody may have migrated while it was read: it
// is looked at again once nobody else can.
Task<Outcome> migrate_from_there(Screen& screen, Session& session, const Procedure& procedure,
                                 std::string* document) {
  SB_CO_TRY(auto present, co_await revision_of(session, procedure.fact(facts::kTaskDefinition)));
  if (present == procedure.fact(facts::kFrom))
    co_return co_await migrate_and_prove(screen, session, procedure, document);
  co_return std::unexpected(Failure(
      Error{ErrorCode::conflict,
            fmt::format("the schema is at {} by now: somebody migrated meanwhile, and what was "
                        "shown is not true any more",
                        or_base(present)),
            {}},
      "saltctl db current " + procedure.environment, declined()));
}

// Where the steps lead: what is asked for relatively (+1, -1) must not be done twice after a kill.
std::string target_of(const std::vector<migrate::Step>& steps, const std::string& asked) {
  return steps.empty() ? asked : or_base(steps.back().to);
}

Task<Outcome> migrate(Invocation& call, Screen& screen, Session& session, std::string what,
                      std::string target, std::string from, std::string task_definition) {
  const auto procedure = new_procedure(session, std::move(what), Alone::yes,
                                       {{facts::kTarget, std::move(target)},
                                        {facts::kFrom, std::move(from)},
                                        {facts::kTaskDefinition, std::move(task_definition)}});
  std::string document;
  auto outcome = co_await carry_out(session, procedure, [&] {
    return migrate_from_there(screen, session, procedure, &document);
  });
  if (call.wants_json && !document.empty()) call.out.line(document);
  co_return outcome;
}

void show_steps(Screen& screen, const std::vector<migrate::Step>& steps) {
  for (const auto& step : steps)
    screen.console.line(fmt::format("  {} -> {}  {}", step.from.empty() ? "base" : step.from,
                                    step.to.empty() ? "base" : step.to, step.revision->message));
}

Task<Outcome> upgrade(Invocation& call) {
  auto name = call.arguments.get("ENV");
  auto target = call.arguments.get("REVISION", "head");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  Screen screen(call);
  auto in_use = co_await refuse_during_release(session);
  if (!in_use) co_return std::unexpected(in_use.error());
  auto task_definition = task_definition_of(session, call.arguments);
  SB_CO_TRY(auto from, co_await revision_of(session, task_definition));
  screen.console.line(
      fmt::format("{}: schema {} up to {}", name, from.empty() ? "base" : from, target));
  if (auto scripts = scripts_of(call.places)) {
    auto steps = scripts->plan_upgrade(from, target);
    if (steps) show_steps(screen, *steps);
    if (steps) target = target_of(*steps, target);
    if (steps && steps->empty())
      screen.console.line("  nothing that this checkout knows is pending");
  }
  SB_CO_TRY(auto goes_ahead, may_go_ahead(call, screen, "Go ahead?"));
  if (!goes_ahead) co_return declined();
  co_return co_await migrate(call, screen, session, "db upgrade", target, from, task_definition);
}

// How much each loss is, asked in a task; nothing where the image cannot count.
Task<std::map<std::string, std::string>> count_losses(Session& session,
                                                      const std::vector<operate::Loss>& losses,
                                                      std::string task_definition) {
  std::vector<std::string> command{"saltbitter", "rows"};
  for (const auto& loss : losses)
    if (auto what = loss.countable(); !what.empty()) command.push_back(std::move(what));
  if (command.size() == 2) co_return std::map<std::string, std::string>{};
  auto end = co_await ask_in_task(session, std::move(command), std::move(task_definition));
  if (!end || end->exit_code != 0) co_return std::map<std::string, std::string>{};
  co_return counts_in(end->lines);
}

Task<Outcome> downgrade(Invocation& call) {
  auto name = call.arguments.get("ENV");
  auto target = call.arguments.get("REVISION");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  Screen screen(call);
  auto in_use = co_await refuse_during_release(session);
  if (!in_use) co_return std::unexpected(in_use.error());
  auto task_definition = task_definition_of(session, call.arguments);
  SB_CO_TRY(auto from, co_await revision_of(session, task_definition));
  auto scripts = scripts_of(call.places);
  if (!scripts) co_return std::unexpected(Failure(scripts.error(), ""));
  auto steps = scripts->plan_downgrade(from, target);
  if (!steps) {
    co_return std::unexpected(
        Failure(std::move(steps).error().in("this checkout cannot say what would be lost"),
                "saltctl db current " + name, 2));
  }
  screen.console.line(
      fmt::format("{}: schema {} back to {}", name, from.empty() ? "base" : from, target));
  if (steps->empty()) {
    screen.console.line("It is there already; nothing was done.");
    if (call.wants_json)
      call.out.line(fmt::format(R"({{"from":{0},"to":{0},"exit_code":0,"task":"","lines":[]}})",
                                json::quote(from)));
    co_return 0;
  }
  show_steps(screen, *steps);
  auto losses = operate::losses_of(*steps);
  auto counts = co_await count_losses(session, losses, task_definition);
  if (losses.empty())
    screen.console.line("Nothing that people stored is lost.");
  else
    screen.console.line(screen.console.paint(Style::red, "Lost for good:"));
  for (const auto& loss : losses)
    screen.console.line("  " + operate::describe(loss, counts[loss.countable()]));
  screen.console.line(fmt::format(
      "The code that runs now is written for {}; while it meets an older schema it may fail.",
      from));
  screen.console.line(fmt::format("A way back beforehand: saltctl db snapshot {}", name));
  SB_CO_TRY(auto goes_ahead, may_lose_data(call, screen, name));
  if (!goes_ahead) co_return declined();
  co_return co_await migrate(call, screen, session, "db downgrade", target_of(*steps, target), from,
                             task_definition);
}

}  // namespace

Task<Outcome> go_on_migration(Screen& screen, Session& session, const Procedure& procedure) {
  const auto target = procedure.fact(facts::kTarget);
  if (target.starts_with('+')) {
    co_return std::unexpected(
        Failure(Error{ErrorCode::failed_precondition,
                      "this checkout does not know the revisions, so nobody can tell whether the "
                      "steps asked for were made",
                      target},
                "saltctl db current " + procedure.environment));
  }
  co_return co_await migrate_and_prove(screen, session, procedure, nullptr);
}

Outcome run_db_upgrade(Invocation& call) {
  return run_task(upgrade(call));
}

Outcome run_db_downgrade(Invocation& call) {
  return run_task(downgrade(call));
}

}  // namespace sb::saltctl
