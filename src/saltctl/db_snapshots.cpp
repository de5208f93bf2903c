// `saltctl db snapshots` and `saltctl db snapshot`.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "saltctl/live_database.hpp"

namespace sb::saltctl {
namespace {

namespace operate = release::operate;

std::string as_json(const operate::Snapshot& snapshot) {
  return fmt::format(R"({{"id":{},"instance":{},"status":{},"percent":{},"at":{},"gib":{}}})",
                     json::quote(snapshot.id), json::quote(snapshot.instance),
                     json::quote(snapshot.status), snapshot.percent,
                     snapshot.at ? json::quote(format_rfc3339(*snapshot.at)) : "null",
                     snapshot.gib);
}

Task<Outcome> list(Invocation& call) {
  auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  const auto& instance = session.environment.database.identifier;
  auto snapshots = co_await known_snapshots(session);
  if (!snapshots) co_return std::unexpected(with_hint(snapshots.error(), name));
  if (call.wants_json) {
    std::vector<std::string> rows;
    for (const auto& snapshot : *snapshots) rows.push_back(as_json(snapshot));
    call.out.line(fmt::format("[{}]", fmt::join(rows, ",")));
    co_return 0;
  }
  if (snapshots->empty()) {
    call.out.line(
        fmt::format("{} has no snapshot. Make one: saltctl db snapshot {}", instance, name));
    co_return 0;
  }
  std::vector<std::vector<std::string>> rows{{"SNAPSHOT", "OF", "AGE", "DATABASE", "STATUS"}};
  for (const auto& snapshot : *snapshots)
    rows.push_back(
        {snapshot.id, snapshot.at ? format_rfc3339(*snapshot.at).substr(0, 19) + "Z" : "-",
         snapshot.at ? operate::describe_span(now() - *snapshot.at) : "-", snapshot.instance,
         snapshot.status == "available"
             ? snapshot.status
             : fmt::format("{} ({} %)", snapshot.status, snapshot.percent)});
  call.out.line(format_table(rows));
  co_return 0;
}

std::string new_id(const std::string& instance) {
  auto text = format_basic(now());  // 20261122T102030Z
  return fmt::format("{}-manual-{}-{}", instance, text.substr(0, 8), text.substr(9, 6));
}

Task<Outcome> create(Invocation& call) {
  auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  Screen screen(call);
  const auto& instance = session.environment.database.identifier;
  auto id = call.arguments.get("--name", new_id(instance));
  Steps steps(screen.console);
  steps.begin(fmt::format("Snapshot {} of {}", id, instance));
  auto begun = co_await operate::begin_snapshot(*session.client, instance, id);
  if (!begun) {
    steps.failed(begun.error().message);
    co_return std::unexpected(Failure(begun.error(), "saltctl doctor " + name));
  }
  auto done = co_await operate::await_snapshot(
      *session.client, instance, id, poll_of(session), [&](const std::string& status, int percent) {
        steps.note(fmt::format("{} ({} %)", status, percent));
      });
  if (!done) {
    steps.failed(done.error().message);
    co_return std::unexpected(Failure(done.error(), "saltctl db snapshots " + name));
  }
  steps.done();
  if (call.wants_json) call.out.line(as_json(*done));
  screen.console.line(fmt::format("Back to it: saltctl db restore {} --snapshot {}", name, id));
  co_return 0;
}

}  // namespace

Outcome run_db_snapshots(Invocation& call) {
  return run_task(list(call));
}

Outcome run_db_snapshot(Invocation& call) {
  return run_task(create(call));
}

}  // namespace sb::saltctl
