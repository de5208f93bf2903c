// ElastiCache for Redis: each cache cluster is a redis-server on an address of its own. Requests
// write down what is to be done and answer; a worker for each cluster does it. After a restart the
// workers go on from the status they find, and running servers are adopted.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "base/async/gate.hpp"
#include "base/async/notifier.hpp"
#include "base/async/spawn.hpp"
#include "cloud/elasticache/model.hpp"
#include "cloud/elasticache/server.hpp"
#include "cloud/metrics/gauges.hpp"
#include "cloud/store/address_block.hpp"
#include "cloud/store/store.hpp"

namespace sb::cloud::gateway {
class Gateway;
}

namespace sb::cloud::elasticache {

class Service {
 public:
  Service(Executor executor, Store& store, AddressBlock& addresses, Arns arns);

  void attach(gateway::Gateway& gateway);
  // Adopts what runs and goes on with what was under way. A machine without Redis is no error here.
  Task<Result<>> start();
  // Servers go on running.
  Task<> stop();
  // Ends all servers, for `down`; their data stays.
  Task<> shut_down();

  // AWS/ElastiCache.
  const metrics::MetricSource& metrics() const {
    return gauges_;
  }

  Outcome<api::CreateCacheClusterResponse> create(const api::CreateCacheClusterRequest& request);
  Outcome<api::DescribeCacheClustersResponse> describe(
      const api::DescribeCacheClustersRequest& request);
  Outcome<api::ModifyCacheClusterResponse> modify(const api::ModifyCacheClusterRequest& request);
  Outcome<api::RebootCacheClusterResponse> reboot(const api::RebootCacheClusterRequest& request);
  Outcome<api::DeleteCacheClusterResponse> erase(const api::DeleteCacheClusterRequest& request);
  Outcome<api::DescribeReplicationGroupsResponse> describe_groups(
      const api::DescribeReplicationGroupsRequest& request);
  Outcome<api::AddTagsToResourceResponse> add_tags(const api::AddTagsToResourceRequest& request);
  Outcome<api::RemoveTagsFromResourceResponse> remove_tags(
      const api::RemoveTagsFromResourceRequest& request);
  Outcome<api::ListTagsForResourceResponse> list_tags(
      const api::ListTagsForResourceRequest& request);

 private:
  Outcome<Cache> find(const std::optional<std::string>& id);
  Outcome<Cache> find_available(const std::optional<std::string>& id);
  Outcome<std::vector<api::Tag>> change_tags(
      const std::optional<std::string>& arn,
      const std::function<void(std::vector<api::Tag>&)>& change);
  Result<> put(const Cache& cache);
  Result<> set_status(const std::string& id, const char* status);
  std::shared_ptr<Server> server_of(const Cache& cache);
  void work_on(const std::string& id);
  Task<> work(std::string id);
  Task<Result<>> perform(std::string id);
  Task<> keep_measuring();
  Task<> measure(std::string id, std::shared_ptr<Server> server);

  Executor executor_;
  Store& store_;
  AddressBlock& addresses_;
  Arns arns_;
  Gate gate_;
  std::string version_;  // empty: Redis is missing
  std::map<std::string, std::shared_ptr<Server>> servers_;
  std::map<std::string, bool> at_work_;  // by id: whether more work came meanwhile
  metrics::Gauges gauges_;
  Notifier stopping_;
};

}  // namespace sb::cloud::elasticache
