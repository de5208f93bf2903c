// Clusters and tags; and which function answers which operation.
#include <fmt/format.h>

#include <algorithm>

#include "cloud/ecs/front.hpp"
#include "cloud/ecs/shapes.hpp"
#include "cloud/gateway/bind.hpp"
#include "cloud/store/paging.hpp"

namespace sb::cloud::ecs {

void Front::attach(gateway::Gateway& gateway) {
  using gateway::bind;
  bind<api::CreateCluster>(gateway, *this, &Front::create_cluster);
  bind<api::DescribeClusters>(gateway, *this, &Front::describe_clusters);
  bind<api::ListClusters>(gateway, *this, &Front::list_clusters);
  bind<api::DeleteCluster>(gateway, *this, &Front::delete_cluster);
  bind<api::TagResource>(gateway, *this, &Front::tag);
  bind<api::UntagResource>(gateway, *this, &Front::untag);
  bind<api::ListTagsForResource>(gateway, *this, &Front::list_tags);
  bind<api::RegisterTaskDefinition>(gateway, *this, &Front::register_definition);
  bind<api::DescribeTaskDefinition>(gateway, *this, &Front::describe_definition);
  bind<api::DeregisterTaskDefinition>(gateway, *this, &Front::deregister_definition);
  bind<api::ListTaskDefinitions>(gateway, *this, &Front::list_definitions);
  bind<api::ListTaskDefinitionFamilies>(gateway, *this, &Front::list_families);
  bind<api::CreateService>(gateway, *this, &Front::create_service);
  bind<api::UpdateService>(gateway, *this, &Front::update_service);
  bind<api::DescribeServices>(gateway, *this, &Front::describe_services);
  bind<api::ListServices>(gateway, *this, &Front::list_services);
  bind<api::DeleteService>(gateway, *this, &Front::delete_service);
  bind<api::RunTask>(gateway, *this, &Front::run_task);
  bind<api::StopTask>(gateway, *this, &Front::stop_task);
  bind<api::ListTasks>(gateway, *this, &Front::list_tasks);
  bind<api::DescribeTasks>(gateway, *this, &Front::describe_tasks);
  attach_exec(gateway);
  bind<api::ListServiceDeployments>(gateway, *this, &Front::list_deployments);
  bind<api::DescribeServiceDeployments>(gateway, *this, &Front::describe_deployments);
  bind<api::DescribeServiceRevisions>(gateway, *this, &Front::describe_revisions);
  bind<api::ContinueServiceDeployment>(gateway, *this, &Front::continue_deployment);
  bind<api::StopServiceDeployment>(gateway, *this, &Front::stop_deployment);
}

Outcome<std::string> Front::cluster_of(const std::optional<std::string>& name_or_arn) {
  auto name = last_part(name_or_arn.value_or("default"));
  SB_TRY(bool exists, ground_.store.contains(kClusters, name));
  if (!exists) return fault("ClusterNotFoundException", "Cluster not found.");
  return name;
}

api::Cluster Front::counted(api::Cluster cluster) {
  auto name = cluster.clusterName.value_or("");
  int running = 0, pending = 0;
  for (const auto& [id, task] : scheduler_->fleet().tasks()) {
    if (task.cluster != name || is_stopped(task)) continue;
    ++(task.shape.lastStatus == "RUNNING" ? running : pending);
  }
  cluster.runningTasksCount = running;
  cluster.pendingTasksCount = pending;
  cluster.activeServicesCount = static_cast<int>(scheduler_->keys(name).size());
  cluster.registeredContainerInstancesCount = 0;
  return cluster;
}

Outcome<api::CreateClusterResponse> Front::create_cluster(
    const api::CreateClusterRequest& request) {
  auto name = request.clusterName.value_or("default");
  bool is_valid = !name.empty() && name.size() <= 255 &&
                  std::all_of(name.begin(), name.end(), [](unsigned char c) {
                    return std::isalnum(c) || c == '-' || c == '_';
                  });
  if (!is_valid)
    return invalid("Cluster names have up to 255 letters, numbers, underscores and hyphens.");
  api::CreateClusterResponse response;
  auto known = ground_.store.get<api::Cluster>(kClusters, name);
  if (known) {
    response.cluster = counted(*std::move(known));  // as AWS: making it again is not an error
    return response;
  }
  if (known.error().code != ErrorCode::not_found) return std::unexpected(known.error());
  api::Cluster cluster;
  cluster.clusterName = name;
  cluster.clusterArn = ground_.arns.cluster(name);
  cluster.status = "ACTIVE";
  cluster.settings = request.settings;
  cluster.configuration = request.configuration;
  cluster.capacityProviders = request.capacityProviders;
  cluster.defaultCapacityProviderStrategy = request.defaultCapacityProviderStrategy;
  SB_TRY_VOID(ground_.store.transaction([&]() -> Result<> {
    SB_TRY_VOID(ground_.store.put(kClusters, name, cluster));
    return put_tags(*cluster.clusterArn, request.tags);
  }));
  response.cluster = counted(cluster);
  response.cluster->tags = request.tags;
  return response;
}

Outcome<api::DescribeClustersResponse> Front::describe_clusters(
    const api::DescribeClustersRequest& request) {
  auto asked = request.clusters;
  if (asked.empty()) asked.push_back("default");
  bool with_tags =
      std::find(request.include.begin(), request.include.end(), "TAGS") != request.include.end();
  api::DescribeClustersResponse response;
  for (const auto& one : asked) {
    auto cluster = ground_.store.get<api::Cluster>(kClusters, last_part(one));
    if (!cluster && cluster.error().code != ErrorCode::not_found)
      return std::unexpected(cluster.error());
    if (!cluster) {
      api::Failure failure;
      failure.arn = one.starts_with("arn:") ? one : ground_.arns.cluster(one);
      failure.reason = "MISSING";
      response.failures.push_back(std::move(failure));
      continue;
    }
    response.clusters.push_back(counted(*std::move(cluster)));
    if (with_tags) response.clusters.back().tags = tags_of(*response.clusters.back().clusterArn);
  }
  return response;
}

Outcome<api::ListClustersResponse> Front::list_clusters(const api::ListClustersRequest& request) {
  SB_TRY(auto after, page_after(request.nextToken));
  SB_TRY(auto limit, page_limit(request.maxResults, 100));
  SB_TRY(auto names, ground_.store.keys(kClusters));
  api::ListClustersResponse response;
  response.nextToken = take_page(names, after, limit, [](const auto& name) { return name; });
  for (const auto& name : names) response.clusterArns.push_back(ground_.arns.cluster(name));
  return response;
}

Outcome<api::DeleteClusterResponse> Front::delete_cluster(
    const api::DeleteClusterRequest& request) {
  SB_TRY(auto name, cluster_of(request.cluster));
  SB_TRY(auto cluster, ground_.store.get<api::Cluster>(kClusters, name));
  cluster = counted(std::move(cluster));
  if (cluster.activeServicesCount > 0)
    return fault("ClusterContainsServicesException",
                 "The Cluster cannot be deleted while Services are active.");
  if (*cluster.runningTasksCount + *cluster.pendingTasksCount > 0)
    return fault("ClusterContainsTasksException",
                 "The Cluster cannot be deleted while Tasks are active.");
  SB_TRY_VOID(ground_.store.transaction([&]() -> Result<> {
    SB_TRY([[maybe_unused]] bool tags, ground_.store.erase(kTags, *cluster.clusterArn));
    SB_TRY([[maybe_unused]] bool gone, ground_.store.erase(kClusters, name));
    return {};
  }));
  cluster.status = "INACTIVE";
  api::DeleteClusterResponse response;
  response.cluster = std::move(cluster);
  return response;
}

// ---- tags ----

std::vector<api::Tag> Front::tags_of(const std::string& arn) {
  auto list = ground_.store.get<TagList>(kTags, arn);
  return list ? list->tags : std::vector<api::Tag>();
}

Result<> Front::put_tags(const std::string& arn, const std::vector<api::Tag>& tags) {
  if (tags.empty()) {
    SB_TRY([[maybe_unused]] bool gone, ground_.store.erase(kTags, arn));
    return {};
  }
  return ground_.store.put(kTags, arn, TagList{tags});
}

bool Front::resource_exists(const std::string& arn) {
  auto parts = parse_arn(arn);
  if (!parts || parts->service != "ecs") return false;
  std::string resource(parts->resource);
  auto has = [&](const char* kind, const std::string& key) {
    return ground_.store.contains(kind, key).value_or(false);
  };
  if (resource.starts_with("cluster/")) return has(kClusters, last_part(arn));
  if (resource.starts_with("service/")) return scheduler_->find(resource.substr(8)) != nullptr;
  if (resource.starts_with("task-definition/")) return has(kDefinitions, definition_key(arn));
  if (resource.starts_with("task/")) return scheduler_->fleet().find(last_part(arn)) != nullptr;
  return false;
}

Outcome<api::TagResourceResponse> Front::tag(const api::TagResourceRequest& request) {
  const auto& arn = *request.resourceArn;
  if (!resource_exists(arn))
    return invalid("The specified resource was not found. Verify the resource ARN and try again.");
  auto tags = tags_of(arn);
  for (const auto& tag : request.tags) {
    if (tag.key.value_or("").empty()) return invalid("A tag needs a key.");
    std::erase_if(tags, [&](const api::Tag& old) { return old.key == tag.key; });
    tags.push_back(tag);
  }
  if (tags.size() > 50) return invalid("A resource can have at most 50 tags.");
  SB_TRY_VOID(put_tags(arn, tags));
  return api::TagResourceResponse{};
}

Outcome<api::UntagResourceResponse> Front::untag(const api::UntagResourceRequest& request) {
  const auto& arn = *request.resourceArn;
  if (!resource_exists(arn))
    return invalid("The specified resource was not found. Verify the resource ARN and try again.");
  auto tags = tags_of(arn);
  std::erase_if(tags, [&](const api::Tag& tag) {
    return std::find(request.tagKeys.begin(), request.tagKeys.end(), tag.key) !=
           request.tagKeys.end();
  });
  SB_TRY_VOID(put_tags(arn, tags));
  return api::UntagResourceResponse{};
}

Outcome<api::ListTagsForResourceResponse> Front::list_tags(
    const api::ListTagsForResourceRequest& request) {
  if (!resource_exists(*request.resourceArn))
    return invalid("The specified resource was not found. Verify the resource ARN and try again.");
  api::ListTagsForResourceResponse response;
  response.tags = tags_of(*request.resourceArn);
  return response;
}

}  // namespace sb::cloud::ecs
