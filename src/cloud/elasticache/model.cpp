#include "cloud/elasticache/model.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sb::cloud::elasticache {

using gateway::fault;

namespace {

constexpr int kDefaultPort = 6379;
constexpr int kMinPort = 1024, kMaxPort = 65535;
constexpr std::size_t kMaxIdLength = 50;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Outcome<void> check_id(std::string_view id) {
  bool is_good =
      !id.empty() && id.size() <= kMaxIdLength && is_letter(id.front()) && id.back() != '-' &&
      !id.contains("--") &&
      std::ranges::all_of(id, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
  if (!is_good)
    return fault("InvalidParameterValue",
                 "The parameter CacheClusterIdentifier is not a valid identifier. Identifiers must "
                 "begin with a letter; must "
                 "contain only ASCII letters, digits, and hyphens; and must not end with a hyphen "
                 "or contain two consecutive "
                 "hyphens.");
  return {};
}

Outcome<void> check_supported(const api::CreateCacheClusterRequest& request) {
  const auto engine = request.Engine.value_or("redis");
  if (engine != "redis")
    return fault("InvalidParameterValue",
                 fmt::format("Invalid cache engine: {}. This cloud has redis.", engine));
  if (request.NumCacheNodes.value_or(1) != 1)
    return fault("InvalidParameterValue",
                 "Cannot create a Redis cluster with a NumCacheNodes parameter greater than 1.");
  if (request.AuthToken || request.TransitEncryptionEnabled.value_or(false))
    return fault("InvalidParameterCombination",
                 "Encryption in transit and AuthToken are not supported by this cloud.");
  if (request.ReplicationGroupId)
    return fault("ReplicationGroupNotFoundFault",
                 fmt::format("ReplicationGroup {} not found.", *request.ReplicationGroupId), 404);
  if (request.SnapshotName || !request.SnapshotArns.empty())
    return fault("SnapshotNotFoundFault", "Cache snapshots are not supported by this cloud.", 404);
  if (request.Port && (*request.Port < kMinPort || *request.Port > kMaxPort))
    return fault("InvalidParameterValue",
                 fmt::format("Invalid port {}. It must be between {} and {}.", *request.Port,
                             kMinPort, kMaxPort));
  return {};
}

}  // namespace

std::string normalize_id(std::string_view id_or_arn) {
  if (auto arn = parse_arn(id_or_arn)) {
    id_or_arn = arn->resource;
    if (auto colon = id_or_arn.find(':'); colon != std::string_view::npos)
      id_or_arn.remove_prefix(colon + 1);
  }
  std::string id(id_or_arn);
  for (char& c : id)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return id;
}

Outcome<Cache> plan(const api::CreateCacheClusterRequest& request, const std::string& version,
                    const Arns& arns, Timestamp now) {
  auto id = normalize_id(*request.CacheClusterId);
  SB_TRY_VOID(check_id(id));
  SB_TRY_VOID(check_supported(request));
  Cache cache;
  cache.port = request.Port.value_or(kDefaultPort);
  cache.tags = request.Tags;
  auto& view = cache.view;
  view.CacheClusterId = id;
  view.ARN = arns.cache_cluster(id);
  view.CacheNodeType = request.CacheNodeType.value_or("cache.t3.micro");
  view.Engine = "redis";
  view.EngineVersion = version;
  view.CacheClusterStatus = status::kCreating;
  view.NumCacheNodes = 1;
  view.PreferredAvailabilityZone = request.PreferredAvailabilityZone.value_or(arns.region + "a");
  view.CacheClusterCreateTime = now;
  view.PreferredMaintenanceWindow =
      request.PreferredMaintenanceWindow.value_or("sun:08:00-sun:09:00");
  view.PendingModifiedValues.emplace();
  view.CacheParameterGroup.emplace();
  view.CacheParameterGroup->CacheParameterGroupName = request.CacheParameterGroupName.value_or(
      fmt::format("default.redis{}", version.substr(0, version.find('.'))));
  view.CacheParameterGroup->ParameterApplyStatus = "in-sync";
  view.CacheSubnetGroupName = request.CacheSubnetGroupName.value_or("default");
  view.AutoMinorVersionUpgrade = request.AutoMinorVersionUpgrade.value_or(true);
  view.SnapshotRetentionLimit = request.SnapshotRetentionLimit.value_or(0);
  view.SnapshotWindow = request.SnapshotWindow.value_or("06:30-07:30");
  view.AuthTokenEnabled = false;
  view.TransitEncryptionEnabled = false;
  view.AtRestEncryptionEnabled = false;
  view.NetworkType = "ipv4";
  view.IpDiscovery = "ipv4";
  for (const auto& group : request.SecurityGroupIds)
    view.SecurityGroups.push_back({.SecurityGroupId = group, .Status = "active"});
  return cache;
}

Outcome<void> modify(Cache& cache, const api::ModifyCacheClusterRequest& request) {
  if (request.NumCacheNodes.value_or(1) != 1)
    return fault("InvalidParameterValue", "A Redis cluster has one node.");
  if (request.AuthToken)
    return fault("InvalidParameterCombination", "AuthToken is not supported by this cloud.");
  auto& view = cache.view;
  if (request.CacheNodeType) view.CacheNodeType = request.CacheNodeType;
  if (request.PreferredMaintenanceWindow)
    view.PreferredMaintenanceWindow = request.PreferredMaintenanceWindow;
  if (request.AutoMinorVersionUpgrade)
    view.AutoMinorVersionUpgrade = request.AutoMinorVersionUpgrade;
  if (request.SnapshotRetentionLimit) view.SnapshotRetentionLimit = request.SnapshotRetentionLimit;
  if (request.SnapshotWindow) view.SnapshotWindow = request.SnapshotWindow;
  if (request.CacheParameterGroupName)
    view.CacheParameterGroup->CacheParameterGroupName = request.CacheParameterGroupName;
  return {};
}

void set_status(Cache& cache, const char* status) {
  auto& view = cache.view;
  view.CacheClusterStatus = status;
  // A node is there from the first time that it answers.
  if (view.CacheNodes.empty() && std::string_view(status) != status::kAvailable) return;
  if (view.CacheNodes.empty()) {
    auto& node = view.CacheNodes.emplace_back();
    node.CacheNodeId = "0001";
    node.CacheNodeCreateTime = view.CacheClusterCreateTime;
    node.ParameterGroupStatus = "in-sync";
    node.CustomerAvailabilityZone = view.PreferredAvailabilityZone;
    node.Endpoint = api::Endpoint{.Address = cache.address, .Port = cache.port};
  }
  view.CacheNodes.front().CacheNodeStatus = status;
}

api::CacheCluster shown(const Cache& cache, bool with_nodes) {
  auto view = cache.view;
  if (!with_nodes) view.CacheNodes.clear();
  return view;
}

void set_tags(std::vector<api::Tag>& tags, const std::vector<api::Tag>& added) {
  for (const auto& tag : added) {
    auto it = std::ranges::find(tags, tag.Key, &api::Tag::Key);
    if (it == tags.end())
      tags.push_back(tag);
    else
      it->Value = tag.Value;
  }
}

}  // namespace sb::cloud::elasticache
