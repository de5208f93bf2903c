// Requests, checked as AWS checks them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "cloud/ecs/front.hpp"
#include "cloud/ecs/health.hpp"
#include "cloud/store/paging.hpp"

namespace sb::cloud::ecs {

namespace {

Outcome<void> within(const char* what, double value, double low, double high) {
  if (value >= low && value <= high) return {};
  return invalid(fmt::format("{} must be between {} and {}.", what, low, high));
}

Outcome<Strategy> strategy_of(const std::string& name) {
  if (name == "ROLLING") return Strategy::rolling;
  if (name == "BLUE_GREEN") return Strategy::blue_green;
  if (name == "CANARY") return Strategy::canary;
  if (name == "LINEAR") return Strategy::linear;
  return invalid(fmt::format("Unknown deployment strategy: {}", name));
}

Outcome<Stage> stage_of(const std::string& name) {
  for (auto stage : {Stage::reconcile_service, Stage::pre_scale_up, Stage::post_scale_up,
                     Stage::test_traffic_shift, Stage::post_test_traffic_shift,
                     Stage::pre_production_traffic_shift, Stage::production_traffic_shift,
                     Stage::post_production_traffic_shift})
    if (wire_name(stage) == name) return stage;
  return invalid(fmt::format("Unknown lifecycle stage: {}", name));
}

// Which stages a ROLLING deployment pauses at was not observed on AWS: those that exist without
// traffic weights.
bool is_rolling_stage(Stage stage) {
  return stage == Stage::pre_scale_up || stage == Stage::post_scale_up ||
         stage == Stage::reconcile_service;
}

Outcome<HookSpec> hook_of(const api::DeploymentLifecycleHook& hook, Strategy strategy) {
  if (hook.targetType.value_or("AWS_LAMBDA") != "PAUSE")
    return fault("UnsupportedFeatureException",
                 "saltcloud runs no Lambda functions: lifecycle hooks must have targetType PAUSE.");
  if (hook.hookTargetArn || hook.roleArn)
    return invalid("hookTargetArn and roleArn can't be given for a PAUSE lifecycle hook.");
  if (hook.lifecycleStages.empty()) return invalid("A lifecycle hook needs lifecycleStages.");
  HookSpec spec;
  for (const auto& name : hook.lifecycleStages) {
    SB_TRY(auto stage, stage_of(name));
    if (stage == Stage::test_traffic_shift || stage == Stage::production_traffic_shift)
      return invalid(fmt::format("PAUSE lifecycle hooks are not supported at {}.", name));
    if (strategy == Strategy::rolling && !is_rolling_stage(stage))
      return invalid(fmt::format("Lifecycle stage {} needs a strategy that shifts traffic.", name));
    spec.stages.push_back(stage);
  }
  if (hook.timeoutConfiguration) {
    int minutes = hook.timeoutConfiguration->timeoutInMinutes.value_or(1440);
    if (auto checked = within("timeoutInMinutes", minutes, 1, 20160); !checked)
      return std::unexpected(checked.error());
    spec.timeout_ms = minutes * 60'000LL;
    auto action = hook.timeoutConfiguration->action.value_or("ROLLBACK");
    if (action != "ROLLBACK" && action != "CONTINUE")
      return invalid(fmt::format("Unknown timeout action: {}", action));
    spec.timeout_action = action == "CONTINUE" ? HookAction::proceed : HookAction::rollback;
  }
  return spec;
}

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= 255 &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
}

std::unexpected<gateway::Fault> client(std::string message) {
  return fault("ClientException", std::move(message));
}

Outcome<void> check_health_check(const std::string& name, const api::HealthCheck& check) {
  const auto& command = check.command;
  bool has_kind = !command.empty() && (command.front() == "CMD" || command.front() == "NONE" ||
                                       command.front() == "CMD-SHELL");
  if (!has_kind || (command.front() != "NONE" && command.size() < 2))
    return client(
        fmt::format("The health check of container '{}' needs a command that begins with "
                    "CMD or CMD-SHELL.",
                    name));
  struct Limit {
    const char* what;
    std::optional<int> value;
    int low, high;
  };
  for (const auto& limit : {Limit{"interval", check.interval, 5, 300},
                            {"timeout", check.timeout, 2, 60},
                            {"retries", check.retries, 1, 10},
                            {"startPeriod", check.startPeriod, 0, 300}})
    if (limit.value && (*limit.value < limit.low || *limit.value > limit.high))
      return client(fmt::format("Health check {} of container '{}' must be between {} and {}.",
                                limit.what, name, limit.low, limit.high));
  return {};
}

Outcome<void> check_container(const api::RegisterTaskDefinitionRequest& request,
                              const api::ContainerDefinition& container) {
  auto name = container.name.value_or("");
  if (!is_name(name))
    return client(
        "Container.name should not be null or empty, and may contain letters, numbers, "
        "hyphens and underscores.");
  if (container.image.value_or("").empty())
    return client("Container.image should not be null or empty.");
  if (!container.memory && !container.memoryReservation && !request.memory)
    return client(
        fmt::format("Invalid setting for container '{}'. At least one of 'memory' or "
                    "'memoryReservation' must be specified.",
                    name));
  for (const auto& port : container.portMappings) {
    int number = port.containerPort.value_or(0);
    if (number < 1 || number > 65535)
      return client(fmt::format("Invalid container port {} in container '{}'.", number, name));
    if (port.hostPort.value_or(number) != number)
      return client(
          "When networkMode=awsvpc, the host ports and container ports in port mappings "
          "must match.");
  }
  for (const auto& secret : container.secrets)
    if (secret.name.value_or("").empty() || secret.valueFrom.value_or("").empty())
      return client(fmt::format("A secret of container '{}' needs name and valueFrom.", name));
  if (container.logConfiguration) {
    const auto& logging = *container.logConfiguration;
    if (logging.logDriver != "awslogs") return client("saltcloud has the log driver awslogs only.");
    if (!logging.options.contains("awslogs-group"))
      return client("Log driver awslogs requires options: awslogs-group");
  }
  if (container.healthCheck) SB_TRY_VOID(check_health_check(name, *container.healthCheck));
  for (const auto& dependency : container.dependsOn) {
    auto condition = dependency.condition.value_or("");
    const api::ContainerDefinition* other = nullptr;
    for (const auto& candidate : request.containerDefinitions)
      if (candidate.name == dependency.containerName) other = &candidate;
    if (!other) return client(fmt::format("Container '{}' depends on an unknown container.", name));
    if (condition == "HEALTHY" && !health_settings(*other))
      return client(fmt::format(
          "Container '{}' is waited for to be HEALTHY and has no health check.", *other->name));
    bool is_for_the_end = condition == "COMPLETE" || condition == "SUCCESS";
    if (!is_for_the_end && condition != "START" && condition != "HEALTHY")
      return client(fmt::format("Unknown dependency condition '{}'.", condition));
    if (is_for_the_end && other->essential.value_or(true))
      return client(fmt::format("Container '{}' is essential and can't be waited for to end.",
                                other->name.value_or("")));
  }
  return {};
}

}  // namespace

