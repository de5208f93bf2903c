// `saltctl emergency rollback`: the walk through the six steps, written down at each.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "saltctl/db.hpp"
#include "saltctl/emergency_steps.hpp"
#include "saltctl/held_lock.hpp"
#include "saltctl/release_run.hpp"

namespace sb::saltctl {
namespace {

namespace emergency = release::emergency;
using emergency::Emergency;
using emergency::StepId;
using emergency::StepState;

std::string_view word_for(StepState state) {
  return boost::describe::enum_to_string(state, "?");
}

std::string as_json(const Emergency& emergency) {
  std::vector<std::string> steps;
  for (const auto& step : emergency.steps)
    steps.push_back(fmt::format(R"({{"step":"{}","state":"{}","proof":{}}})",
                                boost::describe::enum_to_string(step.step, "?"),
                                word_for(step.state), json::quote(step.proof)));
  return fmt::format(
      R"({{"id":{},"environment":{},"complete":{},"post_mortem_due":"{}","steps":[{}]}})",
      json::quote(emergency.begun.id), json::quote(emergency.begun.environment),
      emergency::is_complete(emergency), format_rfc3339(emergency.post_mortem_due()),
      fmt::join(steps, ","));
}

void show_end(Console& console, const Emergency& emergency) {
  std::vector<std::vector<std::string>> rows{{"", "STEP", "STATE", "PROOF"}};
  int number = 0;
  for (const auto& step : emergency.steps) {
    auto style = step.state == StepState::done      ? Style::green
                 : step.state == StepState::skipped ? Style::yellow
                                                    : Style::red;
    rows.push_back({std::to_string(++number), std::string(emergency::title_of(step.step)),
                    console.paint(style, word_for(step.state)), step.proof});
  }
  console.line();
  console.line(format_table(rows));
  if (!emergency::is_complete(emergency))
    console.line(fmt::format("Not all is done. To try again what failed: saltctl resume {}",
                             emergency.begun.environment));
}

struct Walk {
  Session& session;
  release::Runner& runner;
  Console& console;
  EmergencySteps::Choice choice;
};

// False: the step was interrupted and stays begun.
Task<Result<bool>> take_step(Walk& walk, emergency::Log& log, Emergency& emergency, StepId id) {
  auto write = [&](StepEnd end) -> Result<> {
    end.step = id;
    end.at = now();
    SB_TRY_VOID(log.note(emergency, end));
    apply(emergency, std::move(end));
    return {};
  };
  walk.console.line(walk.console.paint(
      Style::bold, fmt::format("{}. {}", static_cast<int>(id) + 1, emergency::title_of(id))));
  SB_CO_TRY_VOID(write({.state = StepState::begun}));
  EmergencySteps steps(walk.session, walk.runner, walk.console, write);
  auto end = co_await steps.perform(id, emergency, walk.choice);
  bool is_over = end.state != StepState::begun;
  walk.console.line(
      fmt::format("   {}  {}",
                  walk.console.paint(end.state == StepState::failed ? Style::red : Style::green,
                                     word_for(end.state)),
                  end.proof));
  SB_CO_TRY_VOID(write(std::move(end)));
  co_return is_over;
}

Task<Outcome> walk_on(Invocation& call, Walk& walk, Emergency emergency) {
  emergency::Log log(walk.runner.journal());
  retry_failed(emergency);
  // A database step that was killed left it locked, and would refuse the application its way back.
  auto left = co_await HeldLock::take(walk.session, walk.runner.journal(), emergency.begun.id, "");
  if (left) co_await left->give_back();
  bool was_interrupted = false;
  while (auto id = next_step(emergency)) {
    auto is_over = co_await take_step(walk, log, emergency, *id);
    if (!is_over) {
      co_return std::unexpected(Failure(is_over.error(),
                                        "saltctl resume " + emergency.begun.environment,
                                        release::exit_code(release::Outcome::interrupted)));
    }
    if (*is_over) continue;
    was_interrupted = true;
    break;
  }
  show_end(walk.console, emergency);
  if (call.wants_json) call.out.line(as_json(emergency));
  if (was_interrupted) co_return release::exit_code(release::Outcome::interrupted);
  co_return emergency::is_complete(emergency)
      ? 0
      : release::exit_code(release::Outcome::rollback_failed);
}

using Chosen = std::optional<release::operate::Snapshot>;  // what --database restore restores

void show_plan(Console& console, const std::string& name, emergency::Database choice,
               const Chosen& snapshot) {
  using emergency::Database;
  auto restored = snapshot
                      ? fmt::format(
                            "a new database from the snapshot {};\n"
                            "     what was written in the last {} is not in it",
                            snapshot->id, release::operate::describe_span(now() - *snapshot->at))
                      : std::string();
  std::string_view database = choice == Database::downgrade ? "take the schema back"
                              : choice == Database::restore ? std::string_view(restored)
                              : choice == Database::keep    ? "keep as it is"
                                                            : "ask; kept where nobody can be asked";
  console.line(console.paint(Style::bold, "Complete rollback of " + name + ", the last resort:"));
  console.line(fmt::format(
      "  1. Roll back the application to the last version that proved good (or end the release\n"
      "     that is on its way)\n"
      "  2. Roll back the database: {}\n"
      "  3. Clear this application's cached answers from Redis\n"
      "  4. Notify #incidents\n"
      "  5. Update the status page\n"
      "  6. Write the post-mortem's document, due in 24 hours\n"
      "What fails is noted and does not stop what comes after it.",
      database));
}

std::expected<emergency::Database, Failure> database_choice(const Arguments& arguments) {
  auto text = arguments.get("--database", "ask");
  emergency::Database choice = emergency::Database::ask;
  if (boost::describe::enum_from_string(text.c_str(), choice)) return choice;
  return std::unexpected(Failure(
      Error{ErrorCode::invalid_argument, "--database takes keep, downgrade or restore, not", text},
      "saltctl emergency rollback --help", 2));
}

// Where data is at stake the name is typed, else a y suffices.
std::expected<bool, Failure> may_begin(Invocation& call, Screen& screen, const std::string& name,
                                       emergency::Database choice) {
  bool loses_data =
      choice == emergency::Database::downgrade || choice == emergency::Database::restore;
  return loses_data ? may_lose_data(call, screen, name) : may_go_ahead(call, screen, "Begin?");
}

// Two operators must not take the same step twice at once.
std::expected<fs::FileLock, Failure> walk_alone(const Session& session) {
  const auto& name = session.environment.name;
  auto file = session.places.journal().parent_path() / (name + ".emergency.lock");
  auto lock = fs::FileLock::acquire(file);
  if (lock) return *std::move(lock);
  if (lock.error().code != ErrorCode::conflict) return std::unexpected(Failure(lock.error(), ""));
  return std::unexpected(Failure(
      Error{ErrorCode::conflict, "another saltctl is at the emergency rollback of " + name, {}},
      "saltctl status " + name, declined()));
}

// Whoever deploys after an emergency has decided anew: going on with it would take that back.
std::optional<std::string> deploy_since(release::journal::Journal& journal,
                                        const std::string& environment, Timestamp began) {
  auto releases = journal.newest(environment, 50);
  if (!releases) return std::nullopt;
  for (const auto& row : *releases)
    if (row.kind == release::Kind::deploy && row.started_at > began &&
        row.outcome != release::Outcome::refused)
      return row.release_id;
  return std::nullopt;
}

Task<Outcome> roll_back(Invocation& call) {
  auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto choice, database_choice(call.arguments));
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  Screen screen(call);
  SB_CO_TRY(auto resources, co_await need_resources(session));
  SB_CO_TRY(auto runner, open_runner(session, resources));
  SB_CO_TRY(auto alone, walk_alone(session));
  emergency::Log log(runner.journal());
  SB_CO_TRY(auto unfinished, log.unfinished(name));
  if (unfinished && call.arguments.has("--new")) {
    SB_CO_TRY_VOID(log.abandon(*unfinished, "a new one was begun", now()));
    // What it left locked would be in everybody's way.
    auto lock = co_await HeldLock::take(session, runner.journal(), unfinished->begun.id, "");
    if (lock) co_await lock->give_back();
    unfinished.reset();
  }
  if (unfinished)
    screen.console.line(
        fmt::format("{} of {} is not finished; going on with it (--new begins another).",
                    unfinished->begun.id, name));
  Chosen snapshot;
  if (!unfinished && choice == emergency::Database::restore) {
    // Nothing is begun where there is nothing to restore: somebody must choose anew.
    SB_CO_TRY(snapshot, co_await choose_snapshot(session, ""));
  }
  if (!unfinished) show_plan(screen.console, name, choice, snapshot);
  SB_CO_TRY(auto goes_ahead, may_begin(call, screen, name, choice));
  if (!goes_ahead) co_return declined();
  if (!unfinished) {
    emergency::Begun begun{.id = release::journal::new_id("emg", now()),
                           .environment = name,
                           .reason = call.arguments.get("--reason"),
                           .by = user_name(),
                           .at = now()};
    SB_CO_TRY_VOID(log.begin(begun));
    unfinished = emergency::initial(std::move(begun));
    // What was asked for, so that a resumed walk asks for the same.
    StepEnd wanted{.step = StepId::database, .at = now()};
    if (snapshot) wanted.facts = restore_facts(session, unfinished->begun, *snapshot);
    wanted.facts[emergency_facts::kDatabase] = boost::describe::enum_to_string(choice, "ask");
    SB_CO_TRY_VOID(log.note(*unfinished, wanted));
    apply(*unfinished, std::move(wanted));
  }
  // Also of one that is gone on with: without --to it means the last good version again.
  StepEnd asked = unfinished->of(StepId::application);
  asked.facts = {{emergency_facts::kTo, call.arguments.get("--to")}};
  asked.at = now();
  SB_CO_TRY_VOID(log.note(*unfinished, asked));
  apply(*unfinished, std::move(asked));
  Walk walk{session,
            runner,
            screen.console,
            {.to = call.arguments.get("--to"),
             .database = choice,
             .may_ask = isatty(STDIN_FILENO) == 1 && !call.arguments.has("--yes")}};
  co_return co_await walk_on(call, walk, *std::move(unfinished));
}

}  // namespace

