#include "aws/model/ecs_service.hpp"

namespace sb::aws::ecs {

BOOST_DESCRIBE_STRUCT(AdvancedConfiguration, (),
                      (alternateTargetGroupArn, productionListenerRule, testListenerRule, roleArn))
BOOST_DESCRIBE_STRUCT(LoadBalancer, (),
                      (targetGroupArn, loadBalancerName, containerName, containerPort,
                       advancedConfiguration))
BOOST_DESCRIBE_STRUCT(ServiceRegistry, (), (registryArn, port, containerName, containerPort))
BOOST_DESCRIBE_STRUCT(DeploymentCircuitBreaker, (), (enable, rollback))
BOOST_DESCRIBE_STRUCT(DeploymentAlarms, (), (alarmNames, rollback, enable))
BOOST_DESCRIBE_STRUCT(DeploymentLifecycleHookTimeoutConfiguration, (), (timeoutInMinutes, action))
BOOST_DESCRIBE_STRUCT(DeploymentLifecycleHook, (),
                      (targetType, hookTargetArn, roleArn, lifecycleStages, timeoutConfiguration))
BOOST_DESCRIBE_STRUCT(LinearConfiguration, (), (stepPercent, stepBakeTimeInMinutes))
BOOST_DESCRIBE_STRUCT(CanaryConfiguration, (), (canaryPercent, canaryBakeTimeInMinutes))
BOOST_DESCRIBE_STRUCT(DeploymentConfiguration, (),
                      (deploymentCircuitBreaker, maximumPercent, minimumHealthyPercent, alarms,
                       strategy, bakeTimeInMinutes, lifecycleHooks, linearConfiguration,
                       canaryConfiguration))
BOOST_DESCRIBE_STRUCT(DeploymentController, (), (type))
BOOST_DESCRIBE_STRUCT(ServiceConnectTestTrafficHeaderMatchRules, (), (exact))
BOOST_DESCRIBE_STRUCT(ServiceConnectTestTrafficHeaderRules, (), (name, value))
BOOST_DESCRIBE_STRUCT(ServiceConnectTestTrafficRules, (), (header))
BOOST_DESCRIBE_STRUCT(ServiceConnectClientAlias, (), (port, dnsName, testTrafficRules))
BOOST_DESCRIBE_STRUCT(TimeoutConfiguration, (), (idleTimeoutSeconds, perRequestTimeoutSeconds))
BOOST_DESCRIBE_STRUCT(ServiceConnectTlsCertificateAuthority, (), (awsPcaAuthorityArn))
BOOST_DESCRIBE_STRUCT(ServiceConnectTlsConfiguration, (),
                      (issuerCertificateAuthority, kmsKey, roleArn))
BOOST_DESCRIBE_STRUCT(ServiceConnectService, (),
                      (portName, discoveryName, clientAliases, ingressPortOverride, timeout, tls))
BOOST_DESCRIBE_STRUCT(ServiceConnectAccessLogConfiguration, (), (format, includeQueryParameters))
BOOST_DESCRIBE_STRUCT(ServiceConnectConfiguration, (),
                      (enabled, namespace_, services, logConfiguration, accessLogConfiguration))
BOOST_DESCRIBE_STRUCT(CreateServiceRequest, (),
                      (cluster, serviceName, taskDefinition, availabilityZoneRebalancing,
                       loadBalancers, serviceRegistries, desiredCount, clientToken, launchType,
                       capacityProviderStrategy, platformVersion, role, deploymentConfiguration,
                       placementConstraints, placementStrategy, networkConfiguration,
                       healthCheckGracePeriodSeconds, schedulingStrategy, deploymentController,
                       tags, enableECSManagedTags, propagateTags, enableExecuteCommand,
                       serviceConnectConfiguration))
BOOST_DESCRIBE_STRUCT(ServiceConnectServiceResource, (), (discoveryName, discoveryArn))
BOOST_DESCRIBE_STRUCT(Deployment, (),
                      (id, status, taskDefinition, desiredCount, pendingCount, runningCount,
                       failedTasks, createdAt, updatedAt, capacityProviderStrategy, launchType,
                       platformVersion, platformFamily, networkConfiguration, rolloutState,
                       rolloutStateReason, serviceConnectConfiguration, serviceConnectResources))
BOOST_DESCRIBE_STRUCT(ServiceEvent, (), (id, createdAt, message))
BOOST_DESCRIBE_STRUCT(ServiceCurrentRevisionSummary, (),
                      (arn, requestedTaskCount, runningTaskCount, pendingTaskCount))
BOOST_DESCRIBE_STRUCT(Service, (),
                      (serviceArn, serviceName, clusterArn, loadBalancers, serviceRegistries,
                       status, desiredCount, runningCount, pendingCount, launchType,
                       capacityProviderStrategy, platformVersion, platformFamily, taskDefinition,
                       deploymentConfiguration, deployments, roleArn, events, createdAt,
                       currentServiceDeployment, currentServiceRevisions, placementConstraints,
                       placementStrategy, networkConfiguration, healthCheckGracePeriodSeconds,
                       schedulingStrategy, deploymentController, tags, createdBy,
                       enableECSManagedTags, propagateTags, enableExecuteCommand,
                       availabilityZoneRebalancing, resourceManagementType))
BOOST_DESCRIBE_STRUCT(CreateServiceResponse, (), (service))
BOOST_DESCRIBE_STRUCT(UpdateServiceRequest, (),
                      (cluster, service, desiredCount, taskDefinition, capacityProviderStrategy,
                       deploymentConfiguration, availabilityZoneRebalancing, networkConfiguration,
                       placementConstraints, placementStrategy, platformVersion, forceNewDeployment,
                       healthCheckGracePeriodSeconds, deploymentController, enableExecuteCommand,
                       enableECSManagedTags, loadBalancers, propagateTags, serviceRegistries,
                       serviceConnectConfiguration))
BOOST_DESCRIBE_STRUCT(UpdateServiceResponse, (), (service))
BOOST_DESCRIBE_STRUCT(DescribeServicesRequest, (), (cluster, services, include))
BOOST_DESCRIBE_STRUCT(DescribeServicesResponse, (), (services, failures))
BOOST_DESCRIBE_STRUCT(ListServicesRequest, (),
                      (cluster, nextToken, maxResults, launchType, schedulingStrategy,
                       resourceManagementType))
BOOST_DESCRIBE_STRUCT(ListServicesResponse, (), (serviceArns, nextToken))
BOOST_DESCRIBE_STRUCT(DeleteServiceRequest, (), (cluster, service, force))
BOOST_DESCRIBE_STRUCT(DeleteServiceResponse, (), (service))

}  // namespace sb::aws::ecs

