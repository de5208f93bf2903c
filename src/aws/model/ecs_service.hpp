// Amazon ECS: services, how they are deployed, and their operations.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model/ecs_common.hpp"
#include "base/clock/clock.hpp"
#include "base/json/type.hpp"

namespace sb::aws::ecs {

struct AdvancedConfiguration {
  std::optional<std::string> alternateTargetGroupArn;
  std::optional<std::string> productionListenerRule;
  std::optional<std::string> testListenerRule;
  std::optional<std::string> roleArn;

  bool operator==(const AdvancedConfiguration&) const = default;
};

struct LoadBalancer {
  std::optional<std::string> targetGroupArn;
  std::optional<std::string> loadBalancerName;
  std::optional<std::string> containerName;
  std::optional<int> containerPort;
  std::optional<AdvancedConfiguration> advancedConfiguration;

  bool operator==(const LoadBalancer&) const = default;
};

struct ServiceRegistry {
  std::optional<std::string> registryArn;
  std::optional<int> port;
  std::optional<std::string> containerName;
  std::optional<int> containerPort;

  bool operator==(const ServiceRegistry&) const = default;
};

struct DeploymentCircuitBreaker {
  std::optional<bool> enable;
  std::optional<bool> rollback;

  bool operator==(const DeploymentCircuitBreaker&) const = default;
};

struct DeploymentAlarms {
  std::vector<std::string> alarmNames;
  std::optional<bool> rollback;
  std::optional<bool> enable;

  bool operator==(const DeploymentAlarms&) const = default;
};

struct DeploymentLifecycleHookTimeoutConfiguration {
  std::optional<int> timeoutInMinutes;
  std::optional<std::string> action;  // ROLLBACK | CONTINUE

  bool operator==(const DeploymentLifecycleHookTimeoutConfiguration&) const = default;
};

struct DeploymentLifecycleHook {
  std::optional<std::string> targetType;  // AWS_LAMBDA | PAUSE
  std::optional<std::string> hookTargetArn;
  std::optional<std::string> roleArn;
  // RECONCILE_SERVICE | PRE_SCALE_UP | POST_SCALE_UP | TEST_TRAFFIC_SHIFT |
  // POST_TEST_TRAFFIC_SHIFT | PRE_PRODUCTION_TRAFFIC_SHIFT | PRODUCTION_TRAFFIC_SHIFT |
  // POST_PRODUCTION_TRAFFIC_SHIFT
  std::vector<std::string> lifecycleStages;
  std::optional<DeploymentLifecycleHookTimeoutConfiguration> timeoutConfiguration;

  bool operator==(const DeploymentLifecycleHook&) const = default;
};

struct LinearConfiguration {
  std::optional<double> stepPercent;
  std::optional<int> stepBakeTimeInMinutes;

  bool operator==(const LinearConfiguration&) const = default;
};

struct CanaryConfiguration {
  std::optional<double> canaryPercent;
  std::optional<int> canaryBakeTimeInMinutes;

  bool operator==(const CanaryConfiguration&) const = default;
};

struct DeploymentConfiguration {
  std::optional<DeploymentCircuitBreaker> deploymentCircuitBreaker;
  std::optional<int> maximumPercent;
  std::optional<int> minimumHealthyPercent;
  std::optional<DeploymentAlarms> alarms;
  std::optional<std::string> strategy;  // ROLLING | BLUE_GREEN | LINEAR | CANARY
  std::optional<int> bakeTimeInMinutes;
  std::vector<DeploymentLifecycleHook> lifecycleHooks;
  std::optional<LinearConfiguration> linearConfiguration;
  std::optional<CanaryConfiguration> canaryConfiguration;

  bool operator==(const DeploymentConfiguration&) const = default;
};

struct DeploymentController {
  std::optional<std::string> type;  // ECS | CODE_DEPLOY | EXTERNAL

  bool operator==(const DeploymentController&) const = default;
};

struct ServiceConnectTestTrafficHeaderMatchRules {
  std::optional<std::string> exact;

