#include "release/runner/preflight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "aws/model/rds.hpp"
#include "aws/model/secretsmanager.hpp"
#include "aws/model/ssm.hpp"
#include "base/json/codec.hpp"
#include "release/runner/build_calls.hpp"

namespace sb::release {

namespace ecs = aws::ecs;

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts{""};
  for (char c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

}  // namespace

Task<Result<PreflightDone>> Preflight::run() {
  SB_CO_TRY_VOID(co_await check_service());
  if (!plan_.db_instance.empty()) SB_CO_TRY_VOID(co_await check_database());
  if (plan_.kind == Kind::deploy) {
    if (check_image_)
      if (auto image = check_image_(plan_.image); !image)
        problem(fmt::format("the image {} cannot be run: {}", plan_.image, image.error().text()));
    auto request = json::decode<ecs::RegisterTaskDefinitionRequest>(plan_.task_definition);
    if (!request) {
      problem("the task definition cannot be read: " + request.error().text());
      co_return done_;
    }
    const auto& containers = request->containerDefinitions;
    if (plan_.migrates() &&
        std::ranges::none_of(containers, [&](const auto& c) { return c.name == plan_.container; }))
      problem(fmt::format("the task definition has no container {} to run the migration in",
                          plan_.container));
    SB_CO_TRY_VOID(co_await check_secrets(containers));
  } else {
    auto described = co_await describe_task_definition(api_, plan_.to_task_definition);
    if (!described) {
      if (described.error().code == ErrorCode::unavailable ||
          described.error().code == ErrorCode::timeout)
        co_return std::unexpected(std::move(described).error());
      problem(fmt::format("there is no {} to go back to: {}", plan_.to_task_definition,
                          described.error().message));
    } else if (described->task_definition.status == "ACTIVE") {
      SB_CO_TRY_VOID(co_await check_secrets(described->task_definition.containerDefinitions));
    } else {
      problem(fmt::format("{} was deregistered", plan_.to_task_definition));
    }
  }
  co_return done_;
}

Task<Result<>> Preflight::check_service() {
  SB_CO_TRY(auto service, co_await service_.describe());
  if (!service) {
    if (plan_.create_service.empty())
      problem(fmt::format("there is no service {} in {}", plan_.service, plan_.cluster));
    else
      done_.warnings.push_back("this is the first deploy: there is nothing to go back to");
    co_return Result<>{};
  }
  if (!plan_.create_service.empty())
    problem(fmt::format("the service {} exists already", plan_.service));
  // What was approved was approved against what ran then.
  if (service->taskDefinition != plan_.from_task_definition)
    problem(
        fmt::format("{} now runs {} and the plan was made against {}: someone changed it "
                    "meanwhile; plan again",
                    plan_.service, value_or_default(service->taskDefinition),
                    plan_.from_task_definition.empty() ? "nothing" : plan_.from_task_definition));
  if (service->status != "ACTIVE")
    problem(fmt::format("{} is {}", plan_.service, value_or_default(service->status)));
  const auto desired = value_or_default(service->desiredCount);
  const auto running = value_or_default(service->runningCount);
  if (desired == 0)
    problem(fmt::format("{} is scaled to nothing: nothing would be tested", plan_.service));
  SB_CO_TRY(auto deployments, co_await service_.deployments());
  if (!deployments.empty()) {
    const std::string status = value_or_default(deployments.front().status);
    if (status != "SUCCESSFUL" && status != "ROLLBACK_SUCCESSFUL" && status != "STOPPED" &&
        status != "ROLLBACK_FAILED")
      problem(fmt::format("another deployment of {} is in progress ({})", plan_.service, status));
  }
  // A rollback is for a service that is not well; and one that is down altogether cannot be harmed.
  if (running < desired && plan_.kind == Kind::deploy) {
    std::string text = fmt::format("{} is not steady: {} of {} tasks are running", plan_.service,
                                   running, desired);
    if (running > 0)
      problem(std::move(text));
    else
      done_.warnings.push_back(std::move(text));
  }

  const auto configuration = value_or_default(service->deploymentConfiguration);
  const std::string strategy = configuration.strategy.value_or("ROLLING");
  const bool is_shifting = strategy == "BLUE_GREEN" || strategy == "CANARY" || strategy == "LINEAR";
  if (plan_.strategy == Strategy::blue_green && !is_shifting)
    problem(
        fmt::format("{} is deployed {}, the plan is made for BLUE_GREEN", plan_.service, strategy));
  if (plan_.strategy == Strategy::rolling && is_shifting)
    problem(
        fmt::format("{} is deployed {}, the plan is made for ROLLING", plan_.service, strategy));
  co_return Result<>{};
}

Task<Result<>> Preflight::check_database() {
  aws::rds::DescribeDBInstancesRequest request;
  request.DBInstanceIdentifier = plan_.db_instance;
  auto reply = co_await api_.call<aws::rds::DescribeDBInstances>(std::move(request));
  if (!reply) {
    if (!is_code(reply.error(), "DBInstanceNotFound"))
      co_return std::unexpected(std::move(reply).error());
    problem(fmt::format("there is no database {} to snapshot", plan_.db_instance));
  } else if (!reply->DBInstances.empty() &&
             reply->DBInstances.front().DBInstanceStatus != "available") {
    problem(fmt::format("the database {} is {}", plan_.db_instance,
                        value_or_default(reply->DBInstances.front().DBInstanceStatus)));
  }
  co_return Result<>{};
}

Task<Result<>> Preflight::check_secrets(const std::vector<ecs::ContainerDefinition>& containers) {
  for (const auto& container : containers) {
    for (const auto& secret : container.secrets) {
      const std::string from = value_or_default(secret.valueFrom);
      const std::string variable = value_or_default(secret.name);
      if (from.find(":secretsmanager:") != std::string::npos) {
        SB_CO_TRY_VOID(co_await check_secret(from, variable));
      } else {
        auto at = from.find(":parameter/");
        SB_CO_TRY_VOID(co_await check_parameter(
            at == std::string::npos ? from : from.substr(at + 10), variable));
      }
    }
  }
  co_return Result<>{};
}

Task<Result<>> Preflight::check_parameter(std::string name, const std::string& variable) {
  aws::ssm::GetParameterRequest request;
  request.Name = name;
  auto reply = co_await api_.call<aws::ssm::GetParameter>(std::move(request));
  // "/NAME" of an ARN may be a parameter without a leading slash.
  if (!reply && is_code(reply.error(), "ParameterNotFound") && name.starts_with('/')) {
    aws::ssm::GetParameterRequest bare;
    bare.Name = name.substr(1);
    reply = co_await api_.call<aws::ssm::GetParameter>(std::move(bare));
  }
  if (reply) co_return Result<>{};
  if (reply.error().code == ErrorCode::unavailable || reply.error().code == ErrorCode::timeout)
    co_return std::unexpected(std::move(reply).error());
  problem(fmt::format("{} is to come from the parameter {}: {}", variable, name,
                      reply.error().message));
  co_return Result<>{};
}

Task<Result<>> Preflight::check_secret(const std::string& value_from, const std::string& variable) {
  // arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME[:KEY[:STAGE[:VERSION]]]
  auto parts = split(value_from, ':');
  if (parts.size() < 7) {
    problem(fmt::format("{} is to come from {}, which is no secret's ARN", variable, value_from));
    co_return Result<>{};
  }
  aws::secretsmanager::GetSecretValueRequest request;
  request.SecretId = fmt::format("{}", fmt::join(parts.begin(), parts.begin() + 7, ":"));
  if (parts.size() > 8 && !parts[8].empty()) request.VersionStage = parts[8];
  if (parts.size() > 9 && !parts[9].empty()) request.VersionId = parts[9];
  auto reply = co_await api_.call<aws::secretsmanager::GetSecretValue>(std::move(request));
  if (!reply) {
    if (reply.error().code == ErrorCode::unavailable || reply.error().code == ErrorCode::timeout)
      co_return std::unexpected(std::move(reply).error());
    problem(fmt::format("{} is to come from the secret {}: {}", variable, parts[6],
                        reply.error().message));
    co_return Result<>{};
  }
  const std::string key = parts.size() > 7 ? parts[7] : "";
  if (key.empty()) co_return Result<>{};
  auto value = json::parse(value_or_default(reply->SecretString));
  if (!value || !value->is_object() || !value->get_object().contains(key))
    problem(fmt::format("{} is to come from {} of the secret {}, which has no such key", variable,
                        key, parts[6]));
  co_return Result<>{};
}

}  // namespace sb::release
