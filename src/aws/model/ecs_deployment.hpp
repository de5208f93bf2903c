// Amazon ECS: service deployments and revisions: a deployment in progress, its pauses, and what it
// deploys. Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model/ecs_common.hpp"
#include "aws/model/ecs_service.hpp"
#include "base/clock/clock.hpp"
#include "base/json/type.hpp"

namespace sb::aws::ecs {

struct CreatedAt {
  std::optional<Timestamp> before;
  std::optional<Timestamp> after;

  bool operator==(const CreatedAt&) const = default;
};

struct ListServiceDeploymentsRequest {
  std::optional<std::string> service;
  std::optional<std::string> cluster;
  // PENDING | SUCCESSFUL | STOPPED | STOP_REQUESTED | IN_PROGRESS | ROLLBACK_REQUESTED |
  // ROLLBACK_IN_PROGRESS | ROLLBACK_SUCCESSFUL | ROLLBACK_FAILED
  std::vector<std::string> status;
  std::optional<CreatedAt> createdAt;
  std::optional<std::string> nextToken;
  std::optional<int> maxResults;

  bool operator==(const ListServiceDeploymentsRequest&) const = default;
};

struct ServiceDeploymentBrief {
  std::optional<std::string> serviceDeploymentArn;
  std::optional<std::string> serviceArn;
  std::optional<std::string> clusterArn;
  std::optional<Timestamp> startedAt;
  std::optional<Timestamp> createdAt;
  std::optional<Timestamp> finishedAt;
  std::optional<std::string> targetServiceRevisionArn;
  // PENDING | SUCCESSFUL | STOPPED | STOP_REQUESTED | IN_PROGRESS | ROLLBACK_REQUESTED |
  // ROLLBACK_IN_PROGRESS | ROLLBACK_SUCCESSFUL | ROLLBACK_FAILED
  std::optional<std::string> status;
  std::optional<std::string> statusReason;

  bool operator==(const ServiceDeploymentBrief&) const = default;
};

struct ListServiceDeploymentsResponse {
  std::vector<ServiceDeploymentBrief> serviceDeployments;
  std::optional<std::string> nextToken;

  bool operator==(const ListServiceDeploymentsResponse&) const = default;
};

struct ListServiceDeployments {
  using Request = ListServiceDeploymentsRequest;
  using Response = ListServiceDeploymentsResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "ListServiceDeployments";
  static constexpr std::array<std::string_view, 1> kRequired{"service"};
};

struct DescribeServiceDeploymentsRequest {
  std::vector<std::string> serviceDeploymentArns;

  bool operator==(const DescribeServiceDeploymentsRequest&) const = default;
};

struct ServiceRevisionSummary {
  std::optional<std::string> arn;
  std::optional<int> requestedTaskCount;
  std::optional<int> runningTaskCount;
  std::optional<int> pendingTaskCount;
  std::optional<double> requestedTestTrafficWeight;
  std::optional<double> requestedProductionTrafficWeight;

  bool operator==(const ServiceRevisionSummary&) const = default;
};

struct DeploymentLifecycleHookDetail {
  std::optional<std::string> hookId;
  std::optional<std::string> targetType;  // AWS_LAMBDA | PAUSE
  std::optional<std::string> targetArn;
  // AWAITING_ACTION | IN_PROGRESS | SUCCEEDED | FAILED | TIMED_OUT
  std::optional<std::string> status;
  std::optional<Timestamp> expiresAt;
  std::optional<std::string> timeoutAction;  // ROLLBACK | CONTINUE

  bool operator==(const DeploymentLifecycleHookDetail&) const = default;
};

struct Rollback {
  std::optional<std::string> reason;
  std::optional<Timestamp> startedAt;
  std::optional<std::string> serviceRevisionArn;

  bool operator==(const Rollback&) const = default;
};

struct ServiceDeploymentCircuitBreaker {
  std::optional<std::string> status;  // TRIGGERED | MONITORING | MONITORING_COMPLETE | DISABLED
  std::optional<int> failureCount;
  std::optional<int> threshold;

  bool operator==(const ServiceDeploymentCircuitBreaker&) const = default;
};

struct ServiceDeploymentAlarms {
  std::optional<std::string> status;  // TRIGGERED | MONITORING | MONITORING_COMPLETE | DISABLED
  std::vector<std::string> alarmNames;
  std::vector<std::string> triggeredAlarmNames;

  bool operator==(const ServiceDeploymentAlarms&) const = default;
};

struct ServiceDeployment {
  std::optional<std::string> serviceDeploymentArn;
  std::optional<std::string> serviceArn;
  std::optional<std::string> clusterArn;
  std::optional<Timestamp> createdAt;
  std::optional<Timestamp> startedAt;
  std::optional<Timestamp> finishedAt;
  std::optional<Timestamp> stoppedAt;
  std::optional<Timestamp> updatedAt;
  std::vector<ServiceRevisionSummary> sourceServiceRevisions;
  std::optional<ServiceRevisionSummary> targetServiceRevision;
  // PENDING | SUCCESSFUL | STOPPED | STOP_REQUESTED | IN_PROGRESS | ROLLBACK_REQUESTED |
  // ROLLBACK_IN_PROGRESS | ROLLBACK_SUCCESSFUL | ROLLBACK_FAILED
  std::optional<std::string> status;
  std::optional<std::string> statusReason;
  // RECONCILE_SERVICE | PRE_SCALE_UP | SCALE_UP | POST_SCALE_UP | TEST_TRAFFIC_SHIFT |
  // POST_TEST_TRAFFIC_SHIFT | PRODUCTION_TRAFFIC_SHIFT | POST_PRODUCTION_TRAFFIC_SHIFT |
  // BAKE_TIME | CLEAN_UP
  std::optional<std::string> lifecycleStage;
  std::vector<DeploymentLifecycleHookDetail> lifecycleHookDetails;
  std::optional<DeploymentConfiguration> deploymentConfiguration;
  std::optional<Rollback> rollback;
  std::optional<ServiceDeploymentCircuitBreaker> deploymentCircuitBreaker;
  std::optional<ServiceDeploymentAlarms> alarms;