Task<std::optional<Outcome>> resume_emergency(Invocation& call, const std::string& environment) {
  auto session = co_await open_session(call.places, environment);
  if (!session) co_return std::nullopt;
  auto resources = co_await need_resources(*session);
  if (!resources) co_return std::nullopt;
  auto runner = open_runner(*session, *resources);
  if (!runner) co_return std::nullopt;
  auto alone = walk_alone(*session);
  if (!alone) co_return Outcome(std::unexpected(alone.error()));
  emergency::Log log(runner->journal());
  auto unfinished = log.unfinished(environment);
  if (!unfinished || !*unfinished) co_return std::nullopt;
  Screen screen(call);
  if (auto newer = deploy_since(runner->journal(), environment, (*unfinished)->begun.at)) {
    const auto why = fmt::format("{} was begun since", *newer);
    if (auto given_up = log.abandon(**unfinished, why, now()); !given_up)
      co_return Outcome(std::unexpected(Failure(given_up.error())));
    screen.console.line(fmt::format("The emergency rollback {} is not gone on with: {}.",
                                    (*unfinished)->begun.id, why));
    co_return std::nullopt;
  }
  screen.console.line(
      fmt::format("Going on with the emergency rollback {}.", (*unfinished)->begun.id));
  Walk walk{*session, *runner, screen.console, {}};
  co_return co_await walk_on(call, walk, **std::move(unfinished));
}

Outcome run_emergency_rollback(Invocation& call) {
  return run_task(roll_back(call));
}

}  // namespace sb::saltctl
