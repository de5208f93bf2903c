#include "release/doctor/diagnose.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace sb::release::doctor {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Timestamp kNow = from_unix_ms(1'800'000'000'000);

Facts healthy() {
  Facts facts;
  facts.environment = "production";
  facts.at = kNow;
  facts.has_service = true;
  facts.service = "saltbitter-api-prod";
  facts.desired = 2;
  facts.running = 2;
  facts.deployment = Deployment{.status = "SUCCESSFUL"};
  facts.targets = {{"blue", "127.20.1.1:8000", "healthy", ""}};
  facts.ready_status = 200;
  facts.database = "saltbitter-prod";
  facts.database_status = "available";
  facts.cache = "saltbitter-prod";
  facts.cache_status = "available";
  facts.inside = {.was_asked = true, .database_reached = true, .revision = "r9"};
  facts.image_schema = "r9";
  facts.certificate_ends = kNow + std::chrono::hours(24 * 200);
  facts.free_bytes = 100ULL << 30U;
  return facts;
}

std::vector<std::string> ids(const Facts& facts) {
  std::vector<std::string> found;
  for (const auto& finding : diagnose(facts)) found.push_back(finding.id);
  return found;
}

Finding found(const Facts& facts, const std::string& id) {
  for (const auto& finding : diagnose(facts))
    if (finding.id == id) return finding;
  ADD_FAILURE() << "no finding " << id;
  return {};
}

TEST(Doctor, has_nothing_to_say_of_a_healthy_environment) {
  EXPECT_THAT(ids(healthy()), IsEmpty());
  EXPECT_TRUE(is_healthy(diagnose(healthy())));
}

TEST(Doctor, speaks_of_nothing_else_while_the_cloud_cannot_be_asked) {
  auto facts = healthy();
  facts.cloud = Reach::unreachable;
  facts.cloud_error = "connection refused";
  facts.ready_status = 0;

  EXPECT_THAT(ids(facts), ElementsAre("cloud-unreachable"));
  EXPECT_EQ(found(facts, "cloud-unreachable").next, "saltctl up production");
}

TEST(Doctor, tells_refused_credentials_from_an_absent_cloud) {
  auto facts = healthy();
  facts.cloud = Reach::refused;
  facts.cloud_error = "the token has expired";

  EXPECT_THAT(ids(facts), ElementsAre("credentials-refused"));
}

TEST(Doctor, a_service_that_is_not_there_is_the_only_finding) {
  auto facts = healthy();
  facts.has_service = false;

  EXPECT_THAT(ids(facts), ElementsAre("no-service"));
}

TEST(Doctor, names_the_database_before_what_follows_from_it) {
  auto facts = healthy();
  facts.database_status = "stopped";
  facts.inside.database_reached = false;
  facts.inside.database_error = "connection refused";
  facts.ready_status = 503;
  facts.ready_text = "database: unavailable";

  EXPECT_THAT(ids(facts), ElementsAre("database-down", "database-unreachable", "not-ready"));
}

TEST(Doctor, suspects_the_url_when_rds_says_available_and_tasks_cannot_connect) {
  auto facts = healthy();
  facts.inside.database_reached = false;
  facts.inside.database_error = "password authentication failed";

  auto finding = found(facts, "database-unreachable");

  EXPECT_THAT(finding.sentence,
              AllOf(HasSubstr("password authentication failed"), HasSubstr("DATABASE_URL")));
  EXPECT_EQ(finding.next, "saltctl config history production DATABASE_URL");
}

TEST(Doctor, a_task_that_cannot_get_its_secret_points_at_the_configuration) {
  auto facts = healthy();
  facts.inside = {
      .was_asked = true,
      .error = "the task did not run: ResourceInitializationError: unable to pull secrets"};

  EXPECT_EQ(found(facts, "secret-unreadable").next, "saltctl config get production");
}

TEST(Doctor, a_cache_that_is_away_is_no_emergency) {
  auto facts = healthy();
  facts.cache_status = "";
  facts.inside.cache_reached = false;
  facts.inside.cache_error = "timeout";

  EXPECT_EQ(found(facts, "cache-down").weight, Weight::warning);
  EXPECT_EQ(found(facts, "cache-unreachable").weight, Weight::warning);
}

