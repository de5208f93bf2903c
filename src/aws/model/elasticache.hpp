// Amazon ElastiCache: shapes and operations.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock/clock.hpp"
#include "base/json/type.hpp"

namespace sb::aws::elasticache {

struct Tag {
  std::optional<std::string> Key;
  std::optional<std::string> Value;

  bool operator==(const Tag&) const = default;
};

struct CreateCacheClusterRequest {
  std::optional<std::string> CacheClusterId;
  std::optional<std::string> ReplicationGroupId;
  std::optional<std::string> AZMode;  // single-az | cross-az
  std::optional<std::string> PreferredAvailabilityZone;
  std::vector<std::string> PreferredAvailabilityZones;
  std::optional<int> NumCacheNodes;
  std::optional<std::string> CacheNodeType;
  std::optional<std::string> Engine;
  std::optional<std::string> EngineVersion;
  std::optional<std::string> CacheParameterGroupName;
  std::optional<std::string> CacheSubnetGroupName;
  std::vector<std::string> CacheSecurityGroupNames;
  std::vector<std::string> SecurityGroupIds;
  std::vector<Tag> Tags;
  std::vector<std::string> SnapshotArns;
  std::optional<std::string> SnapshotName;
  std::optional<std::string> PreferredMaintenanceWindow;
  std::optional<int> Port;
  std::optional<bool> AutoMinorVersionUpgrade;
  std::optional<int> SnapshotRetentionLimit;
  std::optional<std::string> SnapshotWindow;
  std::optional<std::string> AuthToken;
  std::optional<bool> TransitEncryptionEnabled;
  std::optional<std::string> NetworkType;  // ipv4 | ipv6 | dual_stack
  std::optional<std::string> IpDiscovery;  // ipv4 | ipv6

  bool operator==(const CreateCacheClusterRequest&) const = default;
};

struct Endpoint {
  std::optional<std::string> Address;
  std::optional<int> Port;

  bool operator==(const Endpoint&) const = default;
};

struct PendingModifiedValues {
  std::optional<int> NumCacheNodes;
  std::vector<std::string> CacheNodeIdsToRemove;
  std::optional<std::string> EngineVersion;
  std::optional<std::string> CacheNodeType;
  std::optional<std::string> AuthTokenStatus;  // SETTING | ROTATING
  std::optional<bool> TransitEncryptionEnabled;
  std::optional<std::string> TransitEncryptionMode;  // preferred | required

  bool operator==(const PendingModifiedValues&) const = default;
};

struct CacheSecurityGroupMembership {
  std::optional<std::string> CacheSecurityGroupName;
  std::optional<std::string> Status;

  bool operator==(const CacheSecurityGroupMembership&) const = default;
};

struct CacheParameterGroupStatus {
  std::optional<std::string> CacheParameterGroupName;
  std::optional<std::string> ParameterApplyStatus;
  std::vector<std::string> CacheNodeIdsToReboot;

  bool operator==(const CacheParameterGroupStatus&) const = default;
};

struct CacheNode {
  std::optional<std::string> CacheNodeId;
  std::optional<std::string> CacheNodeStatus;
  std::optional<Timestamp> CacheNodeCreateTime;
  std::optional<elasticache::Endpoint> Endpoint;
  std::optional<std::string> ParameterGroupStatus;
  std::optional<std::string> SourceCacheNodeId;
  std::optional<std::string> CustomerAvailabilityZone;

  bool operator==(const CacheNode&) const = default;
};

struct SecurityGroupMembership {
  std::optional<std::string> SecurityGroupId;
  std::optional<std::string> Status;

