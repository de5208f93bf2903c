#include "saltctl/provision/templates.hpp"

#include <fmt/format.h>

#include "aws/model/ecs_service.hpp"
#include "aws/model/ecs_task_definition.hpp"
#include "base/json/codec.hpp"

namespace sb::saltctl {
namespace {

namespace ecs = aws::ecs;

std::string role_arn(const Resources& resources, const std::string& name) {
  return fmt::format("arn:aws:iam::{}:role/{}", resources.account, name);
}

std::vector<ecs::Secret> secrets_of(const Environment& environment, const Resources& resources) {
  std::vector<ecs::Secret> secrets;
  for (const auto& source : environment.task.secrets) {
    for (const auto& key : source.keys) {
      ecs::Secret secret;
      secret.name = key;
      // ECS takes a parameter by name, but a secret by its full ARN only, with the JSON key after
      // it.
      if (source.store == SecretSource::Store::ssm) {
        secret.valueFrom = source.id + "/" + key;
      } else {
        auto arn = resources.secret_arns.find(source.id);
        secret.valueFrom =
            (arn == resources.secret_arns.end() ? source.id : arn->second) + ":" + key + "::";
      }
      secrets.push_back(std::move(secret));
    }
  }
  return secrets;
}

ecs::LogConfiguration logs_of(const Environment& environment) {
  ecs::LogConfiguration logs;
  logs.logDriver = "awslogs";
  logs.options = {{"awslogs-group", environment.log_group},
                  {"awslogs-region", environment.region},
                  {"awslogs-stream-prefix", std::string(kContainer)}};
  return logs;
}

ecs::ContainerDefinition container_of(const Environment& environment, const Resources& resources,
                                      const std::string& image) {
  ecs::ContainerDefinition container;
  container.name = std::string(kContainer);
  container.image = image;
  container.essential = true;
  ecs::PortMapping port;
  port.containerPort = environment.task.port;
  port.protocol = "tcp";
  port.name = "http";
  container.portMappings.push_back(port);
  for (const auto& [name, value] : environment.task.environment) {
    container.environment.push_back({.name = name, .value = value});
  }
  container.environment.push_back({.name = "PORT", .value = std::to_string(environment.task.port)});
  container.secrets = secrets_of(environment, resources);
  container.logConfiguration = logs_of(environment);
  container.stopTimeout = environment.task.stop_timeout_seconds;
  return container;
}

// Without lifecycle hooks: the pauses are a release's, which brings them and takes them off again.
// A plain `aws ecs update-service` has nobody to continue it, and goes by health checks alone; what
// does not start is put back by the circuit breaker.
ecs::DeploymentConfiguration deployment_of(const Environment& environment) {
  ecs::DeploymentConfiguration deployment;
  deployment.maximumPercent = 200;
  deployment.minimumHealthyPercent = 100;
  deployment.deploymentCircuitBreaker.emplace();
  deployment.deploymentCircuitBreaker->enable = true;
  deployment.deploymentCircuitBreaker->rollback = true;
  deployment.strategy = "ROLLING";
  if (environment.release.strategy == ReleaseSettings::Strategy::blue_green) {
    deployment.strategy = "BLUE_GREEN";
    // The engine watches before it continues the last hook, so ECS has nothing left to bake.
    deployment.bakeTimeInMinutes = 0;
  }
  return deployment;
}

ecs::LoadBalancer load_balancer_of(const Environment& environment, const Resources& resources) {
  ecs::LoadBalancer balancer;
  balancer.targetGroupArn = resources.target_groups.at(0);
  balancer.containerName = std::string(kContainer);
  balancer.containerPort = environment.task.port;
  if (environment.release.strategy == ReleaseSettings::Strategy::blue_green) {
    balancer.advancedConfiguration.emplace();
    balancer.advancedConfiguration->alternateTargetGroupArn = resources.target_groups.at(1);
    balancer.advancedConfiguration->productionListenerRule = resources.production_rule;
    balancer.advancedConfiguration->testListenerRule = resources.test_rule;
    balancer.advancedConfiguration->roleArn = role_arn(resources, environment.task.execution_role);
  }
  return balancer;
}

}  // namespace

std::string task_definition_request(const Environment& environment, const Resources& resources,
                                    const std::string& image) {
  ecs::RegisterTaskDefinitionRequest request;
  request.family = environment.family;
  request.networkMode = "awsvpc";
  request.requiresCompatibilities = {"FARGATE"};
  request.cpu = std::to_string(environment.task.cpu);
  request.memory = std::to_string(environment.task.memory);
  request.executionRoleArn = role_arn(resources, environment.task.execution_role);
  request.taskRoleArn = role_arn(resources, environment.task.task_role);
  request.containerDefinitions = {container_of(environment, resources, image)};
  return json::encode_object(json::type_of<decltype(request)>(), &request,
                             json::Omit::empty_optionals_and_lists);
}

std::string create_service_request(const Environment& environment, const Resources& resources) {
  ecs::CreateServiceRequest request;
  request.cluster = environment.cluster;
  request.serviceName = environment.service;
  request.desiredCount = environment.task.count;
  request.launchType = "FARGATE";
  request.loadBalancers = {load_balancer_of(environment, resources)};
  request.deploymentConfiguration = deployment_of(environment);
  request.networkConfiguration.emplace();
  request.networkConfiguration->awsvpcConfiguration.emplace();
  request.networkConfiguration->awsvpcConfiguration->subnets = environment.network.subnets;
  request.networkConfiguration->awsvpcConfiguration->securityGroups =
      environment.network.security_groups;
  request.networkConfiguration->awsvpcConfiguration->assignPublicIp = "DISABLED";
  request.healthCheckGracePeriodSeconds = environment.load_balancer.health.grace_seconds;
  request.enableExecuteCommand = true;
  return json::encode_object(json::type_of<decltype(request)>(), &request,
                             json::Omit::empty_optionals_and_lists);
}

}  // namespace sb::saltctl
