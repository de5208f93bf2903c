// Amazon ECS: clusters and the operations on them, and on tags.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model/ecs_common.hpp"
#include "base/json/type.hpp"

namespace sb::aws::ecs {

struct ClusterSetting {
  std::optional<std::string> name;
  std::optional<std::string> value;

  bool operator==(const ClusterSetting&) const = default;
};

struct ExecuteCommandLogConfiguration {
  std::optional<std::string> cloudWatchLogGroupName;
  std::optional<bool> cloudWatchEncryptionEnabled;
  std::optional<std::string> s3BucketName;
  std::optional<bool> s3EncryptionEnabled;
  std::optional<std::string> s3KeyPrefix;

  bool operator==(const ExecuteCommandLogConfiguration&) const = default;
};

struct ExecuteCommandConfiguration {
  std::optional<std::string> kmsKeyId;
  std::optional<std::string> logging;  // NONE | DEFAULT | OVERRIDE
  std::optional<ExecuteCommandLogConfiguration> logConfiguration;

  bool operator==(const ExecuteCommandConfiguration&) const = default;
};

struct ClusterConfiguration {
  std::optional<ExecuteCommandConfiguration> executeCommandConfiguration;

  bool operator==(const ClusterConfiguration&) const = default;
};

struct ClusterServiceConnectDefaultsRequest {
  std::optional<std::string> namespace_;

  bool operator==(const ClusterServiceConnectDefaultsRequest&) const = default;
};

struct CreateClusterRequest {
  std::optional<std::string> clusterName;
  std::vector<Tag> tags;
  std::vector<ClusterSetting> settings;
  std::optional<ClusterConfiguration> configuration;
  std::vector<std::string> capacityProviders;
  std::vector<CapacityProviderStrategyItem> defaultCapacityProviderStrategy;
  std::optional<ClusterServiceConnectDefaultsRequest> serviceConnectDefaults;

  bool operator==(const CreateClusterRequest&) const = default;
};

struct ClusterServiceConnectDefaults {
  std::optional<std::string> namespace_;

  bool operator==(const ClusterServiceConnectDefaults&) const = default;
};

struct Cluster {
  std::optional<std::string> clusterArn;
  std::optional<std::string> clusterName;
  std::optional<ClusterConfiguration> configuration;
  std::optional<std::string> status;
  std::optional<int> registeredContainerInstancesCount;
  std::optional<int> runningTasksCount;
  std::optional<int> pendingTasksCount;
  std::optional<int> activeServicesCount;
  std::vector<KeyValuePair> statistics;
  std::vector<Tag> tags;
  std::vector<ClusterSetting> settings;
  std::vector<std::string> capacityProviders;
  std::vector<CapacityProviderStrategyItem> defaultCapacityProviderStrategy;
  std::vector<Attachment> attachments;
  std::optional<std::string> attachmentsStatus;
  std::optional<ClusterServiceConnectDefaults> serviceConnectDefaults;

  bool operator==(const Cluster&) const = default;
};

struct CreateClusterResponse {
  std::optional<Cluster> cluster;

  bool operator==(const CreateClusterResponse&) const = default;
};

struct CreateCluster {
  using Request = CreateClusterRequest;
  using Response = CreateClusterResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "CreateCluster";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct DescribeClustersRequest {
  std::vector<std::string> clusters;
  std::vector<std::string> include;  // ATTACHMENTS | CONFIGURATIONS | SETTINGS | STATISTICS | TAGS

  bool operator==(const DescribeClustersRequest&) const = default;
};

struct DescribeClustersResponse {
  std::vector<Cluster> clusters;
  std::vector<Failure> failures;

  bool operator==(const DescribeClustersResponse&) const = default;
};

struct DescribeClusters {
  using Request = DescribeClustersRequest;
  using Response = DescribeClustersResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "DescribeClusters";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct ListClustersRequest {
  std::optional<std::string> nextToken;
  std::optional<int> maxResults;

  bool operator==(const ListClustersRequest&) const = default;
};

struct ListClustersResponse {
  std::vector<std::string> clusterArns;
  std::optional<std::string> nextToken;

  bool operator==(const ListClustersResponse&) const = default;
};

struct ListClusters {
  using Request = ListClustersRequest;
  using Response = ListClustersResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "ListClusters";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct DeleteClusterRequest {
  std::optional<std::string> cluster;

  bool operator==(const DeleteClusterRequest&) const = default;
};

struct DeleteClusterResponse {
  std::optional<Cluster> cluster;

  bool operator==(const DeleteClusterResponse&) const = default;
};

struct DeleteCluster {
  using Request = DeleteClusterRequest;
  using Response = DeleteClusterResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "DeleteCluster";
  static constexpr std::array<std::string_view, 1> kRequired{"cluster"};
};

struct TagResourceRequest {
  std::optional<std::string> resourceArn;
  std::vector<Tag> tags;

  bool operator==(const TagResourceRequest&) const = default;
};

struct TagResourceResponse {
  bool operator==(const TagResourceResponse&) const = default;
};

struct TagResource {
  using Request = TagResourceRequest;
  using Response = TagResourceResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "TagResource";
  static constexpr std::array<std::string_view, 2> kRequired{"resourceArn", "tags"};
};

struct UntagResourceRequest {
  std::optional<std::string> resourceArn;
  std::vector<std::string> tagKeys;

  bool operator==(const UntagResourceRequest&) const = default;
};

struct UntagResourceResponse {
  bool operator==(const UntagResourceResponse&) const = default;
};

struct UntagResource {
  using Request = UntagResourceRequest;
  using Response = UntagResourceResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "UntagResource";
  static constexpr std::array<std::string_view, 2> kRequired{"resourceArn", "tagKeys"};
};

struct ListTagsForResourceRequest {
  std::optional<std::string> resourceArn;

  bool operator==(const ListTagsForResourceRequest&) const = default;
};

struct ListTagsForResourceResponse {
  std::vector<Tag> tags;

  bool operator==(const ListTagsForResourceResponse&) const = default;
};

struct ListTagsForResource {
  using Request = ListTagsForResourceRequest;
  using Response = ListTagsForResourceResponse;
  static constexpr std::string_view kService = "ecs";
  static constexpr std::string_view kName = "ListTagsForResource";
  static constexpr std::array<std::string_view, 1> kRequired{"resourceArn"};
};

}  // namespace sb::aws::ecs

SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ClusterSetting)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ExecuteCommandLogConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ExecuteCommandConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ClusterConfiguration)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ClusterServiceConnectDefaultsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::CreateClusterRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ClusterServiceConnectDefaults)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::Cluster)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::CreateClusterResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DescribeClustersRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DescribeClustersResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ListClustersRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ListClustersResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DeleteClusterRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::DeleteClusterResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::TagResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::TagResourceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::UntagResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::UntagResourceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ListTagsForResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ecs::ListTagsForResourceResponse)