Outcome<std::optional<std::string>> page_after(const std::optional<std::string>& token) {
  if (!token || token->empty()) return std::nullopt;
  auto after = from_page_token(*token);
  if (!after) return invalid("Invalid token.");
  return after;
}

Outcome<std::size_t> page_limit(const std::optional<int>& asked, int most) {
  int limit = asked.value_or(most);
  if (limit < 1 || limit > most)
    return invalid(fmt::format("maxResults must be between 1 and {}.", most));
  return static_cast<std::size_t>(limit);
}

Outcome<api::DeploymentConfiguration> complete(api::DeploymentConfiguration asked,
                                               const api::DeploymentConfiguration& earlier) {
  bool is_new_strategy = asked.strategy.has_value();
  if (!asked.strategy) asked.strategy = earlier.strategy.value_or("ROLLING");
  bool is_same = asked.strategy == earlier.strategy;
  if (!asked.maximumPercent) asked.maximumPercent = earlier.maximumPercent.value_or(200);
  if (!asked.minimumHealthyPercent)
    asked.minimumHealthyPercent = earlier.minimumHealthyPercent.value_or(100);
  if (!asked.deploymentCircuitBreaker) {
    asked.deploymentCircuitBreaker = earlier.deploymentCircuitBreaker;
    if (!asked.deploymentCircuitBreaker) {
      asked.deploymentCircuitBreaker.emplace();
      asked.deploymentCircuitBreaker->enable = false;
      asked.deploymentCircuitBreaker->rollback = false;
    }
  }
  if (is_same && !asked.bakeTimeInMinutes) asked.bakeTimeInMinutes = earlier.bakeTimeInMinutes;
  if (is_same && !asked.canaryConfiguration)
    asked.canaryConfiguration = earlier.canaryConfiguration;
  if (is_same && !asked.linearConfiguration)
    asked.linearConfiguration = earlier.linearConfiguration;
  if (!is_new_strategy && asked.lifecycleHooks.empty())
    asked.lifecycleHooks = earlier.lifecycleHooks;
  if (!asked.alarms) asked.alarms = earlier.alarms;
  return asked;
}

