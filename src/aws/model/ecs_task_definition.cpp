#include "aws/model/ecs_task_definition.hpp"

namespace sb::aws::ecs {

BOOST_DESCRIBE_STRUCT(RepositoryCredentials, (), (credentialsParameter))
BOOST_DESCRIBE_STRUCT(PortMapping, (),
                      (containerPort, hostPort, protocol, name, appProtocol, containerPortRange))
BOOST_DESCRIBE_STRUCT(ContainerRestartPolicy, (), (enabled, ignoredExitCodes, restartAttemptPeriod))
BOOST_DESCRIBE_STRUCT(MountPoint, (), (sourceVolume, containerPath, readOnly))
BOOST_DESCRIBE_STRUCT(VolumeFrom, (), (sourceContainer, readOnly))
BOOST_DESCRIBE_STRUCT(KernelCapabilities, (), (add, drop))
BOOST_DESCRIBE_STRUCT(Device, (), (hostPath, containerPath, permissions))
BOOST_DESCRIBE_STRUCT(Tmpfs, (), (containerPath, size, mountOptions))
BOOST_DESCRIBE_STRUCT(LinuxParameters, (),
                      (capabilities, devices, initProcessEnabled, sharedMemorySize, tmpfs, maxSwap,
                       swappiness))
BOOST_DESCRIBE_STRUCT(ContainerDependency, (), (containerName, condition))
BOOST_DESCRIBE_STRUCT(HostEntry, (), (hostname, ipAddress))
BOOST_DESCRIBE_STRUCT(Ulimit, (), (name, softLimit, hardLimit))
BOOST_DESCRIBE_STRUCT(HealthCheck, (), (command, interval, timeout, retries, startPeriod))
BOOST_DESCRIBE_STRUCT(SystemControl, (), (namespace_, value))
BOOST_DESCRIBE_STRUCT(FirelensConfiguration, (), (type, options))
BOOST_DESCRIBE_STRUCT(ContainerDefinition, (),
                      (name, image, repositoryCredentials, cpu, memory, memoryReservation, links,
                       portMappings, essential, restartPolicy, entryPoint, command, environment,
                       environmentFiles, mountPoints, volumesFrom, linuxParameters, secrets,
                       dependsOn, startTimeout, stopTimeout, versionConsistency, hostname, user,
                       workingDirectory, disableNetworking, privileged, readonlyRootFilesystem,
                       dnsServers, dnsSearchDomains, extraHosts, dockerSecurityOptions, interactive,
                       pseudoTerminal, dockerLabels, ulimits, logConfiguration, healthCheck,
                       systemControls, resourceRequirements, firelensConfiguration))
BOOST_DESCRIBE_STRUCT(HostVolumeProperties, (), (sourcePath))
BOOST_DESCRIBE_STRUCT(DockerVolumeConfiguration, (),
                      (scope, autoprovision, driver, driverOpts, labels))
BOOST_DESCRIBE_STRUCT(EFSAuthorizationConfig, (), (accessPointId, iam))
BOOST_DESCRIBE_STRUCT(EFSVolumeConfiguration, (),
                      (fileSystemId, rootDirectory, transitEncryption, transitEncryptionPort,
                       authorizationConfig))
BOOST_DESCRIBE_STRUCT(Volume, (),
                      (name, host, dockerVolumeConfiguration, efsVolumeConfiguration,
                       configuredAtLaunch))
BOOST_DESCRIBE_STRUCT(TaskDefinitionPlacementConstraint, (), (type, expression))
BOOST_DESCRIBE_STRUCT(ProxyConfiguration, (), (type, containerName, properties))
BOOST_DESCRIBE_STRUCT(RuntimePlatform, (), (cpuArchitecture, operatingSystemFamily))
BOOST_DESCRIBE_STRUCT(RegisterTaskDefinitionRequest, (),
                      (family, taskRoleArn, executionRoleArn, networkMode, containerDefinitions,
                       volumes, placementConstraints, requiresCompatibilities, cpu, memory, tags,
                       pidMode, ipcMode, proxyConfiguration, ephemeralStorage, runtimePlatform,
                       enableFaultInjection))
BOOST_DESCRIBE_STRUCT(TaskDefinition, (),
                      (taskDefinitionArn, containerDefinitions, family, taskRoleArn,
                       executionRoleArn, networkMode, revision, volumes, status, requiresAttributes,
                       placementConstraints, compatibilities, runtimePlatform,
                       requiresCompatibilities, cpu, memory, pidMode, ipcMode, proxyConfiguration,
                       registeredAt, deregisteredAt, deleteRequestedAt, registeredBy,
                       ephemeralStorage, enableFaultInjection))
BOOST_DESCRIBE_STRUCT(RegisterTaskDefinitionResponse, (), (taskDefinition, tags))
BOOST_DESCRIBE_STRUCT(DescribeTaskDefinitionRequest, (), (taskDefinition, include))
BOOST_DESCRIBE_STRUCT(DescribeTaskDefinitionResponse, (), (taskDefinition, tags))
BOOST_DESCRIBE_STRUCT(DeregisterTaskDefinitionRequest, (), (taskDefinition))
BOOST_DESCRIBE_STRUCT(DeregisterTaskDefinitionResponse, (), (taskDefinition))
BOOST_DESCRIBE_STRUCT(ListTaskDefinitionsRequest, (),
                      (familyPrefix, status, sort, nextToken, maxResults))
BOOST_DESCRIBE_STRUCT(ListTaskDefinitionsResponse, (), (taskDefinitionArns, nextToken))
BOOST_DESCRIBE_STRUCT(ListTaskDefinitionFamiliesRequest, (),
                      (familyPrefix, status, nextToken, maxResults))
BOOST_DESCRIBE_STRUCT(ListTaskDefinitionFamiliesResponse, (), (families, nextToken))

}  // namespace sb::aws::ecs

