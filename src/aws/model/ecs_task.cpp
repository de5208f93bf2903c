#include "aws/model/ecs_task.hpp"

namespace sb::aws::ecs {

BOOST_DESCRIBE_STRUCT(ContainerOverride, (),
                      (name, command, environment, environmentFiles, cpu, memory, memoryReservation,
                       resourceRequirements))
BOOST_DESCRIBE_STRUCT(TaskOverride, (),
                      (containerOverrides, cpu, executionRoleArn, memory, taskRoleArn,
                       ephemeralStorage))
BOOST_DESCRIBE_STRUCT(RunTaskRequest, (),
                      (capacityProviderStrategy, cluster, count, enableECSManagedTags,
                       enableExecuteCommand, group, launchType, networkConfiguration, overrides,
                       placementConstraints, placementStrategy, platformVersion, propagateTags,
                       referenceId, startedBy, tags, taskDefinition, clientToken))
BOOST_DESCRIBE_STRUCT(NetworkBinding, (),
                      (bindIP, containerPort, hostPort, protocol, containerPortRange,
                       hostPortRange))
BOOST_DESCRIBE_STRUCT(NetworkInterface, (), (attachmentId, privateIpv4Address, ipv6Address))
BOOST_DESCRIBE_STRUCT(ManagedAgent, (), (lastStartedAt, name, reason, lastStatus))
BOOST_DESCRIBE_STRUCT(Container, (),
                      (containerArn, taskArn, name, image, imageDigest, runtimeId, lastStatus,
                       exitCode, reason, networkBindings, networkInterfaces, healthStatus,
                       managedAgents, cpu, memory, memoryReservation))
BOOST_DESCRIBE_STRUCT(TaskEphemeralStorage, (), (sizeInGiB, kmsKeyId))
BOOST_DESCRIBE_STRUCT(Task, (),
                      (attachments, attributes, availabilityZone, capacityProviderName, clusterArn,
                       connectivity, connectivityAt, containerInstanceArn, containers, cpu,
                       createdAt, desiredStatus, enableExecuteCommand, executionStoppedAt, group,
                       healthStatus, lastStatus, launchType, memory, overrides, platformVersion,
                       platformFamily, pullStartedAt, pullStoppedAt, startedAt, startedBy, stopCode,
                       stoppedAt, stoppedReason, stoppingAt, tags, taskArn, taskDefinitionArn,
                       version, ephemeralStorage, fargateEphemeralStorage))
BOOST_DESCRIBE_STRUCT(RunTaskResponse, (), (tasks, failures))
BOOST_DESCRIBE_STRUCT(StopTaskRequest, (), (cluster, task, reason))
BOOST_DESCRIBE_STRUCT(StopTaskResponse, (), (task))
BOOST_DESCRIBE_STRUCT(ListTasksRequest, (),
                      (cluster, containerInstance, family, nextToken, maxResults, startedBy,
                       serviceName, desiredStatus, launchType, daemonName))
BOOST_DESCRIBE_STRUCT(ListTasksResponse, (), (taskArns, nextToken))
BOOST_DESCRIBE_STRUCT(DescribeTasksRequest, (), (cluster, tasks, include))
BOOST_DESCRIBE_STRUCT(DescribeTasksResponse, (), (tasks, failures))
BOOST_DESCRIBE_STRUCT(ExecuteCommandRequest, (), (cluster, container, command, interactive, task))
BOOST_DESCRIBE_STRUCT(Session, (), (sessionId, streamUrl, tokenValue))
BOOST_DESCRIBE_STRUCT(ExecuteCommandResponse, (),
                      (clusterArn, containerArn, containerName, interactive, session, taskArn))

}  // namespace sb::aws::ecs

SB_JSON_TYPE_HERE(sb::aws::ecs::ContainerOverride)
SB_JSON_TYPE_HERE(sb::aws::ecs::TaskOverride)
SB_JSON_TYPE_HERE(sb::aws::ecs::RunTaskRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::NetworkBinding)
SB_JSON_TYPE_HERE(sb::aws::ecs::NetworkInterface)
SB_JSON_TYPE_HERE(sb::aws::ecs::ManagedAgent)
SB_JSON_TYPE_HERE(sb::aws::ecs::Container)
SB_JSON_TYPE_HERE(sb::aws::ecs::TaskEphemeralStorage)
SB_JSON_TYPE_HERE(sb::aws::ecs::Task)
SB_JSON_TYPE_HERE(sb::aws::ecs::RunTaskResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::StopTaskRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::StopTaskResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::ListTasksRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::ListTasksResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::DescribeTasksRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::DescribeTasksResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::ExecuteCommandRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::Session)
SB_JSON_TYPE_HERE(sb::aws::ecs::ExecuteCommandResponse)
