#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "release/operate/deployment.hpp"
#include "release/operate/snapshots.hpp"

namespace sb::release::operate {
namespace {

using ::testing::HasSubstr;

Timestamp at(std::int64_t seconds) {
  return from_unix_ms(seconds * 1000);
}

TEST(Snapshots, the_newest_available_one_is_restored_not_one_in_the_making) {
  std::vector<Snapshot> snapshots{{.id = "old", .status = "available", .at = at(100)},
                                  {.id = "new", .status = "available", .at = at(200)},
                                  {.id = "failed", .status = "failed", .at = at(300)},
                                  {.id = "making", .status = "creating"}};

  auto sorted = newest_first(snapshots);

  EXPECT_EQ(sorted[0].id, "making");
  EXPECT_EQ(sorted[1].id, "failed");
  EXPECT_EQ(sorted[3].id, "old");
  EXPECT_EQ(newest_available(sorted)->id, "new");
  EXPECT_EQ(newest_available({}), nullptr);
}

TEST(Snapshots, another_address_leaves_the_rest_of_the_url_alone) {
  auto url =
      with_address("postgresql://app:p%40ss@10.0.0.1:5432/saltbitter?sslmode=require", "db2", 6000);

  EXPECT_EQ(url.value(), "postgresql://app:p%40ss@db2:6000/saltbitter?sslmode=require");
  EXPECT_EQ(with_address("redis://h/0", "x", 1).value(), "redis://x:1/0");
  EXPECT_EQ(address_in("postgresql://app:p@ss@10.0.0.1:5432/db"), "10.0.0.1:5432");
}

TEST(Snapshots, a_value_that_is_no_url_is_refused_without_being_quoted) {
  auto url = with_address("hunter2", "db2", 6000);

  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().text().find("hunter2"), std::string::npos);
}

TEST(Snapshots, spans_are_told_in_the_units_that_fit) {
  EXPECT_EQ(describe_span(std::chrono::seconds(5)), "5 s");
  EXPECT_EQ(describe_span(std::chrono::minutes(12)), "12 min");
  EXPECT_EQ(describe_span(std::chrono::minutes(192)), "3 h 12 min");
  EXPECT_EQ(describe_span(std::chrono::hours(50)), "2 d 2 h");
  EXPECT_EQ(describe_span(-std::chrono::seconds(5)), "0 s");
}

TEST(DeploymentWatch, each_end_has_its_outcome) {
  auto verdict = [](std::string status) { return verdict_of({.status = std::move(status)}); };

  EXPECT_EQ(verdict("SUCCESSFUL"), Outcome::complete);
  EXPECT_EQ(verdict("ROLLBACK_SUCCESSFUL"), Outcome::rolled_back);
  EXPECT_EQ(verdict("ROLLBACK_FAILED"), Outcome::rollback_failed);
  EXPECT_EQ(verdict("STOPPED"), Outcome::failed);
  EXPECT_EQ(verdict("ROLLBACK_IN_PROGRESS"), Outcome::none);
}

TEST(DeploymentWatch, says_when_an_unanswered_pause_ends) {
  aws::ecs::ServiceDeployment deployment;
  deployment.status = "IN_PROGRESS";
  aws::ecs::DeploymentLifecycleHookDetail hook;
  hook.hookId = "hook-1";
  hook.targetType = "PAUSE";
  hook.status = "AWAITING_ACTION";
  hook.expiresAt = at(0);
  hook.timeoutAction = "ROLLBACK";
  deployment.lifecycleHookDetails.push_back(hook);

  auto watch = watch_of(deployment);

  EXPECT_EQ(watch.waits_for_hook, "hook-1");
  EXPECT_THAT(describe(watch),
              HasSubstr("waits for an answer until 1970-01-01T00:00:00.000Z (then ROLLBACK)"));
}

}  // namespace
}  // namespace sb::release::operate