  bool operator==(const SecurityGroupMembership&) const = default;
};

struct CacheCluster {
  std::optional<std::string> CacheClusterId;
  std::optional<Endpoint> ConfigurationEndpoint;
  std::optional<std::string> CacheNodeType;
  std::optional<std::string> Engine;
  std::optional<std::string> EngineVersion;
  std::optional<std::string> CacheClusterStatus;
  std::optional<int> NumCacheNodes;
  std::optional<std::string> PreferredAvailabilityZone;
  std::optional<Timestamp> CacheClusterCreateTime;
  std::optional<std::string> PreferredMaintenanceWindow;
  std::optional<elasticache::PendingModifiedValues> PendingModifiedValues;
  std::vector<CacheSecurityGroupMembership> CacheSecurityGroups;
  std::optional<CacheParameterGroupStatus> CacheParameterGroup;
  std::optional<std::string> CacheSubnetGroupName;
  std::vector<CacheNode> CacheNodes;
  std::optional<bool> AutoMinorVersionUpgrade;
  std::vector<SecurityGroupMembership> SecurityGroups;
  std::optional<std::string> ReplicationGroupId;
  std::optional<int> SnapshotRetentionLimit;
  std::optional<std::string> SnapshotWindow;
  std::optional<bool> AuthTokenEnabled;
  std::optional<Timestamp> AuthTokenLastModifiedDate;
  std::optional<bool> TransitEncryptionEnabled;
  std::optional<bool> AtRestEncryptionEnabled;
  std::optional<std::string> ARN;
  std::optional<std::string> NetworkType;            // ipv4 | ipv6 | dual_stack
  std::optional<std::string> IpDiscovery;            // ipv4 | ipv6
  std::optional<std::string> TransitEncryptionMode;  // preferred | required

  bool operator==(const CacheCluster&) const = default;
};

struct CreateCacheClusterResponse {
  std::optional<elasticache::CacheCluster> CacheCluster;

  bool operator==(const CreateCacheClusterResponse&) const = default;
};

struct CreateCacheCluster {
  using Request = CreateCacheClusterRequest;
  using Response = CreateCacheClusterResponse;
  static constexpr std::string_view kService = "elasticache";
  static constexpr std::string_view kName = "CreateCacheCluster";
  static constexpr std::array<std::string_view, 1> kRequired{"CacheClusterId"};
};

struct DescribeCacheClustersRequest {
  std::optional<std::string> CacheClusterId;
  std::optional<int> MaxRecords;
  std::optional<std::string> Marker;
  std::optional<bool> ShowCacheNodeInfo;
  std::optional<bool> ShowCacheClustersNotInReplicationGroups;

  bool operator==(const DescribeCacheClustersRequest&) const = default;
};

struct DescribeCacheClustersResponse {
  std::optional<std::string> Marker;
  std::vector<CacheCluster> CacheClusters;

  bool operator==(const DescribeCacheClustersResponse&) const = default;
};

struct DescribeCacheClusters {
  using Request = DescribeCacheClustersRequest;
  using Response = DescribeCacheClustersResponse;
  static constexpr std::string_view kService = "elasticache";
  static constexpr std::string_view kName = "DescribeCacheClusters";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct ModifyCacheClusterRequest {
  std::optional<std::string> CacheClusterId;
  std::optional<int> NumCacheNodes;
  std::optional<std::vector<std::string>> CacheNodeIdsToRemove;
  std::optional<std::string> AZMode;  // single-az | cross-az
  std::optional<std::vector<std::string>> NewAvailabilityZones;
  std::optional<std::vector<std::string>> CacheSecurityGroupNames;
  std::optional<std::vector<std::string>> SecurityGroupIds;
  std::optional<std::string> PreferredMaintenanceWindow;
  std::optional<std::string> CacheParameterGroupName;
  std::optional<bool> ApplyImmediately;
  std::optional<std::string> Engine;
  std::optional<std::string> EngineVersion;
  std::optional<bool> AutoMinorVersionUpgrade;
  std::optional<int> SnapshotRetentionLimit;
  std::optional<std::string> SnapshotWindow;
  std::optional<std::string> CacheNodeType;
  std::optional<std::string> AuthToken;
  std::optional<std::string> AuthTokenUpdateStrategy;  // SET | ROTATE | DELETE
  std::optional<std::string> IpDiscovery;              // ipv4 | ipv6

  bool operator==(const ModifyCacheClusterRequest&) const = default;
};

struct ModifyCacheClusterResponse {
  std::optional<elasticache::CacheCluster> CacheCluster;

