// `saltctl db restore`: a new database from a snapshot, beside the old one; with --switch the
// service is pointed at it.
#include <fmt/format.h>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "saltctl/db.hpp"
#include "saltctl/held_lock.hpp"
#include "saltctl/procedure.hpp"
#include "saltctl/release_run.hpp"

namespace sb::saltctl {
namespace {

namespace operate = release::operate;
namespace config = release::config;

struct Restoring {
  operate::Snapshot snapshot;
  std::string instance;  // the new one
  std::string lost;      // "3 h 12 min"
};

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
  auto present = document->values[std::string(kDatabaseUrl)];
  auto wanted = operate::with_address(present, target.host, target.port);
  if (!wanted) co_return std::unexpected(Failure(wanted.error(), "saltctl config get " + name));
  if (present != *wanted) {
    auto written = co_await store.set(*source, std::string(kDatabaseUrl), *wanted, present);
    if (!written) co_return std::unexpected(with_hint(written.error(), name));
  }
  co_return operate::address_in(present);
}

// A saltctl that was killed here leaves its restart on the way.
Task<Result<>> let_deployment_end(Session& session, Steps& steps) {
  SB_CO_TRY(auto newest,
            co_await operate::newest_deployment(*session.client, service_ref(session)));
  if (!newest || !operate::is_in_progress(*newest)) co_return Result<>{};
  steps.begin("The deployment that is on its way");
  auto ended = co_await operate::follow(
      *session.client, service_ref(session), newest->arn, std::chrono::minutes(60),
      [&](const operate::DeploymentWatch& watch) { steps.note(operate::describe(watch)); });
  if (!ended) co_return std::unexpected(std::move(ended).error());
  steps.done(ended->status);
  co_return Result<>{};
}

Task<Outcome> switch_over(Console& console, Session& session, operate::DatabaseView target) {
  const auto& name = session.environment.name;
  SB_CO_TRY_VOID(co_await still_alone(session));
  Steps steps(console);
  steps.begin("Point DATABASE_URL at " + target.id);
  auto marked = co_await operate::mark_as_served(*session.client, target);
  if (!marked) {
    steps.failed(marked.error().message);
    co_return std::unexpected(with_hint(marked.error(), name));
  }
  auto before = co_await point_at(session, target);
  if (!before) {
    steps.failed(before.error().error.message);
    co_return std::unexpected(before.error());
  }
  steps.done(fmt::format("{} -> {}", *before, target.address()));
  auto is_free = co_await let_deployment_end(session, steps);
  if (!is_free) {
    steps.failed(is_free.error().message);
    co_return std::unexpected(Failure(is_free.error(), "saltctl events " + name));
  }
  SB_CO_TRY(auto restarted, co_await restart_and_follow(session, console));
  if (restarted != 0) {
    console.line(
        fmt::format("     back to the old database: saltctl config rollback {} {} --restart", name,
                    kDatabaseUrl));
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
                fmt::format("saltctl config rollback {} {} --restart", name, kDatabaseUrl)));
  }
  steps.done(report.summary);
  auto& database = session.environment.database;
  auto old = database.identifier;
  co_await adopt_live_database(session);
  console.line(fmt::format("{} serves from {}.", name, target.id));
  if (old != target.id) console.line(fmt::format("The old database {} is kept, unchanged.", old));
  console.line(
      fmt::format("Commands and releases go by DATABASE_URL: they use {} from now on, whatever\n"
                  "database.identifier in deploy/environments/{}.yaml says.",
                  database.identifier, name));
  if (old != target.id && session.environment.is_production())
    console.line(
        fmt::format("The monitors in deploy/datadog that name {} do not follow: change them, then\n"
                    "saltctl monitors apply.",
                    old));
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
  steps.done(database->address());
  co_return *std::move(database);
}

// The one that was named, else the first free one. Never one that serves or has served: it would be
// taken for an earlier attempt at this restore.
Task<std::expected<std::string, Failure>> name_of_new(Session& session, operate::Snapshot snapshot,
                                                      std::string wanted) {
  const auto& database = session.environment.database;
  if (wanted == database.identifier) {
    co_return std::unexpected(Failure(
        Error{ErrorCode::invalid_argument,
              "DATABASE_URL leads to the database of this name already (if a switch was cut off, "
              "resume ends it)",
              wanted},
        "saltctl resume " + session.environment.name, 2));
  }
  if (!wanted.empty()) {
    auto there = co_await operate::describe_database(*session.client, wanted);
    if (!there) co_return std::unexpected(with_hint(there.error(), session.environment.name));
    if (!there->has_served) co_return wanted;
    co_return std::unexpected(
        Failure(Error{ErrorCode::conflict,
                      "the database of this name has served since it was restored: it holds more "
                      "than its snapshot",
                      wanted},
                fmt::format("saltctl db restore {} --name OTHER-NAME", session.environment.name),
                declined()));
  }
  for (int number = 1;; ++number) {
    auto name = database.declared() + "-restored" +
                (number == 1 ? std::string() : fmt::format("-{}", number));
    if (name == database.identifier) continue;
    auto there = co_await operate::describe_database(*session.client, name);
    if (!there) co_return std::unexpected(with_hint(there.error(), session.environment.name));
    bool is_ours = there->from_snapshot == snapshot.id && !there->has_served;
    if (there->status.empty() || is_ours) co_return name;
  }
}

