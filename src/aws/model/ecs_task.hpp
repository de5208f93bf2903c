// Amazon ECS: tasks and their operations.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model/ecs_common.hpp"
#include "base/clock/clock.hpp"
#include "base/json/type.hpp"

namespace sb::aws::ecs {

struct ContainerOverride {
  std::optional<std::string> name;
  std::vector<std::string> command;
  std::vector<KeyValuePair> environment;
  std::vector<EnvironmentFile> environmentFiles;
  std::optional<int> cpu;
  std::optional<int> memory;
  std::optional<int> memoryReservation;
  std::vector<ResourceRequirement> resourceRequirements;

  bool operator==(const ContainerOverride&) const = default;
};

struct TaskOverride {
  std::vector<ContainerOverride> containerOverrides;
  std::optional<std::string> cpu;
  std::optional<std::string> executionRoleArn;
  std::optional<std::string> memory;
  std::optional<std::string> taskRoleArn;
  std::optional<EphemeralStorage> ephemeralStorage;

  bool operator==(const TaskOverride&) const = default;
};

struct RunTaskRequest {
  std::vector<CapacityProviderStrategyItem> capacityProviderStrategy;
  std::optional<std::string> cluster;
  std::optional<int> count;
  std::optional<bool> enableECSManagedTags;
  std::optional<bool> enableExecuteCommand;
  std::optional<std::string> group;
  std::optional<std::string> launchType;  // EC2 | FARGATE | EXTERNAL | MANAGED_INSTANCES
  std::optional<NetworkConfiguration> networkConfiguration;
  std::optional<TaskOverride> overrides;
  std::vector<PlacementConstraint> placementConstraints;
  std::vector<PlacementStrategy> placementStrategy;
  std::optional<std::string> platformVersion;
  std::optional<std::string> propagateTags;  // TASK_DEFINITION | SERVICE | NONE
  std::optional<std::string> referenceId;
  std::optional<std::string> startedBy;
  std::vector<Tag> tags;
  std::optional<std::string> taskDefinition;
  std::optional<std::string> clientToken;

  bool operator==(const RunTaskRequest&) const = default;
};

struct NetworkBinding {
  std::optional<std::string> bindIP;
  std::optional<int> containerPort;
  std::optional<int> hostPort;
  std::optional<std::string> protocol;  // tcp | udp
  std::optional<std::string> containerPortRange;
  std::optional<std::string> hostPortRange;

  bool operator==(const NetworkBinding&) const = default;
};

struct NetworkInterface {
  std::optional<std::string> attachmentId;
  std::optional<std::string> privateIpv4Address;
  std::optional<std::string> ipv6Address;

  bool operator==(const NetworkInterface&) const = default;
};

struct ManagedAgent {
  std::optional<Timestamp> lastStartedAt;
  std::optional<std::string> name;
  std::optional<std::string> reason;
  std::optional<std::string> lastStatus;

  bool operator==(const ManagedAgent&) const = default;
};

struct Container {
  std::optional<std::string> containerArn;
  std::optional<std::string> taskArn;
  std::optional<std::string> name;
  std::optional<std::string> image;
  std::optional<std::string> imageDigest;
  std::optional<std::string> runtimeId;
  std::optional<std::string> lastStatus;
  std::optional<int> exitCode;
  std::optional<std::string> reason;
  std::vector<NetworkBinding> networkBindings;
  std::vector<NetworkInterface> networkInterfaces;
  std::optional<std::string> healthStatus;  // HEALTHY | UNHEALTHY | UNKNOWN
  std::vector<ManagedAgent> managedAgents;
  std::optional<std::string> cpu;
  std::optional<std::string> memory;
  std::optional<std::string> memoryReservation;

  bool operator==(const Container&) const = default;
};

struct TaskEphemeralStorage {
  std::optional<int> sizeInGiB;
  std::optional<std::string> kmsKeyId;

