#include "saltctl/release_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>

#include "base/json/codec.hpp"

namespace sb::saltctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
namespace rel = release;

constexpr Traits kTerminal{.is_terminal = true, .has_colour = false, .width = 160};
constexpr Traits kPipe{.is_terminal = false, .has_colour = false, .width = 80};

// Everything that is written to a console of these traits.
std::string written(Traits traits, const std::function<void(Console&)>& draw) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  {
    Console console(ends[1], traits);
    draw(console);
  }
  close(ends[1]);
  std::string text;
  char block[4096];
  for (ssize_t size = 0; (size = read(ends[0], block, sizeof block)) > 0;)
    text.append(block, static_cast<std::size_t>(size));
  close(ends[0]);
  return text;
}

rel::Plan a_plan() {
  rel::Plan plan;
  plan.release_id = "rel-1";
  plan.environment = "production";
  plan.from_version = "1.0.0";
  plan.to_version = "2.0.0";
  plan.from_task_definition = "arn:aws:ecs:us-west-2:000000000000:task-definition/api:4";
  plan.image = "saltbitter:2.0.0@sha256:abc";
  plan.migrations = {"0007_photos", "0008_matches"};
  plan.schema_to = "0008_matches";
  plan.db_instance = "saltbitter-prod";
  return plan;
}

rel::State at(rel::Stage stage) {
  rel::State state;
  state.plan = a_plan();
  state.stage = stage;
  return state;
}

// What a pipe gets of one event.
std::string said(const rel::EventBody& body, const rel::State& before, const rel::State& after) {
  return written(kPipe, [&](Console& console) {
    ReleaseView view(console);
    view.on_event({.at = {}, .body = body}, before, after);
  });
}
std::string said(const rel::EventBody& body) {
  return said(body, at(rel::Stage::checking), at(rel::Stage::checking));
}

TEST(ReleaseView, tells_each_thing_that_happens_in_a_line) {
  EXPECT_THAT(said(rel::LockAcquired{}), HasSubstr("✓ release lock taken\n"));
  EXPECT_THAT(said(rel::LockHeld{"anna holds it"}), HasSubstr("✗ anna holds it\n"));
  EXPECT_THAT(said(rel::SnapshotCreated{}), HasSubstr("snapshot saltbitter-rel-1 begun"));
  EXPECT_THAT(said(rel::TaskDefinitionRegistered{"arn:x:task-definition/api:5"}),
              HasSubstr("✓ task definition api:5\n"));
  EXPECT_THAT(said(rel::MigrationStarted{"task"}),
              HasSubstr("migrating: 0007_photos, 0008_matches"));
  EXPECT_THAT(said(rel::ContinueAccepted{}), HasSubstr("→ continue"));
}

TEST(ReleaseView, names_every_problem_of_the_preflight_and_is_content_only_without_any) {
  auto bad = said(rel::PreflightDone{.problems = {"no image"}, .warnings = {"no backup"}});

  EXPECT_THAT(bad, HasSubstr("✗ no image"));
  EXPECT_THAT(bad, HasSubstr("! no backup"));
  EXPECT_THAT(bad, Not(HasSubstr("everything it needs")));
  EXPECT_THAT(said(rel::PreflightDone{}), HasSubstr("✓ everything it needs is there"));
}

TEST(ReleaseView, says_once_that_the_snapshot_is_taken_and_the_schema_migrated) {
  auto before = at(rel::Stage::migrating);
  auto after = before;
  after.snapshot_taken = true;
  after.migrations_ran = true;

  EXPECT_THAT(said(rel::SnapshotSeen{"available", 100}, before, after),
              HasSubstr("database snapshot taken"));
  EXPECT_EQ(said(rel::SnapshotSeen{"available", 100}, after, after), "");
  EXPECT_THAT(said(rel::MigrationSeen{"STOPPED", 0, "", {}}, before, after),
              HasSubstr("schema is at 0008_matches"));
}

TEST(ReleaseView, shows_what_a_failed_migration_said) {
  auto text = said(rel::MigrationSeen{"STOPPED", 1, "", {"relation exists", "rolled back"}});

  EXPECT_THAT(text, HasSubstr("✗ migration ended with 1"));
  EXPECT_THAT(text, HasSubstr("relation exists\n"));
  EXPECT_THAT(text, HasSubstr("rolled back\n"));
}

