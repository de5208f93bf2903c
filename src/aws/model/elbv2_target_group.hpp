// Elastic Load Balancing v2: target groups, their targets and the health of these.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model/elbv2_load_balancer.hpp"
#include "base/json/type.hpp"

namespace sb::aws::elbv2 {

struct Matcher {
  std::optional<std::string> HttpCode;
  std::optional<std::string> GrpcCode;

  bool operator==(const Matcher&) const = default;
};

struct CreateTargetGroupRequest {
  std::optional<std::string> Name;
  // HTTP | HTTPS | TCP | TLS | UDP | TCP_UDP | GENEVE | QUIC | TCP_QUIC
  std::optional<std::string> Protocol;
  std::optional<std::string> ProtocolVersion;
  std::optional<int> Port;
  std::optional<std::string> VpcId;
  // HTTP | HTTPS | TCP | TLS | UDP | TCP_UDP | GENEVE | QUIC | TCP_QUIC
  std::optional<std::string> HealthCheckProtocol;
  std::optional<std::string> HealthCheckPort;
  std::optional<bool> HealthCheckEnabled;
  std::optional<std::string> HealthCheckPath;
  std::optional<int> HealthCheckIntervalSeconds;
  std::optional<int> HealthCheckTimeoutSeconds;
  std::optional<int> HealthyThresholdCount;
  std::optional<int> UnhealthyThresholdCount;
  std::optional<elbv2::Matcher> Matcher;
  std::optional<std::string> TargetType;  // instance | ip | lambda | alb
  std::vector<Tag> Tags;
  std::optional<std::string> IpAddressType;  // ipv4 | ipv6

  bool operator==(const CreateTargetGroupRequest&) const = default;
};

struct TargetGroup {
  std::optional<std::string> TargetGroupArn;
  std::optional<std::string> TargetGroupName;
  // HTTP | HTTPS | TCP | TLS | UDP | TCP_UDP | GENEVE | QUIC | TCP_QUIC
  std::optional<std::string> Protocol;
  std::optional<int> Port;
  std::optional<std::string> VpcId;
  // HTTP | HTTPS | TCP | TLS | UDP | TCP_UDP | GENEVE | QUIC | TCP_QUIC
  std::optional<std::string> HealthCheckProtocol;
  std::optional<std::string> HealthCheckPort;
  std::optional<bool> HealthCheckEnabled;
  std::optional<int> HealthCheckIntervalSeconds;
  std::optional<int> HealthCheckTimeoutSeconds;
  std::optional<int> HealthyThresholdCount;
  std::optional<int> UnhealthyThresholdCount;
  std::optional<std::string> HealthCheckPath;
  std::optional<elbv2::Matcher> Matcher;
  std::vector<std::string> LoadBalancerArns;
  std::optional<std::string> TargetType;  // instance | ip | lambda | alb
  std::optional<std::string> ProtocolVersion;
  std::optional<std::string> IpAddressType;  // ipv4 | ipv6

  bool operator==(const TargetGroup&) const = default;
};

struct CreateTargetGroupResponse {
  std::vector<TargetGroup> TargetGroups;

  bool operator==(const CreateTargetGroupResponse&) const = default;
};

struct CreateTargetGroup {
  using Request = CreateTargetGroupRequest;
  using Response = CreateTargetGroupResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "CreateTargetGroup";
  static constexpr std::array<std::string_view, 1> kRequired{"Name"};
};

struct DescribeTargetGroupsRequest {
  std::optional<std::string> LoadBalancerArn;
  std::vector<std::string> TargetGroupArns;
  std::vector<std::string> Names;
  std::optional<std::string> Marker;
  std::optional<int> PageSize;

  bool operator==(const DescribeTargetGroupsRequest&) const = default;
};

struct DescribeTargetGroupsResponse {
  std::vector<TargetGroup> TargetGroups;
  std::optional<std::string> NextMarker;

  bool operator==(const DescribeTargetGroupsResponse&) const = default;
};

struct DescribeTargetGroups {
  using Request = DescribeTargetGroupsRequest;
  using Response = DescribeTargetGroupsResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "DescribeTargetGroups";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct ModifyTargetGroupRequest {
  std::optional<std::string> TargetGroupArn;
  // HTTP | HTTPS | TCP | TLS | UDP | TCP_UDP | GENEVE | QUIC | TCP_QUIC
  std::optional<std::string> HealthCheckProtocol;
  std::optional<std::string> HealthCheckPort;
  std::optional<std::string> HealthCheckPath;
  std::optional<bool> HealthCheckEnabled;
  std::optional<int> HealthCheckIntervalSeconds;
  std::optional<int> HealthCheckTimeoutSeconds;
  std::optional<int> HealthyThresholdCount;
  std::optional<int> UnhealthyThresholdCount;
  std::optional<elbv2::Matcher> Matcher;

  bool operator==(const ModifyTargetGroupRequest&) const = default;
};

struct ModifyTargetGroupResponse {
  std::vector<TargetGroup> TargetGroups;

  bool operator==(const ModifyTargetGroupResponse&) const = default;
};

struct ModifyTargetGroup {
  using Request = ModifyTargetGroupRequest;
  using Response = ModifyTargetGroupResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "ModifyTargetGroup";
  static constexpr std::array<std::string_view, 1> kRequired{"TargetGroupArn"};
};

struct DeleteTargetGroupRequest {
  std::optional<std::string> TargetGroupArn;