  bool operator==(const ServiceDeployment&) const = default;
};

struct DescribeServiceDeploymentsResponse {
  std::vector<ServiceDeployment> serviceDeployments;
  std::vector<Failure> failures;

  bool operator==(const DescribeServiceDeploymentsResponse&) const = default;
};

struct DescribeServiceDeployments {
  using Request = DescribeServiceDeploymentsRequest;
  using Response = DescribeServiceDeploymentsResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "DescribeServiceDeployments";
  static constexpr std::array<std::string_view, 1> kRequired{"serviceDeploymentArns"};
};

struct DescribeServiceRevisionsRequest {
  std::vector<std::string> serviceRevisionArns;

  bool operator==(const DescribeServiceRevisionsRequest&) const = default;
};

struct ContainerImage {
  std::optional<std::string> containerName;
  std::optional<std::string> imageDigest;
  std::optional<std::string> image;

  bool operator==(const ContainerImage&) const = default;
};

struct ServiceRevisionLoadBalancer {
  std::optional<std::string> targetGroupArn;
  std::optional<std::string> productionListenerRule;

  bool operator==(const ServiceRevisionLoadBalancer&) const = default;
};

struct ResolvedConfiguration {
  std::vector<ServiceRevisionLoadBalancer> loadBalancers;

  bool operator==(const ResolvedConfiguration&) const = default;
};

struct ServiceRevision {
  std::optional<std::string> serviceRevisionArn;
  std::optional<std::string> serviceArn;
  std::optional<std::string> clusterArn;
  std::optional<std::string> taskDefinition;
  std::vector<CapacityProviderStrategyItem> capacityProviderStrategy;
  std::optional<std::string> launchType;  // EC2 | FARGATE | EXTERNAL | MANAGED_INSTANCES
  std::optional<std::string> platformVersion;
  std::optional<std::string> platformFamily;
  std::vector<LoadBalancer> loadBalancers;
  std::vector<ServiceRegistry> serviceRegistries;
  std::optional<NetworkConfiguration> networkConfiguration;
  std::vector<ContainerImage> containerImages;
  std::optional<bool> guardDutyEnabled;
  std::optional<ServiceConnectConfiguration> serviceConnectConfiguration;
  std::optional<Timestamp> createdAt;
  std::optional<ResolvedConfiguration> resolvedConfiguration;

  bool operator==(const ServiceRevision&) const = default;
};

struct DescribeServiceRevisionsResponse {
  std::vector<ServiceRevision> serviceRevisions;
  std::vector<Failure> failures;

  bool operator==(const DescribeServiceRevisionsResponse&) const = default;
};

struct DescribeServiceRevisions {
  using Request = DescribeServiceRevisionsRequest;
  using Response = DescribeServiceRevisionsResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "DescribeServiceRevisions";
  static constexpr std::array<std::string_view, 1> kRequired{"serviceRevisionArns"};
};

struct ContinueServiceDeploymentRequest {
  std::optional<std::string> serviceDeploymentArn;
  std::optional<std::string> hookId;
  std::optional<std::string> action;  // ROLLBACK | CONTINUE

  bool operator==(const ContinueServiceDeploymentRequest&) const = default;
};

struct ContinueServiceDeploymentResponse {
  std::optional<std::string> serviceDeploymentArn;

  bool operator==(const ContinueServiceDeploymentResponse&) const = default;
};

struct ContinueServiceDeployment {
  using Request = ContinueServiceDeploymentRequest;
  using Response = ContinueServiceDeploymentResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "ContinueServiceDeployment";
  static constexpr std::array<std::string_view, 2> kRequired{"serviceDeploymentArn", "hookId"};
};

struct StopServiceDeploymentRequest {
  std::optional<std::string> serviceDeploymentArn;
  std::optional<std::string> stopType;  // ABORT | ROLLBACK

  bool operator==(const StopServiceDeploymentRequest&) const = default;
};

struct StopServiceDeploymentResponse {
  std::optional<std::string> serviceDeploymentArn;

  bool operator==(const StopServiceDeploymentResponse&) const = default;
};

struct StopServiceDeployment {
  using Request = StopServiceDeploymentRequest;
  using Response = StopServiceDeploymentResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "StopServiceDeployment";
  static constexpr std::array<std::string_view, 1> kRequired{"serviceDeploymentArn"};
};

}  // namespace sb::aws::ecs

SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::CreatedAt)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ListServiceDeploymentsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceDeploymentBrief)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ListServiceDeploymentsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DescribeServiceDeploymentsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceRevisionSummary)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DeploymentLifecycleHookDetail)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::Rollback)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceDeploymentCircuitBreaker)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceDeploymentAlarms)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceDeployment)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DescribeServiceDeploymentsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DescribeServiceRevisionsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ContainerImage)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceRevisionLoadBalancer)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ResolvedConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ServiceRevision)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DescribeServiceRevisionsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ContinueServiceDeploymentRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ContinueServiceDeploymentResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::StopServiceDeploymentRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::StopServiceDeploymentResponse)
