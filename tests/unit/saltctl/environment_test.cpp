#include "saltctl/environment/environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sb::saltctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const fs::Path kFolder = fs::Path(SB_SOURCE_DIR) / "deploy/environments";

std::string declared(const std::string& name) {
  return fs::read_file(kFolder / (name + ".yaml")).value();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string problems(const std::string& text) {
  auto result = parse_environment(text, "production.yaml", Where::local);
  return result ? "" : result.error().message;
}

TEST(Environment, every_declared_environment_loads_for_aws_and_for_a_local_cloud) {
  for (const auto& name : environment_names(kFolder)) {
    for (auto where : {Where::aws, Where::local}) {
      auto environment = load_environment(kFolder, name, where);
      ASSERT_TRUE(environment) << environment.error().text();
      EXPECT_EQ(environment->name, name);
    }
  }
  EXPECT_THAT(environment_names(kFolder), ElementsAre("development", "production", "staging"));
}

TEST(Environment, has_the_names_that_the_runbook_fixes) {
  auto production = load_environment(kFolder, "production", Where::aws).value();
  auto staging = load_environment(kFolder, "staging", Where::aws).value();

  EXPECT_EQ(production.cluster, "saltbitter-prod");
  EXPECT_EQ(production.service, "saltbitter-api-prod");
  EXPECT_EQ(production.family, "saltbitter-api-prod");
  EXPECT_EQ(production.log_group, "/ecs/saltbitter-prod");
  EXPECT_EQ(production.database.identifier, "saltbitter-prod");
  EXPECT_EQ(production.task.secrets[0].id, "saltbitter/prod/app-secrets");
  EXPECT_EQ(production.url(), "https://api.saltbitter.com");
  EXPECT_EQ(staging.cluster, "saltbitter-staging");
  EXPECT_EQ(staging.task.secrets[0].id, "/saltbitter/staging");
}

TEST(Environment, the_local_section_overrides_only_what_it_names) {
  auto aws = load_environment(kFolder, "production", Where::aws).value();
  auto local = load_environment(kFolder, "production", Where::local).value();

  EXPECT_EQ(local.url(), "https://api.saltbitter.com:8443");
  EXPECT_EQ(local.release.metrics_period_seconds, 1);
  EXPECT_EQ(aws.release.metrics_period_seconds, 60);
  EXPECT_EQ(local.load_balancer.health.path, aws.load_balancer.health.path);
  EXPECT_EQ(local.release.max_p95_ms, aws.release.max_p95_ms);
  EXPECT_EQ(local.task.environment.at("ENVIRONMENT"), "production");
}

TEST(Environment, development_answers_on_localhost_8000) {
  auto environment = load_environment(kFolder, "development", Where::local).value();

  EXPECT_EQ(environment.url(), "http://localhost:8000");
  EXPECT_EQ(environment.load_balancer.bind_address, "127.0.0.1");
}

TEST(Environment, a_wrong_value_is_told_with_its_line_and_column) {
  auto text = replaced(declared("production"), "  cpu: 512", "  cpu: lots");

  EXPECT_THAT(problems(text), HasSubstr("production.yaml:11:8: task.cpu must be a whole number"));
}

TEST(Environment, an_unknown_setting_is_refused_where_it_stands) {
  auto text = replaced(declared("production"), "  count: 2", "  cuont: 2");

  EXPECT_THAT(problems(text), HasSubstr("production.yaml:13:3: task.cuont is not a known setting"));
}

TEST(Environment, limits_of_the_watch_that_make_no_sense_are_refused_where_they_stand) {
  auto text = replaced(declared("production"), "max_memory_percent: 80", "max_memory_percent: 800");
  text = replaced(text, "critical_error_rate_percent: 5.0", "critical_error_rate_percent: 0.5");
  text = replaced(text, "max_connections_ratio: 3.0", "max_connections_ratio: 0.5");

  const auto found = problems(text);
  EXPECT_THAT(found, HasSubstr("release.max_memory_percent must be a whole number from 1 to 100"));
  EXPECT_THAT(found, HasSubstr("release.critical_error_rate_percent must not be below"));
  EXPECT_THAT(found, HasSubstr("release.max_connections_ratio must be a number from 1 to 1000"));
}

TEST(Environment, an_account_is_twelve_digits) {
  for (const char* wrong : {"12345", "12345678901x"}) {
    auto text = replaced(declared("production"),
                         "cluster:", std::string("account: \"") + wrong + "\"\ncluster:");
    EXPECT_THAT(problems(text), HasSubstr("account is the twelve digits of an AWS account"))
        << wrong;
  }
  auto text = replaced(declared("production"), "cluster:", "account: \"001234567890\"\ncluster:");
  EXPECT_EQ(parse_environment(text, "production.yaml", Where::aws).value().account, "001234567890");
}

TEST(Environment, tells_every_problem_at_once) {
  auto text = replaced(declared("production"), "  cpu: 512", "  cpu: 500");
  text = replaced(text, "strategy: BLUE_GREEN", "strategy: MAGENTA");

  EXPECT_THAT(problems(text), HasSubstr("task.cpu must be one of"));
  EXPECT_THAT(problems(text), HasSubstr("release.strategy must be one of: BLUE_GREEN, ROLLING"));
}

TEST(Environment, a_missing_section_is_named) {
  auto text = replaced(declared("production"), "cluster: saltbitter-prod\n", "");

  EXPECT_THAT(problems(text), HasSubstr("cluster is missing"));
}

TEST(Environment, a_gate_that_is_no_box_is_told_with_its_line_and_the_boxes_there_are) {
  auto text = replaced(declared("production"), "gates: [tests, coverage", "gates: [test, coverage");

  EXPECT_THAT(problems(text), HasSubstr("names 'test', which is no box"));
  EXPECT_THAT(problems(text), HasSubstr("rollback-plan"));
  EXPECT_THAT(problems(text), ::testing::MatchesRegex("production.yaml:[0-9]+:[0-9]+: .*"));
}

TEST(Environment, production_waits_for_another_person_on_aws_and_staging_for_nobody) {
  auto production = load_environment(kFolder, "production", Where::aws).value().release;
  auto rehearsal = load_environment(kFolder, "production", Where::local).value().release;
  auto staging = load_environment(kFolder, "staging", Where::aws).value().release;

  EXPECT_TRUE(production.needs_approval && production.approval_by_another_person);
  EXPECT_TRUE(rehearsal.needs_approval && !rehearsal.approval_by_another_person);
  EXPECT_FALSE(staging.needs_approval);
  EXPECT_EQ(production.gates.size(), 7u);
  EXPECT_THAT(
      problems(replaced(declared("production"), "expires_minutes: 60", "expires_minutes: never")),
      HasSubstr("release.approval.expires_minutes must be a whole number"));
}

TEST(Environment, blue_green_needs_two_target_groups) {
  auto text = replaced(declared("production"), "[saltbitter-prod-blue, saltbitter-prod-green]",
                       "[saltbitter-prod-blue]");

  EXPECT_THAT(problems(text), HasSubstr("needs exactly two target_groups"));
}

TEST(Environment, a_variable_is_either_plain_or_secret) {
  auto text = replaced(declared("production"), "    LOG_LEVEL: info", "    SECRET_KEY: oops");

  EXPECT_THAT(problems(text), HasSubstr("names SECRET_KEY, which environment has too"));
}

TEST(Environment, text_that_is_not_yaml_is_told_with_its_place) {
  auto text = problems("environment: [production\n");

  EXPECT_THAT(text, HasSubstr("production.yaml:"));
  EXPECT_THAT(problems("just words"), HasSubstr("production.yaml:1:1: the file must be a map"));
  EXPECT_THAT(problems(""), HasSubstr("environment is missing"));
}

TEST(Environment, an_unknown_name_tells_which_ones_exist) {
  auto result = load_environment(kFolder, "prod", Where::local);

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::not_found);
  EXPECT_THAT(result.error().message, HasSubstr("development, production, staging"));
}

TEST(Environment, a_local_cloud_never_uses_privileged_ports) {
  auto text = replaced(declared("production"), "{ port: 8443, protocol: HTTPS }", "{ port: 443 }");

  EXPECT_THAT(problems(text), HasSubstr("local.listeners must not use ports below 1024"));
  EXPECT_THAT(problems(declared("production")), Not(HasSubstr("port")));
}

}  // namespace
}  // namespace sb::saltctl
