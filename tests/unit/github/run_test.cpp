// The life of a run, event by event.
#include "github/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/fs/fs.hpp"
#include "base/json/codec.hpp"

namespace sb::github {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = Next::Kind;

const Timestamp kStart = from_unix_ms(1'700'000'000'000);

Run make(const std::string& jobs, std::map<std::string, std::string> inputs = {},
         const std::string& event = "workflow_dispatch") {
  auto workflow = parse_workflow(
      "deploy.yml", "on: {push: , workflow_dispatch: {inputs: {who: {default: all}}}}\n" + jobs);
  EXPECT_TRUE(workflow) << workflow.error().text();
  return make_run(*workflow,
                  {.event = event,
                   .branch = "main",
                   .sha = "abc",
                   .title = "A title",
                   .actor = "ada",
                   .repository = "o/r",
                   .inputs = std::move(inputs)},
                  7, 1, {"production"}, kStart);
}

const char* const kTwoJobs = R"(jobs:
  build: {steps: [{run: one}, {run: two}, {run: report, if: failure()}, {run: tidy, if: always()}]}
  deploy: {needs: build, environment: production, steps: [{run: ship}]}
)";

// Does what next() asks for; steps whose script is in `failing` fail.
void play(Run& run, const std::vector<std::string>& failing = {}) {
  for (int i = 0; i < 100; ++i) {
    auto todo = next(run);
    if (todo.kind == Kind::nothing) return;
    if (todo.kind == Kind::start_job) {
      start_job(run, todo.job, kStart);
      continue;
    }
    start_step(run, todo.job, todo.step, kStart);
    ASSERT_EQ(next(run).kind, Kind::running_step);
    const auto& script = run.jobs[todo.job].steps[todo.step].script;
    bool fails = std::ranges::find(failing, script) != failing.end();
    finish_step(run, todo.job, todo.step, fails ? "failure" : "success", "", kStart);
  }
  FAIL() << "it never comes to rest";
}

std::vector<std::string> conclusions(const Job& job) {
  std::vector<std::string> out;
  for (const auto& step : job.steps) out.push_back(step.conclusion);
  return out;
}

TEST(Run, waits_for_an_approval_and_goes_on_with_it) {
  auto run = make(kTwoJobs);
  EXPECT_EQ(run.status, "queued");

  play(run);
  EXPECT_EQ(run.status, "waiting");
  EXPECT_THAT(conclusions(run.jobs[0]), ElementsAre("success", "success", "skipped", "success"));
  EXPECT_THAT(pending_environments(run), ElementsAre("production"));
  EXPECT_EQ(next(run).kind, Kind::nothing);

  ASSERT_TRUE(review(run, {"production", "approved", "grace", "", kStart}));
  EXPECT_EQ(next(run).kind, Kind::start_job);
  play(run);
  EXPECT_EQ(run.status, "completed");
  EXPECT_EQ(run.conclusion, "success");
  EXPECT_EQ(run.reviews[0].user, "grace");
}

TEST(Run, ends_when_rejected_or_when_nobody_answers) {
  auto rejected = make(kTwoJobs);
  play(rejected);
  ASSERT_TRUE(review(rejected, {"production", "rejected", "grace", "not today", kStart}));
  EXPECT_EQ(rejected.conclusion, "failure");
  EXPECT_EQ(rejected.jobs[1].note, "grace rejected the deployment to production: not today");
  EXPECT_FALSE(review(rejected, {"production", "approved", "ada", "", kStart}));

  auto late = make(kTwoJobs);
  play(late);
  EXPECT_FALSE(expire(late, std::chrono::hours(1), kStart + std::chrono::minutes(59)));
  EXPECT_EQ(late.status, "waiting");
  EXPECT_TRUE(expire(late, std::chrono::hours(1), kStart + std::chrono::hours(1)));
  EXPECT_EQ(late.conclusion, "failure");
  EXPECT_THAT(late.jobs[1].note, HasSubstr("nobody approved"));
}

TEST(Run, cannot_be_approved_before_it_asks) {
  auto run = make(kTwoJobs);

  EXPECT_FALSE(review(run, {"production", "approved", "grace", "", kStart}));
  EXPECT_FALSE(review(run, {"staging", "approved", "grace", "", kStart}));
}