Outcome<Plan> plan_of(const api::DeploymentConfiguration& configuration) {
  Plan plan;
  SB_TRY(plan.strategy, strategy_of(configuration.strategy.value_or("ROLLING")));
  plan.maximum_percent = configuration.maximumPercent.value_or(200);
  plan.minimum_healthy_percent = configuration.minimumHealthyPercent.value_or(100);
  SB_TRY_VOID(within("minimumHealthyPercent", plan.minimum_healthy_percent, 0, 100));
  SB_TRY_VOID(within("maximumPercent", plan.maximum_percent, 100, 10'000));
  if (configuration.alarms && configuration.alarms->enable.value_or(false)) {
    plan.alarms = configuration.alarms->alarmNames;
    plan.alarm_rollback = configuration.alarms->rollback.value_or(false);
    if (plan.alarms.empty())
      return invalid("alarmNames must not be empty when alarms are enabled.");
  }
  bool is_rolling = plan.strategy == Strategy::rolling;
  if (is_rolling && plan.maximum_percent == 100 && plan.minimum_healthy_percent == 100)
    return invalid(
        "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block "
        "deployments.");
  if (is_rolling && configuration.bakeTimeInMinutes.value_or(0) != 0)
    return invalid("bakeTimeInMinutes can't be set for the ROLLING strategy.");
  if (!is_rolling && !configuration.bakeTimeInMinutes)
    return invalid(
        fmt::format("bakeTimeInMinutes is required for the {} strategy.", *configuration.strategy));
  int bake = configuration.bakeTimeInMinutes.value_or(0);
  SB_TRY_VOID(within("bakeTimeInMinutes", bake, 0, 1440));
  plan.bake_ms = bake * 60'000LL;

  if (configuration.canaryConfiguration && plan.strategy != Strategy::canary)
    return invalid("canaryConfiguration needs the CANARY strategy.");
  if (configuration.linearConfiguration && plan.strategy != Strategy::linear)
    return invalid("linearConfiguration needs the LINEAR strategy.");
  int step_bake = 0;
  if (plan.strategy == Strategy::canary) {
    auto canary = configuration.canaryConfiguration.value_or(api::CanaryConfiguration{});
    plan.step_percent = canary.canaryPercent.value_or(5);
    step_bake = canary.canaryBakeTimeInMinutes.value_or(10);
    SB_TRY_VOID(within("canaryPercent", plan.step_percent, 0.1, 100));
  }
  if (plan.strategy == Strategy::linear) {
    auto linear = configuration.linearConfiguration.value_or(api::LinearConfiguration{});
    plan.step_percent = linear.stepPercent.value_or(10);
    step_bake = linear.stepBakeTimeInMinutes.value_or(6);
    SB_TRY_VOID(within("stepPercent", plan.step_percent, 3, 100));
  }
  if (std::abs(plan.step_percent * 10 - std::round(plan.step_percent * 10)) > 1e-9)
    return invalid("Percentages are given in steps of 0.1.");
  SB_TRY_VOID(within("the bake time of a step", step_bake, 0, 1440));
  plan.step_bake_ms = step_bake * 60'000LL;

  if (configuration.deploymentCircuitBreaker) {
    plan.breaker_enabled = configuration.deploymentCircuitBreaker->enable.value_or(false);
    plan.breaker_rollback = configuration.deploymentCircuitBreaker->rollback.value_or(false);
  }
  for (const auto& hook : configuration.lifecycleHooks) {
    SB_TRY(auto spec, hook_of(hook, plan.strategy));
    plan.hooks.push_back(std::move(spec));
  }
  return plan;
}

Outcome<void> check_definition(const api::RegisterTaskDefinitionRequest& request) {
  if (!is_name(request.family.value_or("")))
    return client(
        "Family contains invalid characters: use up to 255 letters, numbers, hyphens and "
        "underscores.");
  if (request.containerDefinitions.empty())
    return client("TaskDefinition must contain containers.");
  if (request.containerDefinitions.size() > 10)
    return client("A task definition can have at most 10 containers.");
  if (request.networkMode.value_or("awsvpc") != "awsvpc")
    return client("saltcloud gives every task an address of its own: networkMode must be awsvpc.");
  std::set<std::string> names;
  bool has_essential = false;
  for (const auto& container : request.containerDefinitions) {
    SB_TRY_VOID(check_container(request, container));
    if (!names.insert(*container.name).second)
      return client(fmt::format("Duplicate container name '{}'.", *container.name));
    has_essential = has_essential || container.essential.value_or(true);
  }
  if (!has_essential)
    return client("A task definition must have at least one essential container.");
  api::TaskDefinition definition;
  definition.containerDefinitions = request.containerDefinitions;
  if (auto order = start_order(definition); !order) return client(order.error().message);
  return {};
}

}  // namespace sb::cloud::ecs
