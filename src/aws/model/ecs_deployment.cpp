#include "aws/model/ecs_deployment.hpp"

namespace sb::aws::ecs {

BOOST_DESCRIBE_STRUCT(CreatedAt, (), (before, after))
BOOST_DESCRIBE_STRUCT(ListServiceDeploymentsRequest, (),
                      (service, cluster, status, createdAt, nextToken, maxResults))
BOOST_DESCRIBE_STRUCT(ServiceDeploymentBrief, (),
                      (serviceDeploymentArn, serviceArn, clusterArn, startedAt, createdAt,
                       finishedAt, targetServiceRevisionArn, status, statusReason))
BOOST_DESCRIBE_STRUCT(ListServiceDeploymentsResponse, (), (serviceDeployments, nextToken))
BOOST_DESCRIBE_STRUCT(DescribeServiceDeploymentsRequest, (), (serviceDeploymentArns))
BOOST_DESCRIBE_STRUCT(ServiceRevisionSummary, (),
                      (arn, requestedTaskCount, runningTaskCount, pendingTaskCount,
                       requestedTestTrafficWeight, requestedProductionTrafficWeight))
BOOST_DESCRIBE_STRUCT(DeploymentLifecycleHookDetail, (),
                      (hookId, targetType, targetArn, status, expiresAt, timeoutAction))
BOOST_DESCRIBE_STRUCT(Rollback, (), (reason, startedAt, serviceRevisionArn))
BOOST_DESCRIBE_STRUCT(ServiceDeploymentCircuitBreaker, (), (status, failureCount, threshold))
BOOST_DESCRIBE_STRUCT(ServiceDeploymentAlarms, (), (status, alarmNames, triggeredAlarmNames))
BOOST_DESCRIBE_STRUCT(ServiceDeployment, (),
                      (serviceDeploymentArn, serviceArn, clusterArn, createdAt, startedAt,
                       finishedAt, stoppedAt, updatedAt, sourceServiceRevisions,
                       targetServiceRevision, status, statusReason, lifecycleStage,
                       lifecycleHookDetails, deploymentConfiguration, rollback,
                       deploymentCircuitBreaker, alarms))
BOOST_DESCRIBE_STRUCT(DescribeServiceDeploymentsResponse, (), (serviceDeployments, failures))
BOOST_DESCRIBE_STRUCT(DescribeServiceRevisionsRequest, (), (serviceRevisionArns))
BOOST_DESCRIBE_STRUCT(ContainerImage, (), (containerName, imageDigest, image))
BOOST_DESCRIBE_STRUCT(ServiceRevisionLoadBalancer, (), (targetGroupArn, productionListenerRule))
BOOST_DESCRIBE_STRUCT(ResolvedConfiguration, (), (loadBalancers))
BOOST_DESCRIBE_STRUCT(ServiceRevision, (),
                      (serviceRevisionArn, serviceArn, clusterArn, taskDefinition,
                       capacityProviderStrategy, launchType, platformVersion, platformFamily,
                       loadBalancers, serviceRegistries, networkConfiguration, containerImages,
                       guardDutyEnabled, serviceConnectConfiguration, createdAt,
                       resolvedConfiguration))
BOOST_DESCRIBE_STRUCT(DescribeServiceRevisionsResponse, (), (serviceRevisions, failures))
BOOST_DESCRIBE_STRUCT(ContinueServiceDeploymentRequest, (), (serviceDeploymentArn, hookId, action))
BOOST_DESCRIBE_STRUCT(ContinueServiceDeploymentResponse, (), (serviceDeploymentArn))
BOOST_DESCRIBE_STRUCT(StopServiceDeploymentRequest, (), (serviceDeploymentArn, stopType))
BOOST_DESCRIBE_STRUCT(StopServiceDeploymentResponse, (), (serviceDeploymentArn))

}  // namespace sb::aws::ecs

SB_JSON_TYPE_HERE(sb::aws::ecs::CreatedAt)
SB_JSON_TYPE_HERE(sb::aws::ecs::ListServiceDeploymentsRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceDeploymentBrief)
SB_JSON_TYPE_HERE(sb::aws::ecs::ListServiceDeploymentsResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::DescribeServiceDeploymentsRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceRevisionSummary)
SB_JSON_TYPE_HERE(sb::aws::ecs::DeploymentLifecycleHookDetail)
SB_JSON_TYPE_HERE(sb::aws::ecs::Rollback)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceDeploymentCircuitBreaker)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceDeploymentAlarms)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceDeployment)
SB_JSON_TYPE_HERE(sb::aws::ecs::DescribeServiceDeploymentsResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::DescribeServiceRevisionsRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::ContainerImage)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceRevisionLoadBalancer)
SB_JSON_TYPE_HERE(sb::aws::ecs::ResolvedConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceRevision)
SB_JSON_TYPE_HERE(sb::aws::ecs::DescribeServiceRevisionsResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::ContinueServiceDeploymentRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::ContinueServiceDeploymentResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::StopServiceDeploymentRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::StopServiceDeploymentResponse)
