// Amazon ECS: task definitions: what a container is, and their operations.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model/ecs_common.hpp"
#include "base/clock/clock.hpp"
#include "base/json/type.hpp"

namespace sb::aws::ecs {

struct RepositoryCredentials {
  std::optional<std::string> credentialsParameter;

  bool operator==(const RepositoryCredentials&) const = default;
};

struct PortMapping {
  std::optional<int> containerPort;
  std::optional<int> hostPort;
  std::optional<std::string> protocol;  // tcp | udp
  std::optional<std::string> name;
  std::optional<std::string> appProtocol;  // http | http2 | grpc
  std::optional<std::string> containerPortRange;

  bool operator==(const PortMapping&) const = default;
};

struct ContainerRestartPolicy {
  std::optional<bool> enabled;
  std::vector<int> ignoredExitCodes;
  std::optional<int> restartAttemptPeriod;

  bool operator==(const ContainerRestartPolicy&) const = default;
};

struct MountPoint {
  std::optional<std::string> sourceVolume;
  std::optional<std::string> containerPath;
  std::optional<bool> readOnly;

  bool operator==(const MountPoint&) const = default;
};

struct VolumeFrom {
  std::optional<std::string> sourceContainer;
  std::optional<bool> readOnly;

  bool operator==(const VolumeFrom&) const = default;
};

struct KernelCapabilities {
  std::vector<std::string> add;
  std::vector<std::string> drop;

  bool operator==(const KernelCapabilities&) const = default;
};

struct Device {
  std::optional<std::string> hostPath;
  std::optional<std::string> containerPath;
  std::vector<std::string> permissions;  // read | write | mknod

  bool operator==(const Device&) const = default;
};

struct Tmpfs {
  std::optional<std::string> containerPath;
  std::optional<int> size;
  std::vector<std::string> mountOptions;

  bool operator==(const Tmpfs&) const = default;
};

struct LinuxParameters {
  std::optional<KernelCapabilities> capabilities;
  std::vector<Device> devices;
  std::optional<bool> initProcessEnabled;
  std::optional<int> sharedMemorySize;
  std::vector<Tmpfs> tmpfs;
  std::optional<int> maxSwap;
  std::optional<int> swappiness;

  bool operator==(const LinuxParameters&) const = default;
};

struct ContainerDependency {
  std::optional<std::string> containerName;
  std::optional<std::string> condition;  // START | COMPLETE | SUCCESS | HEALTHY

  bool operator==(const ContainerDependency&) const = default;
};

struct HostEntry {
  std::optional<std::string> hostname;
  std::optional<std::string> ipAddress;

  bool operator==(const HostEntry&) const = default;
};

struct Ulimit {
  // core | cpu | data | fsize | locks | memlock | msgqueue | nice | nofile | nproc | rss |
  // rtprio | rttime | sigpending | stack
  std::optional<std::string> name;
  std::optional<int> softLimit;
  std::optional<int> hardLimit;

  bool operator==(const Ulimit&) const = default;
};

struct HealthCheck {
  std::vector<std::string> command;
  std::optional<int> interval;
  std::optional<int> timeout;
  std::optional<int> retries;
  std::optional<int> startPeriod;

  bool operator==(const HealthCheck&) const = default;
};

struct SystemControl {
  std::optional<std::string> namespace_;
  std::optional<std::string> value;

  bool operator==(const SystemControl&) const = default;
};

struct FirelensConfiguration {
  std::optional<std::string> type;  // fluentd | fluentbit
  std::map<std::string, std::string> options;

  bool operator==(const FirelensConfiguration&) const = default;
};

struct ContainerDefinition {
  std::optional<std::string> name;
  std::optional<std::string> image;
  std::optional<RepositoryCredentials> repositoryCredentials;
  std::optional<int> cpu;
  std::optional<int> memory;
  std::optional<int> memoryReservation;
  std::vector<std::string> links;
  std::vector<PortMapping> portMappings;
  std::optional<bool> essential;
  std::optional<ContainerRestartPolicy> restartPolicy;
  std::vector<std::string> entryPoint;
  std::vector<std::string> command;
  std::vector<KeyValuePair> environment;
  std::vector<EnvironmentFile> environmentFiles;
  std::vector<MountPoint> mountPoints;
  std::vector<VolumeFrom> volumesFrom;
  std::optional<LinuxParameters> linuxParameters;
  std::vector<Secret> secrets;
  std::vector<ContainerDependency> dependsOn;
  std::optional<int> startTimeout;
  std::optional<int> stopTimeout;
  std::optional<std::string> versionConsistency;  // enabled | disabled
  std::optional<std::string> hostname;
  std::optional<std::string> user;
  std::optional<std::string> workingDirectory;
  std::optional<bool> disableNetworking;
  std::optional<bool> privileged;
  std::optional<bool> readonlyRootFilesystem;
  std::vector<std::string> dnsServers;
  std::vector<std::string> dnsSearchDomains;
  std::vector<HostEntry> extraHosts;
  std::vector<std::string> dockerSecurityOptions;
  std::optional<bool> interactive;
  std::optional<bool> pseudoTerminal;
  std::map<std::string, std::string> dockerLabels;
  std::vector<Ulimit> ulimits;
  std::optional<LogConfiguration> logConfiguration;
  std::optional<HealthCheck> healthCheck;
  std::vector<SystemControl> systemControls;
  std::vector<ResourceRequirement> resourceRequirements;
  std::optional<FirelensConfiguration> firelensConfiguration;

