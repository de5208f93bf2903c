// Cache clusters as rules without a server. Pure.
#pragma once

#include <boost/describe.hpp>
#include <string>

#include "aws/model/elasticache.hpp"
#include "cloud/gateway/fault.hpp"
#include "cloud/store/arn.hpp"

namespace sb::cloud::elasticache {

namespace api = aws::elasticache;
using gateway::Outcome;

namespace status {
inline constexpr const char* kCreating = "creating";
inline constexpr const char* kAvailable = "available";
inline constexpr const char* kModifying = "modifying";
inline constexpr const char* kRebooting = "rebooting cluster nodes";
inline constexpr const char* kDeleting = "deleting";
inline constexpr const char* kFailed = "failed";
}  // namespace status

// As stored; the node's endpoint is shown once it answers.
struct Cache {
  api::CacheCluster view;
  std::vector<api::Tag> tags;
  std::string address;
  int port = 6379;

  const std::string& id() const {
    return *view.CacheClusterId;
  }
  const std::string& status() const {
    return *view.CacheClusterStatus;
  }
};
BOOST_DESCRIBE_STRUCT(Cache, (), (view, tags, address, port))

std::string normalize_id(std::string_view id_or_arn);
// A new cluster, `creating`, without address. `version` is what the installed server is.
Outcome<Cache> plan(const api::CreateCacheClusterRequest& request, const std::string& version,
                    const Arns& arns, Timestamp now);
Outcome<void> modify(Cache& cache, const api::ModifyCacheClusterRequest& request);
// As Describe shows it: nodes only when asked for.
api::CacheCluster shown(const Cache& cache, bool with_nodes);
void set_status(Cache& cache, const char* status);
void set_tags(std::vector<api::Tag>& tags, const std::vector<api::Tag>& added);

}  // namespace sb::cloud::elasticache
