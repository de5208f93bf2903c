#include "saltctl/provision/demo_account.hpp"

#include <fmt/format.h>

#include "aws/model/ecs_service.hpp"
#include "aws/model/ecs_task.hpp"
#include "base/async/spawn.hpp"
#include "base/crypto/crypto.hpp"
#include "base/json/codec.hpp"
#include "saltctl/provision/calls.hpp"
#include "saltctl/provision/templates.hpp"

namespace sb::saltctl {
namespace {

namespace ecs = aws::ecs;

constexpr auto kPatience = std::chrono::minutes(2);

Task<Result<std::string>> start_task(aws::Client& client, const Environment& environment,
                                     const Resources& resources, std::string task_definition) {
  // Where the service's own tasks live, this one lives, too.
  SB_CO_TRY(auto service, json::decode<ecs::CreateServiceRequest>(
                              create_service_request(environment, resources)));
  ecs::ContainerOverride container;
  container.name = std::string(kContainer);
  container.command = {"saltbitter", "seed", "--demo", "--rehearsal"};
  ecs::RunTaskRequest request;
  request.cluster = environment.cluster;
  request.taskDefinition = std::move(task_definition);
  request.launchType = "FARGATE";
  request.startedBy = "saltctl up";
  request.clientToken = crypto::uuid4();
  request.networkConfiguration = std::move(service.networkConfiguration);
  request.overrides.emplace().containerOverrides.push_back(std::move(container));
  SB_CO_TRY(auto response, co_await call<ecs::RunTask>(client, std::move(request)));
  if (!response.tasks.empty() && response.tasks.front().taskArn)
    co_return *response.tasks.front().taskArn;
  co_return fail(ErrorCode::failed_precondition,
                 response.failures.empty() ? "ECS started no task"
                                           : response.failures.front().reason.value_or(""));
}

Result<> verdict_on(const ecs::Task& task) {
  for (const auto& container : task.containers) {
    if (container.exitCode == 0) return {};
    if (container.exitCode) {
      return fail(ErrorCode::failed_precondition,
                  fmt::format("its task ended with {}", *container.exitCode));
    }
  }
  return fail(ErrorCode::failed_precondition,
              "its task did not run: " + task.stoppedReason.value_or("no reason given"));
}

}  // namespace

Task<Result<>> ensure_demo_account(aws::Client& client, const Environment& environment,
                                   const Resources& resources, std::string task_definition) {
  SB_CO_TRY(auto arn, co_await start_task(client, environment, resources, task_definition));
  auto deadline = Deadline::after(kPatience);
  while (!deadline.has_passed()) {
    ecs::DescribeTasksRequest request;
    request.cluster = environment.cluster;
    request.tasks = {arn};
    SB_CO_TRY(auto response, co_await call<ecs::DescribeTasks>(client, std::move(request)));
    if (!response.tasks.empty() && response.tasks.front().lastStatus == "STOPPED")
      co_return verdict_on(response.tasks.front());
    co_await sleep_for(std::chrono::milliseconds(50));
  }
  co_return fail(ErrorCode::timeout, "its task did not end", arn);
}

}  // namespace sb::saltctl