  bool operator==(const ServiceConnectTestTrafficHeaderMatchRules&) const = default;
};

struct ServiceConnectTestTrafficHeaderRules {
  std::optional<std::string> name;
  std::optional<ServiceConnectTestTrafficHeaderMatchRules> value;

  bool operator==(const ServiceConnectTestTrafficHeaderRules&) const = default;
};

struct ServiceConnectTestTrafficRules {
  std::optional<ServiceConnectTestTrafficHeaderRules> header;

  bool operator==(const ServiceConnectTestTrafficRules&) const = default;
};

struct ServiceConnectClientAlias {
  std::optional<int> port;
  std::optional<std::string> dnsName;
  std::optional<ServiceConnectTestTrafficRules> testTrafficRules;

  bool operator==(const ServiceConnectClientAlias&) const = default;
};

struct TimeoutConfiguration {
  std::optional<int> idleTimeoutSeconds;
  std::optional<int> perRequestTimeoutSeconds;

  bool operator==(const TimeoutConfiguration&) const = default;
};

struct ServiceConnectTlsCertificateAuthority {
  std::optional<std::string> awsPcaAuthorityArn;

  bool operator==(const ServiceConnectTlsCertificateAuthority&) const = default;
};

struct ServiceConnectTlsConfiguration {
  std::optional<ServiceConnectTlsCertificateAuthority> issuerCertificateAuthority;
  std::optional<std::string> kmsKey;
  std::optional<std::string> roleArn;

  bool operator==(const ServiceConnectTlsConfiguration&) const = default;
};

struct ServiceConnectService {
  std::optional<std::string> portName;
  std::optional<std::string> discoveryName;
  std::vector<ServiceConnectClientAlias> clientAliases;
  std::optional<int> ingressPortOverride;
  std::optional<TimeoutConfiguration> timeout;
  std::optional<ServiceConnectTlsConfiguration> tls;

  bool operator==(const ServiceConnectService&) const = default;
};

struct ServiceConnectAccessLogConfiguration {
  std::optional<std::string> format;                  // TEXT | JSON
  std::optional<std::string> includeQueryParameters;  // DISABLED | ENABLED

  bool operator==(const ServiceConnectAccessLogConfiguration&) const = default;
};

struct ServiceConnectConfiguration {
  std::optional<bool> enabled;
  std::optional<std::string> namespace_;
  std::vector<ServiceConnectService> services;
  std::optional<LogConfiguration> logConfiguration;
  std::optional<ServiceConnectAccessLogConfiguration> accessLogConfiguration;

  bool operator==(const ServiceConnectConfiguration&) const = default;
};

struct CreateServiceRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> serviceName;
  std::optional<std::string> taskDefinition;
  std::optional<std::string> availabilityZoneRebalancing;  // ENABLED | DISABLED
  std::vector<LoadBalancer> loadBalancers;
  std::vector<ServiceRegistry> serviceRegistries;
  std::optional<int> desiredCount;
  std::optional<std::string> clientToken;
  std::optional<std::string> launchType;  // EC2 | FARGATE | EXTERNAL | MANAGED_INSTANCES
  std::vector<CapacityProviderStrategyItem> capacityProviderStrategy;
  std::optional<std::string> platformVersion;
  std::optional<std::string> role;
  std::optional<DeploymentConfiguration> deploymentConfiguration;
  std::vector<PlacementConstraint> placementConstraints;
  std::vector<PlacementStrategy> placementStrategy;
  std::optional<NetworkConfiguration> networkConfiguration;
  std::optional<int> healthCheckGracePeriodSeconds;
  std::optional<std::string> schedulingStrategy;  // REPLICA | DAEMON
  std::optional<DeploymentController> deploymentController;
  std::vector<Tag> tags;
  std::optional<bool> enableECSManagedTags;
  std::optional<std::string> propagateTags;  // TASK_DEFINITION | SERVICE | NONE
  std::optional<bool> enableExecuteCommand;
  std::optional<ServiceConnectConfiguration> serviceConnectConfiguration;

  bool operator==(const CreateServiceRequest&) const = default;
};

struct ServiceConnectServiceResource {
  std::optional<std::string> discoveryName;
  std::optional<std::string> discoveryArn;

  bool operator==(const ServiceConnectServiceResource&) const = default;
};