TEST(Doctor, compares_the_schema_with_what_the_image_was_made_for) {
  auto facts = healthy();
  facts.inside.revision = "r8";
  EXPECT_THAT(found(facts, "schema-differs").sentence, AllOf(HasSubstr("r8"), HasSubstr("r9")));

  facts.inside.revision = "";
  EXPECT_EQ(found(facts, "schema-empty").next, "saltctl db upgrade production");
}

TEST(Doctor, repeats_what_a_dead_task_said_last) {
  auto facts = healthy();
  facts.running = 1;
  facts.stopped = {{.id = "0123456789",
                    .revision = "api:4",
                    .reason = "Essential container exited",
                    .exit_code = 2,
                    .complaint = "SECRET_KEY is too short"}};

  auto finding = found(facts, "tasks-stop");

  EXPECT_EQ(finding.weight, Weight::problem);
  EXPECT_THAT(finding.sentence,
              AllOf(HasSubstr("exit code 2"), HasSubstr("SECRET_KEY is too short")));
}

TEST(Doctor, tasks_that_a_deployment_ended_are_no_finding) {
  auto facts = healthy();
  facts.stopped = {
      {.id = "1", .revision = "api:4", .reason = "Scaling activity initiated by deployment"},
      {.id = "2", .revision = "api:4", .reason = "stopped", .exit_code = 0}};

  EXPECT_THAT(ids(facts), IsEmpty());
}

TEST(Doctor, a_task_whose_health_checks_fail_is_named_although_it_ends_in_good_order) {
  auto facts = healthy();
  facts.deployment = Deployment{.status = "ROLLBACK_SUCCESSFUL",
                                .reason = "ECS deployment circuit breaker: tasks failed to start."};
  facts.stopped = {
      {.id = "2", .revision = "api:5", .reason = "Scaling activity initiated by deployment"},
      {.id = "1",
       .revision = "api:5",
       .reason = "Task failed ELB health checks in (target-group green)",
       .exit_code = 0,
       .complaint = "not ready (why: no schema)"}};

  EXPECT_THAT(found(facts, "tasks-stop").sentence,
              AllOf(HasSubstr("1 task stopped"), HasSubstr("health checks"), HasSubstr("no schema"),
                    Not(HasSubstr("exit code"))));
  EXPECT_EQ(found(facts, "tasks-stop").weight, Weight::warning);
  EXPECT_THAT(found(facts, "rolled-back").sentence, Not(HasSubstr("..")));
}

TEST(Doctor, a_pause_that_nobody_answers_is_stuck_and_says_until_when) {
  auto facts = healthy();
  facts.deployment = Deployment{.is_in_progress = true,
                                .status = "IN_PROGRESS",
                                .waits_for_hook = "hook-1",
                                .hook_expires_at = "2027-01-15T08:30:00.000Z",
                                .hook_timeout_action = "ROLLBACK"};
  EXPECT_THAT(found(facts, "deployment-stuck").sentence,
              AllOf(HasSubstr("ROLLBACK"), HasSubstr("2027-01-15T08:30")));

  facts.lock = {.is_held = true, .text = "held by anna"};
  EXPECT_EQ(found(facts, "deployment-paused").weight, Weight::note);
  EXPECT_TRUE(is_healthy(diagnose(facts)));
}

TEST(Doctor, a_deployment_whose_tasks_fail_is_a_problem_one_that_goes_on_is_not) {
  auto facts = healthy();
  facts.deployment = Deployment{.is_in_progress = true,
                                .status = "IN_PROGRESS",
                                .description = "0 of 2 new tasks run",
                                .failed_tasks = 3};
  EXPECT_EQ(found(facts, "deployment-failing").weight, Weight::problem);

  facts.deployment->failed_tasks = 0;
  EXPECT_TRUE(is_healthy(diagnose(facts)));
}

TEST(Doctor, a_failed_way_back_and_missing_tasks_are_problems) {
  auto facts = healthy();
  facts.running = 1;
  facts.deployment = Deployment{.status = "ROLLBACK_FAILED", .reason = "no capacity"};

  EXPECT_THAT(ids(facts), ElementsAre("rollback-failed", "tasks-missing"));
}

