#include "saltctl/service_health.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/model/ecs.hpp"
#include "aws/model/elbv2.hpp"
#include "base/http/client.hpp"
#include "base/text/text.hpp"
#include "saltctl/provision/calls.hpp"

namespace sb::saltctl {
namespace {

namespace ecs = aws::ecs;
namespace elb = aws::elbv2;

TaskHealth view_of(const ecs::Task& task) {
  TaskHealth view;
  view.id = text::last_part(task.taskArn.value_or(""));
  view.revision = text::last_part(task.taskDefinitionArn.value_or(""));
  view.status = task.lastStatus.value_or("");
  view.health = task.healthStatus.value_or("");
  view.stopped_at = task.stoppedAt;
  view.reason = task.stoppedReason.value_or("");
  for (const auto& container : task.containers) {
    for (const auto& network : container.networkInterfaces)
      view.address = network.privateIpv4Address.value_or("");
    if (container.exitCode) view.exit_code = *container.exitCode;
    if (container.reason) view.reason = *container.reason;
    view.log_stream = fmt::format("{}/{}", container.name.value_or(""), view.id);
  }
  return view;
}

}  // namespace

Task<Result<std::vector<TaskHealth>>> tasks_in(Session& session, std::string desired_status) {
  ecs::ListTasksRequest request;
  request.cluster = session.environment.cluster;
  request.serviceName = session.environment.service;
  request.desiredStatus = std::move(desired_status);
  SB_CO_TRY(auto listed, co_await call<ecs::ListTasks>(*session.client, std::move(request)));
  std::vector<TaskHealth> tasks;
  if (listed.taskArns.empty()) co_return tasks;
  ecs::DescribeTasksRequest describe;
  describe.cluster = session.environment.cluster;
  describe.tasks = listed.taskArns;
  SB_CO_TRY(auto described,
            co_await call<ecs::DescribeTasks>(*session.client, std::move(describe)));
  for (const auto& task : described.tasks) tasks.push_back(view_of(task));
  co_return tasks;
}

Task<Result<std::vector<TaskHealth>>> tasks_of(Session& session) {
  SB_CO_TRY(auto tasks, co_await tasks_in(session, "RUNNING"));
  SB_CO_TRY(auto stopped, co_await tasks_in(session, "STOPPED"));
  // One that stopped between the two calls is in both.
  for (auto& view : stopped) {
    auto is_same = [&](const TaskHealth& other) { return other.id == view.id; };
    if (std::ranges::none_of(tasks, is_same)) tasks.push_back(std::move(view));
  }
  std::ranges::sort(tasks, [](const TaskHealth& a, const TaskHealth& b) {
    if (a.stopped_at.has_value() != b.stopped_at.has_value()) return !a.stopped_at.has_value();
    if (a.stopped_at != b.stopped_at) return a.stopped_at > b.stopped_at;
    return a.id < b.id;
  });
  co_return tasks;
}

Task<Result<std::vector<TargetView>>> targets_of(Session& session) {
  elb::DescribeTargetGroupsRequest request;
  request.Names = session.environment.load_balancer.target_groups;
  SB_CO_TRY(auto groups,
            co_await call<elb::DescribeTargetGroups>(*session.client, std::move(request)));
  std::vector<TargetView> targets;
  for (const auto& group : groups.TargetGroups) {
    elb::DescribeTargetHealthRequest health;
    health.TargetGroupArn = group.TargetGroupArn;
    SB_CO_TRY(auto reply,
              co_await call<elb::DescribeTargetHealth>(*session.client, std::move(health)));
    for (const auto& described : reply.TargetHealthDescriptions) {
      TargetView view{.group = group.TargetGroupName.value_or("")};
      if (described.Target)
        view.address = fmt::format("{}:{}", described.Target->Id.value_or("?"),
                                   described.Target->Port.value_or(0));
      if (described.TargetHealth) {
        view.state = described.TargetHealth->State.value_or("");
        view.reason = described.TargetHealth->Reason.value_or("");
        view.description = described.TargetHealth->Description.value_or("");
      }
      targets.push_back(std::move(view));
    }
  }
  co_return targets;
}

Task<Answer> ask(const Session& session, const Resources& resources, std::string path) {
  http::ClientOptions options;
  options.ca_file = ca_file_for(session);
  options.connect_to = routes_to(session.environment, resources);
  http::Client client(std::move(options));
  http::ClientRequest request;
  request.url = session.environment.url() + path;
  auto response =
      co_await client.send(std::move(request), Deadline::after(std::chrono::seconds(5)));
  if (!response) co_return Answer{.error = response.error().text()};
  co_return Answer{.status = response->status,
                   .version = std::string(response->headers.get("X-SaltBitter-Version")),
                   .body = response->body.substr(0, 300)};
}

}  // namespace sb::saltctl
