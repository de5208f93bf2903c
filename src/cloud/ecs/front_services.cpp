// Services.
#include <fmt/format.h>

#include <algorithm>

#include "cloud/cloudwatch/service.hpp"
#include "cloud/ecs/front.hpp"
#include "cloud/ecs/health.hpp"
#include "cloud/ecs/shapes.hpp"
#include "cloud/elbv2/service.hpp"
#include "cloud/store/paging.hpp"

namespace sb::cloud::ecs {

namespace {

// Of the last INACTIVE services.
bool is_active(const ServiceRecord* record) {
  return record && record->control.status == ServiceStatus::active;
}

std::unexpected<gateway::Fault> unknown_service() {
  return fault("ServiceNotFoundException", "Service not found.");
}

}  // namespace

Outcome<std::string> Front::service_of(const std::string& cluster, const std::string& name_or_arn) {
  auto key = service_key(cluster, last_part(name_or_arn));
  if (!scheduler_->find(key)) return unknown_service();
  return key;
}

Outcome<void> Front::checked(Result<> result) {
  if (result) return {};
  return std::unexpected(gateway::Fault(result.error()));
}

Outcome<void> Front::check_alarms(const Plan& plan) {
  for (const auto& alarm : plan.alarms)
    if (auto state = ground_.cloudwatch.alarm_state(alarm); !state)
      return invalid(fmt::format("There is no alarm with the name {}.", alarm));
  return {};
}

Outcome<std::optional<LoadBalancing>> Front::balancing_of(
    const std::vector<api::LoadBalancer>& balancers, const api::TaskDefinition& definition,
    Strategy strategy) {
  if (balancers.empty()) return std::nullopt;
  if (balancers.size() > 1)
    return invalid("saltcloud supports one load balancer (target group) for each service.");
  const auto& asked = balancers[0];
  LoadBalancing out;
  out.target_group = asked.targetGroupArn.value_or("");
  out.container_name = asked.containerName.value_or("");
  out.container_port = asked.containerPort.value_or(0);
  const api::ContainerDefinition* container = nullptr;
  for (const auto& candidate : definition.containerDefinitions)
    if (candidate.name == out.container_name) container = &candidate;
  if (!container)
    return invalid(
        fmt::format("The container {} does not exist in the task definition.", out.container_name));
  if (std::none_of(container->portMappings.begin(), container->portMappings.end(),
                   [&](const auto& port) { return port.containerPort == out.container_port; }))
    return invalid(fmt::format("The container {} did not have a container port {} defined.",
                               out.container_name, out.container_port));
  auto group_exists = [&](const std::string& arn) {
    return ground_.elbv2.target_group_exists(arn);
  };
  if (!group_exists(out.target_group))
    return invalid(fmt::format("The target group {} does not exist.", out.target_group));

  const auto& advanced = asked.advancedConfiguration;
  if (strategy != Strategy::rolling) {
    if (!advanced || !advanced->alternateTargetGroupArn || !advanced->productionListenerRule)
      return invalid(
          fmt::format("The {} strategy needs advancedConfiguration with "
                      "alternateTargetGroupArn and productionListenerRule.",
                      wire_name(strategy)));
  }
  if (!advanced) return out;
  out.alternate_target_group = advanced->alternateTargetGroupArn.value_or("");
  if (!out.alternate_target_group.empty() && !group_exists(out.alternate_target_group))
    return invalid(fmt::format("The target group {} does not exist.", out.alternate_target_group));
  if (out.alternate_target_group == out.target_group)
    return invalid("alternateTargetGroupArn must be another target group than targetGroupArn.");
  for (const auto& rule : {advanced->productionListenerRule, advanced->testListenerRule})
    if (rule && !ground_.elbv2.rule_of(*rule))
      return invalid(fmt::format("The listener rule {} does not exist.", *rule));
  if (advanced->productionListenerRule == advanced->testListenerRule)
    return invalid("productionListenerRule and testListenerRule must be different rules.");
  return out;
}

void Front::set_rules(Service& control, const std::vector<api::LoadBalancer>& balancers) {
  std::string production, test;
  if (!balancers.empty() && balancers[0].advancedConfiguration) {
    production = balancers[0].advancedConfiguration->productionListenerRule.value_or("");
    test = balancers[0].advancedConfiguration->testListenerRule.value_or("");
  }
  if (control.production.arn != production) control.production.arn = production;
  if (control.test.arn != test) control.test.arn = test;
}

api::ServiceRevision Front::new_revision(const ServiceRecord& record,
                                         const api::TaskDefinition& definition, Timestamp at) {
  api::ServiceRevision revision;
  revision.serviceRevisionArn = ground_.arns.service_revision(
      record.control.cluster, record.control.name, new_service_revision_id());
  revision.serviceArn = record.shape.serviceArn;
  revision.clusterArn = record.shape.clusterArn;
  revision.taskDefinition = definition.taskDefinitionArn;
  revision.launchType = record.shape.launchType;
  revision.platformVersion = record.shape.platformVersion;
  revision.platformFamily = record.shape.platformFamily;
  revision.loadBalancers = record.shape.loadBalancers;
  revision.networkConfiguration = record.shape.networkConfiguration;
  revision.createdAt = at;
  for (const auto& container : definition.containerDefinitions) {
    api::ContainerImage image;
    image.containerName = container.name;
    image.image = container.image;
    auto digest = container.image.value_or("").find("@sha256:");
    if (digest != std::string::npos) image.imageDigest = container.image->substr(digest + 1);
    revision.containerImages.push_back(std::move(image));
  }
  return revision;
}

Result<> Front::begin_deployment(Turn turn, ServiceRecord& record,
                                 const api::TaskDefinition& definition) {
  auto revision = new_revision(record, definition, turn.now);
  NewRevision fresh;
  fresh.arn = *revision.serviceRevisionArn;
  fresh.deployment_arn = ground_.arns.service_deployment(
      record.control.cluster, record.control.name, new_service_deployment_id());
  fresh.deployment_id = "ecs-svc/" + turn.ids.digits(19);
  fresh.task_definition = *definition.taskDefinitionArn;
  fresh.has_health_check = has_health_check(definition);
  for (const auto& alarm : record.control.plan.alarms)
    if (ground_.cloudwatch.alarm_state(alarm).value_or("") == "ALARM") fresh.starts_in_alarm = true;
  deploy(turn, fresh);
  const auto* live = find_revision(record.control, fresh.arn);
  if (live && !live->target_group.empty()) {
    api::ServiceRevisionLoadBalancer resolved;
    resolved.targetGroupArn = live->target_group;
    if (!record.control.production.arn.empty())
      resolved.productionListenerRule = record.control.production.arn;
    revision.resolvedConfiguration.emplace().loadBalancers.push_back(std::move(resolved));
  }
  return ground_.store.put(kRevisions, fresh.arn, revision);
}

Outcome<api::CreateServiceResponse> Front::create_service(
    const api::CreateServiceRequest& request) {
  SB_TRY(auto cluster, cluster_of(request.cluster));
  const auto& name = *request.serviceName;
  bool is_valid = !name.empty() && name.size() <= 255 &&
                  std::all_of(name.begin(), name.end(), [](unsigned char c) {
                    return std::isalnum(c) || c == '-' || c == '_';
                  });
  if (!is_valid) return invalid("Service names have up to 255 letters, numbers, - and _.");
  auto key = service_key(cluster, name);
  if (is_active(scheduler_->find(key))) return invalid("Creation of service was not idempotent.");
  if (const auto* old = scheduler_->find(key);
      old && old->control.status == ServiceStatus::draining)
    return invalid("Unable to Start a service that is still Draining.");
  if (!request.taskDefinition) return invalid("TaskDefinition should not be null or empty.");
  if (request.schedulingStrategy.value_or("REPLICA") != "REPLICA")
    return invalid("saltcloud schedules services with the REPLICA strategy only.");
  if (request.deploymentController && request.deploymentController->type.value_or("ECS") != "ECS")
    return invalid("saltcloud has the deployment controller ECS only.");
  if (!request.desiredCount) return invalid("DesiredCount is required for the REPLICA strategy.");
  if (*request.desiredCount < 0 || *request.desiredCount > 200)
    return invalid("desiredCount must be between 0 and 200.");
  SB_TRY(auto definition, definition_of(*request.taskDefinition, true));
  SB_TRY(auto configuration,
         complete(request.deploymentConfiguration.value_or(api::DeploymentConfiguration{}), {}));
  SB_TRY(auto plan, plan_of(configuration));
  SB_TRY_VOID(check_alarms(plan));
  SB_TRY(auto balancing, balancing_of(request.loadBalancers, definition, plan.strategy));

  ServiceRecord record;
  auto& shape = record.shape;
  shape.serviceArn = ground_.arns.service(cluster, name);
  shape.serviceName = name;
  shape.clusterArn = ground_.arns.cluster(cluster);
  shape.loadBalancers = request.loadBalancers;
  shape.serviceRegistries = request.serviceRegistries;
  shape.launchType = request.launchType.value_or("FARGATE");
  shape.platformVersion = "1.4.0";
  shape.platformFamily = "Linux";
  shape.taskDefinition = definition.taskDefinitionArn;
  shape.deploymentConfiguration = std::move(configuration);
  shape.roleArn = request.role;
  shape.createdAt = now();
  shape.createdBy = ground_.arns.caller();
  shape.networkConfiguration = request.networkConfiguration;
  shape.healthCheckGracePeriodSeconds = request.healthCheckGracePeriodSeconds.value_or(0);
  shape.schedulingStrategy = "REPLICA";
  shape.deploymentController.emplace().type = "ECS";
  shape.enableECSManagedTags = request.enableECSManagedTags.value_or(false);
  shape.propagateTags = request.propagateTags.value_or("NONE");
  shape.enableExecuteCommand = request.enableExecuteCommand.value_or(false);
  shape.tags = request.tags;
  auto& control = record.control;
  control.name = name;
  control.arn = *shape.serviceArn;
  control.cluster = cluster;
  control.desired_count = *request.desiredCount;
  control.grace_ms = *shape.healthCheckGracePeriodSeconds * 1000LL;
  control.plan = std::move(plan);
  control.load_balancing = std::move(balancing);
  set_rules(control, request.loadBalancers);

  auto arn = *shape.serviceArn;
  shape.tags.clear();  // kept by ARN, with everybody's
  SB_TRY_VOID(checked(scheduler_->create(
      key, std::move(record),
      [&](Turn turn, ServiceRecord& fresh) { return begin_deployment(turn, fresh, definition); },
      [&] { return put_tags(arn, request.tags); })));
  api::CreateServiceResponse response;
  response.service = service_shape(*scheduler_->find(key));
  response.service->tags = request.tags;
  return response;
}

Outcome<api::UpdateServiceResponse> Front::update_service(
    const api::UpdateServiceRequest& request) {
  SB_TRY(auto cluster, cluster_of(request.cluster));
  SB_TRY(auto key, service_of(cluster, *request.service));
  const auto& known = *scheduler_->find(key);
  if (known.control.status != ServiceStatus::active)
    return fault("ServiceNotActiveException", "Service was not ACTIVE.");
  if (request.desiredCount && (*request.desiredCount < 0 || *request.desiredCount > 200))
    return invalid("desiredCount must be between 0 and 200.");
  const auto* primary = primary_of(known.control);
  auto reference = request.taskDefinition.value_or(
      primary ? primary->task_definition : known.shape.taskDefinition.value_or(""));
  SB_TRY(auto definition, definition_of(reference, request.taskDefinition.has_value()));
  SB_TRY(auto configuration,
         complete(request.deploymentConfiguration.value_or(api::DeploymentConfiguration{}),
                  known.shape.deploymentConfiguration.value_or(api::DeploymentConfiguration{})));
  SB_TRY(auto plan, plan_of(configuration));
  if (request.deploymentConfiguration) SB_TRY_VOID(check_alarms(plan));
  auto balancers = request.loadBalancers.value_or(known.shape.loadBalancers);
  SB_TRY(auto balancing, balancing_of(balancers, definition, plan.strategy));

  bool is_new_definition = request.taskDefinition &&
                           (!primary || definition.taskDefinitionArn != primary->task_definition);
  bool deploys = request.forceNewDeployment.value_or(false) || is_new_definition ||
                 request.networkConfiguration.has_value() || request.loadBalancers.has_value() ||
                 request.serviceRegistries.has_value() ||
                 request.serviceConnectConfiguration.has_value();
  SB_TRY_VOID(checked(scheduler_->change(key, [&](Turn turn, ServiceRecord& record) -> Result<> {
    auto& shape = record.shape;
    shape.deploymentConfiguration = std::move(configuration);
    record.control.plan = std::move(plan);
    if (request.networkConfiguration) shape.networkConfiguration = request.networkConfiguration;
    if (request.serviceRegistries) shape.serviceRegistries = *request.serviceRegistries;
    if (request.enableExecuteCommand) shape.enableExecuteCommand = request.enableExecuteCommand;
    if (request.propagateTags) shape.propagateTags = request.propagateTags;
    if (request.enableECSManagedTags) shape.enableECSManagedTags = request.enableECSManagedTags;
    if (request.healthCheckGracePeriodSeconds) {
      shape.healthCheckGracePeriodSeconds = request.healthCheckGracePeriodSeconds;
      record.control.grace_ms = *request.healthCheckGracePeriodSeconds * 1000LL;
    }
    if (request.loadBalancers) {
      shape.loadBalancers = balancers;
      record.control.load_balancing = std::move(balancing);
      set_rules(record.control, balancers);
    }
    if (request.desiredCount) set_desired_count(turn, *request.desiredCount);
    if (!deploys) return {};
    shape.taskDefinition = definition.taskDefinitionArn;
    return begin_deployment(turn, record, definition);
  })));
  api::UpdateServiceResponse response;
  response.service = service_shape(*scheduler_->find(key));
  return response;
}

Outcome<api::DescribeServicesResponse> Front::describe_services(
    const api::DescribeServicesRequest& request) {
  if (request.services.size() > 10) return invalid("At most 10 services can be described at once.");
  SB_TRY(auto cluster, cluster_of(request.cluster));
  bool with_tags =
      std::find(request.include.begin(), request.include.end(), "TAGS") != request.include.end();
  api::DescribeServicesResponse response;
  for (const auto& one : request.services) {
    const auto* record = scheduler_->find(service_key(cluster, last_part(one)));
    if (!record) {
      api::Failure failure;
      failure.arn = one.starts_with("arn:") ? one : ground_.arns.service(cluster, one);
      failure.reason = "MISSING";
      response.failures.push_back(std::move(failure));
      continue;
    }
    response.services.push_back(service_shape(*record));
    if (with_tags) response.services.back().tags = tags_of(record->control.arn);
  }
  return response;
}

Outcome<api::ListServicesResponse> Front::list_services(const api::ListServicesRequest& request) {
  SB_TRY(auto cluster, cluster_of(request.cluster));
  SB_TRY(auto after, page_after(request.nextToken));
  SB_TRY(auto limit, page_limit(request.maxResults, 100));
  auto keys = scheduler_->keys(cluster);
  std::erase_if(keys, [&](const std::string& key) {
    return request.launchType && scheduler_->find(key)->shape.launchType != request.launchType;
  });
  api::ListServicesResponse response;
  response.nextToken = take_page(keys, after, limit, [](const auto& key) { return key; });
  for (const auto& key : keys)
    response.serviceArns.push_back(scheduler_->find(key)->shape.serviceArn.value_or(""));
  return response;
}

Outcome<api::DeleteServiceResponse> Front::delete_service(
    const api::DeleteServiceRequest& request) {
  SB_TRY(auto cluster, cluster_of(request.cluster));
  SB_TRY(auto key, service_of(cluster, *request.service));
  const auto& control = scheduler_->find(key)->control;
  if (control.status == ServiceStatus::inactive)
    return fault("ServiceNotActiveException", "Service was not ACTIVE.");
  if (control.desired_count > 0 && !request.force.value_or(false))
    return invalid("The service cannot be stopped while it is scaled above 0.");
  SB_TRY_VOID(checked(scheduler_->change(key, [](Turn turn, ServiceRecord&) -> Result<> {
    set_desired_count(turn, 0);
    drain(turn);
    return {};
  })));
  api::DeleteServiceResponse response;
  response.service = service_shape(*scheduler_->find(key));
  return response;
}

}  // namespace sb::cloud::ecs
