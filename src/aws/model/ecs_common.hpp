// Amazon ECS: what several parts of the API share: tags, name/value pairs, networks, logging.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json/type.hpp"

namespace sb::aws::ecs {

struct Tag {
  std::optional<std::string> key;
  std::optional<std::string> value;

  bool operator==(const Tag&) const = default;
};

struct KeyValuePair {
  std::optional<std::string> name;
  std::optional<std::string> value;

  bool operator==(const KeyValuePair&) const = default;
};

struct Failure {
  std::optional<std::string> arn;
  std::optional<std::string> reason;
  std::optional<std::string> detail;

  bool operator==(const Failure&) const = default;
};

struct Secret {
  std::optional<std::string> name;
  std::optional<std::string> valueFrom;

  bool operator==(const Secret&) const = default;
};

struct LogConfiguration {
  // json-file | syslog | journald | gelf | fluentd | awslogs | splunk | awsfirelens
  std::optional<std::string> logDriver;
  std::map<std::string, std::string> options;
  std::vector<Secret> secretOptions;

  bool operator==(const LogConfiguration&) const = default;
};

struct AwsVpcConfiguration {
  std::vector<std::string> subnets;
  std::vector<std::string> securityGroups;
  std::optional<std::string> assignPublicIp;  // ENABLED | DISABLED

  bool operator==(const AwsVpcConfiguration&) const = default;
};

struct NetworkConfiguration {
  std::optional<AwsVpcConfiguration> awsvpcConfiguration;

  bool operator==(const NetworkConfiguration&) const = default;
};

struct CapacityProviderStrategyItem {
  std::optional<std::string> capacityProvider;
  std::optional<int> weight;
  std::optional<int> base;

  bool operator==(const CapacityProviderStrategyItem&) const = default;
};

struct PlacementConstraint {
  std::optional<std::string> type;  // distinctInstance | memberOf
  std::optional<std::string> expression;

  bool operator==(const PlacementConstraint&) const = default;
};

struct PlacementStrategy {
  std::optional<std::string> type;  // random | spread | binpack
  std::optional<std::string> field;

  bool operator==(const PlacementStrategy&) const = default;
};

struct Attachment {
  std::optional<std::string> id;
  std::optional<std::string> type;
  std::optional<std::string> status;
  std::vector<KeyValuePair> details;

  bool operator==(const Attachment&) const = default;
};

struct Attribute {
  std::optional<std::string> name;
  std::optional<std::string> value;
  std::optional<std::string> targetType;
  std::optional<std::string> targetId;

  bool operator==(const Attribute&) const = default;
};

struct EphemeralStorage {
  std::optional<int> sizeInGiB;

  bool operator==(const EphemeralStorage&) const = default;
};

struct ResourceRequirement {
  std::optional<std::string> value;
  std::optional<std::string> type;  // GPU | InferenceAccelerator

  bool operator==(const ResourceRequirement&) const = default;
};

struct EnvironmentFile {
  std::optional<std::string> value;
  std::optional<std::string> type;

  bool operator==(const EnvironmentFile&) const = default;
};

}  // namespace sb::aws::ecs

SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::Tag)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::KeyValuePair)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::Failure)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::Secret)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::LogConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::AwsVpcConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::NetworkConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::CapacityProviderStrategyItem)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::PlacementConstraint)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::PlacementStrategy)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::Attachment)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::Attribute)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::EphemeralStorage)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ResourceRequirement)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::EnvironmentFile)
