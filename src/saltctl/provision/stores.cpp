#include "saltctl/provision/stores.hpp"

#include "aws/model/elasticache.hpp"
#include "aws/model/rds.hpp"
#include "saltctl/provision/calls.hpp"

namespace sb::saltctl {
namespace {

namespace rds = aws::rds;
namespace cache = aws::elasticache;

template <class Endpoint>
std::optional<Address> address_of(const std::optional<Endpoint>& endpoint) {
  if (!endpoint || !endpoint->Address || !endpoint->Port) return std::nullopt;
  return Address{*endpoint->Address, static_cast<std::uint16_t>(*endpoint->Port)};
}

}  // namespace

Task<Result<StoreView>> describe_database(aws::Client& client, const Environment& environment) {
  rds::DescribeDBInstancesRequest request;
  request.DBInstanceIdentifier = environment.database.identifier;
  auto response = co_await call<rds::DescribeDBInstances>(client, std::move(request));
  if (!response && is_missing(response.error())) co_return StoreView{};
  if (!response) co_return std::unexpected(response.error());
  if (response->DBInstances.empty()) co_return StoreView{};
  const auto& instance = response->DBInstances.front();
  co_return StoreView{instance.DBInstanceStatus.value_or("unknown"), address_of(instance.Endpoint)};
}

Task<std::string> database_failure(aws::Client& client, const Environment& environment) {
  constexpr int kMinutes = 14 * 24 * 60;  // all that RDS keeps
  rds::DescribeEventsRequest request;
  request.SourceIdentifier = environment.database.identifier;
  request.SourceType = "db-instance";
  request.EventCategories = {"failure"};
  request.Duration = kMinutes;
  std::string reason;
  do {
    auto page = co_await call<rds::DescribeEvents>(client, request);
    if (!page) co_return reason;  // the status alone must do
    if (!page->Events.empty()) reason = page->Events.back().Message.value_or("");
    request.Marker = page->Marker;
  } while (request.Marker);
  co_return reason;
}

Task<Result<StoreView>> describe_cache(aws::Client& client, const Environment& environment) {
  cache::DescribeCacheClustersRequest request;
  request.CacheClusterId = environment.cache.identifier;
  request.ShowCacheNodeInfo = true;
  auto response = co_await call<cache::DescribeCacheClusters>(client, std::move(request));
  if (!response && is_missing(response.error())) co_return StoreView{};
  if (!response) co_return std::unexpected(response.error());
  if (response->CacheClusters.empty()) co_return StoreView{};
  const auto& cluster = response->CacheClusters.front();
  StoreView view{cluster.CacheClusterStatus.value_or("unknown"), std::nullopt};
  if (!cluster.CacheNodes.empty()) view.address = address_of(cluster.CacheNodes.front().Endpoint);
  co_return view;
}

Task<Result<>> create_database(aws::Client& client, const Environment& environment,
                               std::string password) {
  const auto& declared = environment.database;
  rds::CreateDBInstanceRequest request;
  request.DBInstanceIdentifier = declared.identifier;
  request.DBName = declared.name;
  request.Engine = "postgres";
  request.EngineVersion = declared.engine_version;
  request.DBInstanceClass = declared.instance_class;
  request.AllocatedStorage = declared.storage_gib;
  request.MasterUsername = declared.user;
  request.MasterUserPassword = std::move(password);
  request.VpcSecurityGroupIds = environment.network.security_groups;
  request.BackupRetentionPeriod = 7;
  request.DeletionProtection = environment.is_production();
  request.PubliclyAccessible = false;
  SB_CO_TRY(auto response, co_await call<rds::CreateDBInstance>(client, std::move(request)));
  co_return Result<>{};
}

Task<Result<>> create_cache(aws::Client& client, const Environment& environment) {
  cache::CreateCacheClusterRequest request;
  request.CacheClusterId = environment.cache.identifier;
  request.CacheNodeType = environment.cache.node_type;
  request.Engine = "redis";
  request.NumCacheNodes = 1;
  request.SecurityGroupIds = environment.network.security_groups;
  SB_CO_TRY(auto response, co_await call<cache::CreateCacheCluster>(client, std::move(request)));
  co_return Result<>{};
}

}  // namespace sb::saltctl
