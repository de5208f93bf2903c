#include "saltctl/provision/provision.hpp"

#include <fmt/format.h>

#include "aws/model/ecs_cluster.hpp"
#include "aws/model/logs.hpp"
#include "aws/model/sts.hpp"
#include "saltctl/provision/balancing.hpp"
#include "saltctl/provision/calls.hpp"
#include "saltctl/provision/secrets.hpp"
#include "saltctl/provision/stores.hpp"

namespace sb::saltctl {
namespace {

using Describe = Task<Result<StoreView>> (*)(aws::Client&, const Environment&);

constexpr auto kStorePatience = std::chrono::minutes(20);  // AWS takes that long for a database

bool has_failed(const std::string& status) {
  return status == "failed" || status.starts_with("incompatible") || status == "deleting" ||
         status == "create-failed" || status == "deleted";
}

Task<Result<Address>> wait_for_store(aws::Client& client, const Environment& environment,
                                     Describe describe, std::string name, Steps& steps) {
  auto deadline = Deadline::after(kStorePatience);
  while (!deadline.has_passed()) {
    SB_CO_TRY(auto view, co_await describe(client, environment));
    if (view.status == "available" && view.address) co_return *view.address;
    if (has_failed(view.status)) {
      co_return fail(ErrorCode::failed_precondition,
                     "it is " + view.status + " and will not become available", name);
    }
    steps.note(view.status.empty() ? "not there yet" : view.status);
    co_await sleep_for(Duration(environment.release.poll_ms));
  }
  co_return fail(ErrorCode::timeout, "it did not become available", name);
}

// Why there is no database, and where RDS says more.
Task<Error> explain(aws::Client& client, const Environment& environment, Error error) {
  auto reason = co_await database_failure(client, environment);
  if (!reason.empty()) error.message += ": " + reason;
  error.message += fmt::format(
      " (saltctl shell {} -- aws rds describe-events --source-type db-instance "
      "--source-identifier {} --duration 1440)",
      environment.name, environment.database.identifier);
  co_return error;
}

Task<Result<std::string>> account_of(aws::Client& client) {
  SB_CO_TRY(auto identity, co_await call<aws::sts::GetCallerIdentity>(client, {}));
  co_return identity.Account.value_or("");
}

Task<Result<>> find_cluster(aws::Client& client, const Environment& environment,
                            Resources& resources) {
  aws::ecs::DescribeClustersRequest request;
  request.clusters = {environment.cluster};
  SB_CO_TRY(auto response, co_await call<aws::ecs::DescribeClusters>(client, std::move(request)));
  bool is_active = !response.clusters.empty() && response.clusters.front().status == "ACTIVE";
  if (!is_active) co_return fail(ErrorCode::not_found, "there is no cluster", environment.cluster);
  resources.cluster_arn = response.clusters.front().clusterArn.value_or("");
  co_return Result<>{};
}

Task<Result<>> ensure_cluster(aws::Client& client, const Environment& environment,
                              Resources& resources, Steps& steps) {
  steps.begin("cluster");
  aws::ecs::CreateClusterRequest request;
  request.clusterName = environment.cluster;
  SB_CO_TRY(auto created, co_await call<aws::ecs::CreateCluster>(client, std::move(request)));
  if (created.cluster) resources.cluster_arn = created.cluster->clusterArn.value_or("");
  aws::logs::CreateLogGroupRequest group;
  group.logGroupName = environment.log_group;
  auto made = co_await call<aws::logs::CreateLogGroup>(client, std::move(group));
  if (!made && !is_there_already(made.error())) co_return std::unexpected(made.error());
  steps.done(fmt::format("{}, logs in {}", environment.cluster, environment.log_group));
  co_return Result<>{};
}

// Both are asked for before either is waited for.
Task<Result<std::string>> begin_stores(aws::Client& client, const Environment& environment) {
  SB_CO_TRY(auto password, co_await ensure_master_password(client, environment));
  SB_CO_TRY(auto database, co_await describe_database(client, environment));
  if (database.status.empty()) {
    SB_CO_TRY_VOID(co_await create_database(client, environment, password));
  }
  SB_CO_TRY(auto cache, co_await describe_cache(client, environment));
  if (cache.status.empty()) {
    SB_CO_TRY_VOID(co_await create_cache(client, environment));
  }
  co_return password;
}

Task<Result<>> ensure_stores(aws::Client& client, const Environment& environment,
                             Resources& resources, Steps& steps) {
  steps.begin("database");
  const auto& database = environment.database.identifier;
  auto address = co_await wait_for_store(client, environment, describe_database, database, steps);
  if (!address) co_return std::unexpected(co_await explain(client, environment, address.error()));
  resources.database = *address;
  steps.done(
      fmt::format("{} at {}:{}", database, resources.database->host, resources.database->port));
  steps.begin("cache");
  const auto& cache = environment.cache.identifier;
  SB_CO_TRY(resources.cache,
            co_await wait_for_store(client, environment, describe_cache, cache, steps));
  steps.done(fmt::format("{} at {}:{}", cache, resources.cache->host, resources.cache->port));
  co_return Result<>{};
}

}  // namespace

Task<Result<Resources>> look_up(aws::Client& client, const Environment& environment) {
  Resources resources;
  SB_CO_TRY(resources.account, co_await account_of(client));
  SB_CO_TRY_VOID(co_await find_cluster(client, environment, resources));
  SB_CO_TRY_VOID(co_await find_balancing(client, environment, resources));
  SB_CO_TRY(auto database, co_await describe_database(client, environment));
  SB_CO_TRY(auto cache, co_await describe_cache(client, environment));
  resources.database = database.address;
  resources.cache = cache.address;
  SB_CO_TRY_VOID(co_await find_secrets(client, environment, resources));
  co_return resources;
}

Task<Result<Resources>> ensure(aws::Client& client, const Environment& environment,
                               CertificateOf certificate_of, Steps& steps) {
  Resources resources;
  SB_CO_TRY(resources.account, co_await account_of(client));
  SB_CO_TRY_VOID(co_await ensure_cluster(client, environment, resources, steps));
  SB_CO_TRY(auto password, co_await begin_stores(client, environment));
  SB_CO_TRY_VOID(co_await ensure_balancing(client, environment, certificate_of, resources, steps));
  SB_CO_TRY_VOID(co_await ensure_stores(client, environment, resources, steps));
  steps.begin("secrets");
  SB_CO_TRY_VOID(co_await ensure_secrets(client, environment, password, resources));
  steps.done(fmt::format("{} values", resources.secret_values.size()));
  co_return resources;
}

}  // namespace sb::saltctl