Task<Outcome> restore_into(Session& session, Console& console, Restoring what, bool switches,
                           operate::DatabaseView& database) {
  SB_CO_TRY(database, co_await restore_instance(session, console, std::move(what)));
  if (!switches) co_return 0;
  co_return co_await switch_over(console, session, database);
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
  SB_CO_TRY(what.instance,
            co_await name_of_new(session, what.snapshot, call.arguments.get("--name")));
  what.lost = operate::describe_span(now() - *what.snapshot.at);
  show_plan(screen, session, what, switches);
  if (switches) {
    SB_CO_TRY(auto goes_ahead, may_lose_data(call, screen, name));
    if (!goes_ahead) co_return declined();
  } else {
    SB_CO_TRY(auto goes_ahead, may_go_ahead(call, screen, "Go ahead?"));
    if (!goes_ahead) co_return declined();
  }
  auto procedure = new_procedure(session, "db restore", switches ? Alone::yes : Alone::no,
                                 {{procedure_facts::kSnapshot, what.snapshot.id},
                                  {procedure_facts::kSnapshotAt, format_rfc3339(*what.snapshot.at)},
                                  {procedure_facts::kInstance, what.instance},
                                  {procedure_facts::kSwitch, switches ? "yes" : ""}});
  operate::DatabaseView database;
  SB_CO_TRY(auto code, co_await carry_out(session, std::move(procedure), [&] {
              return restore_into(session, screen.console, what, switches, database);
            }));
  if (!switches) {
    screen.console.line(
        fmt::format("{} still uses {}. To point it at the new one:\n"
                    "  saltctl db restore {} --snapshot {} --name {} --switch\n"
                    "or by hand, with the whole new URL typed where nobody sees it:\n"
                    "  saltctl config set {} {} --restart",
                    name, session.environment.database.identifier, name, what.snapshot.id,
                    what.instance, name, kDatabaseUrl));
  }
  if (call.wants_json) call.out.line(as_json(what, database, switches && code == 0));
  co_return code;
}

}  // namespace

Task<std::expected<operate::Snapshot, Failure>> choose_snapshot(Session& session,
                                                                std::string wanted) {
  const auto& name = session.environment.name;
  const auto& instance = session.environment.database.identifier;
  auto snapshots = co_await known_snapshots(session);
  if (!snapshots) co_return std::unexpected(with_hint(snapshots.error(), name));
  if (wanted.empty()) {
    // Without a name only of the instance in use: an older one's was given up once already.
    std::erase_if(*snapshots, [&](const auto& each) { return each.instance != instance; });
    if (const auto* newest = operate::newest_available(*snapshots)) co_return *newest;
    Error none{ErrorCode::not_found, "there is no finished snapshot of " + instance, {}};
    const auto& replaced = session.environment.database.replaced;
    if (replaced.empty())
      co_return std::unexpected(Failure(std::move(none), "saltctl db snapshot " + name));
    none.message += fmt::format(
        ", which took over from {}: name one with --snapshot (if a switch was cut off, saltctl "
        "resume {} ends it)",
        replaced, name);
    co_return std::unexpected(Failure(std::move(none), "saltctl db snapshots " + name));
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

Task<Outcome> restore_and_switch(Session& session, Console& console, operate::Snapshot snapshot,
                                 std::string instance) {
  Restoring what{.snapshot = std::move(snapshot), .instance = std::move(instance)};
  operate::DatabaseView database;
  co_return co_await restore_into(session, console, std::move(what), true, database);
}

// The snapshot that was agreed to, also where the instance it was taken of is known to nobody here
// any more.
Task<Outcome> go_on_restore(Screen& screen, Session& session, const Procedure& procedure) {
  operate::Snapshot snapshot{.id = procedure.fact(procedure_facts::kSnapshot)};
  snapshot.at = parse_rfc3339(procedure.fact(procedure_facts::kSnapshotAt));
  Restoring what{.snapshot = std::move(snapshot),
                 .instance = procedure.fact(procedure_facts::kInstance)};
  operate::DatabaseView database;
  co_return co_await restore_into(session, screen.console, std::move(what),
                                  procedure.fact(procedure_facts::kSwitch) == "yes", database);
}

Outcome run_db_restore(Invocation& call) {
  return run_task(restore(call));
}

}  // namespace sb::saltctl
