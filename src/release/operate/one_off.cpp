#include "release/operate/one_off.hpp"

#include <fmt/format.h>

#include "aws/client/call.hpp"
#include "aws/model/ecs_task.hpp"
#include "aws/model/ecs_task_definition.hpp"
#include "aws/model/logs.hpp"
#include "base/crypto/crypto.hpp"
#include "base/text/text.hpp"

namespace sb::release::operate {

namespace ecs = aws::ecs;
namespace logs = aws::logs;

namespace {

// Where a container's lines go, as its task definition says. Empty group: nowhere we can read.
struct LogPlace {
  std::string group;
  std::string stream_prefix;
};

// A task's log, read on from where it was left.
class LogTail {
 public:
  LogTail(aws::Client& client, std::string group, std::string stream)
      : client_(client), group_(std::move(group)), stream_(std::move(stream)) {}

  // Appends what is new to `lines`. A stream that is not there yet has no lines.
  Task<> read(std::vector<std::string>& lines, const OnLine& on_line) {
    if (group_.empty()) co_return;
    for (int page = 0; page < 100; ++page) {
      logs::GetLogEventsRequest request;
      request.logGroupName = group_;
      request.logStreamName = stream_;
      request.startFromHead = true;
      if (!token_.empty()) request.nextToken = token_;
      auto reply = co_await aws::call<logs::GetLogEvents>(client_, std::move(request));
      if (!reply) co_return;
      for (const auto& event : reply->events) {
        lines.push_back(event.message.value_or(""));
        if (on_line) on_line(lines.back());
      }
      auto next = reply->nextForwardToken.value_or("");
      // Another page may follow although this one was empty; the same token says that none does.
      if (next.empty() || next == token_) co_return;
      token_ = std::move(next);
    }
  }

 private:
  aws::Client& client_;
  std::string group_;
  std::string stream_;
  std::string token_;
};

Task<Result<LogPlace>> log_place(aws::Client& client, std::string task_definition,
                                 std::string container) {
  ecs::DescribeTaskDefinitionRequest request;
  request.taskDefinition = std::move(task_definition);
  SB_CO_TRY(auto reply,
            co_await aws::call<ecs::DescribeTaskDefinition>(client, std::move(request)));
  LogPlace place;
  if (!reply.taskDefinition) co_return place;
  for (const auto& declared : reply.taskDefinition->containerDefinitions) {
    if (declared.name != container || !declared.logConfiguration) continue;
    const auto& options = declared.logConfiguration->options;
    auto group = options.find("awslogs-group");
    auto prefix = options.find("awslogs-stream-prefix");
    if (group != options.end() && prefix != options.end())
      place = {group->second, prefix->second + "/" + container};
  }
  co_return place;
}

Task<Result<ecs::Task>> start(aws::Client& client, const ServiceRef& ref, const OneOff& what,
                              ecs::Service service) {
  ecs::ContainerOverride container;
  container.name = ref.container;
  container.command = what.command;
  ecs::RunTaskRequest request;
  request.cluster = ref.cluster;
  request.taskDefinition =
      what.task_definition.empty() ? service.taskDefinition : what.task_definition;
  request.count = 1;
  request.launchType = "FARGATE";
  request.startedBy = what.started_by;
  request.clientToken = what.token.empty() ? crypto::uuid4() : what.token;
  request.networkConfiguration = std::move(service.networkConfiguration);
  request.overrides.emplace().containerOverrides.push_back(std::move(container));
  SB_CO_TRY(auto reply, co_await aws::call<ecs::RunTask>(client, std::move(request)));
  if (!reply.tasks.empty() && reply.tasks.front().taskArn) co_return reply.tasks.front();
  co_return fail(ErrorCode::failed_precondition,
                 "ECS started no task: " + (reply.failures.empty()
                                                ? std::string("it gave no reason")
                                                : reply.failures.front().reason.value_or("")));
}

Task<Result<ecs::Task>> describe(aws::Client& client, std::string cluster, std::string arn) {
  ecs::DescribeTasksRequest request;
  request.cluster = std::move(cluster);
  request.tasks = {arn};
  SB_CO_TRY(auto reply, co_await aws::call<ecs::DescribeTasks>(client, std::move(request)));
  if (reply.tasks.empty())
    co_return fail(ErrorCode::not_found, "ECS does not know the task any more", arn);
  co_return reply.tasks.front();
}

Result<> take_end(const ecs::Task& task, const std::string& container, OneOffEnd& end) {
  end.reason = task.stoppedReason.value_or("");
  for (const auto& each : task.containers) {
    if (each.name != container) continue;
    if (each.reason) end.reason = *each.reason;
    if (!each.exitCode) continue;
    end.exit_code = *each.exitCode;
    return {};
  }
  return fail(ErrorCode::failed_precondition,
              "the task did not run: " + (end.reason.empty() ? "ECS gives no reason" : end.reason),
              text::last_part(end.task));
}

}  // namespace

Task<Result<ecs::Service>> describe_service(aws::Client& client, ServiceRef ref) {
  ecs::DescribeServicesRequest request;
  request.cluster = ref.cluster;
  request.services = {ref.service};
  SB_CO_TRY(auto reply, co_await aws::call<ecs::DescribeServices>(client, std::move(request)));
  if (reply.services.empty() || reply.services.front().status == "INACTIVE")
    co_return fail(ErrorCode::not_found,
                   fmt::format("there is no service {} in {}", ref.service, ref.cluster));
  co_return reply.services.front();
}

Task<Result<OneOffEnd>> run_one_off(aws::Client& client, ServiceRef ref, OneOff what,
                                    OnLine on_line) {
  SB_CO_TRY(auto service, co_await describe_service(client, ref));
  SB_CO_TRY(auto task, co_await start(client, ref, what, std::move(service)));
  OneOffEnd end;
  end.task = task.taskArn.value_or("");
  end.task_definition = task.taskDefinitionArn.value_or("");
  SB_CO_TRY(auto place, co_await log_place(client, end.task_definition, ref.container));
  LogTail tail(client, place.group,
               fmt::format("{}/{}", place.stream_prefix, text::last_part(end.task)));
  auto deadline = Deadline::after(what.patience);
  while (!deadline.has_passed()) {
    SB_CO_TRY(task, co_await describe(client, ref.cluster, end.task));
    co_await tail.read(end.lines, on_line);
    if (task.lastStatus == "STOPPED") {
      SB_CO_TRY_VOID(take_end(task, ref.container, end));
      co_return end;
    }
    co_await sleep_for(std::min<Duration>(ref.poll, std::chrono::milliseconds(500)));
  }
  co_return fail(ErrorCode::timeout, "the task did not end; it still runs",
                 text::last_part(end.task));
}

}  // namespace sb::release::operate
