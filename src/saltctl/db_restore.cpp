// `saltctl db restore`: a new database from a snapshot, beside the old one; with --switch the
// service is pointed at it.
#include <fmt/format.h>

#include <algorithm>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "release/operate/snapshots.hpp"
#include "saltctl/db.hpp"
#include "saltctl/release_run.hpp"

namespace sb::saltctl {
namespace {

namespace operate = release::operate;
namespace config = release::config;

constexpr std::string_view kUrl = "DATABASE_URL";

struct Restoring {
  operate::Snapshot snapshot;
  std::string instance;  // the new one
  std::string lost;      // "3 h 12 min"
};

Task<std::expected<operate::Snapshot, Failure>> choose_snapshot(Session& session,
                                                                std::string wanted) {
  const auto& name = session.environment.name;
  const auto& instance = session.environment.database.identifier;
  auto snapshots = co_await operate::snapshots_of(*session.client, instance);
  if (!snapshots) co_return std::unexpected(with_hint(snapshots.error(), name));
  if (wanted.empty()) {
    if (const auto* newest = operate::newest_available(*snapshots)) co_return *newest;
    co_return std::unexpected(
        Failure(Error{ErrorCode::not_found, "there is no finished snapshot of " + instance, {}},
                "saltctl db snapshot " + name));
  }
  for (const auto& snapshot : *snapshots) {
    if (snapshot.id != wanted) continue;
    if (snapshot.status == "available") co_return snapshot;
    co_return std::unexpected(
        Failure(Error{ErrorCode::failed_precondition, "the snapshot is " + snapshot.status, wanted},
                "saltctl db snapshots " + name));
  }
  co_return std::unexpected(
      Failure(Error{ErrorCode::not_found, "there is no such snapshot of " + instance, wanted},
              "saltctl db snapshots " + name));
}

const config::Source* source_of_url(const std::vector<config::Source>& sources) {
  for (const auto& source : sources)
    if (std::ranges::find(source.keys, kUrl) != source.keys.end()) return &source;
  return nullptr;
}

// The service's DATABASE_URL with the new database's address; the old value stays as a version.
Task<std::expected<std::string, Failure>> point_at(Session& session, operate::DatabaseView target) {
  const auto& name = session.environment.name;
  auto sources = config_sources(session.environment);
  const auto* source = source_of_url(sources);
  if (!source) {
    co_return std::unexpected(
        Failure(Error{ErrorCode::failed_precondition, "no declared secret holds DATABASE_URL", {}},
                "saltctl config get " + name));
  }
  config::Store store(*session.client);
  auto document = co_await store.read(*source);
  if (!document) co_return std::unexpected(with_hint(document.error(), name));
  auto present = document->values[std::string(kUrl)];
  auto wanted = operate::with_address(present, target.host, target.port);
  if (!wanted) co_return std::unexpected(Failure(wanted.error(), "saltctl config get " + name));
  if (present != *wanted) {
    auto written = co_await store.set(*source, std::string(kUrl), *wanted, present);
    if (!written) co_return std::unexpected(with_hint(written.error(), name));
  }
  co_return operate::address_in(present);
}

Task<Outcome> switch_over(Console& console, Session& session, operate::DatabaseView target) {
  const auto& name = session.environment.name;
  Steps steps(console);
  steps.begin("Point DATABASE_URL at " + target.id);
  auto before = co_await point_at(session, target);
  if (!before) {
    steps.failed(before.error().error.message);
    co_return std::unexpected(before.error());
  }
  steps.done(fmt::format("{} -> {}:{}", *before, target.host, target.port));
  SB_CO_TRY(auto restarted, co_await restart_and_follow(session, console));
  if (restarted != 0) {
    console.line(fmt::format(
        "     back to the old database: saltctl config rollback {} {} --restart", name, kUrl));
    co_return restarted;
  }
  SB_CO_TRY(auto resources, co_await need_resources(session));
  SB_CO_TRY(auto runner, open_runner(session, resources));
  steps.begin("Smoke tests");
  release::Observer nobody;
  auto report = co_await runner.smoke(release::smoke::Target::production, "", nobody);
  if (!report.passed) {
    steps.failed(report.summary);
    co_return std::unexpected(
        Failure(Error{ErrorCode::failed_precondition,
                      "the service does not pass its smoke tests on the restored database",
                      {}},
                fmt::format("saltctl config rollback {} {} --restart", name, kUrl)));
  }
  steps.done(report.summary);
  console.line(fmt::format(
      "{} serves from {}. The old database {} is kept, unchanged.\n"
      "Releases still snapshot {}: change database.identifier in deploy/environments/{}.yaml.",
      name, target.id, session.environment.database.identifier,
      session.environment.database.identifier, name));
  co_return 0;
}

void show_plan(Screen& screen, const Session& session, const Restoring& what, bool switches) {
  Console& console = screen.console;
  console.line(fmt::format("Restore {} (data as of {}) into a new database {}.", what.snapshot.id,
                           format_rfc3339(*what.snapshot.at), what.instance));
  console.line(console.paint(
      Style::red, fmt::format("What was written in the last {} is not in it.", what.lost)));
  if (switches)
    console.line(fmt::format("Then point {} at it, restart, and run the smoke tests.",
                             session.environment.service));
  console.line(fmt::format("{} stays as it is.", session.environment.database.identifier));
}

std::string as_json(const Restoring& what, const operate::DatabaseView& database, bool switched) {
  return fmt::format(
      R"({{"instance":{},"host":{},"port":{},"snapshot":{},"data_as_of":{},"lost":{},"switched":{}}})",
      json::quote(database.id), json::quote(database.host), database.port,
      json::quote(what.snapshot.id), json::quote(format_rfc3339(*what.snapshot.at)),
      json::quote(what.lost), switched);
}

Task<std::expected<operate::DatabaseView, Failure>> restore_instance(Session& session,
                                                                     Console& console,
                                                                     Restoring what) {
  const auto& name = session.environment.name;
  Steps steps(console);
  steps.begin("New database " + what.instance);
  operate::Restore restore{.instance = what.instance,
                           .snapshot = what.snapshot.id,
                           .instance_class = session.environment.database.instance_class,
                           .security_groups = session.environment.network.security_groups};
  auto begun = co_await operate::begin_restore(*session.client, std::move(restore));
  if (!begun) {
    steps.failed(begun.error().message);
    co_return std::unexpected(
        Failure(begun.error(), fmt::format("saltctl db restore {} --name OTHER-NAME", name)));
  }
  auto database =
      co_await operate::await_database(*session.client, what.instance, poll_of(session),
                                       [&](const std::string& status, int) { steps.note(status); });
  if (!database) {
    steps.failed(database.error().message);
    co_return std::unexpected(Failure(database.error(), "saltctl db restore " + name));
  }
  steps.done(fmt::format("{}:{}", database->host, database->port));
  co_return *std::move(database);
}

Task<Outcome> restore(Invocation& call) {
  auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  Screen screen(call);
  bool switches = call.arguments.has("--switch");
  if (switches) {
    auto in_use = co_await refuse_during_release(session);
    if (!in_use) co_return std::unexpected(in_use.error());
  }
  SB_CO_TRY(auto snapshot, co_await choose_snapshot(session, call.arguments.get("--snapshot")));
  Restoring what{.snapshot = std::move(snapshot)};
  what.instance =
      call.arguments.get("--name", session.environment.database.identifier + "-restored");
  what.lost = operate::describe_span(now() - *what.snapshot.at);
  show_plan(screen, session, what, switches);
  if (switches) {
    SB_CO_TRY(auto goes_ahead, may_lose_data(call, screen, name));
    if (!goes_ahead) co_return declined();
  } else {
    SB_CO_TRY(auto goes_ahead, may_go_ahead(call, screen, "Go ahead?"));
    if (!goes_ahead) co_return declined();
  }
  SB_CO_TRY(auto database, co_await restore_instance(session, screen.console, what));
  int code = 0;
  if (switches) {
    SB_CO_TRY(code, co_await switch_over(screen.console, session, database));
  } else {
    screen.console.line(
        fmt::format("{} still uses {}. To point it at the new one:\n"
                    "  saltctl db restore {} --snapshot {} --name {} --switch\n"
                    "or by hand, with the whole new URL typed where nobody sees it:\n"
                    "  saltctl config set {} {} --restart",
                    name, session.environment.database.identifier, name, what.snapshot.id,
                    what.instance, name, kUrl));
  }
  if (call.wants_json) call.out.line(as_json(what, database, switches && code == 0));
  co_return code;
}

}  // namespace

Task<Outcome> restore_and_switch(Session& session, Console& console, std::string snapshot,
                                 std::string instance) {
  SB_CO_TRY(auto chosen, co_await choose_snapshot(session, std::move(snapshot)));
  Restoring what{.snapshot = std::move(chosen), .instance = std::move(instance)};
  SB_CO_TRY(auto database, co_await restore_instance(session, console, what));
  co_return co_await switch_over(console, session, std::move(database));
}

Outcome run_db_restore(Invocation& call) {
  return run_task(restore(call));
}

}  // namespace sb::saltctl
