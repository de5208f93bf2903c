// The one sentence that `saltctl status` and the journal say about a release.
#include <gtest/gtest.h>

#include "release/engine/engine.hpp"

namespace sb::release {
namespace {

State at(Stage stage) {
  State state;
  state.plan.environment = "production";
  state.plan.to_version = "1.2.3";
  state.plan.image = "registry/web@sha256:1";
  state.stage = stage;
  return state;
}

State ended(Outcome outcome) {
  auto state = at(Stage::ended);
  state.outcome = outcome;
  state.cause = "the smoke tests failed";
  return state;
}

TEST(ReleaseDescription, says_what_each_stage_waits_for) {
  const std::pair<Stage, std::string> kStages[] = {
      {Stage::created, "not begun"},
      {Stage::locking, "taking the release lock"},
      {Stage::checking, "checking what is there"},
      {Stage::snapshotting, "waiting for the database snapshot"},
      {Stage::registering, "registering the task definition"},
      {Stage::migrating, "migrating the database"},
      {Stage::updating, "asking ECS for the deployment"},
      {Stage::deploying, "the deployment has begun"},
      {Stage::tidying, "taking the pause hooks off the service"},
      {Stage::unlocking, "releasing the lock"},
  };

  for (const auto& [stage, words] : kStages)
    EXPECT_EQ(describe(at(stage)), "deploy of 1.2.3 to production: " + words);
}

TEST(ReleaseDescription, says_how_far_ecs_is) {
  auto state = at(Stage::deploying);
  auto& seen = state.forward.seen;
  seen.status = "IN_PROGRESS";
  seen.stage = "SCALE_UP";
  seen.target_running = 1;
  seen.target_requested = 3;
  EXPECT_EQ(describe(state),
            "deploy of 1.2.3 to production: ECS is at SCALE_UP (1 of 3 tasks running)");

  seen.stage = "POST_TEST_TRAFFIC_SHIFT";
  seen.hook_id = "hook";
  EXPECT_TRUE(describe(state).ends_with("paused: smoke tests on the test listener"));
  seen.stage = "POST_PRODUCTION_TRAFFIC_SHIFT";
  EXPECT_TRUE(describe(state).ends_with("serving all traffic, being tested"));
  state.is_watching = true;
  EXPECT_TRUE(describe(state).ends_with("serving all traffic, being watched"));
}

TEST(ReleaseDescription, gives_the_cause_of_every_way_that_is_not_forward) {
  auto back = at(Stage::rolling_back);
  back.cause = "errors";
  EXPECT_EQ(describe(back), "deploy of 1.2.3 to production: rolling back: errors");
  back.stage = Stage::restoring;
  EXPECT_EQ(describe(back),
            "deploy of 1.2.3 to production: deploying the old version again: errors");

  EXPECT_TRUE(
      describe(ended(Outcome::rolled_back)).ends_with("rolled back: the smoke tests failed"));
  EXPECT_TRUE(describe(ended(Outcome::rollback_failed))
                  .ends_with("ROLLBACK FAILED: the smoke tests failed"));
  EXPECT_TRUE(describe(ended(Outcome::refused)).ends_with("refused: the smoke tests failed"));
  EXPECT_TRUE(describe(ended(Outcome::failed)).ends_with(": failed: the smoke tests failed"));
}

TEST(ReleaseDescription, does_not_hide_that_too_few_requests_were_judged) {
  auto done = ended(Outcome::complete);
  EXPECT_EQ(describe(done), "deploy of 1.2.3 to production: complete");
  done.watch_accepted_thin = true;
  EXPECT_TRUE(describe(done).ends_with("complete (with too little traffic to judge by)"));
}

TEST(ReleaseDescription, an_interrupted_release_says_what_to_type) {
  auto state = at(Stage::migrating);
  state.is_interrupted = true;
  state.last_error = "the cloud is gone";
  EXPECT_EQ(describe(state),
            "deploy of 1.2.3 to production: interrupted while migrating the database (the cloud is "
            "gone); `saltctl resume production` goes on");
}

TEST(ReleaseDescription, a_rollback_without_a_version_is_named_by_its_definition) {
  auto state = at(Stage::locking);
  state.plan.kind = Kind::rollback;
  state.plan.to_version.clear();
  state.plan.to_task_definition = "web:7";
  EXPECT_EQ(describe(state), "rollback of web:7 to production: taking the release lock");
  state.plan.to_task_definition.clear();
  EXPECT_EQ(describe(state),
            "rollback of registry/web@sha256:1 to production: taking the release lock");
}

}  // namespace
}  // namespace sb::release
