#include "saltctl/overview.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/describe/class.hpp>

#include "aws/model/ecs.hpp"
#include "aws/model/elbv2.hpp"
#include "base/json/codec.hpp"
#include "base/text/text.hpp"
#include "saltctl/provision/calls.hpp"
#include "saltctl/provision/provision.hpp"
#include "saltctl/provision/stores.hpp"
#include "saltctl/service_health.hpp"

namespace sb::saltctl {

BOOST_DESCRIBE_STRUCT(TaskView, (), (id, status, revision, address))
BOOST_DESCRIBE_STRUCT(TrafficView, (), (target_group, healthy, registered, weight_percent))
BOOST_DESCRIBE_STRUCT(Overview, (),
                      (environment, exists, missing, url, address, service, revision, image,
                       version, rollout, running, desired, tasks, traffic, database, cache))

namespace {

namespace ecs = aws::ecs;
namespace elb = aws::elbv2;

std::string store_text(const Result<StoreView>& view) {
  if (!view) return view.error().text();
  if (view->status.empty()) return "not there";
  return view->address
             ? fmt::format("{} at {}:{}", view->status, view->address->host, view->address->port)
             : view->status;
}

Task<Result<>> add_service(Session& session, Overview& overview) {
  ecs::DescribeServicesRequest request;
  request.cluster = session.environment.cluster;
  request.services = {session.environment.service};
  SB_CO_TRY(auto response,
            co_await call<ecs::DescribeServices>(*session.client, std::move(request)));
  if (response.services.empty() || response.services.front().status == "INACTIVE") {
    overview.missing = "there is no service " + session.environment.service;
    co_return Result<>{};
  }
  const auto& service = response.services.front();
  overview.exists = true;
  overview.service = service.serviceName.value_or("");
  overview.revision = text::last_part(service.taskDefinition.value_or(""));
  overview.running = service.runningCount.value_or(0);
  overview.desired = service.desiredCount.value_or(0);
  for (const auto& deployment : service.deployments) {
    if (deployment.status == "PRIMARY") overview.rollout = deployment.rolloutState.value_or("");
  }
  ecs::DescribeTaskDefinitionRequest definition;
  definition.taskDefinition = service.taskDefinition;
  SB_CO_TRY(auto described,
            co_await call<ecs::DescribeTaskDefinition>(*session.client, std::move(definition)));
  if (described.taskDefinition && !described.taskDefinition->containerDefinitions.empty()) {
    overview.image = described.taskDefinition->containerDefinitions.front().image.value_or("");
  }
  co_return Result<>{};
}

Task<Result<>> add_tasks(Session& session, Overview& overview) {
  SB_CO_TRY(auto tasks, co_await tasks_in(session, "RUNNING"));
  for (auto& task : tasks)
    overview.tasks.push_back({.id = std::move(task.id),
                              .status = std::move(task.status),
                              .revision = std::move(task.revision),
                              .address = std::move(task.address)});
  co_return Result<>{};
}

// The share of production traffic that each target group gets, by the rule that ECS moves.
Task<Result<std::map<std::string, int>>> weights_of(Session& session, const Resources& resources) {
  std::map<std::string, int> weights;
  if (resources.production_rule.empty()) {
    for (const auto& arn : resources.target_groups) weights[arn] = 100;
    co_return weights;
  }
  elb::DescribeRulesRequest request;
  request.RuleArns = {resources.production_rule};
  SB_CO_TRY(auto response, co_await call<elb::DescribeRules>(*session.client, std::move(request)));
  int sum = 0;
  for (const auto& rule : response.Rules) {
    for (const auto& action : rule.Actions) {
      if (action.TargetGroupArn && !action.ForwardConfig) weights[*action.TargetGroupArn] = 1;
      if (!action.ForwardConfig) continue;
      for (const auto& group : action.ForwardConfig->TargetGroups) {
        weights[group.TargetGroupArn.value_or("")] = group.Weight.value_or(1);
      }
    }
  }
  for (const auto& [arn, weight] : weights) sum += weight;
  for (auto& [arn, weight] : weights) weight = sum == 0 ? 0 : weight * 100 / sum;
  co_return weights;
}

Task<Result<>> add_traffic(Session& session, const Resources& resources, Overview& overview) {
  SB_CO_TRY(auto weights, co_await weights_of(session, resources));
  for (std::size_t i = 0; i < resources.target_groups.size(); ++i) {
    const auto& arn = resources.target_groups[i];
    TrafficView view;
    view.target_group = session.environment.load_balancer.target_groups.at(i);
    view.weight_percent = weights[arn];
    elb::DescribeTargetHealthRequest request;
    request.TargetGroupArn = arn;
    SB_CO_TRY(auto response,
              co_await call<elb::DescribeTargetHealth>(*session.client, std::move(request)));
    for (const auto& target : response.TargetHealthDescriptions) {
      ++view.registered;
      if (target.TargetHealth && target.TargetHealth->State == "healthy") ++view.healthy;
    }
    overview.traffic.push_back(std::move(view));
  }
  co_return Result<>{};
}

}  // namespace

Task<Result<Overview>> overview_of(Session& session) {
  Overview overview;
  overview.environment = session.environment.name;
  overview.url = session.environment.url();
  auto resources = co_await look_up(*session.client, session.environment);
  if (!resources && !is_missing(resources.error())) co_return std::unexpected(resources.error());
  overview.database = store_text(co_await describe_database(*session.client, session.environment));
  const auto& database = session.environment.database;
  if (!database.replaced.empty())
    overview.database = fmt::format("{}: {}", database.identifier, overview.database);
  overview.cache = store_text(co_await describe_cache(*session.client, session.environment));
  if (!resources) {
    overview.missing = resources.error().text();
    co_return overview;
  }
  if (!resources->lacking.empty()) overview.missing = resources->lacking.front();
  overview.address = resources->load_balancer_address;
  SB_CO_TRY_VOID(co_await add_service(session, overview));
  if (!overview.exists) co_return overview;
  SB_CO_TRY_VOID(co_await add_tasks(session, overview));
  SB_CO_TRY_VOID(co_await add_traffic(session, *resources, overview));
  auto answer = co_await ask(session, *resources, "/health");
  if (answer.status == 200) overview.version = answer.version;
  co_return overview;
}

std::string overview_json(const Overview& overview) {
  return json::encode(overview);
}

}  // namespace sb::saltctl
