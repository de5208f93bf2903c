// The emergency's second step: the database is kept, its schema taken back, or a snapshot restored.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>
#include <utility>

#include "release/operate/losses.hpp"
#include "saltctl/db.hpp"
#include "saltctl/emergency_steps.hpp"
#include "saltctl/held_lock.hpp"

namespace sb::saltctl {

namespace emergency = release::emergency;
namespace operate = release::operate;
using emergency::Emergency;
using emergency::StepState;
using namespace emergency_facts;  // NOLINT(google-build-using-namespace): seven names, see there

std::map<std::string, std::string> restore_facts(const Session& session,
                                                 const emergency::Begun& begun,
                                                 const operate::Snapshot& snapshot) {
  // One new database for each emergency, found again by its name.
  auto tail = begun.id.substr(4);
  return {{kSnapshot, snapshot.id},
          {kSnapshotAt, format_rfc3339(*snapshot.at)},
          {kInstance, fmt::format("{}-{}", session.environment.database.declared(), tail)}};
}

// Nothing where it cannot be told from here.
Task<std::optional<std::vector<std::string>>> EmergencySteps::downgrade_losses(
    const Emergency& emergency) {
  auto to = emergency.fact(kToSchema);
  auto current =
      co_await ask_in_task(session_, {"alembic", "current"}, emergency.fact(kFromDefinition));
  auto scripts = migrate::ScriptDirectory::load(session_.places.revisions());
  auto from = current ? revision_in(current->lines) : std::string();
  if (!scripts || to.empty() || from.empty()) co_return std::nullopt;
  auto steps = scripts->plan_downgrade(from, to);
  if (!steps) co_return std::nullopt;
  std::vector<std::string> losses;
  for (const auto& loss : operate::losses_of(*steps)) losses.push_back(operate::describe(loss, ""));
  co_return losses;
}

Task<> EmergencySteps::show_losses(const Emergency& emergency) {
  const auto& name = session_.environment.name;
  auto losses = co_await downgrade_losses(emergency);
  if (losses) {
    console_.line(fmt::format("  downgrade: the schema back to {}", emergency.fact(kToSchema)));
    for (const auto& loss : *losses) console_.line("    lost for good: " + loss);
    if (losses->empty()) console_.line("    nothing is lost");
  } else {
    console_.line("  downgrade: what would be lost cannot be said from here");
  }
  auto snapshots =
      co_await operate::snapshots_of(*session_.client, session_.environment.database.identifier);
  const auto* newest = snapshots ? operate::newest_available(*snapshots) : nullptr;
  console_.line(newest ? fmt::format("  restore: {} into a new database; lost is what was written "
                                     "in the last {}",
                                     newest->id, operate::describe_span(now() - *newest->at))
                       : fmt::format("  restore: {} has no snapshot to restore", name));
}

Task<StepEnd> EmergencySteps::database(const Emergency& emergency, Choice choice) {
  using emergency::Database;
  auto known = emergency.fact(kDatabase);
  if (known == "downgrade") choice.database = Database::downgrade;
  if (known == "restore") choice.database = Database::restore;
  if (choice.database == Database::ask && choice.may_ask) {
    co_await show_losses(emergency);
    console_.line("  The database: keep, downgrade or restore? [keep]");
    std::string answer;
    std::getline(std::cin, answer);
    choice.database = answer == "downgrade" ? Database::downgrade
                      : answer == "restore" ? Database::restore
                                            : Database::keep;
  }
  if (choice.database == Database::ask || choice.database == Database::keep)
    co_return ended(StepState::skipped,
                    "kept as it is; schema and data were not touched (the schema only ever grows "
                    "within a release, so older code can live with it)");
  auto begun =
      begun_with({{kDatabase, choice.database == Database::downgrade ? "downgrade" : "restore"}});
  if (auto written = note_(std::move(begun)); !written) co_return failed(Failure(written.error()));
  // No release may begin between an old schema and a new one, or between two databases.
  auto lock = co_await HeldLock::take(session_, runner_.journal(), emergency.begun.id,
                                      "the emergency rollback's database step");
  if (!lock) co_return failed(lock.error());
  session_.held = std::make_shared<HeldLock>(*std::move(lock));
  bool may_still_run = false;
  auto end = choice.database == Database::downgrade ? co_await downgrade(emergency, may_still_run)
                                                    : co_await restore(emergency);
  // Left with this process, for `saltctl resume`, while nobody knows where the schema is going.
  auto held = std::exchange(session_.held, nullptr);
  if (!may_still_run) co_await held->give_back();
  co_return end;
}

// With the image that was taken back: only it has the newer revisions' down side.
Task<StepEnd> EmergencySteps::downgrade(const Emergency& emergency, bool& may_still_run) {
  auto to = emergency.fact(kToSchema);
  auto image = emergency.fact(kFromDefinition);
  if (to.empty())
    co_return ended(StepState::failed,
                    "which schema the version that was put back was made for is not known; "
                    "saltctl db downgrade " +
                        session_.environment.name + " REVISION");
  auto lost = emergency.fact(kDataLost);
  // A second attempt begins further down: what the first one counted is the whole of it.
  if (lost.empty()) {
    auto losses = co_await downgrade_losses(emergency);
    if (losses && !losses->empty()) lost = fmt::format("{}", fmt::join(*losses, ", "));
    if (!losses) lost = "what the downgrade drops; it could not be told from here";
    if (!lost.empty()) {
      auto written = note_(begun_with({{kDataLost, lost}}));
      if (!written) co_return failed(Failure(written.error()));
    }
  }
  auto end = co_await run_in_task(session_, console_, {"alembic", "downgrade", to}, image);
  may_still_run =
      !end && end.error().exit_code == release::exit_code(release::Outcome::interrupted);
  if (!end) co_return failed(end.error());
  auto proof = co_await ask_in_task(session_, {"alembic", "current"}, image);
  if (!proof) co_return failed(proof.error());
  bool is_there = end->exit_code == 0 && revision_in(proof->lines) == to;
  if (!is_there)
    co_return ended(StepState::failed,
                    fmt::format("alembic downgrade ended with {}; the schema is at {}",
                                end->exit_code, revision_in(proof->lines)));
  co_return ended(StepState::done, fmt::format("alembic current says {}{}", to,
                                               lost.empty() ? "" : "; lost: " + lost));
}

Task<StepEnd> EmergencySteps::restore(const Emergency& emergency) {
  operate::Snapshot snapshot{.id = emergency.fact(kSnapshot)};
  snapshot.at = parse_rfc3339(emergency.fact(kSnapshotAt));
  auto instance = emergency.fact(kInstance);
  if (!snapshot.at) {
    auto chosen = co_await choose_snapshot(session_, "");
    if (!chosen) co_return failed(chosen.error());
    snapshot = *std::move(chosen);
    auto facts = restore_facts(session_, emergency.begun, snapshot);
    instance = facts[kInstance];
    auto written = note_(begun_with(std::move(facts)));
    if (!written) co_return failed(Failure(written.error()));
  }
  auto lost = emergency.fact(kDataLost);
  if (lost.empty()) {
    lost = fmt::format(
        "what was written after {}, {} before the restore; it is only in {}, which is kept",
        format_rfc3339(*snapshot.at), operate::describe_span(now() - *snapshot.at),
        session_.environment.database.identifier);
    auto written = note_(begun_with({{kDataLost, lost}}));
    if (!written) co_return failed(Failure(written.error()));
  }
  console_.line("   lost to the service: " + lost);
  auto code = co_await restore_and_switch(session_, console_, snapshot, instance);
  if (!code) co_return failed(code.error());
  if (*code != 0)
    co_return ended(StepState::failed,
                    fmt::format("{} was made, but the service did not take it", instance));
  co_return ended(StepState::done,
                  fmt::format("the service reads and writes {}, restored from {}; lost: {}",
                              instance, snapshot.id, lost));
}

}  // namespace sb::saltctl
