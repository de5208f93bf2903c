#include "aws/model/elasticache.hpp"

namespace sb::aws::elasticache {

BOOST_DESCRIBE_STRUCT(Tag, (), (Key, Value))
BOOST_DESCRIBE_STRUCT(CreateCacheClusterRequest, (),
                      (CacheClusterId, ReplicationGroupId, AZMode, PreferredAvailabilityZone,
                       PreferredAvailabilityZones, NumCacheNodes, CacheNodeType, Engine,
                       EngineVersion, CacheParameterGroupName, CacheSubnetGroupName,
                       CacheSecurityGroupNames, SecurityGroupIds, Tags, SnapshotArns, SnapshotName,
                       PreferredMaintenanceWindow, Port, AutoMinorVersionUpgrade,
                       SnapshotRetentionLimit, SnapshotWindow, AuthToken, TransitEncryptionEnabled,
                       NetworkType, IpDiscovery))
BOOST_DESCRIBE_STRUCT(Endpoint, (), (Address, Port))
BOOST_DESCRIBE_STRUCT(PendingModifiedValues, (),
                      (NumCacheNodes, CacheNodeIdsToRemove, EngineVersion, CacheNodeType,
                       AuthTokenStatus, TransitEncryptionEnabled, TransitEncryptionMode))
BOOST_DESCRIBE_STRUCT(CacheSecurityGroupMembership, (), (CacheSecurityGroupName, Status))
BOOST_DESCRIBE_STRUCT(CacheParameterGroupStatus, (),
                      (CacheParameterGroupName, ParameterApplyStatus, CacheNodeIdsToReboot))
BOOST_DESCRIBE_STRUCT(CacheNode, (),
                      (CacheNodeId, CacheNodeStatus, CacheNodeCreateTime, Endpoint,
                       ParameterGroupStatus, SourceCacheNodeId, CustomerAvailabilityZone))
BOOST_DESCRIBE_STRUCT(SecurityGroupMembership, (), (SecurityGroupId, Status))
BOOST_DESCRIBE_STRUCT(CacheCluster, (),
                      (CacheClusterId, ConfigurationEndpoint, CacheNodeType, Engine, EngineVersion,
                       CacheClusterStatus, NumCacheNodes, PreferredAvailabilityZone,
                       CacheClusterCreateTime, PreferredMaintenanceWindow, PendingModifiedValues,
                       CacheSecurityGroups, CacheParameterGroup, CacheSubnetGroupName, CacheNodes,
                       AutoMinorVersionUpgrade, SecurityGroups, ReplicationGroupId,
                       SnapshotRetentionLimit, SnapshotWindow, AuthTokenEnabled,
                       AuthTokenLastModifiedDate, TransitEncryptionEnabled, AtRestEncryptionEnabled,
                       ARN, NetworkType, IpDiscovery, TransitEncryptionMode))
BOOST_DESCRIBE_STRUCT(CreateCacheClusterResponse, (), (CacheCluster))
BOOST_DESCRIBE_STRUCT(DescribeCacheClustersRequest, (),
                      (CacheClusterId, MaxRecords, Marker, ShowCacheNodeInfo,
                       ShowCacheClustersNotInReplicationGroups))
BOOST_DESCRIBE_STRUCT(DescribeCacheClustersResponse, (), (Marker, CacheClusters))
BOOST_DESCRIBE_STRUCT(ModifyCacheClusterRequest, (),
                      (CacheClusterId, NumCacheNodes, CacheNodeIdsToRemove, AZMode,
                       NewAvailabilityZones, CacheSecurityGroupNames, SecurityGroupIds,
                       PreferredMaintenanceWindow, CacheParameterGroupName, ApplyImmediately,
                       Engine, EngineVersion, AutoMinorVersionUpgrade, SnapshotRetentionLimit,
                       SnapshotWindow, CacheNodeType, AuthToken, AuthTokenUpdateStrategy,
                       IpDiscovery))
BOOST_DESCRIBE_STRUCT(ModifyCacheClusterResponse, (), (CacheCluster))
BOOST_DESCRIBE_STRUCT(RebootCacheClusterRequest, (), (CacheClusterId, CacheNodeIdsToReboot))
BOOST_DESCRIBE_STRUCT(RebootCacheClusterResponse, (), (CacheCluster))
BOOST_DESCRIBE_STRUCT(DeleteCacheClusterRequest, (), (CacheClusterId, FinalSnapshotIdentifier))
BOOST_DESCRIBE_STRUCT(DeleteCacheClusterResponse, (), (CacheCluster))
BOOST_DESCRIBE_STRUCT(DescribeReplicationGroupsRequest, (),
                      (ReplicationGroupId, MaxRecords, Marker))
BOOST_DESCRIBE_STRUCT(NodeGroupMember, (),
                      (CacheClusterId, CacheNodeId, ReadEndpoint, PreferredAvailabilityZone,
                       CurrentRole))
BOOST_DESCRIBE_STRUCT(NodeGroup, (),
                      (NodeGroupId, Status, PrimaryEndpoint, ReaderEndpoint, Slots,
                       NodeGroupMembers))
BOOST_DESCRIBE_STRUCT(ReplicationGroup, (),
                      (ReplicationGroupId, Description, Status, MemberClusters, NodeGroups,
                       SnapshottingClusterId, AutomaticFailover, MultiAZ, ConfigurationEndpoint,
                       SnapshotRetentionLimit, SnapshotWindow, ClusterEnabled, CacheNodeType,
                       AuthTokenEnabled, AuthTokenLastModifiedDate, TransitEncryptionEnabled,
                       AtRestEncryptionEnabled, KmsKeyId, ARN, UserGroupIds,
                       ReplicationGroupCreateTime, AutoMinorVersionUpgrade, NetworkType,
                       IpDiscovery, TransitEncryptionMode, ClusterMode, Engine))
BOOST_DESCRIBE_STRUCT(DescribeReplicationGroupsResponse, (), (Marker, ReplicationGroups))
BOOST_DESCRIBE_STRUCT(AddTagsToResourceRequest, (), (ResourceName, Tags))
BOOST_DESCRIBE_STRUCT(AddTagsToResourceResponse, (), (TagList))
BOOST_DESCRIBE_STRUCT(RemoveTagsFromResourceRequest, (), (ResourceName, TagKeys))
BOOST_DESCRIBE_STRUCT(RemoveTagsFromResourceResponse, (), (TagList))
BOOST_DESCRIBE_STRUCT(ListTagsForResourceRequest, (), (ResourceName))
BOOST_DESCRIBE_STRUCT(ListTagsForResourceResponse, (), (TagList))

}  // namespace sb::aws::elasticache