  bool operator==(const ModifyCacheClusterResponse&) const = default;
};

struct ModifyCacheCluster {
  using Request = ModifyCacheClusterRequest;
  using Response = ModifyCacheClusterResponse;
  static constexpr std::string_view kService = "elasticache";
  static constexpr std::string_view kName = "ModifyCacheCluster";
  static constexpr std::array<std::string_view, 1> kRequired{"CacheClusterId"};
};

struct RebootCacheClusterRequest {
  std::optional<std::string> CacheClusterId;
  std::vector<std::string> CacheNodeIdsToReboot;

  bool operator==(const RebootCacheClusterRequest&) const = default;
};

struct RebootCacheClusterResponse {
  std::optional<elasticache::CacheCluster> CacheCluster;

  bool operator==(const RebootCacheClusterResponse&) const = default;
};

struct RebootCacheCluster {
  using Request = RebootCacheClusterRequest;
  using Response = RebootCacheClusterResponse;
  static constexpr std::string_view kService = "elasticache";
  static constexpr std::string_view kName = "RebootCacheCluster";
  static constexpr std::array<std::string_view, 2> kRequired{"CacheClusterId",
                                                             "CacheNodeIdsToReboot"};
};

struct DeleteCacheClusterRequest {
  std::optional<std::string> CacheClusterId;
  std::optional<std::string> FinalSnapshotIdentifier;

  bool operator==(const DeleteCacheClusterRequest&) const = default;
};

struct DeleteCacheClusterResponse {
  std::optional<elasticache::CacheCluster> CacheCluster;

  bool operator==(const DeleteCacheClusterResponse&) const = default;
};

struct DeleteCacheCluster {
  using Request = DeleteCacheClusterRequest;
  using Response = DeleteCacheClusterResponse;
  static constexpr std::string_view kService = "elasticache";
  static constexpr std::string_view kName = "DeleteCacheCluster";
  static constexpr std::array<std::string_view, 1> kRequired{"CacheClusterId"};
};

struct DescribeReplicationGroupsRequest {
  std::optional<std::string> ReplicationGroupId;
  std::optional<int> MaxRecords;
  std::optional<std::string> Marker;

  bool operator==(const DescribeReplicationGroupsRequest&) const = default;
};

struct NodeGroupMember {
  std::optional<std::string> CacheClusterId;
  std::optional<std::string> CacheNodeId;
  std::optional<Endpoint> ReadEndpoint;
  std::optional<std::string> PreferredAvailabilityZone;
  std::optional<std::string> CurrentRole;

  bool operator==(const NodeGroupMember&) const = default;
};

struct NodeGroup {
  std::optional<std::string> NodeGroupId;
  std::optional<std::string> Status;
  std::optional<Endpoint> PrimaryEndpoint;
  std::optional<Endpoint> ReaderEndpoint;
  std::optional<std::string> Slots;
  std::vector<NodeGroupMember> NodeGroupMembers;

  bool operator==(const NodeGroup&) const = default;
};

struct ReplicationGroup {
  std::optional<std::string> ReplicationGroupId;
  std::optional<std::string> Description;
  std::optional<std::string> Status;
  std::vector<std::string> MemberClusters;
  std::vector<NodeGroup> NodeGroups;
  std::optional<std::string> SnapshottingClusterId;
  std::optional<std::string> AutomaticFailover;  // enabled | disabled | enabling | disabling
  std::optional<std::string> MultiAZ;            // enabled | disabled
  std::optional<Endpoint> ConfigurationEndpoint;
  std::optional<int> SnapshotRetentionLimit;
  std::optional<std::string> SnapshotWindow;
  std::optional<bool> ClusterEnabled;
  std::optional<std::string> CacheNodeType;
  std::optional<bool> AuthTokenEnabled;
  std::optional<Timestamp> AuthTokenLastModifiedDate;
  std::optional<bool> TransitEncryptionEnabled;
  std::optional<bool> AtRestEncryptionEnabled;
  std::optional<std::string> KmsKeyId;
  std::optional<std::string> ARN;
  std::vector<std::string> UserGroupIds;
  std::optional<Timestamp> ReplicationGroupCreateTime;
  std::optional<bool> AutoMinorVersionUpgrade;
  std::optional<std::string> NetworkType;            // ipv4 | ipv6 | dual_stack
  std::optional<std::string> IpDiscovery;            // ipv4 | ipv6
  std::optional<std::string> TransitEncryptionMode;  // preferred | required
  std::optional<std::string> ClusterMode;            // enabled | disabled | compatible
  std::optional<std::string> Engine;