  bool operator==(const TaskEphemeralStorage&) const = default;
};

struct Task {
  std::vector<Attachment> attachments;
  std::vector<Attribute> attributes;
  std::optional<std::string> availabilityZone;
  std::optional<std::string> capacityProviderName;
  std::optional<std::string> clusterArn;
  std::optional<std::string> connectivity;  // CONNECTED | DISCONNECTED
  std::optional<Timestamp> connectivityAt;
  std::optional<std::string> containerInstanceArn;
  std::vector<Container> containers;
  std::optional<std::string> cpu;
  std::optional<Timestamp> createdAt;
  std::optional<std::string> desiredStatus;
  std::optional<bool> enableExecuteCommand;
  std::optional<Timestamp> executionStoppedAt;
  std::optional<std::string> group;
  std::optional<std::string> healthStatus;  // HEALTHY | UNHEALTHY | UNKNOWN
  std::optional<std::string> lastStatus;
  std::optional<std::string> launchType;  // EC2 | FARGATE | EXTERNAL | MANAGED_INSTANCES
  std::optional<std::string> memory;
  std::optional<TaskOverride> overrides;
  std::optional<std::string> platformVersion;
  std::optional<std::string> platformFamily;
  std::optional<Timestamp> pullStartedAt;
  std::optional<Timestamp> pullStoppedAt;
  std::optional<Timestamp> startedAt;
  std::optional<std::string> startedBy;
  // TaskFailedToStart | EssentialContainerExited | UserInitiated | ServiceSchedulerInitiated |
  // SpotInterruption | TerminationNotice
  std::optional<std::string> stopCode;
  std::optional<Timestamp> stoppedAt;
  std::optional<std::string> stoppedReason;
  std::optional<Timestamp> stoppingAt;
  std::vector<Tag> tags;
  std::optional<std::string> taskArn;
  std::optional<std::string> taskDefinitionArn;
  std::optional<std::int64_t> version;
  std::optional<EphemeralStorage> ephemeralStorage;
  std::optional<TaskEphemeralStorage> fargateEphemeralStorage;

  bool operator==(const Task&) const = default;
};

struct RunTaskResponse {
  std::vector<Task> tasks;
  std::vector<Failure> failures;

  bool operator==(const RunTaskResponse&) const = default;
};

struct RunTask {
  using Request = RunTaskRequest;
  using Response = RunTaskResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "RunTask";
  static constexpr std::array<std::string_view, 1> kRequired{"taskDefinition"};
};

struct StopTaskRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> task;
  std::optional<std::string> reason;

  bool operator==(const StopTaskRequest&) const = default;
};

struct StopTaskResponse {
  std::optional<Task> task;

  bool operator==(const StopTaskResponse&) const = default;
};

struct StopTask {
  using Request = StopTaskRequest;
  using Response = StopTaskResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "StopTask";
  static constexpr std::array<std::string_view, 1> kRequired{"task"};
};

struct ListTasksRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> containerInstance;
  std::optional<std::string> family;
  std::optional<std::string> nextToken;
  std::optional<int> maxResults;
  std::optional<std::string> startedBy;
  std::optional<std::string> serviceName;
  std::optional<std::string> desiredStatus;  // RUNNING | PENDING | STOPPED
  std::optional<std::string> launchType;     // EC2 | FARGATE | EXTERNAL | MANAGED_INSTANCES
  std::optional<std::string> daemonName;

  bool operator==(const ListTasksRequest&) const = default;
};

struct ListTasksResponse {
  std::vector<std::string> taskArns;
  std::optional<std::string> nextToken;

  bool operator==(const ListTasksResponse&) const = default;
};

struct ListTasks {
  using Request = ListTasksRequest;
  using Response = ListTasksResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "ListTasks";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct DescribeTasksRequest {
  std::optional<std::string> cluster;
  std::vector<std::string> tasks;
  std::vector<std::string> include;

  bool operator==(const DescribeTasksRequest&) const = default;
};

struct DescribeTasksResponse {
  std::vector<Task> tasks;
  std::vector<Failure> failures;

  bool operator==(const DescribeTasksResponse&) const = default;
};

struct DescribeTasks {
  using Request = DescribeTasksRequest;
  using Response = DescribeTasksResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "DescribeTasks";
  static constexpr std::array<std::string_view, 1> kRequired{"tasks"};
};

struct ExecuteCommandRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> container;
  std::optional<std::string> command;
  std::optional<bool> interactive;
  std::optional<std::string> task;

  bool operator==(const ExecuteCommandRequest&) const = default;
};

struct Session {
  std::optional<std::string> sessionId;
  std::optional<std::string> streamUrl;
  std::optional<std::string> tokenValue;

  bool operator==(const Session&) const = default;
};

struct ExecuteCommandResponse {
  std::optional<std::string> clusterArn;
  std::optional<std::string> containerArn;
  std::optional<std::string> containerName;
  std::optional<bool> interactive;
  std::optional<Session> session;
  std::optional<std::string> taskArn;

  bool operator==(const ExecuteCommandResponse&) const = default;
};

struct ExecuteCommand {
  using Request = ExecuteCommandRequest;
  using Response = ExecuteCommandResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "ExecuteCommand";
  static constexpr std::array<std::string_view, 3> kRequired{"command", "interactive", "task"};
};

}  // namespace sb::aws::ecs

SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ContainerOverride)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::TaskOverride)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::RunTaskRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::NetworkBinding)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::NetworkInterface)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ManagedAgent)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::Container)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::TaskEphemeralStorage)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::Task)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::RunTaskResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::StopTaskRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::StopTaskResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ListTasksRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ListTasksResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DescribeTasksRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DescribeTasksResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ExecuteCommandRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::Session)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ExecuteCommandResponse)
