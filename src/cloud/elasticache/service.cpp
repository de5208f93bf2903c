#include "cloud/elasticache/service.hpp"

#include <algorithm>

#include "base/log/log.hpp"
#include "cloud/gateway/bind.hpp"
#include "cloud/store/paging.hpp"

namespace sb::cloud::elasticache {

using gateway::fault;

namespace {

constexpr std::string_view kCaches = "elasticache.cluster";
constexpr auto kStartLimit = std::chrono::minutes(5);
constexpr auto kStopGrace = std::chrono::seconds(20);
constexpr auto kLeaveLimit = std::chrono::seconds(2);
constexpr auto kMeasureLimit = std::chrono::milliseconds(900);

}  // namespace

Service::Service(Executor executor, Store& store, AddressBlock& addresses, Arns arns)
    : executor_(executor),
      store_(store),
      addresses_(addresses),
      arns_(std::move(arns)),
      gate_(executor),
      stopping_(executor) {}

Result<> Service::put(const Cache& cache) {
  return store_.put(kCaches, cache.id(), cache);
}

Outcome<Cache> Service::find(const std::optional<std::string>& id) {
  auto key = normalize_id(id.value_or(""));
  auto cache = store_.get<Cache>(kCaches, key);
  if (!cache && cache.error().code == ErrorCode::not_found)
    return fault("CacheClusterNotFound", fmt::format("CacheCluster not found: {}", key), 404);
  if (!cache) return std::unexpected<gateway::Fault>(std::in_place, cache.error());
  return *std::move(cache);
}

Outcome<Cache> Service::find_available(const std::optional<std::string>& id) {
  SB_TRY(auto cache, find(id));
  if (cache.status() != status::kAvailable)
    return fault("InvalidCacheClusterState",
                 fmt::format("Cache cluster {} is not in available state.", cache.id()));
  return cache;
}

Outcome<api::CreateCacheClusterResponse> Service::create(
    const api::CreateCacheClusterRequest& request) {
  if (version_.empty())
    return fault("InsufficientCacheClusterCapacity",
                 "Redis is missing: install the Debian package redis-server.");
  SB_TRY(auto cache, plan(request, version_, arns_, now()));
  SB_TRY(bool is_taken, store_.contains(kCaches, cache.id()));
  if (is_taken) return fault("CacheClusterAlreadyExists", "Cache cluster already exists");
  SB_TRY(cache.address, addresses_.allocate(AddressKind::cache, *cache.view.ARN));
  SB_TRY_VOID(put(cache));
  work_on(cache.id());
  return api::CreateCacheClusterResponse{shown(cache, false)};
}

Outcome<api::DescribeCacheClustersResponse> Service::describe(
    const api::DescribeCacheClustersRequest& request) {
  api::DescribeCacheClustersResponse response;
  bool with_nodes = request.ShowCacheNodeInfo.value_or(false);
  if (request.CacheClusterId && !request.CacheClusterId->empty()) {
    SB_TRY(auto cache, find(request.CacheClusterId));
    response.CacheClusters.push_back(shown(cache, with_nodes));
    return response;
  }
  int size = request.MaxRecords.value_or(100);
  if (size < 20 || size > 100)
    return fault("InvalidParameterValue",
                 fmt::format("Invalid value {} for MaxRecords. Must be between 20 and 100", size));
  std::optional<std::string> after;
  if (request.Marker && !request.Marker->empty()) {
    after = from_page_token(*request.Marker);
    if (!after) return fault("InvalidParameterValue", "The marker is not valid.");
  }
  SB_TRY(auto all, store_.list<Cache>(kCaches));
  response.Marker = take_page(all, after, static_cast<std::size_t>(size),
                              [](const auto& entry) { return entry.first; });
  for (const auto& [id, cache] : all) response.CacheClusters.push_back(shown(cache, with_nodes));
  return response;
}

Outcome<api::ModifyCacheClusterResponse> Service::modify(
    const api::ModifyCacheClusterRequest& request) {
  SB_TRY(auto cache, find_available(request.CacheClusterId));
  SB_TRY_VOID(elasticache::modify(cache, request));
  SB_TRY_VOID(put(cache));
  return api::ModifyCacheClusterResponse{shown(cache, false)};
}

Outcome<api::RebootCacheClusterResponse> Service::reboot(
    const api::RebootCacheClusterRequest& request) {
  SB_TRY(auto cache, find_available(request.CacheClusterId));
  for (const auto& node : request.CacheNodeIdsToReboot)
    if (node != "0001")
      return fault("CacheNodeNotFound", fmt::format("Cache node {} not found.", node), 404);
  elasticache::set_status(cache, status::kRebooting);
  SB_TRY_VOID(put(cache));
  work_on(cache.id());
  return api::RebootCacheClusterResponse{shown(cache, false)};
}

Outcome<api::DeleteCacheClusterResponse> Service::erase(
    const api::DeleteCacheClusterRequest& request) {
  SB_TRY(auto cache, find(request.CacheClusterId));
  if (cache.status() == status::kDeleting)
    return fault("InvalidCacheClusterState",
                 fmt::format("Cache cluster {} is not in available state.", cache.id()));
  if (request.FinalSnapshotIdentifier)
    return fault("SnapshotFeatureNotSupportedFault",
                 "Cache snapshots are not supported by this cloud.");
  elasticache::set_status(cache, status::kDeleting);
  SB_TRY_VOID(put(cache));
  work_on(cache.id());
  return api::DeleteCacheClusterResponse{shown(cache, false)};
}

Outcome<api::DescribeReplicationGroupsResponse> Service::describe_groups(
    const api::DescribeReplicationGroupsRequest& request) {
  if (request.ReplicationGroupId && !request.ReplicationGroupId->empty())
    return fault("ReplicationGroupNotFoundFault",
                 fmt::format("ReplicationGroup {} not found.", *request.ReplicationGroupId), 404);
  return api::DescribeReplicationGroupsResponse{};
}

Outcome<std::vector<api::Tag>> Service::change_tags(
    const std::optional<std::string>& arn,
    const std::function<void(std::vector<api::Tag>&)>& change) {
  auto name = arn.value_or("");  // which `parts` are views of
  auto parts = parse_arn(name);
  if (!parts || parts->service != "elasticache" || !parts->resource.starts_with("cluster:"))
    return fault("InvalidARN", fmt::format("Invalid ARN: {}", name));
  SB_TRY(auto cache, find(arn));
  change(cache.tags);
  SB_TRY_VOID(put(cache));
  return cache.tags;
}

Outcome<api::AddTagsToResourceResponse> Service::add_tags(
    const api::AddTagsToResourceRequest& request) {
  SB_TRY(auto tags,
         change_tags(request.ResourceName, [&](auto& list) { set_tags(list, request.Tags); }));
  return api::AddTagsToResourceResponse{std::move(tags)};
}

Outcome<api::RemoveTagsFromResourceResponse> Service::remove_tags(
    const api::RemoveTagsFromResourceRequest& request) {
  SB_TRY(auto tags, change_tags(request.ResourceName, [&](auto& list) {
           std::erase_if(list, [&](const api::Tag& tag) {
             return std::ranges::find(request.TagKeys, tag.Key) != request.TagKeys.end();
           });
         }));
  return api::RemoveTagsFromResourceResponse{std::move(tags)};
}

Outcome<api::ListTagsForResourceResponse> Service::list_tags(
    const api::ListTagsForResourceRequest& request) {
  SB_TRY(auto tags, change_tags(request.ResourceName, [](auto&) {}));
  return api::ListTagsForResourceResponse{std::move(tags)};
}

void Service::attach(gateway::Gateway& gateway) {
  using gateway::bind;
  bind<api::CreateCacheCluster>(gateway, *this, &Service::create);
  bind<api::DescribeCacheClusters>(gateway, *this, &Service::describe);
  bind<api::ModifyCacheCluster>(gateway, *this, &Service::modify);
  bind<api::RebootCacheCluster>(gateway, *this, &Service::reboot);
  bind<api::DeleteCacheCluster>(gateway, *this, &Service::erase);
  bind<api::DescribeReplicationGroups>(gateway, *this, &Service::describe_groups);
  bind<api::AddTagsToResource>(gateway, *this, &Service::add_tags);
  bind<api::RemoveTagsFromResource>(gateway, *this, &Service::remove_tags);
  bind<api::ListTagsForResource>(gateway, *this, &Service::list_tags);
}

Task<Result<>> Service::start() {
  auto version = co_await installed_version();
  if (version)
    version_ = *std::move(version);
  else
    log::warning("caches are not available", {{"reason", version.error().text()}});
  SB_CO_TRY(auto ids, store_.keys(kCaches));
  for (const auto& id : ids) work_on(id);
  spawn_logged(executor_, gate_, "cache metrics", keep_measuring());
  co_return Result<>();
}

Task<> Service::keep_measuring() {
  while (!gate_.is_closed()) {
    gauges_.prune(now());
    for (const auto& [id, server] : servers_)
      if (server->is_running())
        spawn_logged(executor_, gate_, "metrics of cache " + id, measure(id, server));
    co_await stopping_.wait(metrics::next_sample_time());
  }
}

Task<> Service::measure(std::string id, std::shared_ptr<Server> server) {
  const Timestamp at = now();
  auto count = co_await server->count_connections(Deadline::after(kMeasureLimit));
  if (count)
    gauges_.add({"AWS/ElastiCache", "CurrConnections", {{"CacheClusterId", id}}}, at,
                static_cast<double>(*count));
}

Task<> Service::stop() {
  gate_.close();
  stopping_.notify_all();
  co_await gate_.drain(Deadline::after(kLeaveLimit));
}

Task<> Service::shut_down() {
  co_await stop();
  auto servers = servers_;
  for (const auto& [id, server] : servers) co_await server->stop(kStopGrace);
}

std::shared_ptr<Server> Service::server_of(const Cache& cache) {
  auto& server = servers_[cache.id()];
  if (!server)
    server = std::make_shared<Server>(
        executor_, ServerSpec{.folder = store_.folder() / "elasticache" / cache.id(),
                              .name = cache.id(),
                              .address = cache.address,
                              .port = cache.port});
  return server;
}

Result<> Service::set_status(const std::string& id, const char* status) {
  SB_TRY(auto cache, store_.get<Cache>(kCaches, id));
  // Deletion may have been asked for meanwhile.
  if (cache.status() == status::kDeleting) return {};
  elasticache::set_status(cache, status);
  return put(cache);
}

void Service::work_on(const std::string& id) {
  auto [it, is_new] = at_work_.try_emplace(id, false);
  if (!is_new) {
    it->second = true;
    return;
  }
  spawn_logged(executor_, gate_, "work on cache " + id, work(id));
}

Task<> Service::work(std::string id) {
  do {
    at_work_[id] = false;
    auto done = co_await perform(id);
    if (done || !store_.contains(kCaches, id).value_or(true)) continue;
    if (gate_.is_closed()) co_return;  // cut off, perhaps: the next daemon finds out
    log::error("cache operation failed", {{"cache", id}, {"error", done.error().text()}});
    if (auto noted = set_status(id, status::kFailed); !noted)
      log::error("cannot record a failed operation",
                 {{"cache", id}, {"error", noted.error().text()}});
  } while (at_work_[id]);
  at_work_.erase(id);
}

Task<Result<>> Service::perform(std::string id) {
  SB_CO_TRY(auto cache, store_.get<Cache>(kCaches, id));
  auto server = server_of(cache);
  if (cache.status() == status::kDeleting) {
    auto folder = store_.folder() / "elasticache" / id;
    co_await server->stop(kStopGrace);
    auto running = co_await runtime::Sandbox::adopt(folder);
    if (running) co_await running->stop(kStopGrace);
    servers_.erase(id);
    SB_CO_TRY_VOID(fs::remove_all(folder));
    SB_CO_TRY_VOID(addresses_.release(cache.address));
    SB_CO_TRY_VOID(store_.erase(kCaches, id));
    co_return Result<>();
  }
  SB_CO_TRY_VOID(co_await server->start(Deadline::after(kStartLimit)));
  if (cache.status() == status::kRebooting) {
    co_await server->stop(kStopGrace);
    SB_CO_TRY_VOID(co_await server->start(Deadline::after(kStartLimit)));
  }
  co_return set_status(id, status::kAvailable);
}

}  // namespace sb::cloud::elasticache
