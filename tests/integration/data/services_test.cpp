// RDS and ElastiCache with real servers, over restarts of the daemon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "base/pg/pg.hpp"
#include "base/redis/redis.hpp"
#include "integration/data/world.hpp"

namespace sb::cloud {
namespace {

std::string dsn(World& world, const std::string& id, const std::string& password) {
  rds_api::DescribeDBInstancesRequest request;
  request.DBInstanceIdentifier = id;
  auto endpoint = world.daemon->rds.describe(request)->DBInstances.at(0).Endpoint.value();
  return fmt::format("postgresql://salt:{}@{}:{}/saltbitter", password, *endpoint.Address,
                     *endpoint.Port);
}

Task<Result<std::string>> ask(std::string where, std::string sql) {
  SB_CO_TRY(auto connection, co_await pg::Connection::connect(std::move(where), limit()));
  SB_CO_TRY(auto rows, co_await connection->query(std::move(sql), {}, limit()));
  co_return rows.empty() ? std::string() : std::string(rows.text(0, 0));
}

TEST(RdsService, creates_snapshots_restores_and_deletes) {
  in_world([](World& world) -> Task<> {
    auto& rds = world.daemon->rds;
    auto created = rds.create(new_instance());
    EXPECT_TRUE(created);
    EXPECT_EQ(created->DBInstance->DBInstanceStatus, "creating");
    EXPECT_FALSE(created->DBInstance->Endpoint);
    EXPECT_EQ(rds.create(new_instance()).error().code, "DBInstanceAlreadyExists");
    EXPECT_EQ(co_await settled(world, "prod"), "available");
    EXPECT_EQ(
        (co_await ask(dsn(world, "prod", "first-password"), "CREATE TABLE t AS SELECT 42 AS x"))
            .value_or("failed"),
        "");

    rds_api::CreateDBSnapshotRequest snapshot;
    snapshot.DBInstanceIdentifier = "prod";
    snapshot.DBSnapshotIdentifier = "Before-Release";
    EXPECT_TRUE(rds.create_snapshot(snapshot));
    EXPECT_EQ(instance_status(world, "prod"), "backing-up");
    EXPECT_EQ(rds.create_snapshot(snapshot).error().code, "DBSnapshotAlreadyExists");
    EXPECT_EQ(co_await settled(world, "prod"), "available");
    rds_api::DescribeDBSnapshotsRequest describe;
    describe.DBInstanceIdentifier = "prod";
    auto snapshots = rds.describe_snapshots(describe).value().DBSnapshots;
    EXPECT_EQ(snapshots.size(), 2U);  // the automated one is older
    EXPECT_EQ(snapshots.front().SnapshotType, "automated");
    EXPECT_EQ(snapshots.back().DBSnapshotIdentifier, "before-release");
    EXPECT_EQ(snapshots.back().Status, "available");
    EXPECT_TRUE(snapshots.back().SnapshotCreateTime);

    rds_api::RestoreDBInstanceFromDBSnapshotRequest restore;
    restore.DBInstanceIdentifier = "prod-restored";
    restore.DBSnapshotIdentifier = "before-release";
    EXPECT_TRUE(rds.restore(restore));
    EXPECT_EQ(rds.restore(restore).error().code, "DBInstanceAlreadyExists");
    EXPECT_EQ(co_await settled(world, "prod-restored"), "available");
    EXPECT_EQ((co_await ask(dsn(world, "prod-restored", "first-password"), "SELECT x FROM t"))
                  .value_or("failed"),
              "42");

    rds_api::DeleteDBInstanceRequest erase;
    erase.DBInstanceIdentifier = "prod-restored";
    EXPECT_EQ(rds.erase(erase).error().code, "InvalidParameterCombination");
    erase.SkipFinalSnapshot = true;
    EXPECT_TRUE(rds.erase(erase));
    EXPECT_EQ(co_await settled(world, "prod-restored"), "DBInstanceNotFound");
    restore.DBSnapshotIdentifier = "absent";
    EXPECT_EQ(rds.restore(restore).error().code, "DBSnapshotNotFound");
  });
}

TEST(RdsService, changes_password_port_and_name) {
  in_world([](World& world) -> Task<> {
    auto& rds = world.daemon->rds;
    auto request = new_instance();
    request.BackupRetentionPeriod = 0;
    EXPECT_TRUE(rds.create(request));
    EXPECT_EQ(co_await settled(world, "prod"), "available");

    rds_api::ModifyDBInstanceRequest change;
    change.DBInstanceIdentifier = "prod";
    change.NewDBInstanceIdentifier = "renamed";
    change.MasterUserPassword = "second-password";
    change.DBPortNumber = 6543;
    change.ApplyImmediately = true;
    EXPECT_TRUE(rds.modify(change));
    EXPECT_EQ(co_await settled(world, "renamed"), "available");

    EXPECT_EQ(instance_status(world, "prod"), "DBInstanceNotFound");
    auto where = dsn(world, "renamed", "second-password");
    EXPECT_TRUE(where.contains(":6543/"));
    EXPECT_EQ((co_await ask(where, "SELECT 1")).value_or("failed"), "1");
    auto stored = world.store->get_text("rds.instance", "renamed").value();
    EXPECT_FALSE(stored.contains("password\":\"second"));
    EXPECT_FALSE(stored.contains("second-password"));
  });
}

TEST(RdsService, goes_on_with_what_was_under_way_when_it_was_killed) {
  in_world([](World& world) -> Task<> {
    EXPECT_TRUE(world.daemon->rds.create(new_instance()));
    // Somewhere in the middle of it.
    co_await sleep_for(Duration(200));
    co_await world.halt();
    co_await world.boot();
    EXPECT_EQ(co_await settled(world, "prod"), "available");
    EXPECT_EQ((co_await ask(dsn(world, "prod", "first-password"), "SELECT 1")).value_or("failed"),
              "1");

    auto session = co_await pg::Connection::connect(dsn(world, "prod", "first-password"), limit());
    EXPECT_TRUE(session);
    co_await world.halt();
    co_await world.boot();
    rds_api::DescribeDBInstancesRequest describe;
    EXPECT_EQ(world.daemon->rds.describe(describe)->DBInstances.at(0).DBInstanceStatus,
              "available");
    if (session) {
      auto rows = co_await (*session)->query("SELECT 1", {}, limit());
      EXPECT_TRUE(rows);
    }
  });
}

// Stops initdb once its sandbox is up, so that it never ends by itself.
Task<bool> hold_initdb(World& world) {
  for (auto end = limit(); !end.has_passed(); co_await sleep_for(Duration(5))) {
    auto folders = fs::list(world.home / "cloud" / "postgres").value_or(std::vector<fs::Path>());
    for (const auto& folder : folders) {
      if (!folder.filename().string().ends_with(".sandbox")) continue;
      if (!fs::read_file(folder / "status.json").value_or("").contains("child-pid")) continue;
      auto sandbox = co_await runtime::Sandbox::adopt(folder);
      if (sandbox && sandbox->signal(SIGSTOP)) co_return true;
    }
  }
  co_return false;
}

// A service that ended while its work went on would leave that work with a service that is gone.
TEST(RdsService, cuts_off_work_that_does_not_end_before_it_goes) {
  in_world([](World& world) -> Task<> {
    EXPECT_TRUE(world.daemon->rds.create(new_instance()));
    EXPECT_TRUE(co_await hold_initdb(world));
    co_await world.halt();
    EXPECT_TRUE(world.store->get_text("rds.instance", "prod")->contains("creating"));
    co_await world.boot();
    EXPECT_EQ(co_await settled(world, "prod"), "available");
  });
}

// A file where the folder of PostgreSQL's data has to be: nothing can be created.
TEST(RdsService, says_why_an_instance_failed_in_its_events) {
  in_world([](World& world) -> Task<> {
    EXPECT_TRUE(fs::write_file(world.store->folder() / "rds", "in the way"));
    EXPECT_TRUE(world.daemon->rds.create(new_instance()));
    EXPECT_EQ(co_await settled(world, "prod"), "failed");

    rds_api::DescribeEventsRequest request;
    request.SourceIdentifier = "prod";
    request.SourceType = "db-instance";
    request.EventCategories = {"failure"};
    auto events = world.daemon->rds.describe_events(request).value().Events;
    EXPECT_EQ(events.size(), 1U);
    if (events.empty()) co_return;
    auto message = events.back().Message.value();
    EXPECT_TRUE(message.starts_with("DB instance put into failed. ")) << message;
    EXPECT_TRUE(message.contains((world.store->folder() / "rds").string())) << message;
  });
}

TEST(RdsService, stops_and_starts_an_instance) {
  in_world([](World& world) -> Task<> {
    auto& rds = world.daemon->rds;
    EXPECT_TRUE(rds.create(new_instance()));
    EXPECT_EQ(co_await settled(world, "prod"), "available");
    rds_api::StopDBInstanceRequest stop;
    stop.DBInstanceIdentifier = "prod";
    EXPECT_TRUE(rds.stop_instance(stop));
    EXPECT_EQ(co_await settled(world, "prod"), "stopped");
    EXPECT_FALSE(co_await ask(dsn(world, "prod", "first-password"), "SELECT 1"));
    rds_api::StartDBInstanceRequest start;
    start.DBInstanceIdentifier = "prod";
    EXPECT_TRUE(rds.start_instance(start));
    EXPECT_EQ(co_await settled(world, "prod"), "available");
    EXPECT_TRUE(co_await ask(dsn(world, "prod", "first-password"), "SELECT 1"));
    rds_api::RebootDBInstanceRequest reboot;
    reboot.DBInstanceIdentifier = "prod";
    EXPECT_TRUE(rds.reboot(reboot));
    EXPECT_EQ(co_await settled(world, "prod"), "available");
  });
}

TEST(ElastiCacheService, creates_keeps_data_over_reboots_and_restarts_and_deletes) {
  in_world([](World& world) -> Task<> {
    cache_api::CreateCacheClusterRequest request;
    request.CacheClusterId = "salt-cache";
    auto created = world.daemon->cache.create(request);
    EXPECT_TRUE(created);
    EXPECT_EQ(created->CacheCluster->CacheClusterStatus, "creating");
    EXPECT_EQ(world.daemon->cache.create(request).error().code, "CacheClusterAlreadyExists");
    EXPECT_EQ(co_await cache_settled(world, "salt-cache"), "available");
    cache_api::DescribeCacheClustersRequest describe;
    describe.CacheClusterId = "salt-cache";
    EXPECT_TRUE(world.daemon->cache.describe(describe)->CacheClusters.at(0).CacheNodes.empty());
    describe.ShowCacheNodeInfo = true;
    auto endpoint = world.daemon->cache.describe(describe)
                        ->CacheClusters.at(0)
                        .CacheNodes.at(0)
                        .Endpoint.value();
    auto url = fmt::format("redis://{}:{}", *endpoint.Address, *endpoint.Port);
    {
      redis::Client client(world.executor, url);
      redis::Command set = {"SET", "key", "kept"};
      EXPECT_TRUE(co_await client.command(std::move(set), limit()));
    }

    cache_api::RebootCacheClusterRequest reboot;
    reboot.CacheClusterId = "salt-cache";
    reboot.CacheNodeIdsToReboot = {"0001"};
    EXPECT_TRUE(world.daemon->cache.reboot(reboot));
    EXPECT_EQ(co_await cache_settled(world, "salt-cache"), "available");
    co_await world.halt();
    co_await world.boot();
    EXPECT_EQ(co_await cache_settled(world, "salt-cache"), "available");
    {
      redis::Client client(world.executor, url);
      redis::Command get = {"GET", "key"};
      auto reply = co_await client.command(std::move(get), limit());
      EXPECT_TRUE(reply && reply->text() != nullptr && *reply->text() == "kept");
    }

    cache_api::DeleteCacheClusterRequest erase;
    erase.CacheClusterId = "salt-cache";
    EXPECT_TRUE(world.daemon->cache.erase(erase));
    EXPECT_EQ(co_await cache_settled(world, "salt-cache"), "CacheClusterNotFound");
  });
}

TEST(ElastiCacheService, refuses_what_it_cannot_do) {
  in_world([](World& world) -> Task<> {
    cache_api::CreateCacheClusterRequest request;
    request.CacheClusterId = "salt-cache";
    request.Engine = "memcached";
    EXPECT_EQ(world.daemon->cache.create(request).error().code, "InvalidParameterValue");
    cache_api::DescribeReplicationGroupsRequest groups;
    EXPECT_TRUE(world.daemon->cache.describe_groups(groups)->ReplicationGroups.empty());
    groups.ReplicationGroupId = "absent";
    EXPECT_EQ(world.daemon->cache.describe_groups(groups).error().code,
              "ReplicationGroupNotFoundFault");
    co_return;
  });
}

}  // namespace
}  // namespace sb::cloud
