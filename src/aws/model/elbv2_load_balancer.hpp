// Elastic Load Balancing v2: load balancers, tags and their operations.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock/clock.hpp"
#include "base/json/type.hpp"

namespace sb::aws::elbv2 {

struct SubnetMapping {
  std::optional<std::string> SubnetId;
  std::optional<std::string> AllocationId;
  std::optional<std::string> PrivateIPv4Address;
  std::optional<std::string> IPv6Address;
  std::optional<std::string> SourceNatIpv6Prefix;

  bool operator==(const SubnetMapping&) const = default;
};

struct Tag {
  std::optional<std::string> Key;
  std::optional<std::string> Value;

  bool operator==(const Tag&) const = default;
};

struct CreateLoadBalancerRequest {
  std::optional<std::string> Name;
  std::vector<std::string> Subnets;
  std::vector<SubnetMapping> SubnetMappings;
  std::vector<std::string> SecurityGroups;
  std::optional<std::string> Scheme;  // internet-facing | internal
  std::vector<Tag> Tags;
  std::optional<std::string> Type;           // application | network | gateway
  std::optional<std::string> IpAddressType;  // ipv4 | dualstack | dualstack-without-public-ipv4

  bool operator==(const CreateLoadBalancerRequest&) const = default;
};

struct LoadBalancerState {
  std::optional<std::string> Code;  // active | provisioning | active_impaired | failed
  std::optional<std::string> Reason;

  bool operator==(const LoadBalancerState&) const = default;
};

struct LoadBalancerAddress {
  std::optional<std::string> IpAddress;
  std::optional<std::string> AllocationId;
  std::optional<std::string> PrivateIPv4Address;
  std::optional<std::string> IPv6Address;

  bool operator==(const LoadBalancerAddress&) const = default;
};

struct AvailabilityZone {
  std::optional<std::string> ZoneName;
  std::optional<std::string> SubnetId;
  std::optional<std::string> OutpostId;
  std::vector<LoadBalancerAddress> LoadBalancerAddresses;
  std::vector<std::string> SourceNatIpv6Prefixes;

  bool operator==(const AvailabilityZone&) const = default;
};

struct LoadBalancer {
  std::optional<std::string> LoadBalancerArn;
  std::optional<std::string> DNSName;
  std::optional<std::string> CanonicalHostedZoneId;
  std::optional<Timestamp> CreatedTime;
  std::optional<std::string> LoadBalancerName;
  std::optional<std::string> Scheme;  // internet-facing | internal
  std::optional<std::string> VpcId;
  std::optional<LoadBalancerState> State;
  std::optional<std::string> Type;  // application | network | gateway
  std::vector<AvailabilityZone> AvailabilityZones;
  std::vector<std::string> SecurityGroups;
  std::optional<std::string> IpAddressType;  // ipv4 | dualstack | dualstack-without-public-ipv4

  bool operator==(const LoadBalancer&) const = default;
};

struct CreateLoadBalancerResponse {
  std::vector<LoadBalancer> LoadBalancers;

  bool operator==(const CreateLoadBalancerResponse&) const = default;
};

struct CreateLoadBalancer {
  using Request = CreateLoadBalancerRequest;
  using Response = CreateLoadBalancerResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "CreateLoadBalancer";
  static constexpr std::array<std::string_view, 1> kRequired{"Name"};
};

struct DescribeLoadBalancersRequest {
  std::vector<std::string> LoadBalancerArns;
  std::vector<std::string> Names;
  std::optional<std::string> Marker;
  std::optional<int> PageSize;

  bool operator==(const DescribeLoadBalancersRequest&) const = default;
};

struct DescribeLoadBalancersResponse {
  std::vector<LoadBalancer> LoadBalancers;
  std::optional<std::string> NextMarker;

  bool operator==(const DescribeLoadBalancersResponse&) const = default;
};

struct DescribeLoadBalancers {
  using Request = DescribeLoadBalancersRequest;
  using Response = DescribeLoadBalancersResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "DescribeLoadBalancers";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct DeleteLoadBalancerRequest {
  std::optional<std::string> LoadBalancerArn;

  bool operator==(const DeleteLoadBalancerRequest&) const = default;
};

struct DeleteLoadBalancerResponse {
  bool operator==(const DeleteLoadBalancerResponse&) const = default;
};

struct DeleteLoadBalancer {
  using Request = DeleteLoadBalancerRequest;
  using Response = DeleteLoadBalancerResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "DeleteLoadBalancer";
  static constexpr std::array<std::string_view, 1> kRequired{"LoadBalancerArn"};
};

struct DescribeLoadBalancerAttributesRequest {
  std::optional<std::string> LoadBalancerArn;

