// Task definitions.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cloud/ecs/front.hpp"
#include "cloud/store/paging.hpp"

namespace sb::cloud::ecs {

namespace {
std::unexpected<gateway::Fault> unknown_definition() {
  return fault("ClientException", "Unable to describe task definition.");
}
}  // namespace

// "family", "family:3" or an ARN.
Outcome<api::TaskDefinition> Front::definition_of(const std::string& reference,
                                                  bool must_be_active) {
  auto name = last_part(reference);
  auto colon = name.rfind(':');
  if (colon != std::string::npos) {
    bool is_number = colon + 1 < name.size() && name.size() - colon <= 9 &&
                     std::all_of(name.begin() + static_cast<std::ptrdiff_t>(colon) + 1, name.end(),
                                 [](unsigned char c) { return std::isdigit(c); });
    if (!is_number) return fault("ClientException", "Invalid revision number.");
    auto found = ground_.store.get<api::TaskDefinition>(kDefinitions, definition_key(name));
    if (!found && found.error().code == ErrorCode::not_found) return unknown_definition();
    if (!found) return std::unexpected(found.error());
    if (must_be_active && found->status != "ACTIVE")
      return fault("ClientException", "TaskDefinition is inactive");
    return *std::move(found);
  }
  SB_TRY(auto keys, ground_.store.keys(kDefinitions, name + "/"));
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    SB_TRY(auto definition, ground_.store.get<api::TaskDefinition>(kDefinitions, *key));
    if (definition.status == "ACTIVE") return definition;
  }
  return unknown_definition();
}

Outcome<api::RegisterTaskDefinitionResponse> Front::register_definition(
    const api::RegisterTaskDefinitionRequest& request) {
  SB_TRY_VOID(check_definition(request));
  api::TaskDefinition definition;
  definition.family = request.family;
  definition.containerDefinitions = request.containerDefinitions;
  for (auto& container : definition.containerDefinitions) {
    if (!container.essential) container.essential = true;
    if (!container.cpu) container.cpu = 0;
    if (container.healthCheck) {
      auto& check = *container.healthCheck;
      check.interval = check.interval.value_or(30);
      check.timeout = check.timeout.value_or(5);
      check.retries = check.retries.value_or(3);
    }
    for (auto& port : container.portMappings) {
      if (!port.hostPort) port.hostPort = port.containerPort;
      if (!port.protocol) port.protocol = "tcp";
    }
  }
  definition.taskRoleArn = request.taskRoleArn;
  definition.executionRoleArn = request.executionRoleArn;
  definition.networkMode = "awsvpc";
  definition.volumes = request.volumes;
  definition.placementConstraints = request.placementConstraints;
  definition.requiresCompatibilities = request.requiresCompatibilities;
  definition.compatibilities = {"EC2", "FARGATE"};
  definition.cpu = request.cpu;
  definition.memory = request.memory;
  definition.runtimePlatform = request.runtimePlatform;
  definition.ephemeralStorage = request.ephemeralStorage;
  definition.status = "ACTIVE";
  definition.registeredAt = now();
  definition.registeredBy = ground_.arns.caller();
  SB_TRY_VOID(ground_.store.transaction([&]() -> Result<> {
    // Numbers are never used twice, also when the last one was deregistered.
    SB_TRY(auto revision, ground_.store.next_number("ecs.family." + *request.family));
    definition.revision = static_cast<int>(revision);
    definition.taskDefinitionArn = ground_.arns.task_definition(*request.family, revision);
    SB_TRY_VOID(
        ground_.store.put(kDefinitions, definition_key(*definition.taskDefinitionArn), definition));
    return put_tags(*definition.taskDefinitionArn, request.tags);
  }));
  api::RegisterTaskDefinitionResponse response;
  response.taskDefinition = std::move(definition);
  response.tags = request.tags;
  return response;
}

Outcome<api::DescribeTaskDefinitionResponse> Front::describe_definition(
    const api::DescribeTaskDefinitionRequest& request) {
  SB_TRY(auto definition, definition_of(*request.taskDefinition, false));
  api::DescribeTaskDefinitionResponse response;
  if (std::find(request.include.begin(), request.include.end(), "TAGS") != request.include.end())
    response.tags = tags_of(*definition.taskDefinitionArn);
  response.taskDefinition = std::move(definition);
  return response;
}

Outcome<api::DeregisterTaskDefinitionResponse> Front::deregister_definition(
    const api::DeregisterTaskDefinitionRequest& request) {
  if (!last_part(*request.taskDefinition).contains(':'))
    return fault("ClientException", "A revision number is needed to deregister a task definition.");
  SB_TRY(auto definition, definition_of(*request.taskDefinition, false));
  if (definition.status == "ACTIVE") {
    definition.status = "INACTIVE";
    definition.deregisteredAt = now();
    SB_TRY_VOID(
        ground_.store.put(kDefinitions, definition_key(*definition.taskDefinitionArn), definition));
  }
  api::DeregisterTaskDefinitionResponse response;
  response.taskDefinition = std::move(definition);
  return response;
}

Outcome<api::ListTaskDefinitionsResponse> Front::list_definitions(
    const api::ListTaskDefinitionsRequest& request) {
  SB_TRY(auto after, page_after(request.nextToken));
  SB_TRY(auto limit, page_limit(request.maxResults, 100));
  auto status = request.status.value_or("ACTIVE");
  auto sort = request.sort.value_or("ASC");
  if (sort != "ASC" && sort != "DESC") return invalid("sort must be ASC or DESC.");
  // As in AWS, the "prefix" is the whole family name.
  auto prefix = request.familyPrefix && !request.familyPrefix->empty() ? *request.familyPrefix + "/"
                                                                       : std::string();
  SB_TRY(auto rows, ground_.store.list<api::TaskDefinition>(kDefinitions, prefix));
  std::erase_if(rows, [&](const auto& row) { return row.second.status != status; });
  auto order = sort == "ASC" ? PageOrder::ascending : PageOrder::descending;
  if (sort == "DESC") std::reverse(rows.begin(), rows.end());
  api::ListTaskDefinitionsResponse response;
  response.nextToken =
      take_page(rows, after, limit, [](const auto& row) { return row.first; }, order);
  for (auto& [key, definition] : rows)
    response.taskDefinitionArns.push_back(definition.taskDefinitionArn.value_or(""));
  return response;
}

Outcome<api::ListTaskDefinitionFamiliesResponse> Front::list_families(
    const api::ListTaskDefinitionFamiliesRequest& request) {
  SB_TRY(auto after, page_after(request.nextToken));
  SB_TRY(auto limit, page_limit(request.maxResults, 100));
  auto status = request.status.value_or("ALL");
  SB_TRY(auto rows,
         ground_.store.list<api::TaskDefinition>(kDefinitions, request.familyPrefix.value_or("")));
  std::set<std::string> all, active;
  for (const auto& [key, definition] : rows) {
    all.insert(definition.family.value_or(""));
    if (definition.status == "ACTIVE") active.insert(definition.family.value_or(""));
  }
  std::vector<std::string> families;
  for (const auto& family : all) {
    bool is_active = active.contains(family);
    if (status == "ALL" || (status == "ACTIVE") == is_active) families.push_back(family);
  }
  api::ListTaskDefinitionFamiliesResponse response;
  response.nextToken = take_page(families, after, limit, [](const auto& family) { return family; });
  response.families = std::move(families);
  return response;
}

}  // namespace sb::cloud::ecs
