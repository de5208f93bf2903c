#include "release/gates/gates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "release/gates/changelog.hpp"
#include "release/gates/checklist.hpp"
#include "release/gates/evidence.hpp"
#include "release/gates/rollback_plan.hpp"
#include "support/temporary_directory.hpp"

namespace sb::release::gates {
namespace {

using ::testing::HasSubstr;

constexpr const char* kCommit = "abc1234def5678901234567890123456789012ab";

// A release that has every box ticked.
Plan plan() {
  Plan p;
  p.release_id = "rel-2";
  p.environment = "production";
  p.cluster = "saltbitter-prod";
  p.service = p.family = "saltbitter-api-prod";
  p.from_task_definition = "arn:x:task-definition/saltbitter-api-prod:7";
  p.from_version = "1.0.0+aaa1111";
  p.to_version = "2.0.0+abc1234";
  p.commit = "abc1234";
  p.gates = {"tests", "coverage", "security", "migrations", "flags", "rollback-plan", "notified"};
  p.migrations = {"0002"};
  p.schema_from = "0001";
  p.schema_to = "0002";
  p.schema_depth = 2;
  p.checksums = {{"0001", "11"}, {"0002", "22"}};
  p.flags = {"ENABLE_VIDEO"};
  p.is_gated = true;
  return p;
}

Found found(std::string summary, double percent = 0) {
  Found f;
  f.evidence = Evidence{.schema = 1,
                        .commit = kCommit,
                        .dirty = false,
                        .at = "2026-11-22T10:20:30Z",
                        .passed = true,
                        .summary = std::move(summary),
                        .lines_percent = percent,
                        .gate_percent = 85};
  f.path = "build/reports/x.json";
  f.sha256 = "f00";
  return f;
}

Facts facts() {
  Facts f;
  f.evidence = {{"tests", found("811 tests, 0 failed")},
                {"coverage", found("", 91.5)},
                {"security", found("no findings")}};
  f.tested = {{"0002", {.sha256 = "22", .release_id = "rel-staging"}}};
  f.variables = {"ENABLE_VIDEO", "DATABASE_URL"};
  f.team = {BoxState::passed, "#deploys was told"};
  f.at = from_unix_ms(1'800'000'000'000);
  return f;
}

Box box(const std::vector<Box>& boxes, std::string_view id) {
  auto it = std::ranges::find(boxes, id, &Box::id);
  return it == boxes.end() ? Box{} : *it;
}
Box box(const Plan& p, const Facts& f, std::string_view id) {
  return box(evaluate(p, f), id);
}

TEST(Gates, every_box_is_ticked_by_its_own_evidence) {
  auto boxes = evaluate(plan(), facts());

  ASSERT_EQ(boxes.size(), 7u);
  for (const auto& b : boxes) {
    EXPECT_EQ(b.state, BoxState::passed) << b.id << ": " << b.evidence;
    EXPECT_FALSE(b.evidence.empty()) << b.id;
    EXPECT_FALSE(b.title.empty()) << b.id;
  }
  EXPECT_THAT(box(boxes, "tests").proof, HasSubstr("build/reports/x.json"));
  EXPECT_THAT(box(boxes, "rollback-plan").proof, HasSubstr("saltctl rollback production"));
}

TEST(Gates, a_box_that_the_environment_does_not_ask_for_is_not_applicable) {
  Plan p = plan();
  p.gates = {"tests"};

  EXPECT_EQ(box(p, facts(), "security").state, BoxState::not_applicable);
  EXPECT_EQ(box(p, facts(), "tests").state, BoxState::passed);
}

TEST(Gates, evidence_of_nothing_or_of_a_failure_leaves_the_box_open_and_says_what_to_run) {
  for (std::string id : {"tests", "coverage", "security"}) {
    Facts none = facts();
    none.evidence.erase(id);
    Facts failed = facts();
    failed.evidence[id].evidence->passed = false;
    failed.evidence[id].evidence->summary = "3 failed";

    EXPECT_EQ(box(plan(), none, id).state, BoxState::failed) << id;
    EXPECT_THAT(box(plan(), none, id).evidence, HasSubstr("run `make ")) << id;
    EXPECT_EQ(box(plan(), failed, id).state, BoxState::failed) << id;
    EXPECT_THAT(box(plan(), failed, id).evidence, HasSubstr("3 failed")) << id;
  }
}

TEST(Gates, coverage_below_85_percent_does_not_count_whatever_its_own_gate_was) {
  Facts f = facts();
  f.evidence["coverage"] = found("", 84.9);

  EXPECT_EQ(box(plan(), f, "coverage").state, BoxState::failed);
}

TEST(Gates, an_image_of_an_unknown_or_changed_tree_has_no_evidence) {
  Plan dirty = plan();
  dirty.is_dirty = true;
  Plan unknown = plan();
  unknown.commit.clear();

  EXPECT_EQ(box(dirty, facts(), "tests").state, BoxState::failed);
  EXPECT_EQ(box(unknown, facts(), "tests").state, BoxState::failed);
}

TEST(Gates, migrations_count_only_when_staging_ran_the_very_files) {
  Facts other = facts();
  other.tested["0002"].sha256 = "33";
  Facts never = facts();
  never.tested.clear();
  Plan without = plan();
  without.migrations.clear();

  EXPECT_THAT(box(plan(), other, "migrations").evidence, HasSubstr("another file"));
  EXPECT_EQ(box(plan(), other, "migrations").state, BoxState::failed);
  EXPECT_THAT(box(plan(), never, "migrations").evidence, HasSubstr("never ran in staging"));
  EXPECT_EQ(box(without, never, "migrations").state, BoxState::not_applicable);
}

TEST(Gates, a_flag_that_is_not_set_is_named) {
  Facts f = facts();
  f.variables.erase("ENABLE_VIDEO");

  EXPECT_EQ(box(plan(), f, "flags").state, BoxState::failed);
  EXPECT_THAT(box(plan(), f, "flags").evidence, HasSubstr("ENABLE_VIDEO"));
}

TEST(Gates, a_waiver_carries_its_name_and_reason_and_leaves_a_passed_box_alone) {
  Plan p = plan();
  p.waivers = {{"tests", "anna", "the runner is down"}, {"security", "anna", "x"}};
  Facts f = facts();
  f.evidence.erase("tests");

  Box waived = box(p, f, "tests");

  EXPECT_EQ(waived.state, BoxState::waived);
  EXPECT_EQ(waived.waived_by, "anna");
  EXPECT_EQ(waived.waiver_reason, "the runner is down");
  EXPECT_THAT(waived.evidence, HasSubstr("no evidence"));
  EXPECT_EQ(box(p, f, "security").state, BoxState::passed);
}

TEST(Waivers, name_boxes_and_a_reason_and_never_all_of_them) {
  auto two = parse_waivers({"tests,coverage=the runner is down", "flags=x=y"}, "anna");

  ASSERT_TRUE(two.has_value());
  ASSERT_EQ(two->size(), 3u);
  EXPECT_EQ((*two)[1], (Waiver{"coverage", "anna", "the runner is down"}));
  EXPECT_EQ((*two)[2].reason, "x=y");
  for (const char* wrong : {"all=x", "tests", "tests=", "tests= ", "smoke=x", "tests,,flags=x"})
    EXPECT_FALSE(parse_waivers({wrong}, "anna").has_value()) << wrong;
}

TEST(Evidence, counts_only_for_the_commit_and_from_a_clean_tree) {
  sb::test::TemporaryDirectory folder;
  fs::Path first = folder / "a", second = folder / "b";
  auto write = [](const fs::Path& where, const std::string& commit, const char* dirty) {
    ASSERT_TRUE(fs::make_directories(where).has_value());
    ASSERT_TRUE(fs::write_file(where / "tests.json",
                               R"({"schema":1,"commit":")" + commit + R"(","dirty":)" + dirty +
                                   R"(,"at":"2026-11-22T10:00:00Z","passed":true,"summary":"ok"})")
                    .has_value());
  };
  write(first, std::string(40, '0'), "false");
  write(second, kCommit, "false");

  Found right = find_evidence({first, second}, "tests", "abc1234");
  Found other = find_evidence({first}, "tests", "abc1234");
  Found too_short = find_evidence({second}, "tests", "abc");
  write(second, kCommit, "true");
  Found dirty = find_evidence({second}, "tests", "abc1234");
  ASSERT_TRUE(fs::write_file(first / "tests.json", "{").has_value());
  Found broken = find_evidence({first}, "tests", "abc1234");

  ASSERT_TRUE(right.evidence.has_value()) << right.why_not;
  EXPECT_EQ(right.path, (second / "tests.json").string());
  EXPECT_EQ(right.sha256.size(), 64u);
  EXPECT_THAT(other.why_not, HasSubstr("0000000"));
  EXPECT_FALSE(too_short.evidence.has_value());
  EXPECT_THAT(dirty.why_not, HasSubstr("in no commit"));
  EXPECT_THAT(broken.why_not, HasSubstr("cannot be read"));
  EXPECT_FALSE(find_evidence({folder / "none"}, "tests", "abc1234").evidence.has_value());
}

TEST(RollbackPlan, says_whether_the_older_code_lives_with_the_newer_schema) {
  EXPECT_TRUE(can_live_with(9, 9, 0).lives);
  EXPECT_TRUE(can_live_with(8, 9, 0).lives);
  EXPECT_TRUE(can_live_with(8, 9, 8).lives);
  EXPECT_FALSE(can_live_with(7, 9, 8).lives);
  EXPECT_THAT(can_live_with(7, 9, 8).sentence, HasSubstr("does NOT live"));
  EXPECT_FALSE(can_live_with(0, 9, 8).is_known);
  EXPECT_TRUE(can_live_with(0, 9, 8).lives) << "what is not known is said, not refused";

  Plan contracting = plan();
  contracting.schema_floor = 2;
  EXPECT_THAT(rollback_plan(contracting), HasSubstr("does NOT live"));
  EXPECT_THAT(rollback_plan(plan()), HasSubstr("saltctl db downgrade production 0001"));
  Plan first = plan();
  first.from_task_definition.clear();
  EXPECT_THAT(rollback_plan(first), HasSubstr("nothing to go back to"));
}

State complete() {
  State s = initial(plan());
  s.boxes = evaluate(plan(), facts());
  s.outcome = Outcome::complete;
  s.stage = Stage::ended;
  s.forward.requests = 1;
  s.forward.seen.target_running = s.forward.seen.target_requested = 2;
  s.test_smoke = s.production_smoke = s.watch = Check::passed;
  s.production_smoke_summary = "5 passed";
  s.watch_summary = "0 of 6000 failed, p95 8 ms";
  s.changelog = "entered";
  s.status_page = "nothing to say";
  s.migrations_ran = true;
  return s;
}

TEST(Checklist, a_complete_release_has_every_box_ticked) {
  auto boxes = checklist(complete());

  EXPECT_EQ(boxes.size(), box_names().size());
  for (const auto& b : boxes) EXPECT_EQ(b.state, BoxState::passed) << b.id << ": " << b.evidence;
}

TEST(Checklist, too_little_traffic_is_said_and_not_passed) {
  State s = complete();
  s.watch_accepted_thin = true;

  for (const char* id : {"no-spike", "targets", "error-rates"}) {
    EXPECT_EQ(box(checklist(s), id).state, BoxState::open) << id;
    EXPECT_THAT(box(checklist(s), id).evidence, HasSubstr("too little traffic")) << id;
  }
  EXPECT_EQ(box(checklist(s), "smoke").state, BoxState::passed);
}

TEST(Checklist, a_release_that_failed_its_watch_says_so_and_one_that_has_not_begun_is_open) {
  State failed = complete();
  failed.outcome = Outcome::rolled_back;
  failed.watch = Check::failed;
  failed.watch_summary = "15 % failed";
  State fresh = initial(plan());

  EXPECT_EQ(box(checklist(failed), "no-spike").state, BoxState::failed);
  EXPECT_EQ(box(checklist(failed), "features").state, BoxState::open);
  for (const auto& b : checklist(fresh)) EXPECT_EQ(b.state, BoxState::open) << b.id;
}

TEST(Changelog, is_newest_first_and_has_each_release_once) {
  sb::test::TemporaryDirectory folder;
  const fs::Path file = folder / "changelog/production.md";
  State first = complete(), second = complete();
  first.plan.release_id = "rel-1";
  second.plan.reason = "two\nlines";
  const Timestamp at = from_unix_ms(1'800'000'000'000);

  for (const State* s : {&first, &second, &second})
    ASSERT_TRUE(add_to_changelog(file, "production", s->plan.release_id, changelog_entry(*s, at))
                    .has_value());

  const std::string text = *fs::read_file(file);
  EXPECT_TRUE(text.starts_with("# Changelog of production\n")) << text;
  EXPECT_LT(text.find("<!-- rel-2 -->"), text.find("<!-- rel-1 -->"));
  EXPECT_EQ(text.find("<!-- rel-2 -->"), text.rfind("<!-- rel-2 -->"));
  EXPECT_THAT(text, HasSubstr("reason: two lines"));
  EXPECT_EQ(changelog_entry(initial(plan()), at), "") << "what changed nothing is no news";
}

}  // namespace
}  // namespace sb::release::gates