TEST(ReleaseView, tells_of_a_deployment_only_what_changed) {
  auto before = at(rel::Stage::deploying);
  auto now = before;
  now.forward.seen.stage = "POST_TEST_TRAFFIC_SHIFT";
  now.forward.seen.target_running = 1;
  now.forward.seen.target_requested = 2;
  now.forward.seen.target_test_weight = 100;
  now.forward.seen.target_production_weight = 100;
  now.forward.seen.task_trouble = "exit code 1";
  now.forward.seen.status = "ROLLBACK_REQUESTED";
  rel::DeploymentSeen seen{now.forward.seen};

  auto text = said(seen, before, now);
  EXPECT_THAT(text, HasSubstr("ECS: POST_TEST_TRAFFIC_SHIFT"));
  EXPECT_THAT(text, HasSubstr("1 of 2 new tasks run"));
  EXPECT_THAT(text, HasSubstr("test traffic on the new version: 100 %"));
  EXPECT_THAT(text, HasSubstr("production traffic on the new version: 100 %"));
  EXPECT_THAT(text, HasSubstr("new tasks: exit code 1"));
  EXPECT_THAT(text, HasSubstr("ECS: ROLLBACK_REQUESTED"));

  EXPECT_EQ(said(seen, now, now), "");
}

TEST(ReleaseView, says_how_the_smoke_tests_and_the_watch_ended) {
  EXPECT_THAT(said(rel::SmokeFinished{"test", true, true, "5 of 5", ""}),
              HasSubstr("✓ smoke tests on test: 5 of 5"));
  EXPECT_THAT(said(rel::SmokeFinished{"production", false, true, "login broke", ""}),
              HasSubstr("✗ smoke tests on production: login broke"));
  EXPECT_EQ(said(rel::WatchSeen{rel::WatchState::watching, "7 s", ""}), "");
  EXPECT_THAT(said(rel::WatchSeen{rel::WatchState::passed, "no errors", ""}),
              HasSubstr("✓ watch: no errors"));
  EXPECT_THAT(said(rel::WatchSeen{rel::WatchState::failed, "2 % errors", ""}),
              HasSubstr("✗ watch: 2 % errors"));
  EXPECT_THAT(said(rel::WatchSeen{rel::WatchState::no_data, "silence", ""}),
              HasSubstr("✗ watch: silence"));
  EXPECT_THAT(said(rel::WatchSeen{rel::WatchState::too_little_traffic, "3 requests", ""}),
              HasSubstr("! watch: 3 requests"));
}

TEST(ReleaseView, says_why_it_rolls_back_and_whether_a_failed_call_is_tried_again) {
  auto state = at(rel::Stage::rolling_back);
  state.cause = "2 % errors";

  EXPECT_THAT(said(rel::RollbackAccepted{}, state, state), HasSubstr("← rolling back: 2 % errors"));
  EXPECT_THAT(said(rel::ActionFailed{.message = "throttled", .retryable = true}),
              HasSubstr("! throttled (will be tried again)\n"));
  EXPECT_THAT(said(rel::ActionFailed{.message = "denied", .retryable = false}),
              HasSubstr("! denied\n"));
}

TEST(ReleaseView, leaves_out_smoke_checks_that_were_not_run) {
  auto text = written(kPipe, [](Console& console) {
    ReleaseView view(console);
    view.on_smoke_check("test",
                        {.name = "Health", .passed = true, .was_run = true, .duration_ms = 3});
    view.on_smoke_check("test", {.name = "Login", .was_run = true, .message = "got 500"});
    view.on_smoke_check("test", {.name = "Matches", .was_run = false});
  });

  EXPECT_THAT(text, HasSubstr("✓ Health (test), 3 ms\n"));
  EXPECT_THAT(text, HasSubstr("✗ Login (test), 0 ms: got 500\n"));
  EXPECT_THAT(text, Not(HasSubstr("Matches")));
}

// What a terminal gets of a release that stands at `state`.
std::string drawn(const rel::State& state) {
  return written(kTerminal, [&](Console& console) {
    ReleaseView view(console);
    view.on_event({.at = {}, .body = rel::Resumed{"anna"}}, state, state);
    release::analysis::Reading reading;
    reading.evidence.rule = "within the limits";
    reading.evidence.left_seconds = 7;
    view.on_watch(reading);
    view.close();
  });
}

TEST(ReleaseView, draws_where_it_stands_and_where_the_traffic_is) {
  auto state = at(rel::Stage::migrating);
  state.forward.seen.target_production_weight = 50;
  auto text = drawn(state);

  EXPECT_THAT(text, HasSubstr("✓ lock  ✓ check  ✓ snapshot  ✓ register  ● migrate  ○ update  "));
  EXPECT_THAT(text, HasSubstr("1.0.0 ██████████░░░░░░░░░░ 2.0.0 50 %"));
  EXPECT_THAT(text, HasSubstr("within the limits, 7 s left"));
  EXPECT_THAT(text, HasSubstr("Ctrl-C leaves it"));
}