TEST(Run, skips_what_needed_a_failed_job) {
  auto run = make(kTwoJobs);

  play(run, {"one"});

  EXPECT_EQ(run.conclusion, "failure");
  EXPECT_THAT(conclusions(run.jobs[0]), ElementsAre("failure", "skipped", "success", "success"));
  EXPECT_EQ(run.jobs[1].conclusion, "skipped");
  EXPECT_THAT(pending_environments(run), IsEmpty());
}

TEST(Run, is_cancelled_wherever_it_is) {
  auto waiting = make(kTwoJobs);
  play(waiting);
  cancel(waiting, kStart);
  EXPECT_EQ(waiting.conclusion, "cancelled");

  auto working = make(kTwoJobs);
  start_job(working, 0, kStart);
  start_step(working, 0, 0, kStart);
  cancel(working, kStart);
  EXPECT_EQ(working.status, "in_progress");  // until its process has ended
  finish_step(working, 0, 0, "cancelled", "", kStart);
  EXPECT_EQ(working.conclusion, "cancelled");
  EXPECT_EQ(next(working).kind, Kind::nothing);
}

TEST(Run, lists_actions_that_it_does_not_run) {
  auto run = make("jobs: {a: {steps: [{uses: actions/checkout@v4}, {uses: some/action@v1}]}}");

  play(run);

  EXPECT_EQ(run.conclusion, "success");
  EXPECT_THAT(conclusions(run.jobs[0]), ElementsAre("success", "skipped"));
  EXPECT_THAT(run.jobs[0].steps[1].note, HasSubstr("some/action@v1 was not run"));
}

TEST(Run, does_not_start_when_it_would_have_to_guess) {
  auto run = make("jobs: {a: {steps: [{run: 'echo ${{ secrets.KEY }}'}]}}");
  EXPECT_EQ(run.conclusion, "startup_failure");
  EXPECT_THAT(run.note, HasSubstr("secrets.KEY"));
  EXPECT_EQ(next(run).kind, Kind::nothing);

  EXPECT_THAT(make(kTwoJobs, {{"whom", "x"}}).note, HasSubstr("no input 'whom'"));
  auto given = make("jobs: {a: {steps: [{run: 'to ${{ inputs.who }}'}]}}", {{"who", "me"}});
  EXPECT_EQ(given.jobs[0].steps[0].script, "to me");
  EXPECT_EQ(make("jobs: {a: {steps: [{run: 'to ${{ inputs.who }}'}]}}").jobs[0].steps[0].script,
            "to all");
  auto pushed = make("jobs: {a: {steps: [{run: 'to ${{ inputs.who }}.'}]}}", {}, "push");
  EXPECT_EQ(pushed.jobs[0].steps[0].script, "to .");
}

// The files that the real GitHub runs.
TEST(OurWorkflows, can_be_run_here_as_they_are) {
  for (std::string file : {"ci.yml", "deploy-staging.yml", "deploy-production.yml"}) {
    auto text = fs::read_file(fs::Path(SB_SOURCE_DIR) / ".github/workflows" / file);
    ASSERT_TRUE(text);
    auto workflow = parse_workflow(file, *text);
    ASSERT_TRUE(workflow) << workflow.error().text();
    Trigger trigger;
    trigger.event = "push";
    auto run = make_run(*workflow, trigger, 1, 1, {"production"}, kStart);
    EXPECT_EQ(run.note, "");

    play(run);

    EXPECT_EQ(run.status, file == "deploy-production.yml" ? "waiting" : "completed") << file;
    bool on_develop =
        workflow->push_branches && branch_matches(*workflow->push_branches, "develop");
    bool on_main = workflow->push_branches && branch_matches(*workflow->push_branches, "main");
    EXPECT_EQ(on_develop, file == "deploy-staging.yml");
    EXPECT_EQ(on_main, file == "deploy-production.yml");
  }
}

TEST(Run, is_the_same_after_being_written_down) {
  auto run = make(kTwoJobs);
  play(run);

  auto again = json::decode<github::Run>(json::encode(run));

  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(json::encode(*again), json::encode(run));
  EXPECT_THAT(pending_environments(*again), ElementsAre("production"));
}

}  // namespace
}  // namespace sb::github
