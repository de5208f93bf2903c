#include "aws/model/ecs_cluster.hpp"

namespace sb::aws::ecs {

BOOST_DESCRIBE_STRUCT(ClusterSetting, (), (name, value))
BOOST_DESCRIBE_STRUCT(ExecuteCommandLogConfiguration, (),
                      (cloudWatchLogGroupName, cloudWatchEncryptionEnabled, s3BucketName,
                       s3EncryptionEnabled, s3KeyPrefix))
BOOST_DESCRIBE_STRUCT(ExecuteCommandConfiguration, (), (kmsKeyId, logging, logConfiguration))
BOOST_DESCRIBE_STRUCT(ClusterConfiguration, (), (executeCommandConfiguration))
BOOST_DESCRIBE_STRUCT(ClusterServiceConnectDefaultsRequest, (), (namespace_))
BOOST_DESCRIBE_STRUCT(CreateClusterRequest, (),
                      (clusterName, tags, settings, configuration, capacityProviders,
                       defaultCapacityProviderStrategy, serviceConnectDefaults))
BOOST_DESCRIBE_STRUCT(ClusterServiceConnectDefaults, (), (namespace_))
BOOST_DESCRIBE_STRUCT(Cluster, (),
                      (clusterArn, clusterName, configuration, status,
                       registeredContainerInstancesCount, runningTasksCount, pendingTasksCount,
                       activeServicesCount, statistics, tags, settings, capacityProviders,
                       defaultCapacityProviderStrategy, attachments, attachmentsStatus,
                       serviceConnectDefaults))
BOOST_DESCRIBE_STRUCT(CreateClusterResponse, (), (cluster))
BOOST_DESCRIBE_STRUCT(DescribeClustersRequest, (), (clusters, include))
BOOST_DESCRIBE_STRUCT(DescribeClustersResponse, (), (clusters, failures))
BOOST_DESCRIBE_STRUCT(ListClustersRequest, (), (nextToken, maxResults))
BOOST_DESCRIBE_STRUCT(ListClustersResponse, (), (clusterArns, nextToken))
BOOST_DESCRIBE_STRUCT(DeleteClusterRequest, (), (cluster))
BOOST_DESCRIBE_STRUCT(DeleteClusterResponse, (), (cluster))
BOOST_DESCRIBE_STRUCT(TagResourceRequest, (), (resourceArn, tags))
BOOST_DESCRIBE_STRUCT(TagResourceResponse, (), ())
BOOST_DESCRIBE_STRUCT(UntagResourceRequest, (), (resourceArn, tagKeys))
BOOST_DESCRIBE_STRUCT(UntagResourceResponse, (), ())
BOOST_DESCRIBE_STRUCT(ListTagsForResourceRequest, (), (resourceArn))
BOOST_DESCRIBE_STRUCT(ListTagsForResourceResponse, (), (tags))

}  // namespace sb::aws::ecs

SB_JSON_TYPE_HERE(sb::aws::ecs::ClusterSetting)
SB_JSON_TYPE_HERE(sb::aws::ecs::ExecuteCommandLogConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::ExecuteCommandConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::ClusterConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::ClusterServiceConnectDefaultsRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::CreateClusterRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::ClusterServiceConnectDefaults)
SB_JSON_TYPE_HERE(sb::aws::ecs::Cluster)
SB_JSON_TYPE_HERE(sb::aws::ecs::CreateClusterResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::DescribeClustersRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::DescribeClustersResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::ListClustersRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::ListClustersResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::DeleteClusterRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::DeleteClusterResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::TagResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::TagResourceResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::UntagResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::UntagResourceResponse)
SB_JSON_TYPE_HERE(sb::aws::ecs::ListTagsForResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::ecs::ListTagsForResourceResponse)
