// What ElastiCache is asked that needs no server's work: refusals in AWS's words, pages, changes,
// tags.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/data/world.hpp"

namespace sb::cloud {
namespace {

using ::testing::HasSubstr;

template <class Answer>
std::string refusal(const Answer& answer) {
  return answer ? "accepted" : answer.error().code + ": " + answer.error().message;
}

void refuses_clusters_that_it_cannot_make(elasticache::Service& cache) {
  auto with = [&](auto change) {
    cache_api::CreateCacheClusterRequest request;
    request.CacheClusterId = "salt-cache";
    change(request);
    return refusal(cache.create(request));
  };
  EXPECT_THAT(with([](auto& r) { r.CacheClusterId = "1st"; }), HasSubstr("not a valid identifier"));
  EXPECT_THAT(with([](auto& r) { r.NumCacheNodes = 2; }), HasSubstr("greater than 1"));
  EXPECT_THAT(with([](auto& r) { r.AuthToken = "secret-token"; }),
              HasSubstr("InvalidParameterCombination: Encryption in transit and AuthToken"));
  EXPECT_THAT(with([](auto& r) { r.ReplicationGroupId = "group"; }),
              HasSubstr("ReplicationGroup group not found"));
  EXPECT_THAT(with([](auto& r) { r.SnapshotName = "old"; }), HasSubstr("SnapshotNotFoundFault"));
  EXPECT_THAT(with([](auto& r) { r.Port = 80; }), HasSubstr("Invalid port 80"));
}

void changes_what_can_be_changed(elasticache::Service& cache) {
  cache_api::ModifyCacheClusterRequest change;
  change.CacheClusterId = "salt-cache";
  change.CacheNodeType = "cache.r6g.large";
  change.SnapshotWindow = "01:00-02:00";
  change.SnapshotRetentionLimit = 3;
  change.AutoMinorVersionUpgrade = false;
  change.PreferredMaintenanceWindow = "mon:01:00-mon:02:00";
  change.CacheParameterGroupName = "ours";
  auto changed = cache.modify(change).value().CacheCluster.value();
  EXPECT_EQ(changed.CacheNodeType, "cache.r6g.large");
  EXPECT_EQ(changed.CacheParameterGroup->CacheParameterGroupName, "ours");
  EXPECT_EQ(cache.describe({}).value().CacheClusters.at(0).SnapshotRetentionLimit, 3);

  change.AuthToken = "secret-token";
  EXPECT_THAT(refusal(cache.modify(change)), HasSubstr("AuthToken is not supported"));
  change.NumCacheNodes = 2;
  EXPECT_THAT(refusal(cache.modify(change)), HasSubstr("has one node"));
}

TEST(CacheOperations, refuse_in_the_words_of_what_is_wrong) {
  in_world([](World& world) -> Task<> {
    auto& cache = world.daemon->cache;
    refuses_clusters_that_it_cannot_make(cache);
    cache_api::CreateCacheClusterRequest request;
    request.CacheClusterId = "salt-cache";
    EXPECT_TRUE(cache.create(request));
    cache_api::RebootCacheClusterRequest reboot;
    reboot.CacheClusterId = "salt-cache";
    EXPECT_THAT(refusal(cache.reboot(reboot)), HasSubstr("is not in available state"));
    EXPECT_EQ(co_await cache_settled(world, "salt-cache"), "available");

    changes_what_can_be_changed(cache);
    reboot.CacheNodeIdsToReboot = {"0002"};
    EXPECT_THAT(refusal(cache.reboot(reboot)), HasSubstr("Cache node 0002 not found"));
    cache_api::DeleteCacheClusterRequest erase;
    erase.CacheClusterId = "salt-cache";
    erase.FinalSnapshotIdentifier = "last";
    EXPECT_THAT(refusal(cache.erase(erase)), HasSubstr("SnapshotFeatureNotSupportedFault"));
    erase.FinalSnapshotIdentifier.reset();
    EXPECT_TRUE(cache.erase(erase));
    EXPECT_THAT(refusal(cache.erase(erase)), HasSubstr("InvalidCacheClusterState"));
    EXPECT_EQ(co_await cache_settled(world, "salt-cache"), "CacheClusterNotFound");
  });
}

TEST(CacheOperations, pages_are_checked_and_tags_belong_to_clusters) {
  in_world([](World& world) -> Task<> {
    auto& cache = world.daemon->cache;
    cache_api::DescribeCacheClustersRequest list;
    list.MaxRecords = 5;
    EXPECT_THAT(refusal(cache.describe(list)), HasSubstr("Must be between 20 and 100"));
    list.MaxRecords = 20;
    list.Marker = "not ours!";
    EXPECT_THAT(refusal(cache.describe(list)), HasSubstr("The marker is not valid"));

    cache_api::CreateCacheClusterRequest request;
    request.CacheClusterId = "salt-cache";
    request.Tags = {{"team", "salt"}};
    EXPECT_TRUE(cache.create(request));
    cache_api::AddTagsToResourceRequest add;
    add.ResourceName = "arn:aws:elasticache:us-west-2:000000000000:cluster:salt-cache";
    add.Tags = {{"cost", "1"}};
    EXPECT_EQ(cache.add_tags(add).value().TagList.size(), 2U);
    add.Tags = {{"cost", "2"}};
    EXPECT_EQ(cache.add_tags(add).value().TagList.at(1).Value, "2");
    cache_api::RemoveTagsFromResourceRequest remove;
    remove.ResourceName = add.ResourceName;
    remove.TagKeys = {"team"};
    EXPECT_EQ(cache.remove_tags(remove).value().TagList.size(), 1U);
    cache_api::ListTagsForResourceRequest tags;
    tags.ResourceName = "arn:aws:elasticache:us-west-2:000000000000:cluster:absent";
    EXPECT_THAT(refusal(cache.list_tags(tags)), HasSubstr("CacheCluster not found: absent"));
    tags.ResourceName = "arn:aws:rds:us-west-2:000000000000:db:salt-cache";
    EXPECT_THAT(refusal(cache.list_tags(tags)), HasSubstr("Invalid ARN: arn:aws:rds"));
    co_return;
  });
}

}  // namespace
}  // namespace sb::cloud