SB_JSON_TYPE_HERE(sb::aws::ecs::AdvancedConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::LoadBalancer)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceRegistry)
SB_JSON_TYPE_HERE(sb::aws::ecs::DeploymentCircuitBreaker)
SB_JSON_TYPE_HERE(sb::aws::ecs::DeploymentAlarms)
SB_JSON_TYPE_HERE(sb::aws::ecs::DeploymentLifecycleHookTimeoutConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::DeploymentLifecycleHook)
SB_JSON_TYPE_HERE(sb::aws::ecs::LinearConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::CanaryConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::DeploymentConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::DeploymentController)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceConnectTestTrafficHeaderMatchRules)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceConnectTestTrafficHeaderRules)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceConnectTestTrafficRules)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceConnectClientAlias)
SB_JSON_TYPE_HERE(sb::aws::ecs::TimeoutConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceConnectTlsCertificateAuthority)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceConnectTlsConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceConnectService)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceConnectAccessLogConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceConnectConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::CreateServiceRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceConnectServiceResource)
SB_JSON_TYPE_HERE(sb::aws::ecs::Deployment)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceEvent)
SB_JSON_TYPE_HERE(sb::aws::ecs::ServiceCurrentRevisionSummary)
SB_JSON_TYPE_HERE(sb::aws::ecs::Service)
SB_JSON_TYPE_HERE(sb::aws::ecs::CreateServiceResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::UpdateServiceRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::UpdateServiceResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::DescribeServicesRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::DescribeServicesResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::ListServicesRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::ListServicesResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::DeleteServiceRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::DeleteServiceResponse)