  bool operator==(const ContainerDefinition&) const = default;
};

struct HostVolumeProperties {
  std::optional<std::string> sourcePath;

  bool operator==(const HostVolumeProperties&) const = default;
};

struct DockerVolumeConfiguration {
  std::optional<std::string> scope;  // task | shared
  std::optional<bool> autoprovision;
  std::optional<std::string> driver;
  std::map<std::string, std::string> driverOpts;
  std::map<std::string, std::string> labels;

  bool operator==(const DockerVolumeConfiguration&) const = default;
};

struct EFSAuthorizationConfig {
  std::optional<std::string> accessPointId;
  std::optional<std::string> iam;  // ENABLED | DISABLED

  bool operator==(const EFSAuthorizationConfig&) const = default;
};

struct EFSVolumeConfiguration {
  std::optional<std::string> fileSystemId;
  std::optional<std::string> rootDirectory;
  std::optional<std::string> transitEncryption;  // ENABLED | DISABLED
  std::optional<int> transitEncryptionPort;
  std::optional<EFSAuthorizationConfig> authorizationConfig;

  bool operator==(const EFSVolumeConfiguration&) const = default;
};

struct Volume {
  std::optional<std::string> name;
  std::optional<HostVolumeProperties> host;
  std::optional<DockerVolumeConfiguration> dockerVolumeConfiguration;
  std::optional<EFSVolumeConfiguration> efsVolumeConfiguration;
  std::optional<bool> configuredAtLaunch;

  bool operator==(const Volume&) const = default;
};

struct TaskDefinitionPlacementConstraint {
  std::optional<std::string> type;
  std::optional<std::string> expression;

  bool operator==(const TaskDefinitionPlacementConstraint&) const = default;
};

struct ProxyConfiguration {
  std::optional<std::string> type;
  std::optional<std::string> containerName;
  std::vector<KeyValuePair> properties;

  bool operator==(const ProxyConfiguration&) const = default;
};

struct RuntimePlatform {
  std::optional<std::string> cpuArchitecture;  // X86_64 | ARM64
  // WINDOWS_SERVER_2019_FULL | WINDOWS_SERVER_2019_CORE | WINDOWS_SERVER_2016_FULL |
  // WINDOWS_SERVER_2004_CORE | WINDOWS_SERVER_2022_CORE | WINDOWS_SERVER_2022_FULL |
  // WINDOWS_SERVER_2025_CORE | WINDOWS_SERVER_2025_FULL | WINDOWS_SERVER_20H2_CORE | LINUX
  std::optional<std::string> operatingSystemFamily;

  bool operator==(const RuntimePlatform&) const = default;
};

struct RegisterTaskDefinitionRequest {
  std::optional<std::string> family;
  std::optional<std::string> taskRoleArn;
  std::optional<std::string> executionRoleArn;
  std::optional<std::string> networkMode;  // bridge | host | awsvpc | none
  std::vector<ContainerDefinition> containerDefinitions;
  std::vector<Volume> volumes;
  std::vector<TaskDefinitionPlacementConstraint> placementConstraints;
  // EC2 | FARGATE | EXTERNAL | MANAGED_INSTANCES
  std::vector<std::string> requiresCompatibilities;
  std::optional<std::string> cpu;
  std::optional<std::string> memory;
  std::vector<Tag> tags;
  std::optional<std::string> pidMode;  // host | task
  std::optional<std::string> ipcMode;  // host | task | none
  std::optional<ProxyConfiguration> proxyConfiguration;
  std::optional<EphemeralStorage> ephemeralStorage;
  std::optional<RuntimePlatform> runtimePlatform;
  std::optional<bool> enableFaultInjection;

  bool operator==(const RegisterTaskDefinitionRequest&) const = default;
};

struct TaskDefinition {
  std::optional<std::string> taskDefinitionArn;
  std::vector<ContainerDefinition> containerDefinitions;
  std::optional<std::string> family;
  std::optional<std::string> taskRoleArn;
  std::optional<std::string> executionRoleArn;
  std::optional<std::string> networkMode;  // bridge | host | awsvpc | none
  std::optional<int> revision;
  std::vector<Volume> volumes;
  std::optional<std::string> status;  // ACTIVE | INACTIVE | DELETE_IN_PROGRESS
  std::vector<Attribute> requiresAttributes;
  std::vector<TaskDefinitionPlacementConstraint> placementConstraints;
  std::vector<std::string> compatibilities;  // EC2 | FARGATE | EXTERNAL | MANAGED_INSTANCES
  std::optional<RuntimePlatform> runtimePlatform;
  // EC2 | FARGATE | EXTERNAL | MANAGED_INSTANCES
  std::vector<std::string> requiresCompatibilities;
  std::optional<std::string> cpu;
  std::optional<std::string> memory;
  std::optional<std::string> pidMode;  // host | task
  std::optional<std::string> ipcMode;  // host | task | none
  std::optional<ProxyConfiguration> proxyConfiguration;
  std::optional<Timestamp> registeredAt;
  std::optional<Timestamp> deregisteredAt;
  std::optional<Timestamp> deleteRequestedAt;
  std::optional<std::string> registeredBy;
  std::optional<EphemeralStorage> ephemeralStorage;
  std::optional<bool> enableFaultInjection;