struct Deployment {
  std::optional<std::string> id;
  std::optional<std::string> status;
  std::optional<std::string> taskDefinition;
  std::optional<int> desiredCount;
  std::optional<int> pendingCount;
  std::optional<int> runningCount;
  std::optional<int> failedTasks;
  std::optional<Timestamp> createdAt;
  std::optional<Timestamp> updatedAt;
  std::vector<CapacityProviderStrategyItem> capacityProviderStrategy;
  std::optional<std::string> launchType;  // EC2 | FARGATE | EXTERNAL | MANAGED_INSTANCES
  std::optional<std::string> platformVersion;
  std::optional<std::string> platformFamily;
  std::optional<NetworkConfiguration> networkConfiguration;
  std::optional<std::string> rolloutState;  // COMPLETED | FAILED | IN_PROGRESS
  std::optional<std::string> rolloutStateReason;
  std::optional<ServiceConnectConfiguration> serviceConnectConfiguration;
  std::vector<ServiceConnectServiceResource> serviceConnectResources;

  bool operator==(const Deployment&) const = default;
};

struct ServiceEvent {
  std::optional<std::string> id;
  std::optional<Timestamp> createdAt;
  std::optional<std::string> message;

  bool operator==(const ServiceEvent&) const = default;
};

struct ServiceCurrentRevisionSummary {
  std::optional<std::string> arn;
  std::optional<int> requestedTaskCount;
  std::optional<int> runningTaskCount;
  std::optional<int> pendingTaskCount;

  bool operator==(const ServiceCurrentRevisionSummary&) const = default;
};

struct Service {
  std::optional<std::string> serviceArn;
  std::optional<std::string> serviceName;
  std::optional<std::string> clusterArn;
  std::vector<LoadBalancer> loadBalancers;
  std::vector<ServiceRegistry> serviceRegistries;
  std::optional<std::string> status;
  std::optional<int> desiredCount;
  std::optional<int> runningCount;
  std::optional<int> pendingCount;
  std::optional<std::string> launchType;  // EC2 | FARGATE | EXTERNAL | MANAGED_INSTANCES
  std::vector<CapacityProviderStrategyItem> capacityProviderStrategy;
  std::optional<std::string> platformVersion;
  std::optional<std::string> platformFamily;
  std::optional<std::string> taskDefinition;
  std::optional<DeploymentConfiguration> deploymentConfiguration;
  std::vector<Deployment> deployments;
  std::optional<std::string> roleArn;
  std::vector<ServiceEvent> events;
  std::optional<Timestamp> createdAt;
  std::optional<std::string> currentServiceDeployment;
  std::vector<ServiceCurrentRevisionSummary> currentServiceRevisions;
  std::vector<PlacementConstraint> placementConstraints;
  std::vector<PlacementStrategy> placementStrategy;
  std::optional<NetworkConfiguration> networkConfiguration;
  std::optional<int> healthCheckGracePeriodSeconds;
  std::optional<std::string> schedulingStrategy;  // REPLICA | DAEMON
  std::optional<DeploymentController> deploymentController;
  std::vector<Tag> tags;
  std::optional<std::string> createdBy;
  std::optional<bool> enableECSManagedTags;
  std::optional<std::string> propagateTags;  // TASK_DEFINITION | SERVICE | NONE
  std::optional<bool> enableExecuteCommand;
  std::optional<std::string> availabilityZoneRebalancing;  // ENABLED | DISABLED
  std::optional<std::string> resourceManagementType;       // CUSTOMER | ECS

  bool operator==(const Service&) const = default;
};

struct CreateServiceResponse {
  std::optional<Service> service;

  bool operator==(const CreateServiceResponse&) const = default;
};

struct CreateService {
  using Request = CreateServiceRequest;
  using Response = CreateServiceResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "CreateService";
  static constexpr std::array<std::string_view, 1> kRequired{"serviceName"};
};

