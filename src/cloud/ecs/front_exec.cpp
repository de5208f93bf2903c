// ExecuteCommand: a session for one command in a running container.
#include <fmt/format.h>

#include "base/log/log.hpp"
#include "cloud/ecs/front.hpp"
#include "cloud/exec/session_host.hpp"
#include "cloud/gateway/gateway.hpp"
#include "cloud/runtime/inside.hpp"

namespace sb::cloud::ecs {

namespace {

Outcome<const api::Container*> container_for(const api::Task& task,
                                             const std::optional<std::string>& name) {
  if (!name) {
    if (task.containers.size() != 1)
      return invalid(
          "The task has several containers: name the one to run the command in "
          "(--container).");
    return &task.containers.front();
  }
  for (const auto& container : task.containers)
    if (container.name == *name) return &container;
  return invalid(fmt::format("The container {} was not found in the task.", *name));
}

// When the client has connected: what runs then may not be what ran when it asked.
Task<Result<exec::Terminal>> launch(std::weak_ptr<Scheduler> scheduler, std::string task,
                                    std::string container, std::vector<std::string> words) {
  auto alive = scheduler.lock();
  auto sandbox = alive ? alive->fleet().sandbox(task, container) : std::nullopt;
  if (!sandbox) co_return fail(ErrorCode::failed_precondition, "the task has stopped", task);
  runtime::Command command;
  command.argv = std::move(words);
  SB_CO_TRY(auto terminal, runtime::open_terminal(*sandbox, std::move(command)));
  co_return exec::Terminal{std::move(terminal.master), terminal.process};
}

}  // namespace

void Front::attach_exec(gateway::Gateway& gateway) {
  gateway.on<api::ExecuteCommand>(
      [this](gateway::Caller caller,
             api::ExecuteCommandRequest request) -> Task<Outcome<api::ExecuteCommandResponse>> {
        co_return execute_command(caller, request);
      });
}

Outcome<api::ExecuteCommandResponse> Front::execute_command(
    const gateway::Caller& caller, const api::ExecuteCommandRequest& request) {
  SB_TRY(auto cluster, cluster_of(request.cluster));
  SB_TRY(auto task, task_of(cluster, *request.task));
  if (!request.interactive.value_or(false))
    return invalid("Interactive is the only mode supported currently.");
  auto words = exec::split_words(*request.command);
  if (!words) return invalid("The command has an unfinished quote.");
  if (words->empty()) return invalid("The command must not be empty.");
  SB_TRY(auto container, container_for(task->shape, request.container));
  if (!task->shape.enableExecuteCommand.value_or(false) || container->lastStatus != "RUNNING")
    return invalid(
        "The execute command failed because execute command was not enabled when the task was run "
        "or the execute command agent isn\u2019t running. Wait and try again or run a new task "
        "with execute command enabled and try again.");
  auto name = container->name.value_or("");
  auto sandbox = scheduler_->fleet().sandbox(task->id, name);
  if (!sandbox || !sandbox->program())
    return fault("TargetNotConnectedException",
                 "The execute command failed due to an internal error. Try again later.");

  auto session =
      ground_.sessions.issue([scheduler = std::weak_ptr(scheduler_), id = task->id, name,
                              argv = *words] { return launch(scheduler, id, name, argv); });
  log::info("a command is executed in a task", {{"task", task->id},
                                                {"container", name},
                                                {"program", words->front()},
                                                {"session", session.session_id},
                                                {"access_key", caller.access_key}});
  api::ExecuteCommandResponse response;
  response.clusterArn = task->shape.clusterArn;
  response.containerArn = container->containerArn;
  response.containerName = name;
  response.interactive = true;
  response.taskArn = task->shape.taskArn;
  auto& answer = response.session.emplace();
  answer.sessionId = session.session_id;
  answer.streamUrl = fmt::format("ws://{}{}{}?role=publish_subscribe", caller.host,
                                 exec::SessionHost::kPath, session.session_id);
  answer.tokenValue = session.token;
  return response;
}

}  // namespace sb::cloud::ecs
