// What salthub reads in workflow files, and what it refuses to guess.
#include "github/workflow.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sb::github {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Workflow parse(const std::string& text) {
  auto workflow = parse_workflow("x.yml", text);
  EXPECT_TRUE(workflow) << workflow.error().text();
  return workflow.value_or(Workflow());
}

std::string with_job(const std::string& job) {
  return "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n" + job;
}

TEST(Workflow, reads_triggers_jobs_and_steps) {
  auto workflow = parse(R"(
name: Deploy
on:
  push: {branches: [main, 'release/**']}
  workflow_dispatch: {inputs: {reason: {default: none}}}
permissions: {contents: read}
env: {A: 1}
jobs:
  ship:
    needs: [build]
    environment: {name: production}
    runs-on: ubuntu-latest
    steps:
      - {uses: actions/checkout@v4}
      - {name: Ship, run: ./ship, env: {B: two}, if: always(), working-directory: tools}
  build:
    runs-on: ubuntu-latest
    steps: [{run: make build}]
)");

  EXPECT_THAT(workflow.problems, IsEmpty());
  EXPECT_EQ(workflow.name, "Deploy");
  EXPECT_THAT(*workflow.push_branches, ElementsAre("main", "release/**"));
  EXPECT_TRUE(workflow.on_dispatch);
  EXPECT_EQ(workflow.inputs.at("reason"), "none");
  EXPECT_EQ(workflow.env.at("A"), "1");
  ASSERT_EQ(workflow.jobs.size(), 2u);
  EXPECT_EQ(workflow.jobs[0].key, "build");  // before the one that needs it
  EXPECT_EQ(workflow.jobs[0].steps[0].name, "Run make build");
  const auto& ship = workflow.jobs[1];
  EXPECT_EQ(ship.environment, "production");
  EXPECT_EQ(ship.steps[1].condition, "always()");
  EXPECT_EQ(ship.steps[1].env.at("B"), "two");
  EXPECT_EQ(ship.steps[1].working_directory, "tools");
}

TEST(Workflow, names_what_would_change_the_meaning_if_it_were_ignored) {
  for (const auto& [job, what] : std::vector<std::pair<std::string, std::string>>{
           {"    strategy: {matrix: {x: [1]}}\n    steps: [{run: a}]\n", "'strategy'"},
           {"    if: github.ref == 'x'\n    steps: [{run: a}]\n", "'if'"},
           {"    steps: [{run: a, if: github.ref == 'x'}]\n", "cannot decide"},
           {"    steps: [{run: a, shell: python}]\n", "not 'python'"},
           {"    steps: [{run: a, continue-on-error: true}]\n", "'continue-on-error'"},
           {"    steps: [{run: a, uses: b}]\n", "either 'run' or 'uses'"},
           {"    steps: [{uses: actions/checkout@v4, with: {ref: other}}]\n", "'ref'"},
           {"    steps: []\n", "no steps"},
           {"    needs: b\n    steps: [{run: a}]\n", "'b', which is not there"},
           {"    needs: a\n    steps: [{run: a}]\n", "circle"}}) {
    EXPECT_THAT(parse(with_job(job)).problems, Contains(HasSubstr(what))) << job;
  }
  EXPECT_THAT(parse("on: {push: {paths: [a]}}\njobs: {a: {steps: [{run: b}]}}").problems,
              Contains(HasSubstr("'paths'")));
}

TEST(Workflow, survives_any_text) {
  for (std::string text : {"", "[]", "a: [", "jobs: 1\non: 2", "on:\n  push: 3\njobs: {a: 4}",
                           "{on: push, jobs: {a: {steps: [5, [6], {7: 8}]}}}", "\t- x: :\n",
                           "on: [[push]]\njobs: {a: }"}) {
    auto workflow = parse_workflow("x.yml", text);
    if (workflow) EXPECT_FALSE(workflow->problems.empty()) << text;
  }
  EXPECT_THAT(parse_workflow("x.yml", "a: [").error().message, HasSubstr("line"));
}

TEST(Branches, match_as_on_github) {
  EXPECT_TRUE(branch_matches({}, "any"));
  EXPECT_TRUE(branch_matches({"main"}, "main"));
  EXPECT_FALSE(branch_matches({"main"}, "mainline"));
  EXPECT_TRUE(branch_matches({"hotfix/*"}, "hotfix/a"));
  EXPECT_FALSE(branch_matches({"hotfix/*"}, "hotfix/a/b"));
  EXPECT_TRUE(branch_matches({"hotfix/**"}, "hotfix/a/b"));
  EXPECT_FALSE(branch_matches({"**", "!wip/**"}, "wip/x"));
  EXPECT_TRUE(branch_matches({"**", "!wip/**"}, "main"));
}

TEST(Expressions, are_known_or_refused) {
  std::map<std::string, std::string> values = {{"github.sha", "abc"}};

  EXPECT_EQ(expand("a ${{ github.sha }} ${{github.sha}}", values).value(), "a abc abc");
  EXPECT_EQ(expand("$HOME ${x}", values).value(), "$HOME ${x}");
  EXPECT_EQ(expand("[${{ vars.UNSET }}]", values).value(), "[]");
  EXPECT_THAT(expand("${{ secrets.KEY }}", values).error().message, HasSubstr("secrets.KEY"));
  EXPECT_FALSE(expand("${{ github.sha", values));
}

}  // namespace
}  // namespace sb::github