struct UpdateServiceRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> service;
  std::optional<int> desiredCount;
  std::optional<std::string> taskDefinition;
  std::optional<std::vector<CapacityProviderStrategyItem>> capacityProviderStrategy;
  std::optional<DeploymentConfiguration> deploymentConfiguration;
  std::optional<std::string> availabilityZoneRebalancing;  // ENABLED | DISABLED
  std::optional<NetworkConfiguration> networkConfiguration;
  std::optional<std::vector<PlacementConstraint>> placementConstraints;
  std::optional<std::vector<PlacementStrategy>> placementStrategy;
  std::optional<std::string> platformVersion;
  std::optional<bool> forceNewDeployment;
  std::optional<int> healthCheckGracePeriodSeconds;
  std::optional<DeploymentController> deploymentController;
  std::optional<bool> enableExecuteCommand;
  std::optional<bool> enableECSManagedTags;
  std::optional<std::vector<LoadBalancer>> loadBalancers;
  std::optional<std::string> propagateTags;  // TASK_DEFINITION | SERVICE | NONE
  std::optional<std::vector<ServiceRegistry>> serviceRegistries;
  std::optional<ServiceConnectConfiguration> serviceConnectConfiguration;

  bool operator==(const UpdateServiceRequest&) const = default;
};

struct UpdateServiceResponse {
  std::optional<Service> service;

  bool operator==(const UpdateServiceResponse&) const = default;
};

struct UpdateService {
  using Request = UpdateServiceRequest;
  using Response = UpdateServiceResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "UpdateService";
  static constexpr std::array<std::string_view, 1> kRequired{"service"};
};

struct DescribeServicesRequest {
  std::optional<std::string> cluster;
  std::vector<std::string> services;
  std::vector<std::string> include;

  bool operator==(const DescribeServicesRequest&) const = default;
};

struct DescribeServicesResponse {
  std::vector<Service> services;
  std::vector<Failure> failures;

  bool operator==(const DescribeServicesResponse&) const = default;
};

struct DescribeServices {
  using Request = DescribeServicesRequest;
  using Response = DescribeServicesResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "DescribeServices";
  static constexpr std::array<std::string_view, 1> kRequired{"services"};
};

struct ListServicesRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> nextToken;
  std::optional<int> maxResults;
  std::optional<std::string> launchType;          // EC2 | FARGATE | EXTERNAL | MANAGED_INSTANCES
  std::optional<std::string> schedulingStrategy;  // REPLICA | DAEMON
  std::optional<std::string> resourceManagementType;  // CUSTOMER | ECS

  bool operator==(const ListServicesRequest&) const = default;
};

struct ListServicesResponse {
  std::vector<std::string> serviceArns;
  std::optional<std::string> nextToken;

  bool operator==(const ListServicesResponse&) const = default;
};

struct ListServices {
  using Request = ListServicesRequest;
  using Response = ListServicesResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "ListServices";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct DeleteServiceRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> service;
  std::optional<bool> force;

  bool operator==(const DeleteServiceRequest&) const = default;
};

struct DeleteServiceResponse {
  std::optional<Service> service;

  bool operator==(const DeleteServiceResponse&) const = default;
};

struct DeleteService {
  using Request = DeleteServiceRequest;
  using Response = DeleteServiceResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "DeleteService";
  static constexpr std::array<std::string_view, 1> kRequired{"service"};
};

}  // namespace sb::aws::ecs

SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::AdvancedConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::LoadBalancer)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceRegistry)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DeploymentCircuitBreaker)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DeploymentAlarms)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DeploymentLifecycleHookTimeoutConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DeploymentLifecycleHook)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::LinearConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::CanaryConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DeploymentConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DeploymentController)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceConnectTestTrafficHeaderMatchRules)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceConnectTestTrafficHeaderRules)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceConnectTestTrafficRules)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceConnectClientAlias)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::TimeoutConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceConnectTlsCertificateAuthority)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceConnectTlsConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceConnectService)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceConnectAccessLogConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceConnectConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::CreateServiceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceConnectServiceResource)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::Deployment)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceEvent)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceCurrentRevisionSummary)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::Service)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::CreateServiceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::UpdateServiceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::UpdateServiceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DescribeServicesRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DescribeServicesResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ListServicesRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ListServicesResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DeleteServiceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DeleteServiceResponse)