TEST(Doctor, names_each_unhealthy_target_and_why) {
  auto facts = healthy();
  facts.targets.push_back({"green", "127.20.1.2:8000", "unhealthy", "answered 503"});

  EXPECT_THAT(found(facts, "target-unhealthy").sentence,
              AllOf(HasSubstr("127.20.1.2:8000"), HasSubstr("answered 503")));
}

TEST(Doctor, says_when_nothing_answers_at_all) {
  auto facts = healthy();
  facts.ready_status = 0;
  facts.ready_text = "cannot connect";

  EXPECT_THAT(ids(facts), ElementsAre("no-answer"));
}

TEST(Doctor, counts_the_errors_of_the_log) {
  auto facts = healthy();
  facts.log_errors = 3;
  facts.newest_log_error = "boom";

  EXPECT_THAT(found(facts, "log-errors").sentence, AllOf(HasSubstr("3 errors"), HasSubstr("boom")));
}

TEST(Doctor, a_dead_holders_lock_is_resumed_or_broken) {
  auto facts = healthy();
  facts.lock = {.is_held = true, .text = "held by pid 1, which is dead", .holder_is_dead = true};
  EXPECT_THAT(found(facts, "lock-without-owner").next, HasSubstr("saltctl lock break production"));

  facts.unfinished_release = "rel-1";
  EXPECT_EQ(found(facts, "lock-without-owner").next, "saltctl resume production");
}

TEST(Doctor, an_interrupted_procedure_is_resumed_whether_it_holds_a_lock_or_not) {
  auto facts = healthy();
  facts.unfinished_procedure = "db downgrade of production: 9284d6f513b9";
  EXPECT_EQ(found(facts, "procedure-unfinished").next, "saltctl resume production");
  EXPECT_THAT(found(facts, "procedure-unfinished").sentence, HasSubstr("db downgrade"));

  facts.lock = {.is_held = true, .text = "held by pid 1, which is dead", .holder_is_dead = true};
  EXPECT_EQ(found(facts, "lock-without-owner").next, "saltctl resume production");
}

TEST(Doctor, an_interrupted_release_without_a_lock_is_resumed) {
  auto facts = healthy();
  facts.unfinished_release = "rel-1";

  EXPECT_EQ(found(facts, "release-unfinished").next, "saltctl resume production");
}

TEST(Doctor, a_silence_without_a_release_is_orphaned_one_within_is_not) {
  auto facts = healthy();
  facts.silences = {{"s1", "release rel-1", kNow + std::chrono::hours(1)}};
  EXPECT_THAT(found(facts, "silence-orphaned").sentence, HasSubstr("release rel-1"));

  facts.lock = {.is_held = true, .text = "held by anna"};
  EXPECT_TRUE(is_healthy(diagnose(facts)));
}

TEST(Doctor, warns_of_a_certificate_before_it_ends) {
  auto facts = healthy();
  facts.certificate_ends = kNow + std::chrono::hours(24 * 5);
  EXPECT_THAT(found(facts, "certificate-expires").sentence, HasSubstr("in 5 days"));

  facts.certificate_ends = kNow - std::chrono::hours(1);
  EXPECT_EQ(found(facts, "certificate-expired").weight, Weight::problem);
}

TEST(Doctor, warns_of_a_full_disk) {
  auto facts = healthy();
  facts.free_bytes = 100ULL << 20U;

  EXPECT_THAT(found(facts, "disk-full").sentence, HasSubstr("100 MiB"));
}

TEST(Doctor, every_finding_has_a_sentence_that_ends) {
  auto facts = healthy();
  facts.database_status = "stopped";
  facts.cache_status = "gone";
  facts.stopped = {{.id = "1", .revision = "api:4", .reason = "killed", .exit_code = 137}};
  facts.log_errors = 1;
  facts.certificate_ends = kNow;

  for (const auto& finding : diagnose(facts))
    EXPECT_TRUE(finding.sentence.ends_with('.')) << finding.id << ": " << finding.sentence;
}

}  // namespace
}  // namespace sb::release::doctor
