#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cloud/ecs/front.hpp"

namespace sb::cloud::ecs {
namespace {

using ::testing::HasSubstr;

api::ContainerDefinition container(const std::string& name) {
  api::ContainerDefinition made;
  made.name = name;
  made.image = "web:1";
  made.memory = 128;
  return made;
}

api::RegisterTaskDefinitionRequest definition() {
  api::RegisterTaskDefinitionRequest request;
  request.family = "web";
  request.containerDefinitions = {container("app"), container("side")};
  return request;
}

api::DeploymentConfiguration configuration(const std::string& strategy) {
  api::DeploymentConfiguration asked;
  asked.strategy = strategy;
  if (strategy != "ROLLING") asked.bakeTimeInMinutes = 5;
  return asked;
}

api::DeploymentLifecycleHook pause_at(const std::string& stage) {
  api::DeploymentLifecycleHook hook;
  hook.targetType = "PAUSE";
  hook.lifecycleStages = {stage};
  return hook;
}

// What a changed request is refused with; "accepted" when it is not.
template <class Request, class Check>
std::string refusal(Request request, const std::function<void(Request&)>& change, Check check) {
  change(request);
  auto checked = check(request);
  return checked ? "accepted" : checked.error().code + ": " + checked.error().message;
}

TEST(TaskDefinitionRequest, is_accepted_when_nothing_is_wrong) {
  EXPECT_TRUE(check_definition(definition()));
}

TEST(TaskDefinitionRequest, is_refused_in_the_words_of_what_is_wrong) {
  using Request = api::RegisterTaskDefinitionRequest;
  struct Case {
    std::function<void(Request&)> change;
    std::string said;
  };
  auto first = [](Request& r) -> api::ContainerDefinition& { return r.containerDefinitions[0]; };
  std::vector<Case> cases = {
      {[](Request& r) { r.family = "a b"; }, "Family contains invalid characters"},
      {[](Request& r) { r.containerDefinitions.clear(); }, "must contain containers"},
      {[](Request& r) { r.containerDefinitions.assign(11, container("x")); },
       "at most 10 containers"},
      {[](Request& r) { r.networkMode = "host"; }, "networkMode must be awsvpc"},
      {[&](Request& r) { first(r).name = "side"; }, "Duplicate container name 'side'"},
      {[&](Request& r) { first(r).name = ""; }, "Container.name should not be null or empty"},
      {[&](Request& r) { first(r).image = std::nullopt; }, "Container.image should not be null"},
      {[&](Request& r) { first(r).memory = std::nullopt; }, "At least one of 'memory'"},
      {[&](Request& r) {
         first(r).portMappings.resize(1);
         first(r).portMappings[0].containerPort = 70'000;
       },
       "Invalid container port 70000 in container 'app'"},
      {[&](Request& r) {
         first(r).portMappings.resize(1);
         first(r).portMappings[0].containerPort = 80;
         first(r).portMappings[0].hostPort = 81;
       },
       "the host ports and container ports in port mappings must match"},
      {[&](Request& r) { first(r).secrets.resize(1); }, "needs name and valueFrom"},
      {[&](Request& r) { first(r).logConfiguration.emplace().logDriver = "syslog"; },
       "the log driver awslogs only"},
      {[&](Request& r) { first(r).logConfiguration.emplace().logDriver = "awslogs"; },
       "requires options: awslogs-group"},
      {[&](Request& r) { first(r).dependsOn = {{"nobody", "START"}}; },
       "'app' depends on an unknown container"},
      {[&](Request& r) { first(r).dependsOn = {{"side", "HEALTHY"}}; },
       "'side' is waited for to be HEALTHY and has no health check"},
      {[&](Request& r) { first(r).dependsOn = {{"side", "SOON"}}; },
       "Unknown dependency condition 'SOON'"},
      {[&](Request& r) { first(r).dependsOn = {{"side", "COMPLETE"}}; },
       "'side' is essential and can't be waited for"},
      {[&](Request& r) {
         first(r).dependsOn = {{"side", "START"}};
         r.containerDefinitions[1].dependsOn = {{"app", "START"}};
       },
       "circle"},
      {[](Request& r) {
         for (auto& one : r.containerDefinitions) one.essential = false;
       },
       "at least one essential container"},
  };

  for (const auto& [change, said] : cases)
    EXPECT_THAT(refusal<Request>(definition(), change, check_definition),
                ::testing::AllOf(HasSubstr("ClientException: "), HasSubstr(said)));
}

TEST(DeploymentConfiguration, is_completed_from_the_earlier_one_of_the_same_strategy) {
  auto earlier = complete(configuration("CANARY"), {}).value();
  earlier.lifecycleHooks = {pause_at("POST_SCALE_UP")};
  earlier.maximumPercent = 150;
  earlier.canaryConfiguration.emplace().canaryPercent = 25;

  auto same = complete({}, earlier).value();
  EXPECT_EQ(same.strategy, "CANARY");
  EXPECT_EQ(same.maximumPercent, 150);
  EXPECT_EQ(same.minimumHealthyPercent, 100);
  EXPECT_EQ(same.bakeTimeInMinutes, 5);
  EXPECT_EQ(same.canaryConfiguration->canaryPercent, 25);
  EXPECT_EQ(same.lifecycleHooks.size(), 1U);

  auto other = complete(configuration("ROLLING"), earlier).value();
  EXPECT_FALSE(other.bakeTimeInMinutes);
  EXPECT_FALSE(other.canaryConfiguration);
  EXPECT_TRUE(other.lifecycleHooks.empty());
  EXPECT_FALSE(*other.deploymentCircuitBreaker->enable);
}

TEST(DeploymentPlan, takes_the_alarms_that_are_enabled) {
  auto asked = configuration("ROLLING");
  asked.alarms.emplace().alarmNames = {"errors"};
  asked.alarms->rollback = true;
  EXPECT_TRUE(plan_of(asked)->alarms.empty());

  asked.alarms->enable = true;
  auto kept = complete({}, asked).value();
  auto plan = plan_of(kept).value();
  EXPECT_EQ(plan.alarms, std::vector<std::string>{"errors"});
  EXPECT_TRUE(plan.alarm_rollback);

  asked.alarms->alarmNames.clear();
  EXPECT_THAT(plan_of(asked).error().message, HasSubstr("alarmNames must not be empty"));
}

TEST(DeploymentPlan, takes_steps_breaker_and_hooks) {
  auto canary = configuration("CANARY");
  canary.canaryConfiguration.emplace().canaryPercent = 12.5;
  canary.canaryConfiguration->canaryBakeTimeInMinutes = 2;
  canary.deploymentCircuitBreaker.emplace().enable = true;
  canary.deploymentCircuitBreaker->rollback = true;
  auto hook = pause_at("POST_TEST_TRAFFIC_SHIFT");
  hook.timeoutConfiguration.emplace().timeoutInMinutes = 3;
  hook.timeoutConfiguration->action = "CONTINUE";
  canary.lifecycleHooks = {hook};

  auto plan = plan_of(canary).value();

  EXPECT_EQ(plan.strategy, Strategy::canary);
  EXPECT_EQ(plan.step_percent, 12.5);
  EXPECT_EQ(plan.step_bake_ms, 120'000);
  EXPECT_EQ(plan.bake_ms, 300'000);
  EXPECT_TRUE(plan.breaker_enabled && plan.breaker_rollback);
  ASSERT_EQ(plan.hooks.size(), 1U);
  EXPECT_EQ(plan.hooks[0].stages, std::vector{Stage::post_test_traffic_shift});
  EXPECT_EQ(plan.hooks[0].timeout_ms, 180'000);
  EXPECT_EQ(plan.hooks[0].timeout_action, HookAction::proceed);

  auto linear = plan_of(configuration("LINEAR")).value();
  EXPECT_EQ(linear.step_percent, 10);
  EXPECT_EQ(linear.step_bake_ms, 360'000);
}

TEST(DeploymentPlan, is_refused_in_the_words_of_what_is_wrong) {
  using Configuration = api::DeploymentConfiguration;
  auto check = [](const Configuration& c) { return plan_of(c); };
  auto with_hook = [](const std::function<void(api::DeploymentLifecycleHook&)>& change) {
    return [change](Configuration& c) {
      auto hook = pause_at("POST_SCALE_UP");
      change(hook);
      c.lifecycleHooks = {hook};
    };
  };
  using Hook = api::DeploymentLifecycleHook;
  struct Case {
    std::string strategy;
    std::function<void(Configuration&)> change;
    std::string said;
  };
  std::vector<Case> cases = {
      {"SIDEWAYS", [](Configuration&) {}, "Unknown deployment strategy: SIDEWAYS"},
      {"ROLLING", [](Configuration& c) { c.minimumHealthyPercent = 101; },
       "minimumHealthyPercent must be between 0 and 100"},
      {"ROLLING", [](Configuration& c) { c.maximumPercent = 99; },
       "maximumPercent must be between 100 and 10000"},
      {"ROLLING", [](Configuration& c) { c.maximumPercent = c.minimumHealthyPercent = 100; },
       "cannot be 100 as this will block deployments"},
      {"ROLLING", [](Configuration& c) { c.bakeTimeInMinutes = 1; },
       "bakeTimeInMinutes can't be set for the ROLLING strategy"},
      {"BLUE_GREEN", [](Configuration& c) { c.bakeTimeInMinutes = std::nullopt; },
       "bakeTimeInMinutes is required for the BLUE_GREEN strategy"},
      {"BLUE_GREEN", [](Configuration& c) { c.bakeTimeInMinutes = 1441; },
       "bakeTimeInMinutes must be between 0 and 1440"},
      {"BLUE_GREEN", [](Configuration& c) { c.canaryConfiguration.emplace(); },
       "canaryConfiguration needs the CANARY strategy"},
      {"BLUE_GREEN", [](Configuration& c) { c.linearConfiguration.emplace(); },
       "linearConfiguration needs the LINEAR strategy"},
      {"CANARY", [](Configuration& c) { c.canaryConfiguration.emplace().canaryPercent = 0; },
       "canaryPercent must be between 0.1 and 100"},
      {"CANARY", [](Configuration& c) { c.canaryConfiguration.emplace().canaryPercent = 3.25; },
       "steps of 0.1"},
      {"LINEAR", [](Configuration& c) { c.linearConfiguration.emplace().stepPercent = 2; },
       "stepPercent must be between 3 and 100"},
      {"LINEAR",
       [](Configuration& c) { c.linearConfiguration.emplace().stepBakeTimeInMinutes = -1; },
       "the bake time of a step must be between 0 and 1440"},
      {"BLUE_GREEN", with_hook([](Hook& h) { h.targetType = std::nullopt; }),
       "UnsupportedFeatureException: saltcloud runs no Lambda functions"},
      {"BLUE_GREEN", with_hook([](Hook& h) { h.roleArn = "arn:aws:iam::1:role/x"; }),
       "hookTargetArn and roleArn can't be given"},
      {"BLUE_GREEN", with_hook([](Hook& h) { h.lifecycleStages.clear(); }),
       "A lifecycle hook needs lifecycleStages"},
      {"BLUE_GREEN", with_hook([](Hook& h) { h.lifecycleStages = {"LUNCH"}; }),
       "Unknown lifecycle stage: LUNCH"},
      {"BLUE_GREEN", with_hook([](Hook& h) { h.lifecycleStages = {"TEST_TRAFFIC_SHIFT"}; }),
       "PAUSE lifecycle hooks are not supported at TEST_TRAFFIC_SHIFT"},
      {"ROLLING", with_hook([](Hook& h) { h.lifecycleStages = {"POST_TEST_TRAFFIC_SHIFT"}; }),
       "POST_TEST_TRAFFIC_SHIFT needs a strategy that shifts traffic"},
      {"BLUE_GREEN",
       with_hook([](Hook& h) { h.timeoutConfiguration.emplace().timeoutInMinutes = 0; }),
       "timeoutInMinutes must be between 1 and 20160"},
      {"BLUE_GREEN", with_hook([](Hook& h) { h.timeoutConfiguration.emplace().action = "WAIT"; }),
       "Unknown timeout action: WAIT"},
  };

  for (const auto& [strategy, change, said] : cases)
    EXPECT_THAT(refusal<Configuration>(configuration(strategy), change, check), HasSubstr(said));
}

TEST(EcsPages, tokens_and_limits_are_checked) {
  EXPECT_EQ(page_after(std::nullopt).value(), std::nullopt);
  EXPECT_EQ(page_after("not a token of ours!").error().message, "Invalid token.");
  EXPECT_EQ(page_limit(std::nullopt, 100).value(), 100U);
  EXPECT_THAT(page_limit(0, 100).error().message, HasSubstr("between 1 and 100"));
  EXPECT_THAT(page_limit(101, 100).error().message, HasSubstr("between 1 and 100"));
}

}  // namespace
}  // namespace sb::cloud::ecs
