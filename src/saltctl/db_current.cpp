#include <fmt/format.h>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "saltctl/db.hpp"

namespace sb::saltctl {
namespace {

Task<Outcome> current(Invocation& call) {
  SB_CO_TRY(auto session, co_await open_session(call.places, call.arguments.get("ENV")));
  Screen screen(call);
  SB_CO_TRY(auto end, co_await run_in_task(session, screen.console, {"alembic", "current"},
                                           task_definition_of(session, call.arguments)));
  auto revision = revision_in(end.lines);
  bool is_head = false;
  for (const auto& line : end.lines) is_head |= line.contains("(head)");
  if (call.wants_json) {
    call.out.line(fmt::format(R"({{"revision":{},"is_head":{},"exit_code":{},"lines":{}}})",
                              json::quote(revision), is_head, end.exit_code,
                              json::encode(end.lines)));
  } else if (end.exit_code == 0) {
    call.out.line(revision.empty() ? "The database has no schema yet."
                                   : fmt::format("The schema is at {}{}.", revision,
                                                 is_head ? ", the newest of this image" : ""));
  }
  co_return end.exit_code;
}

}  // namespace

Outcome run_db_current(Invocation& call) {
  return run_task(current(call));
}

}  // namespace sb::saltctl
