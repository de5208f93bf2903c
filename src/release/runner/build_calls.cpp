#include "release/runner/build_calls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "aws/model/ecs_task.hpp"
#include "aws/model/rds.hpp"
#include "base/json/codec.hpp"
#include "release/runner/task_logs.hpp"

namespace sb::release {

namespace ecs = aws::ecs;
namespace rds = aws::rds;

namespace {

// "name:1.2.0@sha256:…" to "1.2.0".
std::string image_tag(const std::string& image) {
  std::string name = image.substr(0, image.find('@'));
  auto colon = name.rfind(':');
  if (colon == std::string::npos || name.find('/', colon) != std::string::npos) return {};
  return name.substr(colon + 1);
}

}  // namespace

std::string Described::tag(std::string_view key) const {
  for (const auto& tag : tags)
    if (tag.key == key) return value_or_default(tag.value);
  return {};
}

std::int64_t Described::number(std::string_view key) const {
  const std::string text = tag(key);
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

std::string Described::version() const {
  if (auto tagged = tag(kVersionTag); !tagged.empty()) return tagged;
  for (const auto& container : task_definition.containerDefinitions)
    if (auto from_image = image_tag(value_or_default(container.image)); !from_image.empty())
      return from_image;
  return {};
}

Task<Result<Described>> describe_task_definition(Api& api, std::string name) {
  ecs::DescribeTaskDefinitionRequest request;
  request.taskDefinition = name;
  request.include = {"TAGS"};
  auto reply = co_await api.call<ecs::DescribeTaskDefinition>(std::move(request));
  if (!reply) co_return std::unexpected(std::move(reply).error());
  if (!reply->taskDefinition) co_return fail(ErrorCode::not_found, "no such task definition", name);
  co_return Described{*std::move(reply->taskDefinition), std::move(reply->tags)};
}

Task<Result<>> BuildCalls::create_snapshot() {
  rds::CreateDBSnapshotRequest request;
  request.DBInstanceIdentifier = plan_.db_instance;
  request.DBSnapshotIdentifier = plan_.snapshot_id();
  auto reply = co_await api_.call<rds::CreateDBSnapshot>(std::move(request));
  // Our own earlier attempt: the identifier is the release's.
  if (!reply && !is_code(reply.error(), "DBSnapshotAlreadyExists"))
    co_return std::unexpected(std::move(reply).error());
  co_return Result<>{};
}

Task<Result<SnapshotSeen>> BuildCalls::describe_snapshot() {
  rds::DescribeDBSnapshotsRequest request;
  request.DBSnapshotIdentifier = plan_.snapshot_id();
  auto reply = co_await api_.call<rds::DescribeDBSnapshots>(std::move(request));
  if (!reply) {
    if (is_code(reply.error(), "DBSnapshotNotFound")) co_return SnapshotSeen{};
    co_return std::unexpected(std::move(reply).error());
  }
  if (reply->DBSnapshots.empty()) co_return SnapshotSeen{};
  const auto& snapshot = reply->DBSnapshots.front();
  // Percent is left out: a record for every percent says nothing.
  co_return SnapshotSeen{.status = value_or_default(snapshot.Status)};
}

Task<Result<std::string>> BuildCalls::find_task_definition() {
  ecs::ListTaskDefinitionsRequest list;
  list.familyPrefix = plan_.family;
  list.sort = "DESC";
  list.maxResults = 5;
  auto newest = co_await api_.call<ecs::ListTaskDefinitions>(std::move(list));
  if (!newest) co_return std::unexpected(std::move(newest).error());
  for (const auto& arn : newest->taskDefinitionArns) {
    SB_CO_TRY(auto described, co_await describe_task_definition(api_, arn));
    if (described.tag(kReleaseTag) == plan_.release_id) co_return arn;
  }
  co_return std::string();
}

Task<Result<std::string>> BuildCalls::register_task_definition() {
  SB_CO_TRY(auto request, json::decode<ecs::RegisterTaskDefinitionRequest>(plan_.task_definition));
  request.family = plan_.family;
  auto tag = [&](std::string_view key, const std::string& value) {
    if (value.empty()) return;
    ecs::Tag t;
    t.key = std::string(key);
    t.value = value;
    request.tags.push_back(std::move(t));
  };
  tag(kReleaseTag, plan_.release_id);
  tag(kVersionTag, plan_.to_version);
  tag(kSchemaTag, plan_.schema_to);
  if (plan_.schema_depth > 0) {
    tag(kSchemaDepthTag, std::to_string(plan_.schema_depth));
    tag(kSchemaFloorTag, std::to_string(plan_.schema_floor));
  }
  auto reply = co_await api_.call<ecs::RegisterTaskDefinition>(std::move(request));
  if (!reply) co_return std::unexpected(std::move(reply).error());
  if (!reply->taskDefinition || !reply->taskDefinition->taskDefinitionArn)
    co_return fail(ErrorCode::data_loss, "ECS registered a task definition without saying which");
  co_return *reply->taskDefinition->taskDefinitionArn;
}

Task<Result<std::string>> BuildCalls::run_migration(std::string task_definition,
                                                    std::string token) {
  ecs::RunTaskRequest request;
  request.cluster = plan_.cluster;
  request.taskDefinition = std::move(task_definition);
  request.count = 1;
  request.launchType = "FARGATE";
  request.startedBy = plan_.release_id;
  request.clientToken = std::move(token);
  if (!plan_.network_configuration.empty()) {
    SB_CO_TRY(auto network, json::decode<ecs::NetworkConfiguration>(plan_.network_configuration));
    request.networkConfiguration = std::move(network);
  }
  ecs::ContainerOverride container;
  container.name = plan_.container;
  container.command = plan_.migration_command;
  ecs::TaskOverride overrides;
  overrides.containerOverrides.push_back(std::move(container));
  request.overrides = std::move(overrides);
  auto reply = co_await api_.call<ecs::RunTask>(std::move(request));
  if (!reply) co_return std::unexpected(std::move(reply).error());
  if (!reply->tasks.empty() && reply->tasks.front().taskArn)
    co_return *reply->tasks.front().taskArn;
  std::string why = reply->failures.empty() ? "no reason given"
                                            : value_or_default(reply->failures.front().reason);
  co_return fail(ErrorCode::failed_precondition, "ECS did not start the task: " + why);
}

Task<Result<MigrationSeen>> BuildCalls::describe_migration(std::string task_arn) {
  ecs::DescribeTasksRequest request;
  request.cluster = plan_.cluster;
  request.tasks = {task_arn};
  auto reply = co_await api_.call<ecs::DescribeTasks>(std::move(request));
  if (!reply) co_return std::unexpected(std::move(reply).error());
  if (reply->tasks.empty())
    co_return fail(ErrorCode::not_found, "ECS does not know the migration's task", task_arn);
  const auto& task = reply->tasks.front();
  MigrationSeen seen{.status = value_or_default(task.lastStatus)};
  if (seen.status != "STOPPED") co_return seen;
  seen.reason = value_or_default(task.stoppedReason);
  for (const auto& container : task.containers) {
    if (container.name != plan_.container) continue;
    if (container.exitCode) seen.exit_code = *container.exitCode;
    if (container.reason) seen.reason = *container.reason;
  }
  seen.log_lines = co_await last_log_lines(api_, task_arn, value_or_default(task.taskDefinitionArn),
                                           plan_.container);
  co_return seen;
}

}  // namespace sb::release
