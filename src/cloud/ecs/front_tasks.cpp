// Tasks.
#include <fmt/format.h>

#include <algorithm>

#include "base/json/codec.hpp"
#include "cloud/ecs/front.hpp"
#include "cloud/store/paging.hpp"

namespace sb::cloud::ecs {

Outcome<const TaskRecord*> Front::task_of(const std::string& cluster,
                                          const std::string& id_or_arn) {
  const auto* task = scheduler_->fleet().find(last_part(id_or_arn));
  if (!task || task->cluster != cluster)
    return fault("InvalidParameterException", "The referenced task was not found.");
  return task;
}

Outcome<api::RunTaskResponse> Front::run_task(const api::RunTaskRequest& request) {
  SB_TRY(auto cluster, cluster_of(request.cluster));
  SB_TRY(auto definition, definition_of(*request.taskDefinition, true));
  int how_many = request.count.value_or(1);
  if (how_many < 1 || how_many > 10) return invalid("count must be between 1 and 10.");
  if (request.overrides)
    for (const auto& override : request.overrides->containerOverrides)
      if (std::none_of(definition.containerDefinitions.begin(),
                       definition.containerDefinitions.end(),
                       [&](const auto& container) { return container.name == override.name; }))
        return invalid(
            fmt::format("Override for container named {} is not a container in the TaskDefinition.",
                        override.name.value_or("")));
  if (request.startedBy && request.startedBy->size() > 128)
    return invalid("startedBy can have at most 128 characters.");

  api::RunTaskResponse response;
  auto text = json::encode(request);
  if (request.clientToken) {
    auto known = ground_.store.get<RunToken>(kRunTokens, *request.clientToken);
    if (known && known->request != text)
      return fault("ConflictException", "The clientToken was used with other parameters.");
    if (known) {
      for (const auto& id : known->tasks)
        if (const auto* task = scheduler_->fleet().find(id)) response.tasks.push_back(task->shape);
      return response;
    }
  }
  std::vector<TaskRecord> tasks;
  for (int i = 0; i < how_many; ++i) {
    TaskRecord task;
    task.id = new_task_id();
    task.cluster = cluster;
    task.shape =
        new_task_shape(ground_.arns, cluster, task.id, definition, scheduler_->ids(), now());
    task.shape.overrides = request.overrides;
    if (!task.shape.overrides) task.shape.overrides.emplace();
    task.shape.startedBy = request.startedBy;
    if (request.group) task.shape.group = request.group;
    allow_exec(task.shape, request.enableExecuteCommand.value_or(false));
    tasks.push_back(std::move(task));
  }
  SB_TRY_VOID(ground_.store.transaction([&]() -> Result<> {
    RunToken token{text, {}};
    for (const auto& task : tasks) {
      token.tasks.push_back(task.id);
      SB_TRY_VOID(scheduler_->fleet().add(task));
      SB_TRY_VOID(put_tags(*task.shape.taskArn, request.tags));
    }
    if (!request.clientToken) return {};
    return ground_.store.put(kRunTokens, *request.clientToken, token);
  }));
  for (const auto& task : tasks) {
    scheduler_->fleet().start(task.id);
    response.tasks.push_back(task.shape);
    response.tasks.back().tags = request.tags;
  }
  return response;
}

Outcome<api::StopTaskResponse> Front::stop_task(const api::StopTaskRequest& request) {
  SB_TRY(auto cluster, cluster_of(request.cluster));
  SB_TRY(auto task, task_of(cluster, *request.task));
  auto id = task->id;
  auto reason = request.reason.value_or("Task stopped by user");
  if (!is_stopped(*task)) {
    bool is_of_service = !task->service.empty() && scheduler_->find(task->service);
    if (is_of_service)
      SB_TRY_VOID(
          checked(scheduler_->change(task->service, [&](Turn turn, ServiceRecord&) -> Result<> {
            ecs::stop_task(turn, id, reason);
            return {};
          })));
    else
      SB_TRY_VOID(checked(scheduler_->fleet().stop(id, "UserInitiated", reason)));
  }
  api::StopTaskResponse response;
  response.task = scheduler_->fleet().find(id)->shape;
  return response;
}

Outcome<api::ListTasksResponse> Front::list_tasks(const api::ListTasksRequest& request) {
  SB_TRY(auto cluster, cluster_of(request.cluster));
  SB_TRY(auto after, page_after(request.nextToken));
  SB_TRY(auto limit, page_limit(request.maxResults, 100));
  if (request.startedBy && (request.family || request.serviceName))
    return invalid("startedBy can't be used with other filters.");
  auto desired = request.desiredStatus.value_or("RUNNING");
  std::optional<std::string> service;
  if (request.serviceName) {
    SB_TRY(auto key, service_of(cluster, *request.serviceName));
    service = key;
  }
  auto matches = [&](const TaskRecord& task) {
    if (task.cluster != cluster || task.shape.desiredStatus != desired) return false;
    if (service && task.service != *service) return false;
    if (request.startedBy && task.shape.startedBy != request.startedBy) return false;
    if (request.launchType && task.shape.launchType != request.launchType) return false;
    auto definition = last_part(task.shape.taskDefinitionArn.value_or(""));
    return !request.family || definition.substr(0, definition.rfind(':')) == *request.family;
  };
  std::vector<std::string> ids;
  for (const auto& [id, task] : scheduler_->fleet().tasks())
    if (matches(task)) ids.push_back(id);
  api::ListTasksResponse response;
  response.nextToken = take_page(ids, after, limit, [](const auto& id) { return id; });
  for (const auto& id : ids)
    response.taskArns.push_back(scheduler_->fleet().find(id)->shape.taskArn.value_or(""));
  return response;
}

Outcome<api::DescribeTasksResponse> Front::describe_tasks(
    const api::DescribeTasksRequest& request) {
  if (request.tasks.size() > 100) return invalid("At most 100 tasks can be described at once.");
  SB_TRY(auto cluster, cluster_of(request.cluster));
  bool with_tags =
      std::find(request.include.begin(), request.include.end(), "TAGS") != request.include.end();
  api::DescribeTasksResponse response;
  for (const auto& one : request.tasks) {
    auto task = task_of(cluster, one);
    if (!task) {
      api::Failure failure;
      failure.arn = one.starts_with("arn:") ? one : ground_.arns.task(cluster, one);
      failure.reason = "MISSING";
      response.failures.push_back(std::move(failure));
      continue;
    }
    response.tasks.push_back((*task)->shape);
    auto& shape = response.tasks.back();
    shape.tags = with_tags ? tags_of(shape.taskArn.value_or("")) : std::vector<api::Tag>();
    if ((*task)->address.empty()) continue;
    api::Attachment attachment;
    attachment.type = "ElasticNetworkInterface";
    attachment.status = is_stopped(**task) ? "DELETED" : "ATTACHED";
    api::KeyValuePair address;
    address.name = "privateIPv4Address";
    address.value = (*task)->address;
    attachment.details.push_back(std::move(address));
    shape.attachments.push_back(std::move(attachment));
  }
  return response;
}

}  // namespace sb::cloud::ecs