TEST(ReleaseView, draws_no_stage_that_the_plan_does_without) {
  auto state = at(rel::Stage::updating);
  state.plan.migrations.clear();
  state.plan.db_instance.clear();
  state.plan.from_version.clear();
  auto text = drawn(state);

  EXPECT_THAT(text, Not(HasSubstr("snapshot")));
  EXPECT_THAT(text, Not(HasSubstr("migrate")));
  EXPECT_THAT(text, HasSubstr("(nothing) "));
}

TEST(ReleaseView, says_what_happens_if_nobody_does_anything) {
  auto waiting = at(rel::Stage::deploying);
  waiting.forward.seen.hook_id = "hook";
  waiting.forward.seen.hook_expires_at = "12:00:00";

  EXPECT_THAT(drawn(waiting), HasSubstr("ECS rolls back by itself at 12:00:00"));
  auto back = drawn(at(rel::Stage::rolling_back));
  EXPECT_THAT(back, HasSubstr("● roll back"));
  EXPECT_THAT(back, HasSubstr("the old version serves again soon"));
}

TEST(ReleaseText, a_plan_says_from_what_to_what_and_how_each_step_is_undone) {
  Console console(-1, kPipe);
  auto text = plan_text(a_plan(), console);

  EXPECT_THAT(text, HasSubstr("Deploy to production"));
  EXPECT_THAT(text, HasSubstr("1.0.0 → 2.0.0"));
  EXPECT_THAT(text, HasSubstr("runs now    api:4"));
  EXPECT_THAT(text, HasSubstr("saltbitter:2.0.0@sha256:abc"));
  EXPECT_THAT(text, HasSubstr("0007_photos, 0008_matches"));
  EXPECT_THAT(text, HasSubstr("undo: "));
}

TEST(ReleaseText, a_rollback_names_the_revision_it_goes_to) {
  auto plan = a_plan();
  plan.kind = rel::Kind::rollback;
  plan.to_task_definition = "arn:aws:ecs:us-west-2:000000000000:task-definition/api:3";
  plan.migrations.clear();
  plan.schema_from = "0006_likes";
  plan.schema_note = "the code knows every revision of the schema";
  Console console(-1, kPipe);
  auto text = plan_text(plan, console);

  EXPECT_THAT(text, HasSubstr("Roll back production"));
  EXPECT_THAT(text, HasSubstr("goes to     api:3"));
  EXPECT_THAT(text, HasSubstr("none (schema stays at 0006_likes)"));
  EXPECT_THAT(text, HasSubstr("schema      the code knows every revision of the schema"));
}

TEST(ReleaseText, the_end_says_what_to_type_next) {
  Console console(-1, kPipe);
  auto text = [&](rel::Outcome outcome) {
    return report_text({.environment = "staging", .outcome = outcome, .sentence = "It ended."},
                       console);
  };

  EXPECT_EQ(text(rel::Outcome::complete), "\nIt ended.\n  next: saltctl status staging");
  EXPECT_EQ(text(rel::Outcome::interrupted), "\nIt ended.\n  next: saltctl resume staging");
  EXPECT_EQ(text(rel::Outcome::rolled_back), "\nIt ended.\n  next: saltctl logs staging");
  EXPECT_EQ(text(rel::Outcome::rollback_failed), "\nIt ended.\n  next: saltctl status staging");
}

TEST(ReleaseText, the_end_tells_how_long_users_had_the_bad_version) {
  rel::Report report{.environment = "staging", .outcome = rel::Outcome::rolled_back};
  auto& timings = report.state.timings;
  timings.decided_at = from_unix_ms(1'000);
  timings.shifted_at = from_unix_ms(1'250);
  timings.breach_at = from_unix_ms(5'000);
  timings.traffic_back_at = from_unix_ms(5'400);
  Console console(-1, kPipe);

  auto text = report_text(report, console);
  EXPECT_THAT(text, HasSubstr("traffic moved in 250 ms"));
  EXPECT_THAT(text, HasSubstr("taken back in 400 ms"));

  auto document = report_json(report);
  EXPECT_THAT(document, HasSubstr(R"("outcome":"rolled_back")"));
  EXPECT_THAT(document, HasSubstr(R"("shift_ms":250,"rollback_ms":400,"started_at":null)"));
  EXPECT_THAT(document, HasSubstr(R"("breach_at":5000)"));
}

}  // namespace
}  // namespace sb::saltctl