  bool operator==(const DeleteTargetGroupRequest&) const = default;
};

struct DeleteTargetGroupResponse {
  bool operator==(const DeleteTargetGroupResponse&) const = default;
};

struct DeleteTargetGroup {
  using Request = DeleteTargetGroupRequest;
  using Response = DeleteTargetGroupResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "DeleteTargetGroup";
  static constexpr std::array<std::string_view, 1> kRequired{"TargetGroupArn"};
};

struct DescribeTargetGroupAttributesRequest {
  std::optional<std::string> TargetGroupArn;

  bool operator==(const DescribeTargetGroupAttributesRequest&) const = default;
};

struct TargetGroupAttribute {
  std::optional<std::string> Key;
  std::optional<std::string> Value;

  bool operator==(const TargetGroupAttribute&) const = default;
};

struct DescribeTargetGroupAttributesResponse {
  std::vector<TargetGroupAttribute> Attributes;

  bool operator==(const DescribeTargetGroupAttributesResponse&) const = default;
};

struct DescribeTargetGroupAttributes {
  using Request = DescribeTargetGroupAttributesRequest;
  using Response = DescribeTargetGroupAttributesResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "DescribeTargetGroupAttributes";
  static constexpr std::array<std::string_view, 1> kRequired{"TargetGroupArn"};
};

struct ModifyTargetGroupAttributesRequest {
  std::optional<std::string> TargetGroupArn;
  std::vector<TargetGroupAttribute> Attributes;

  bool operator==(const ModifyTargetGroupAttributesRequest&) const = default;
};

struct ModifyTargetGroupAttributesResponse {
  std::vector<TargetGroupAttribute> Attributes;

  bool operator==(const ModifyTargetGroupAttributesResponse&) const = default;
};

struct ModifyTargetGroupAttributes {
  using Request = ModifyTargetGroupAttributesRequest;
  using Response = ModifyTargetGroupAttributesResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "ModifyTargetGroupAttributes";
  static constexpr std::array<std::string_view, 2> kRequired{"TargetGroupArn", "Attributes"};
};

struct TargetDescription {
  std::optional<std::string> Id;
  std::optional<int> Port;
  std::optional<std::string> AvailabilityZone;

  bool operator==(const TargetDescription&) const = default;
};

struct RegisterTargetsRequest {
  std::optional<std::string> TargetGroupArn;
  std::vector<TargetDescription> Targets;

  bool operator==(const RegisterTargetsRequest&) const = default;
};

struct RegisterTargetsResponse {
  bool operator==(const RegisterTargetsResponse&) const = default;
};

struct RegisterTargets {
  using Request = RegisterTargetsRequest;
  using Response = RegisterTargetsResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "RegisterTargets";
  static constexpr std::array<std::string_view, 2> kRequired{"TargetGroupArn", "Targets"};
};

struct DeregisterTargetsRequest {
  std::optional<std::string> TargetGroupArn;
  std::vector<TargetDescription> Targets;

  bool operator==(const DeregisterTargetsRequest&) const = default;
};

struct DeregisterTargetsResponse {
  bool operator==(const DeregisterTargetsResponse&) const = default;
};

struct DeregisterTargets {
  using Request = DeregisterTargetsRequest;
  using Response = DeregisterTargetsResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "DeregisterTargets";
  static constexpr std::array<std::string_view, 2> kRequired{"TargetGroupArn", "Targets"};
};

struct DescribeTargetHealthRequest {
  std::optional<std::string> TargetGroupArn;
  std::vector<TargetDescription> Targets;
  std::vector<std::string> Include;  // AnomalyDetection | All

  bool operator==(const DescribeTargetHealthRequest&) const = default;
};

struct TargetHealth {
  // initial | healthy | unhealthy | unhealthy.draining | unused | draining | unavailable
  std::optional<std::string> State;
  // Elb.RegistrationInProgress | Elb.InitialHealthChecking | Target.ResponseCodeMismatch |
  // Target.Timeout | Target.FailedHealthChecks | Target.NotRegistered | Target.NotInUse |
  // Target.DeregistrationInProgress | Target.InvalidState | Target.IpUnusable |
  // Target.HealthCheckDisabled | Elb.InternalError
  std::optional<std::string> Reason;
  std::optional<std::string> Description;

  bool operator==(const TargetHealth&) const = default;
};

struct TargetHealthDescription {
  std::optional<TargetDescription> Target;
  std::optional<std::string> HealthCheckPort;
  std::optional<elbv2::TargetHealth> TargetHealth;

  bool operator==(const TargetHealthDescription&) const = default;
};

struct DescribeTargetHealthResponse {
  std::vector<TargetHealthDescription> TargetHealthDescriptions;

  bool operator==(const DescribeTargetHealthResponse&) const = default;
};

struct DescribeTargetHealth {
  using Request = DescribeTargetHealthRequest;
  using Response = DescribeTargetHealthResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "DescribeTargetHealth";
  static constexpr std::array<std::string_view, 1> kRequired{"TargetGroupArn"};
};

}  // namespace sb::aws::elbv2

SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::Matcher)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::CreateTargetGroupRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::TargetGroup)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::CreateTargetGroupResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeTargetGroupsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeTargetGroupsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::ModifyTargetGroupRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::ModifyTargetGroupResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DeleteTargetGroupRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DeleteTargetGroupResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeTargetGroupAttributesRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::TargetGroupAttribute)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeTargetGroupAttributesResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::ModifyTargetGroupAttributesRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::ModifyTargetGroupAttributesResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::TargetDescription)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::RegisterTargetsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::RegisterTargetsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DeregisterTargetsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DeregisterTargetsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeTargetHealthRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::TargetHealth)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::TargetHealthDescription)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeTargetHealthResponse)
