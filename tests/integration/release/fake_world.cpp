#include "integration/release/fake_world.hpp"

#include <fmt/format.h>

#include "aws/model/cloudwatch.hpp"
#include "aws/model/elbv2.hpp"
#include "aws/model/ssm.hpp"
#include "aws/model/sts.hpp"
#include "base/crypto/crypto.hpp"
#include "base/json/codec.hpp"
#include "release/smoke/wire.hpp"

namespace sb::release::fake {

namespace ecs = aws::ecs;
namespace gw = cloud::gateway;
namespace wire = smoke::wire;

namespace {

constexpr std::string_view kPrefix = "arn:aws:ecs:us-west-2:000000000000:";

template <class T>
Task<gw::Outcome<T>> answer(gw::Outcome<T> outcome) {
  co_return std::move(outcome);
}
Task<http::Response> answer(http::Response response) {
  co_return std::move(response);
}

// Handlers here are plain functions.
template <class Operation, class F>
void on(gw::Gateway& gateway, F handle) {
  gateway.on<Operation>([handle](gw::Caller, typename Operation::Request request) {
    return answer<typename Operation::Response>(handle(request));
  });
}

std::string task_definition_arn(int revision) {
  return fmt::format("{}task-definition/saltbitter-api-prod:{}", kPrefix, revision);
}

}  // namespace

World::World(Executor executor)
    : gateway_(
          {.secret_of = [](std::string_view) { return std::optional<std::string>("secret"); }}),
      inner_(gateway_.handler()),
      aws_(
          executor, [this](http::Request r) { return aws(std::move(r)); },
          gw::Gateway::server_options()),
      production_(executor, [this](http::Request r) { return answer(platform(r, serving_)); }),
      test_(executor, [this](http::Request r) { return answer(platform(r, testing_)); }) {
  attach_parameters();
  attach_identity();
  attach_task_definitions();
  attach_tasks();
  attach_service();
  attach_deployments();
  attach_metrics();
  aws_port_ = *aws_.listen("127.0.0.1", 0);
  production_port_ = *production_.listen("127.0.0.1", 0);
  test_port_ = *test_.listen("127.0.0.1", 0);
}

// A cloud that refuses: the JSON protocol's operations only.
Task<http::Response> World::aws(http::Request request) {
  const std::string target(request.headers.get("X-Amz-Target"));
  const std::string operation = target.substr(target.rfind('.') + 1);
  ++calls[operation];
  auto it = refusals.find(operation);
  if (it == refusals.end() || it->second.times == 0) co_return co_await inner_(std::move(request));
  --it->second.times;
  ++refused;
  http::Response response;
  response.status = 400;
  response.headers.set("Content-Type", "application/x-amz-json-1.1");
  response.body = fmt::format(R"({{"__type":"{0}","message":"{0} by the test"}})", it->second.code);
  co_return response;
}

Task<> World::stop() {
  const Deadline soon = Deadline::after(std::chrono::seconds(2));
  co_await aws_.stop(soon);
  co_await production_.stop(soon);
  co_await test_.stop(soon);
}

std::string World::version_of(const std::string& task_definition) const {
  auto found = task_definitions_.find(task_definition);
  if (found == task_definitions_.end()) return {};
  for (const auto& tag : found->second.request.tags)
    if (tag.key == "saltbitter:version") return *tag.value;
  return {};
}

std::string World::target_group_of(const std::string& task_definition) const {
  const bool is_even = !task_definition.empty() && (task_definition.back() - '0') % 2 == 0;
  const bool is_blue = is_even || is_rolling;
  return fmt::format(
      "arn:aws:elasticloadbalancing:us-west-2:000000000000:targetgroup/{}/0123456789abcdef",
      is_blue ? "blue" : "green");
}

void World::attach_parameters() {
  using namespace aws::ssm;
  on<PutParameter>(gateway_,
                   [this](const PutParameterRequest& r) -> gw::Outcome<PutParameterResponse> {
                     if (parameters.contains(*r.Name) && !r.Overwrite.value_or(false))
                       return gw::fault("ParameterAlreadyExists", "The parameter already exists.");
                     parameters[*r.Name] = *r.Value;
                     changed_at[*r.Name] = now();
                     return PutParameterResponse{};
                   });
  on<GetParameter>(gateway_,
                   [this](const GetParameterRequest& r) -> gw::Outcome<GetParameterResponse> {
                     if (!parameters.contains(*r.Name))
                       return gw::fault("ParameterNotFound", "no parameter " + *r.Name);
                     GetParameterResponse reply;
                     reply.Parameter.emplace();
                     reply.Parameter->Name = r.Name;
                     reply.Parameter->Value = parameters[*r.Name];
                     reply.Parameter->LastModifiedDate = changed_at[*r.Name];
                     return reply;
                   });
  on<DeleteParameter>(
      gateway_, [this](const DeleteParameterRequest& r) -> gw::Outcome<DeleteParameterResponse> {
        if (parameters.erase(*r.Name) == 0)
          return gw::fault("ParameterNotFound", "no parameter " + *r.Name);
        return DeleteParameterResponse{};
      });
}

void World::attach_identity() {
  using namespace aws::ssm;
  on<GetParametersByPath>(
      gateway_,
      [this](const GetParametersByPathRequest& r) -> gw::Outcome<GetParametersByPathResponse> {
        GetParametersByPathResponse reply;
        for (const auto& [name, value] : parameters) {
          if (!name.starts_with(*r.Path + "/")) continue;
          auto& parameter = reply.Parameters.emplace_back();
          parameter.Name = name;
          parameter.Value = value;
          parameter.LastModifiedDate = changed_at[name];
        }
        return reply;
      });
  on<aws::sts::GetCallerIdentity>(
      gateway_, [](const auto&) -> gw::Outcome<aws::sts::GetCallerIdentityResponse> {
        aws::sts::GetCallerIdentityResponse reply;
        reply.Arn = "arn:aws:iam::000000000000:user/saltcloud";
        return reply;
      });
}

void World::attach_task_definitions() {
  on<ecs::RegisterTaskDefinition>(gateway_,
                                  [this](const ecs::RegisterTaskDefinitionRequest& r)
                                      -> gw::Outcome<ecs::RegisterTaskDefinitionResponse> {
                                    std::string arn = task_definition_arn(registrations() + 1);
                                    task_definitions_[arn] = {r};
                                    ecs::RegisterTaskDefinitionResponse reply;
                                    reply.taskDefinition.emplace();
                                    reply.taskDefinition->taskDefinitionArn = arn;
                                    return reply;
                                  });
  on<ecs::ListTaskDefinitions>(
      gateway_, [this](const auto&) -> gw::Outcome<ecs::ListTaskDefinitionsResponse> {
        ecs::ListTaskDefinitionsResponse reply;
        for (auto it = task_definitions_.rbegin(); it != task_definitions_.rend(); ++it)
          reply.taskDefinitionArns.push_back(it->first);
        return reply;
      });
  on<ecs::DescribeTaskDefinition>(
      gateway_,
      [this](const ecs::DescribeTaskDefinitionRequest& r)
          -> gw::Outcome<ecs::DescribeTaskDefinitionResponse> {
        std::string name = *r.taskDefinition;
        if (!name.starts_with("arn:")) name = std::string(kPrefix) + "task-definition/" + name;
        if (!task_definitions_.contains(name))
          return gw::fault("ClientException", "Unable to describe task definition.");
        const auto& known = task_definitions_[name].request;
        ecs::DescribeTaskDefinitionResponse reply;
        reply.taskDefinition.emplace();
        reply.taskDefinition->taskDefinitionArn = name;
        reply.taskDefinition->family = known.family;
        reply.taskDefinition->containerDefinitions = known.containerDefinitions;
        reply.taskDefinition->status = "ACTIVE";
        reply.tags = known.tags;
        return reply;
      });
}

void World::attach_tasks() {
  on<ecs::RunTask>(
      gateway_, [this](const ecs::RunTaskRequest& r) -> gw::Outcome<ecs::RunTaskResponse> {
        auto& task = migrations_[r.clientToken.value_or("")];
        if (task.empty())
          task = fmt::format("{}task/saltbitter-prod/{:032}", kPrefix, migrations_.size());
        ecs::RunTaskResponse reply;
        reply.tasks.emplace_back().taskArn = task;
        return reply;
      });
  on<ecs::DescribeTasks>(
      gateway_, [](const ecs::DescribeTasksRequest& r) -> gw::Outcome<ecs::DescribeTasksResponse> {
        ecs::DescribeTasksResponse reply;
        auto& task = reply.tasks.emplace_back();
        task.taskArn = r.tasks.front();
        task.lastStatus = "STOPPED";
        auto& container = task.containers.emplace_back();
        container.name = "api";
        container.exitCode = 0;
        return reply;
      });
}

void World::begin(const std::string& task_definition) {
  if (service_->taskDefinition == task_definition && !deployments_.empty()) return;
  service_->taskDefinition = task_definition;
  Deployment d;
  d.arn = fmt::format("{}service-deployment/c/s/{}", kPrefix, deployments_.size() + 1);
  d.source = serving_;
  d.target = task_definition;
  d.pauses = has_hooks();
  deployments_.push_back(d);
}

void World::attach_service() {
  on<ecs::CreateService>(
      gateway_,
      [this](const ecs::CreateServiceRequest& r) -> gw::Outcome<ecs::CreateServiceResponse> {
        service_.emplace();
        service_->status = "ACTIVE";
        service_->serviceName = r.serviceName;
        service_->desiredCount = service_->runningCount = 2;
        service_->deploymentConfiguration = r.deploymentConfiguration;
        begin(*r.taskDefinition);
        return ecs::CreateServiceResponse{service_};
      });
  on<ecs::DescribeServices>(gateway_,
                            [this](const auto&) -> gw::Outcome<ecs::DescribeServicesResponse> {
                              ecs::DescribeServicesResponse reply;
                              if (service_) reply.services.push_back(*service_);
                              return reply;
                            });
  on<ecs::UpdateService>(
      gateway_,
      [this](const ecs::UpdateServiceRequest& r) -> gw::Outcome<ecs::UpdateServiceResponse> {
        if (r.deploymentConfiguration)
          service_->deploymentConfiguration = r.deploymentConfiguration;
        if (r.taskDefinition) begin(*r.taskDefinition);
        if (lose_answers_of_next_updates > 0) {
          --lose_answers_of_next_updates;
          return gw::fault("ServerException", "lost", 500);
        }
        return ecs::UpdateServiceResponse{service_};
      });
}

void World::roll_back(Deployment& d) {
  d.status = "ROLLBACK_IN_PROGRESS";
  d.waits = false;
  d.weight = 0;
  serving_ = d.source;
  service_->taskDefinition = d.source;
}

void World::advance(Deployment& d) {
  auto wait_at = [&](const std::string& stage) {
    d.stage = stage;
    d.hook = "hook-" + d.arn + stage;
    d.waits = true;
  };
  if (d.waits) return;
  if (d.status == "PENDING") {
    d.status = "IN_PROGRESS";
    d.stage = "SCALE_UP";
  } else if (d.status == "ROLLBACK_IN_PROGRESS") {
    d.status = "ROLLBACK_SUCCESSFUL";
  } else if (d.status != "IN_PROGRESS") {
    return;
  } else if (d.stage == "SCALE_UP") {
    testing_ = d.target;
    if (d.pauses)
      wait_at("POST_TEST_TRAFFIC_SHIFT");
    else
      d.stage = "POST_TEST_TRAFFIC_SHIFT";
  } else if (d.stage == "POST_TEST_TRAFFIC_SHIFT") {
    d.stage = "PRODUCTION_TRAFFIC_SHIFT";
    d.weight = 100;
    serving_ = d.target;
    served_.insert(version_of(serving_));
  } else if (d.stage == "PRODUCTION_TRAFFIC_SHIFT") {
    if (d.pauses)
      wait_at("POST_PRODUCTION_TRAFFIC_SHIFT");
    else
      d.status = "SUCCESSFUL";
  } else {
    d.status = "SUCCESSFUL";
  }
}

ecs::ServiceDeployment World::describe(const Deployment& d) const {
  ecs::ServiceDeployment out;
  out.serviceDeploymentArn = d.arn;
  out.status = d.status;
  out.lifecycleStage = d.stage;
  out.targetServiceRevision.emplace();
  out.targetServiceRevision->arn = "revision/" + d.target;
  out.targetServiceRevision->requestedTaskCount = out.targetServiceRevision->runningTaskCount = 2;
  out.targetServiceRevision->requestedProductionTrafficWeight = d.weight;
  if (!d.source.empty()) out.sourceServiceRevisions.emplace_back().arn = "revision/" + d.source;
  if (d.waits) {
    auto& hook = out.lifecycleHookDetails.emplace_back();
    hook.hookId = d.hook;
    hook.targetType = "PAUSE";
    hook.status = "AWAITING_ACTION";
  }
  return out;
}

void World::attach_deployments() {
  on<ecs::ListServiceDeployments>(
      gateway_, [this](const auto&) -> gw::Outcome<ecs::ListServiceDeploymentsResponse> {
        ecs::ListServiceDeploymentsResponse reply;
        for (auto it = deployments_.rbegin(); it != deployments_.rend(); ++it) {
          auto& brief = reply.serviceDeployments.emplace_back();
          brief.serviceDeploymentArn = it->arn;
          brief.status = it->status;
          brief.targetServiceRevisionArn = "revision/" + it->target;
        }
        return reply;
      });
  on<ecs::DescribeServiceDeployments>(gateway_,
                                      [this](const ecs::DescribeServiceDeploymentsRequest& r)
                                          -> gw::Outcome<ecs::DescribeServiceDeploymentsResponse> {
                                        ecs::DescribeServiceDeploymentsResponse reply;
                                        for (auto& d : deployments_) {
                                          if (d.arn != r.serviceDeploymentArns.front()) continue;
                                          advance(d);
                                          reply.serviceDeployments.push_back(describe(d));
                                        }
                                        return reply;
                                      });
  on<ecs::DescribeServiceRevisions>(
      gateway_,
      [this](const ecs::DescribeServiceRevisionsRequest& r)
          -> gw::Outcome<ecs::DescribeServiceRevisionsResponse> {
        ecs::DescribeServiceRevisionsResponse reply;
        auto& revision = reply.serviceRevisions.emplace_back();
        revision.taskDefinition = r.serviceRevisionArns.front().substr(9);
        revision.resolvedConfiguration.emplace();
        revision.resolvedConfiguration->loadBalancers.emplace_back().targetGroupArn =
            target_group_of(*revision.taskDefinition);
        return reply;
      });
  on<ecs::ContinueServiceDeployment>(
      gateway_,
      [this](const ecs::ContinueServiceDeploymentRequest& r)
          -> gw::Outcome<ecs::ContinueServiceDeploymentResponse> {
        for (auto& d : deployments_) {
          if (d.arn != r.serviceDeploymentArn || d.hook != r.hookId || !d.waits) continue;
          d.waits = false;
          if (r.action == "ROLLBACK") roll_back(d);
          return ecs::ContinueServiceDeploymentResponse{d.arn};
        }
        return gw::fault("InvalidParameterException", "The hook is not awaiting an action.");
      });
  on<ecs::StopServiceDeployment>(
      gateway_,
      [this](const ecs::StopServiceDeploymentRequest& r)
          -> gw::Outcome<ecs::StopServiceDeploymentResponse> {
        for (auto& d : deployments_) {
          if (d.arn != r.serviceDeploymentArn) continue;
          if (d.status != "IN_PROGRESS" && d.status != "PENDING")
            return gw::fault("ConflictException", "The deployment is over.");
          roll_back(d);
        }
        return ecs::StopServiceDeploymentResponse{r.serviceDeploymentArn};
      });
}

void World::attach_metrics() {
  using namespace aws::cloudwatch;
  on<aws::elbv2::DescribeTargetGroups>(
      gateway_,
      [](const aws::elbv2::DescribeTargetGroupsRequest& r)
          -> gw::Outcome<aws::elbv2::DescribeTargetGroupsResponse> {
        aws::elbv2::DescribeTargetGroupsResponse reply;
        auto& group = reply.TargetGroups.emplace_back();
        group.TargetGroupArn = r.TargetGroupArns.front();
        group.LoadBalancerArns = {
            "arn:aws:elasticloadbalancing:us-west-2:000000000000:loadbalancer/app/prod/00ff"};
        return reply;
      });
  on<GetMetricData>(
      gateway_, [this](const GetMetricDataRequest& r) -> gw::Outcome<GetMetricDataResponse> {
        GetMetricDataResponse reply;
        const std::string group = target_group_of(serving_);
        const bool fails = fails_traffic.contains(serving_version());
        for (const auto& q : r.MetricDataQueries) {
          auto& result = reply.MetricDataResults.emplace_back();
          result.Id = q.Id;
          result.StatusCode = "Complete";
          const auto& metric = *q.MetricStat->Metric;
          const auto& dimensions = metric.Dimensions;
          const bool is_balancer = metric.Namespace == "AWS/ApplicationELB";
          if (is_balancer && dimensions.front().Value != "app/prod/00ff")
            return gw::fault("InvalidParameterValue", "which load balancer?");
          if (metrics_are_silent) continue;
          if (is_balancer &&
              (dimensions.size() < 2 || group.find(*dimensions[1].Value) == std::string::npos))
            continue;
          double value = metric.MetricName == "RequestCount"                ? 500
                         : metric.MetricName == "HTTPCode_Target_5XX_Count" ? (fails ? 125 : 0)
                         : metric.MetricName == "MemoryUtilization"         ? 30
                         : metric.MetricName == "DatabaseConnections"       ? 12
                                                                            : 0.03;
          // The second that is counted now, and the one before it.
          for (std::int64_t back : {1, 0}) {
            result.Timestamps.push_back(from_unix_ms((to_unix_ms(now()) / 1000 - back) * 1000));
            result.Values.push_back(value);
          }
        }
        return reply;
      });
}

http::Response World::platform(const http::Request& request, const std::string& task_definition) {
  const std::string version = version_of(task_definition);
  auto reply = [&](int status, std::string body) {
    auto response = http::Response::json(status, std::move(body));
    response.headers.set("X-SaltBitter-Version", version + "+abc1234");
    return response;
  };
  const std::string token(request.headers.get("Authorization"));
  auto& path = request.path;
  if (version.empty())
    return reply(503, R"({"error":"service_unavailable","message":"nothing runs here"})");
  if (path == "/health") return reply(200, R"({"status":"healthy"})");
  if (path == "/api/auth/register") {
    ++users_;
    return reply(201, fmt::format(R"({{"user_id":"{}","email":"x"}})", crypto::uuid4()));
  }
  if (path == "/api/auth/login") {
    const std::string fresh = crypto::random_token(20);
    tiers_["Bearer " + fresh] = "free";
    return reply(
        200,
        fmt::format(R"({{"access_token":"{}","refresh_token":"r","token_type":"bearer"}})", fresh));
  }
  if (!tiers_.contains(token)) return reply(401, R"({"error":"token_invalid","message":"no"})");
  if (path == "/api/profiles/me" && request.method == "PUT")
    return reply(200, R"({"message":"ok"})");
  if (path == "/api/profiles/me")
    return reply(
        200,
        fmt::format(
            R"({{"name":"Smoke Anna","age":30,"interests":["a","b","c"],"subscription_tier":"{}"}})",
            tiers_[token]));
  if (path == "/api/attachment/assessment" && request.method == "GET")
    return reply(200, R"({"questions":[{"id":1},{"id":2}]})");
  if (path == "/api/attachment/assessment") return reply(201, R"({"style":"secure"})");
  if (path == "/api/matches") {
    if (fails_smoke.contains(version))
      return reply(500, R"({"error":"internal_error","message":"division by zero"})");
    if (users_ < 2) return reply(200, R"({"matches":[],"generated_at":null})");
    return reply(200, R"({"matches":[{"user_id":"u","compatibility_score":0.87}]})");
  }
  if (path == "/api/subscriptions") {
    tiers_[token] = "premium";
    return reply(201, R"({"tier":"premium","status":"incomplete"})");
  }
  if (path == "/api/subscriptions/me")
    return reply(200, fmt::format(R"({{"tier":"{}","status":"active"}})", tiers_[token]));
  return reply(404, R"({"error":"resource_not_found","message":"no such thing"})");
}

}  // namespace sb::release::fake