SB_JSON_TYPE_HERE(sb::aws::elasticache::Tag)
SB_JSON_TYPE_HERE(sb::aws::elasticache::CreateCacheClusterRequest)
SB_JSON_TYPE_HERE(sb::aws::elasticache::Endpoint)
SB_JSON_TYPE_HERE(sb::aws::elasticache::PendingModifiedValues)
SB_JSON_TYPE_HERE(sb::aws::elasticache::CacheSecurityGroupMembership)
SB_JSON_TYPE_HERE(sb::aws::elasticache::CacheParameterGroupStatus)
SB_JSON_TYPE_HERE(sb::aws::elasticache::CacheNode)
SB_JSON_TYPE_HERE(sb::aws::elasticache::SecurityGroupMembership)
SB_JSON_TYPE_HERE(sb::aws::elasticache::CacheCluster)
SB_JSON_TYPE_HERE(sb::aws::elasticache::CreateCacheClusterResponse)
SB_JSON_TYPE_HERE(sb::aws::elasticache::DescribeCacheClustersRequest)
SB_JSON_TYPE_HERE(sb::aws::elasticache::DescribeCacheClustersResponse)
SB_JSON_TYPE_HERE(sb::aws::elasticache::ModifyCacheClusterRequest)
SB_JSON_TYPE_HERE(sb::aws::elasticache::ModifyCacheClusterResponse)
SB_JSON_TYPE_HERE(sb::aws::elasticache::RebootCacheClusterRequest)
SB_JSON_TYPE_HERE(sb::aws::elasticache::RebootCacheClusterResponse)
SB_JSON_TYPE_HERE(sb::aws::elasticache::DeleteCacheClusterRequest)
SB_JSON_TYPE_HERE(sb::aws::elasticache::DeleteCacheClusterResponse)
SB_JSON_TYPE_HERE(sb::aws::elasticache::DescribeReplicationGroupsRequest)
SB_JSON_TYPE_HERE(sb::aws::elasticache::NodeGroupMember)
SB_JSON_TYPE_HERE(sb::aws::elasticache::NodeGroup)
SB_JSON_TYPE_HERE(sb::aws::elasticache::ReplicationGroup)
SB_JSON_TYPE_HERE(sb::aws::elasticache::DescribeReplicationGroupsResponse)
SB_JSON_TYPE_HERE(sb::aws::elasticache::AddTagsToResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::elasticache::AddTagsToResourceResponse)
SB_JSON_TYPE_HERE(sb::aws::elasticache::RemoveTagsFromResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::elasticache::RemoveTagsFromResourceResponse)
SB_JSON_TYPE_HERE(sb::aws::elasticache::ListTagsForResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::elasticache::ListTagsForResourceResponse)
