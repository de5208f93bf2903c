// `saltctl exec`: a terminal in a running task, through ExecuteCommand and the session it opens.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "aws/model/ecs_task.hpp"
#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "saltctl/provision/calls.hpp"
#include "saltctl/provision/templates.hpp"
#include "saltctl/service_health.hpp"
#include "session_plugin/session.hpp"
#include "session_plugin/terminal.hpp"

namespace sb::saltctl {
namespace {

namespace ecs = aws::ecs;

// One string for ExecuteCommand, which is split into words again on the other side.
std::string command_line(const std::vector<std::string>& words) {
  if (words.empty()) return "/bin/bash";
  std::string line;
  for (const auto& word : words) {
    if (!line.empty()) line += ' ';
    bool is_plain =
        !word.empty() && word.find_first_of(" \t\n'\"\\$`*?#&|;<>(){}[]!~") == std::string::npos;
    if (is_plain) {
      line += word;
      continue;
    }
    line += '\'';
    for (char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return line;
}

Task<std::expected<std::string, Failure>> choose_task(Session& session, std::string wanted) {
  const auto& name = session.environment.name;
  auto tasks = co_await tasks_of(session);
  if (!tasks) co_return std::unexpected(with_hint(tasks.error(), name));
  for (const auto& task : *tasks)
    if (task.status == "RUNNING" && task.id.starts_with(wanted)) co_return task.id;
  co_return std::unexpected(
      Failure(Error{ErrorCode::not_found,
                    wanted.empty() ? "no task of the service runs"
                                   : "no running task of the service has this id",
                    wanted},
              (wanted.empty() ? "saltctl doctor " : "saltctl health ") + name));
}

Task<Outcome> open_terminal(Invocation& call) {
  auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  SB_CO_TRY(auto task, co_await choose_task(session, call.arguments.get("--task")));
  ecs::ExecuteCommandRequest request;
  request.cluster = session.environment.cluster;
  request.task = task;
  request.container = std::string(kContainer);
  request.interactive = true;
  request.command = command_line(call.arguments.rest);
  auto reply = co_await saltctl::call<ecs::ExecuteCommand>(*session.client, std::move(request));
  if (!reply) co_return std::unexpected(Failure(reply.error(), "saltctl health " + name));
  session_plugin::SessionRequest opened;
  if (reply->session) {
    opened.session_id = reply->session->sessionId.value_or("");
    opened.stream_url = reply->session->streamUrl.value_or("");
    opened.token = reply->session->tokenValue.value_or("");
  }
  if (opened.stream_url.empty()) {
    co_return std::unexpected(Failure(Error{ErrorCode::unavailable, "ECS opened no session", task},
                                      "saltctl health " + name));
  }
  opened.wants_exit_code = true;
  int code = co_await session_plugin::run_session(std::move(opened));
  if (call.wants_json)
    call.out.line(fmt::format(R"({{"task":{},"exit_code":{}}})", json::quote(task), code));
  co_return code;
}

}  // namespace

Outcome run_exec(Invocation& call) {
  auto outcome = run_task(open_terminal(call));
  session_plugin::RawTerminal::restore();
  if (!outcome) return outcome;
  std::fflush(nullptr);
  std::_Exit(*outcome);  // a thread may still be reading stdin
}

}  // namespace sb::saltctl
