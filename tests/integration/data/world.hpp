// One saltcloud's data services with real servers, which can be halted and booted again.
#pragma once

#include <gtest/gtest.h>

#include "cloud/elasticache/service.hpp"
#include "cloud/rds/service.hpp"
#include "support/temporary_directory.hpp"

namespace sb::cloud {

using std::chrono::seconds;
namespace cache_api = aws::elasticache;
namespace rds_api = aws::rds;

inline Deadline limit() {
  return Deadline::after(seconds(60));
}

// Destroying `daemon` is what a killed daemon is to its children.
struct World {
  explicit World(Executor e) : executor(std::move(e)) {
    store.emplace(Store::open(home / "cloud").value());
    kms.emplace(Kms::open(home / "kms.key").value());
    // Claimed where every saltcloud of this machine does: other tests run beside this one.
    addresses.emplace(AddressBlock::open(*store, home.path()).value());
  }
  ~World() {
    (void)addresses->abandon();
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  struct Daemon {
    rds::Service rds;
    elasticache::Service cache;
  };
  Task<> boot() {
    daemon.reset(new Daemon{.rds = rds::Service(executor, *store, *kms, *addresses, pool, Arns{}),
                            .cache = elasticache::Service(executor, *store, *addresses, Arns{})});
    auto rds = co_await daemon->rds.start();
    auto cache = co_await daemon->cache.start();
    EXPECT_TRUE(rds && cache);
  }
  Task<> halt() {
    co_await daemon->rds.stop();
    co_await daemon->cache.stop();
    daemon.reset();
  }

  Executor executor;
  test::TemporaryDirectory home;
  BlockingPool pool{2};
  std::optional<Store> store;
  std::optional<Kms> kms;
  std::optional<AddressBlock> addresses;
  std::unique_ptr<Daemon> daemon;
};

inline void in_world(Task<> (*body)(World&)) {
  run_task([](Task<> (*inner)(World&)) -> Task<> {
    World world(co_await current_executor());
    co_await world.boot();
    co_await inner(world);
    if (!world.daemon) co_await world.boot();
    co_await world.daemon->rds.shut_down();
    co_await world.daemon->cache.shut_down();
  }(body));
}

inline std::string instance_status(World& world, const std::string& id) {
  rds_api::DescribeDBInstancesRequest request;
  request.DBInstanceIdentifier = id;
  auto response = world.daemon->rds.describe(request);
  return response ? response->DBInstances.at(0).DBInstanceStatus.value() : response.error().code;
}

inline Task<std::string> settled(World& world, std::string id) {
  for (int i = 0; i < 6000; ++i) {
    auto status = instance_status(world, id);
    if (status == "available" || status == "failed" || status == "stopped" ||
        status == "DBInstanceNotFound")
      co_return status;
    co_await sleep_for(Duration(10));
  }
  co_return "never settled";
}

inline Task<std::string> cache_settled(World& world, std::string id) {
  cache_api::DescribeCacheClustersRequest request;
  request.CacheClusterId = id;
  for (int i = 0; i < 6000; ++i) {
    auto response = world.daemon->cache.describe(request);
    auto status =
        response ? response->CacheClusters.at(0).CacheClusterStatus.value() : response.error().code;
    if (status == "available" || status == "failed" || status == "CacheClusterNotFound")
      co_return status;
    co_await sleep_for(Duration(10));
  }
  co_return "never settled";
}

inline rds_api::CreateDBInstanceRequest new_instance() {
  rds_api::CreateDBInstanceRequest request;
  request.DBInstanceIdentifier = "prod";
  request.DBInstanceClass = "db.t3.medium";
  request.Engine = "postgres";
  request.MasterUsername = "salt";
  request.MasterUserPassword = "first-password";
  request.DBName = "saltbitter";
  return request;
}

}  // namespace sb::cloud
