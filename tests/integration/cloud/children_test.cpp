// What saltcloud runs goes on without it, is found again by the next one, and is ended by
// `saltcloud stop --children` even when no daemon lives.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "aws/model/elasticache.hpp"
#include "support/saltcloud_fixture.hpp"

namespace sb::cloud {
namespace {

using testing::Child;
using ::testing::HasSubstr;
using testing::Saltcloud;
namespace api = aws::elasticache;

Result<api::CacheCluster> describe(const Saltcloud& cloud) {
  api::DescribeCacheClustersRequest request;
  request.CacheClusterId = "sessions";
  request.ShowCacheNodeInfo = true;
  SB_TRY(auto reply, cloud.call<api::DescribeCacheClusters>(request));
  if (reply.CacheClusters.empty()) return fail(ErrorCode::not_found, "no such cluster");
  return reply.CacheClusters.front();
}

// Whatever answers to `words` in its own protocol, asked with redis-cli.
std::string ask(const std::string& address, const std::vector<std::string>& words,
                const std::filesystem::path& log) {
  std::vector<std::string> argv = {"redis-cli", "-h", address};
  argv.insert(argv.end(), words.begin(), words.end());
  std::error_code ignored;
  std::filesystem::remove(log, ignored);
  Child child(
      {.argv = argv, .environment = {}, .working_directory = {}, .log_file = log, .user = {}});
  child.wait(std::chrono::seconds(20));
  return child.log();
}

TEST(SaltcloudChildren, outlive_a_killed_daemon_and_end_when_told) {
  Saltcloud cloud;
  api::CreateCacheClusterRequest create;
  create.CacheClusterId = "sessions";
  create.Engine = "redis";
  create.CacheNodeType = "cache.t3.micro";
  create.NumCacheNodes = 1;
  auto created = cloud.call<api::CreateCacheCluster>(create);
  ASSERT_TRUE(created) << created.error().text();
  ASSERT_TRUE(testing::eventually(
      [&] {
        auto cluster = describe(cloud);
        return cluster && cluster->CacheClusterStatus == "available";
      },
      std::chrono::seconds(60)));
  auto node = describe(cloud)->CacheNodes.at(0);
  auto address = *node.Endpoint->Address;
  auto log = cloud.home() / "redis-cli.log";
  EXPECT_THAT(ask(address, {"SET", "user", "1"}, log), HasSubstr("OK"));

  cloud.kill();
  EXPECT_THAT(ask(address, {"GET", "user"}, log), HasSubstr("1"));

  cloud.start();
  EXPECT_EQ(*describe(cloud)->CacheClusterStatus, "available");
  EXPECT_THAT(ask(address, {"GET", "user"}, log), HasSubstr("1"));

  cloud.kill();
  Child stop({.argv = {Saltcloud::program().string(), "stop", "--children", "--home",
                       cloud.home().string()},
              .environment = {},
              .working_directory = {},
              .log_file = cloud.home() / "stop.log",
              .user = {}});
  EXPECT_EQ(stop.wait(std::chrono::seconds(60)), 0) << stop.log();
  EXPECT_THAT(stop.log(), HasSubstr("1 child process ended"));
  EXPECT_THAT(ask(address, {"PING"}, log), HasSubstr("refused"));
}

}  // namespace
}  // namespace sb::cloud
