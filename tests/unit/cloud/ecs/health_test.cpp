// Container health checks: settings, what results add up to, and what a service makes of them.
#include "cloud/ecs/health.hpp"

#include <gtest/gtest.h>

namespace sb::cloud::ecs {
namespace {

api::ContainerDefinition container(const std::string& name, bool is_essential,
                                   std::vector<std::string> command) {
  api::ContainerDefinition out;
  out.name = name;
  out.essential = is_essential;
  if (!command.empty()) out.healthCheck.emplace().command = std::move(command);
  return out;
}

api::Task task(std::vector<std::pair<std::string, std::string>> containers) {
  api::Task out;
  for (auto& [name, health] : containers) {
    auto& shape = out.containers.emplace_back();
    shape.name = name;
    shape.healthStatus = health;
  }
  return out;
}

TEST(HealthSettings, a_shell_line_runs_in_a_shell_and_words_as_they_are) {
  auto shell =
      health_settings(container("app", true, {"CMD-SHELL", "curl -f localhost || exit 1"}));
  auto words = health_settings(container("app", true, {"CMD", "test", "-e", "/tmp/up"}));

  ASSERT_TRUE(shell && words);
  EXPECT_EQ(shell->argv,
            (std::vector<std::string>{"/bin/sh", "-c", "curl -f localhost || exit 1"}));
  EXPECT_EQ(words->argv, (std::vector<std::string>{"test", "-e", "/tmp/up"}));
  EXPECT_EQ(words->interval, std::chrono::seconds(30));
  EXPECT_EQ(words->retries, 3);
}

TEST(HealthSettings, none_means_none) {
  EXPECT_FALSE(health_settings(container("app", true, {"NONE"})));
  EXPECT_FALSE(health_settings(container("app", true, {})));
}

TEST(HealthTally, takes_as_many_failures_in_a_row_as_declared) {
  HealthTally tally(3, ContainerHealth::unknown);

  tally.note(false, false);
  tally.note(false, false);
  tally.note(true, false);
  EXPECT_EQ(tally.health(), ContainerHealth::healthy);
  tally.note(false, false);
  tally.note(false, false);
  EXPECT_EQ(tally.health(), ContainerHealth::healthy);
  tally.note(false, false);

  EXPECT_EQ(tally.health(), ContainerHealth::unhealthy);
}

TEST(HealthTally, forgives_failures_while_starting_until_the_first_success) {
  HealthTally tally(1, ContainerHealth::unknown);

  tally.note(false, true);
  EXPECT_EQ(tally.health(), ContainerHealth::unknown);
  tally.note(true, true);
  tally.note(false, true);

  EXPECT_EQ(tally.health(), ContainerHealth::unhealthy);
}

TEST(TaskHealth, is_the_worst_of_the_essential_containers_that_have_a_check) {
  api::TaskDefinition definition;
  definition.containerDefinitions = {
      container("app", true, {"CMD", "a"}), container("side", true, {"CMD", "b"}),
      container("extra", false, {"CMD", "c"}), container("plain", true, {})};

  auto health_with = [&](const char* app, const char* side, const char* extra) {
    return task_health(
        definition, task({{"app", app}, {"side", side}, {"extra", extra}, {"plain", "UNKNOWN"}}));
  };

  EXPECT_EQ(health_with("HEALTHY", "HEALTHY", "UNHEALTHY"), "HEALTHY");
  EXPECT_EQ(health_with("HEALTHY", "UNKNOWN", "HEALTHY"), "UNKNOWN");
  EXPECT_EQ(health_with("UNKNOWN", "UNHEALTHY", "HEALTHY"), "UNHEALTHY");
}

TEST(TaskHealth, is_unknown_when_nothing_essential_has_a_check) {
  api::TaskDefinition definition;
  definition.containerDefinitions = {container("app", true, {}),
                                     container("extra", false, {"CMD", "c"})};

  EXPECT_FALSE(has_health_check(definition));
  EXPECT_EQ(task_health(definition, task({{"app", "UNKNOWN"}, {"extra", "HEALTHY"}})), "UNKNOWN");
}

}  // namespace
}  // namespace sb::cloud::ecs