  bool operator==(const TaskDefinition&) const = default;
};

struct RegisterTaskDefinitionResponse {
  std::optional<TaskDefinition> taskDefinition;
  std::vector<Tag> tags;

  bool operator==(const RegisterTaskDefinitionResponse&) const = default;
};

struct RegisterTaskDefinition {
  using Request = RegisterTaskDefinitionRequest;
  using Response = RegisterTaskDefinitionResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "RegisterTaskDefinition";
  static constexpr std::array<std::string_view, 2> kRequired{"family", "containerDefinitions"};
};

struct DescribeTaskDefinitionRequest {
  std::optional<std::string> taskDefinition;
  std::vector<std::string> include;

  bool operator==(const DescribeTaskDefinitionRequest&) const = default;
};

struct DescribeTaskDefinitionResponse {
  std::optional<TaskDefinition> taskDefinition;
  std::vector<Tag> tags;

  bool operator==(const DescribeTaskDefinitionResponse&) const = default;
};

struct DescribeTaskDefinition {
  using Request = DescribeTaskDefinitionRequest;
  using Response = DescribeTaskDefinitionResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "DescribeTaskDefinition";
  static constexpr std::array<std::string_view, 1> kRequired{"taskDefinition"};
};

struct DeregisterTaskDefinitionRequest {
  std::optional<std::string> taskDefinition;

  bool operator==(const DeregisterTaskDefinitionRequest&) const = default;
};

struct DeregisterTaskDefinitionResponse {
  std::optional<TaskDefinition> taskDefinition;

  bool operator==(const DeregisterTaskDefinitionResponse&) const = default;
};

struct DeregisterTaskDefinition {
  using Request = DeregisterTaskDefinitionRequest;
  using Response = DeregisterTaskDefinitionResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "DeregisterTaskDefinition";
  static constexpr std::array<std::string_view, 1> kRequired{"taskDefinition"};
};

struct ListTaskDefinitionsRequest {
  std::optional<std::string> familyPrefix;
  std::optional<std::string> status;  // ACTIVE | INACTIVE | DELETE_IN_PROGRESS
  std::optional<std::string> sort;    // ASC | DESC
  std::optional<std::string> nextToken;
  std::optional<int> maxResults;

  bool operator==(const ListTaskDefinitionsRequest&) const = default;
};

struct ListTaskDefinitionsResponse {
  std::vector<std::string> taskDefinitionArns;
  std::optional<std::string> nextToken;

  bool operator==(const ListTaskDefinitionsResponse&) const = default;
};

struct ListTaskDefinitions {
  using Request = ListTaskDefinitionsRequest;
  using Response = ListTaskDefinitionsResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "ListTaskDefinitions";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct ListTaskDefinitionFamiliesRequest {
  std::optional<std::string> familyPrefix;
  std::optional<std::string> status;  // ACTIVE | INACTIVE | ALL
  std::optional<std::string> nextToken;
  std::optional<int> maxResults;

  bool operator==(const ListTaskDefinitionFamiliesRequest&) const = default;
};

struct ListTaskDefinitionFamiliesResponse {
  std::vector<std::string> families;
  std::optional<std::string> nextToken;

  bool operator==(const ListTaskDefinitionFamiliesResponse&) const = default;
};

struct ListTaskDefinitionFamilies {
  using Request = ListTaskDefinitionFamiliesRequest;
  using Response = ListTaskDefinitionFamiliesResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "ListTaskDefinitionFamilies";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

}  // namespace sb::aws::ecs

SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::RepositoryCredentials)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::PortMapping)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ContainerRestartPolicy)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::MountPoint)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::VolumeFrom)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::KernelCapabilities)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::Device)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::Tmpfs)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::LinuxParameters)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ContainerDependency)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::HostEntry)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::Ulimit)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::HealthCheck)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::SystemControl)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::FirelensConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ContainerDefinition)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::HostVolumeProperties)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DockerVolumeConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::EFSAuthorizationConfig)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::EFSVolumeConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::Volume)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::TaskDefinitionPlacementConstraint)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ProxyConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::RuntimePlatform)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::RegisterTaskDefinitionRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::TaskDefinition)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::RegisterTaskDefinitionResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DescribeTaskDefinitionRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DescribeTaskDefinitionResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DeregisterTaskDefinitionRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DeregisterTaskDefinitionResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ListTaskDefinitionsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ListTaskDefinitionsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ListTaskDefinitionFamiliesRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ListTaskDefinitionFamiliesResponse)
