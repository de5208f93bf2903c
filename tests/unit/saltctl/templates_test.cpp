#include "saltctl/provision/templates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/model/ecs_service.hpp"
#include "aws/model/ecs_task_definition.hpp"
#include "base/json/codec.hpp"

namespace sb::saltctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

Environment declared(const std::string& name) {
  return load_environment(fs::Path(SB_SOURCE_DIR) / "deploy/environments", name, Where::local)
      .value();
}

Resources made() {
  Resources resources;
  resources.account = "000000000000";
  resources.target_groups = {"arn:blue", "arn:green"};
  resources.production_rule = "arn:rule/production";
  resources.test_rule = "arn:rule/test";
  resources.secret_arns = {{"saltbitter/prod/app-secrets", "arn:secret:app-AbCdEf"},
                           {"saltbitter/prod/service-secrets", "arn:secret:service-GhIjKl"}};
  resources.secret_values = {{"DATABASE_URL", "postgresql://u:hidden@h/d"}};
  return resources;
}

aws::ecs::CreateServiceRequest service_of(const std::string& name) {
  return json::decode<aws::ecs::CreateServiceRequest>(
             create_service_request(declared(name), made()))
      .value();
}

std::string value_from(const std::string& environment, const std::string& key) {
  auto text = task_definition_request(declared(environment), made(), "saltbitter:1@sha256:00");
  auto request = json::decode<aws::ecs::RegisterTaskDefinitionRequest>(text).value();
  for (const auto& secret : request.containerDefinitions.at(0).secrets) {
    if (secret.name == key) return secret.valueFrom.value();
  }
  return "";
}

TEST(TaskDefinition, takes_a_secret_by_its_arn_and_key_and_a_parameter_by_its_name) {
  EXPECT_EQ(value_from("production", "DATABASE_URL"), "arn:secret:app-AbCdEf:DATABASE_URL::");
  EXPECT_EQ(value_from("production", "SECRET_KEY"), "arn:secret:service-GhIjKl:SECRET_KEY::");
  EXPECT_EQ(value_from("staging", "DATABASE_URL"), "/saltbitter/staging/DATABASE_URL");
}

TEST(TaskDefinition, never_holds_a_secret_value) {
  auto text = task_definition_request(declared("production"), made(), "saltbitter:1@sha256:00");

  EXPECT_THAT(text, Not(HasSubstr("hidden")));
  EXPECT_THAT(text, HasSubstr("saltbitter:1@sha256:00"));
}

TEST(Service, of_production_pauses_for_nobody_and_is_rolled_back_when_tasks_do_not_start) {
  auto deployment = service_of("production").deploymentConfiguration.value();

  EXPECT_EQ(deployment.strategy, "BLUE_GREEN");
  EXPECT_EQ(deployment.bakeTimeInMinutes, 0);
  EXPECT_TRUE(deployment.lifecycleHooks.empty()) << "the pauses are a release's";
  EXPECT_EQ(deployment.deploymentCircuitBreaker->enable, true);
  EXPECT_EQ(deployment.deploymentCircuitBreaker->rollback, true);
}

TEST(Service, of_production_knows_both_target_groups_and_both_rules) {
  auto balancer = service_of("production").loadBalancers.at(0);

  EXPECT_EQ(balancer.targetGroupArn, "arn:blue");
  EXPECT_EQ(balancer.advancedConfiguration->alternateTargetGroupArn, "arn:green");
  EXPECT_EQ(balancer.advancedConfiguration->productionListenerRule, "arn:rule/production");
  EXPECT_EQ(balancer.advancedConfiguration->testListenerRule, "arn:rule/test");
}

TEST(Service, of_staging_rolls_with_the_circuit_breaker) {
  auto deployment = service_of("staging").deploymentConfiguration.value();

  EXPECT_EQ(deployment.strategy, "ROLLING");
  EXPECT_TRUE(deployment.deploymentCircuitBreaker->rollback.value());
  EXPECT_FALSE(service_of("staging").loadBalancers.at(0).advancedConfiguration);
}

}  // namespace
}  // namespace sb::saltctl