  bool operator==(const ReplicationGroup&) const = default;
};

struct DescribeReplicationGroupsResponse {
  std::optional<std::string> Marker;
  std::vector<ReplicationGroup> ReplicationGroups;

  bool operator==(const DescribeReplicationGroupsResponse&) const = default;
};

struct DescribeReplicationGroups {
  using Request = DescribeReplicationGroupsRequest;
  using Response = DescribeReplicationGroupsResponse;
  static constexpr std::string_view kService = "elasticache";
  static constexpr std::string_view kName = "DescribeReplicationGroups";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct AddTagsToResourceRequest {
  std::optional<std::string> ResourceName;
  std::vector<Tag> Tags;

  bool operator==(const AddTagsToResourceRequest&) const = default;
};

struct AddTagsToResourceResponse {
  std::vector<Tag> TagList;

  bool operator==(const AddTagsToResourceResponse&) const = default;
};

struct AddTagsToResource {
  using Request = AddTagsToResourceRequest;
  using Response = AddTagsToResourceResponse;
  static constexpr std::string_view kService = "elasticache";
  static constexpr std::string_view kName = "AddTagsToResource";
  static constexpr std::array<std::string_view, 2> kRequired{"ResourceName", "Tags"};
};

struct RemoveTagsFromResourceRequest {
  std::optional<std::string> ResourceName;
  std::vector<std::string> TagKeys;

  bool operator==(const RemoveTagsFromResourceRequest&) const = default;
};

struct RemoveTagsFromResourceResponse {
  std::vector<Tag> TagList;

  bool operator==(const RemoveTagsFromResourceResponse&) const = default;
};

struct RemoveTagsFromResource {
  using Request = RemoveTagsFromResourceRequest;
  using Response = RemoveTagsFromResourceResponse;
  static constexpr std::string_view kService = "elasticache";
  static constexpr std::string_view kName = "RemoveTagsFromResource";
  static constexpr std::array<std::string_view, 2> kRequired{"ResourceName", "TagKeys"};
};

struct ListTagsForResourceRequest {
  std::optional<std::string> ResourceName;

  bool operator==(const ListTagsForResourceRequest&) const = default;
};

struct ListTagsForResourceResponse {
  std::vector<Tag> TagList;

  bool operator==(const ListTagsForResourceResponse&) const = default;
};

struct ListTagsForResource {
  using Request = ListTagsForResourceRequest;
  using Response = ListTagsForResourceResponse;
  static constexpr std::string_view kService = "elasticache";
  static constexpr std::string_view kName = "ListTagsForResource";
  static constexpr std::array<std::string_view, 1> kRequired{"ResourceName"};
};

}  // namespace sb::aws::elasticache

SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::Tag)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::CreateCacheClusterRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::Endpoint)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::PendingModifiedValues)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::CacheSecurityGroupMembership)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::CacheParameterGroupStatus)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::CacheNode)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::SecurityGroupMembership)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::CacheCluster)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::CreateCacheClusterResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::DescribeCacheClustersRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::DescribeCacheClustersResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::ModifyCacheClusterRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::ModifyCacheClusterResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::RebootCacheClusterRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::RebootCacheClusterResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::DeleteCacheClusterRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::DeleteCacheClusterResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::DescribeReplicationGroupsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::NodeGroupMember)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::NodeGroup)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::ReplicationGroup)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::DescribeReplicationGroupsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::AddTagsToResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::AddTagsToResourceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::RemoveTagsFromResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::RemoveTagsFromResourceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::ListTagsForResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elasticache::ListTagsForResourceResponse)