SB_JSON_TYPE_HERE(sb::aws::ecs::RepositoryCredentials)
SB_JSON_TYPE_HERE(sb::aws::ecs::PortMapping)
SB_JSON_TYPE_HERE(sb::aws::ecs::ContainerRestartPolicy)
SB_JSON_TYPE_HERE(sb::aws::ecs::MountPoint)
SB_JSON_TYPE_HERE(sb::aws::ecs::VolumeFrom)
SB_JSON_TYPE_HERE(sb::aws::ecs::KernelCapabilities)
SB_JSON_TYPE_HERE(sb::aws::ecs::Device)
SB_JSON_TYPE_HERE(sb::aws::ecs::Tmpfs)
SB_JSON_TYPE_HERE(sb::aws::ecs::LinuxParameters)
SB_JSON_TYPE_HERE(sb::aws::ecs::ContainerDependency)
SB_JSON_TYPE_HERE(sb::aws::ecs::HostEntry)
SB_JSON_TYPE_HERE(sb::aws::ecs::Ulimit)
SB_JSON_TYPE_HERE(sb::aws::ecs::HealthCheck)
SB_JSON_TYPE_HERE(sb::aws::ecs::SystemControl)
SB_JSON_TYPE_HERE(sb::aws::ecs::FirelensConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::ContainerDefinition)
SB_JSON_TYPE_HERE(sb::aws::ecs::HostVolumeProperties)
SB_JSON_TYPE_HERE(sb::aws::ecs::DockerVolumeConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::EFSAuthorizationConfig)
SB_JSON_TYPE_HERE(sb::aws::ecs::EFSVolumeConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::Volume)
SB_JSON_TYPE_HERE(sb::aws::ecs::TaskDefinitionPlacementConstraint)
SB_JSON_TYPE_HERE(sb::aws::ecs::ProxyConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::RuntimePlatform)
SB_JSON_TYPE_HERE(sb::aws::ecs::RegisterTaskDefinitionRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::TaskDefinition)
SB_JSON_TYPE_HERE(sb::aws::ecs::RegisterTaskDefinitionResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::DescribeTaskDefinitionRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::DescribeTaskDefinitionResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::DeregisterTaskDefinitionRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::DeregisterTaskDefinitionResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::ListTaskDefinitionsRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::ListTaskDefinitionsResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::ListTaskDefinitionFamiliesRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::ListTaskDefinitionFamiliesResponse)