  bool operator==(const DescribeLoadBalancerAttributesRequest&) const = default;
};

struct LoadBalancerAttribute {
  std::optional<std::string> Key;
  std::optional<std::string> Value;

  bool operator==(const LoadBalancerAttribute&) const = default;
};

struct DescribeLoadBalancerAttributesResponse {
  std::vector<LoadBalancerAttribute> Attributes;

  bool operator==(const DescribeLoadBalancerAttributesResponse&) const = default;
};

struct DescribeLoadBalancerAttributes {
  using Request = DescribeLoadBalancerAttributesRequest;
  using Response = DescribeLoadBalancerAttributesResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "DescribeLoadBalancerAttributes";
  static constexpr std::array<std::string_view, 1> kRequired{"LoadBalancerArn"};
};

struct ModifyLoadBalancerAttributesRequest {
  std::optional<std::string> LoadBalancerArn;
  std::vector<LoadBalancerAttribute> Attributes;

  bool operator==(const ModifyLoadBalancerAttributesRequest&) const = default;
};

struct ModifyLoadBalancerAttributesResponse {
  std::vector<LoadBalancerAttribute> Attributes;

  bool operator==(const ModifyLoadBalancerAttributesResponse&) const = default;
};

struct ModifyLoadBalancerAttributes {
  using Request = ModifyLoadBalancerAttributesRequest;
  using Response = ModifyLoadBalancerAttributesResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "ModifyLoadBalancerAttributes";
  static constexpr std::array<std::string_view, 2> kRequired{"LoadBalancerArn", "Attributes"};
};

struct AddTagsRequest {
  std::vector<std::string> ResourceArns;
  std::vector<Tag> Tags;

  bool operator==(const AddTagsRequest&) const = default;
};

struct AddTagsResponse {
  bool operator==(const AddTagsResponse&) const = default;
};

struct AddTags {
  using Request = AddTagsRequest;
  using Response = AddTagsResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "AddTags";
  static constexpr std::array<std::string_view, 2> kRequired{"ResourceArns", "Tags"};
};

struct RemoveTagsRequest {
  std::vector<std::string> ResourceArns;
  std::vector<std::string> TagKeys;

  bool operator==(const RemoveTagsRequest&) const = default;
};

struct RemoveTagsResponse {
  bool operator==(const RemoveTagsResponse&) const = default;
};

struct RemoveTags {
  using Request = RemoveTagsRequest;
  using Response = RemoveTagsResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "RemoveTags";
  static constexpr std::array<std::string_view, 2> kRequired{"ResourceArns", "TagKeys"};
};

struct DescribeTagsRequest {
  std::vector<std::string> ResourceArns;

  bool operator==(const DescribeTagsRequest&) const = default;
};

struct TagDescription {
  std::optional<std::string> ResourceArn;
  std::vector<Tag> Tags;

  bool operator==(const TagDescription&) const = default;
};

struct DescribeTagsResponse {
  std::vector<TagDescription> TagDescriptions;

  bool operator==(const DescribeTagsResponse&) const = default;
};

struct DescribeTags {
  using Request = DescribeTagsRequest;
  using Response = DescribeTagsResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "DescribeTags";
  static constexpr std::array<std::string_view, 1> kRequired{"ResourceArns"};
};

}  // namespace sb::aws::elbv2

SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::SubnetMapping)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::Tag)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::CreateLoadBalancerRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::LoadBalancerState)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::LoadBalancerAddress)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::AvailabilityZone)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::LoadBalancer)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::CreateLoadBalancerResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeLoadBalancersRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeLoadBalancersResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DeleteLoadBalancerRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DeleteLoadBalancerResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeLoadBalancerAttributesRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::LoadBalancerAttribute)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeLoadBalancerAttributesResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::ModifyLoadBalancerAttributesRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::ModifyLoadBalancerAttributesResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::AddTagsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::AddTagsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::RemoveTagsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::RemoveTagsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeTagsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::TagDescription)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeTagsResponse)
