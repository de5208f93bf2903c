#include "saltctl/provision/balancing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/model/elbv2.hpp"
#include "saltctl/provision/calls.hpp"

namespace sb::saltctl {
namespace {

namespace elb = aws::elbv2;

bool is_blue_green(const Environment& environment) {
  return environment.release.strategy == ReleaseSettings::Strategy::blue_green;
}

elb::Action forward_to(const std::vector<std::string>& target_groups) {
  elb::Action action;
  action.Type = "forward";
  if (target_groups.size() == 1) {
    action.TargetGroupArn = target_groups[0];
    return action;
  }
  // Both groups stay behind the rule, or ECS could not shift between them.
  action.ForwardConfig.emplace();
  for (std::size_t i = 0; i < target_groups.size(); ++i) {
    elb::TargetGroupTuple tuple;
    tuple.TargetGroupArn = target_groups[i];
    tuple.Weight = i == 0 ? 100 : 0;
    action.ForwardConfig->TargetGroups.push_back(tuple);
  }
  return action;
}

Task<Result<bool>> find_load_balancer(aws::Client& client, const Environment& environment,
                                      Resources& resources) {
  elb::DescribeLoadBalancersRequest request;
  request.Names = {environment.load_balancer.name};
  auto response = co_await call<elb::DescribeLoadBalancers>(client, std::move(request));
  if (!response && is_missing(response.error())) co_return false;
  if (!response) co_return std::unexpected(response.error());
  if (response->LoadBalancers.empty()) co_return false;
  const auto& balancer = response->LoadBalancers.front();
  resources.load_balancer_arn = balancer.LoadBalancerArn.value_or("");
  resources.load_balancer_address = balancer.DNSName.value_or("");
  for (const auto& zone : balancer.AvailabilityZones) {
    for (const auto& address : zone.LoadBalancerAddresses) {
      if (address.IpAddress) resources.load_balancer_address = *address.IpAddress;
    }
  }
  co_return true;
}

Task<Result<>> create_load_balancer(aws::Client& client, const Environment& environment,
                                    Resources& resources) {
  elb::CreateLoadBalancerRequest request;
  request.Name = environment.load_balancer.name;
  request.Subnets = environment.network.subnets;
  request.SecurityGroups = environment.network.security_groups;
  request.Scheme = "internet-facing";
  request.Type = "application";
  const auto& bind_address = environment.load_balancer.bind_address;
  if (!bind_address.empty())
    request.Tags = {{.Key = "saltcloud:bind-address", .Value = bind_address}};
  SB_CO_TRY(auto response, co_await call<elb::CreateLoadBalancer>(client, std::move(request)));
  SB_CO_TRY(bool is_found, co_await find_load_balancer(client, environment, resources));
  if (!is_found)
    co_return fail(ErrorCode::internal, "the load balancer is not there though it was made");
  co_return Result<>{};
}

Task<Result<std::string>> find_target_group(aws::Client& client, std::string name) {
  elb::DescribeTargetGroupsRequest request;
  request.Names = {std::move(name)};
  auto response = co_await call<elb::DescribeTargetGroups>(client, std::move(request));
  if (!response && is_missing(response.error())) co_return std::string();
  if (!response) co_return std::unexpected(response.error());
  if (response->TargetGroups.empty()) co_return std::string();
  co_return response->TargetGroups.front().TargetGroupArn.value_or("");
}

Task<Result<std::string>> create_target_group(aws::Client& client, const Environment& environment,
                                              std::string name) {
  const auto& health = environment.load_balancer.health;
  elb::CreateTargetGroupRequest request;
  request.Name = std::move(name);
  request.Protocol = "HTTP";
  request.Port = environment.task.port;
  request.VpcId = environment.network.vpc;
  request.TargetType = "ip";
  request.HealthCheckProtocol = "HTTP";
  request.HealthCheckPath = health.path;
  request.HealthCheckIntervalSeconds = health.interval_seconds;
  request.HealthCheckTimeoutSeconds = health.timeout_seconds;
  request.HealthyThresholdCount = health.healthy_count;
  request.UnhealthyThresholdCount = health.unhealthy_count;
  request.Matcher.emplace();
  request.Matcher->HttpCode = "200";
  SB_CO_TRY(auto response, co_await call<elb::CreateTargetGroup>(client, std::move(request)));
  if (response.TargetGroups.empty())
    co_return fail(ErrorCode::internal, "no target group in the answer");
  co_return response.TargetGroups.front().TargetGroupArn.value_or("");
}

// Of one that is there already, too: who made it may have been killed before this call.
Task<Result<>> set_attributes(aws::Client& client, const Environment& environment,
                              std::string arn) {
  elb::ModifyTargetGroupAttributesRequest attributes;
  attributes.TargetGroupArn = std::move(arn);
  attributes.Attributes = {
      {.Key = "deregistration_delay.timeout_seconds",
       .Value = std::to_string(environment.load_balancer.deregistration_delay_seconds)}};
  SB_CO_TRY(auto modified,
            co_await call<elb::ModifyTargetGroupAttributes>(client, std::move(attributes)));
  co_return Result<>{};
}

Task<Result<std::string>> find_listener(aws::Client& client, std::string load_balancer, int port) {
  elb::DescribeListenersRequest request;
  request.LoadBalancerArn = std::move(load_balancer);
  SB_CO_TRY(auto response, co_await call<elb::DescribeListeners>(client, std::move(request)));
  for (const auto& listener : response.Listeners) {
    if (listener.Port == port) co_return listener.ListenerArn.value_or("");
  }
  co_return std::string();
}

Task<Result<std::string>> create_listener(aws::Client& client, const Listener& declared,
                                          std::string certificate, const Resources& resources) {
  elb::CreateListenerRequest request;
  request.LoadBalancerArn = resources.load_balancer_arn;
  request.Protocol = declared.protocol;
  request.Port = declared.port;
  if (!certificate.empty())
    request.Certificates = {{.CertificateArn = std::move(certificate), .IsDefault = {}}};
  request.DefaultActions = {forward_to(resources.target_groups)};
  SB_CO_TRY(auto response, co_await call<elb::CreateListener>(client, std::move(request)));
  if (response.Listeners.empty()) co_return fail(ErrorCode::internal, "no listener in the answer");
  co_return response.Listeners.front().ListenerArn.value_or("");
}

// The rule that ECS moves traffic with: the first of the listener that is not its default.
Task<Result<std::string>> find_rule(aws::Client& client, std::string listener) {
  elb::DescribeRulesRequest request;
  request.ListenerArn = std::move(listener);
  SB_CO_TRY(auto response, co_await call<elb::DescribeRules>(client, std::move(request)));
  for (const auto& rule : response.Rules) {
    if (!rule.IsDefault.value_or(false) && rule.Priority != "default")
      co_return rule.RuleArn.value_or("");
  }
  co_return std::string();
}

Task<Result<std::string>> create_rule(aws::Client& client, std::string listener,
                                      const Resources& resources) {
  elb::RuleCondition everything;
  everything.Field = "path-pattern";
  everything.PathPatternConfig.emplace();
  everything.PathPatternConfig->Values = {"/*"};
  elb::CreateRuleRequest request;
  request.ListenerArn = std::move(listener);
  request.Priority = 1;
  request.Conditions = {everything};
  request.Actions = {forward_to(resources.target_groups)};
  SB_CO_TRY(auto response, co_await call<elb::CreateRule>(client, std::move(request)));
  if (response.Rules.empty()) co_return fail(ErrorCode::internal, "no rule in the answer");
  co_return response.Rules.front().RuleArn.value_or("");
}

Task<Result<>> ensure_listener(aws::Client& client, const Environment& environment,
                               Listener declared, const CertificateOf& certificate_of,
                               const Resources& resources, std::string& rule) {
  SB_CO_TRY(auto listener,
            co_await find_listener(client, resources.load_balancer_arn, declared.port));
  if (listener.empty()) {
    std::string certificate;
    if (declared.protocol == "HTTPS") {
      SB_CO_TRY(certificate, certificate_of(resources.account));
    }
    SB_CO_TRY(listener, co_await create_listener(client, declared, certificate, resources));
  }
  if (!is_blue_green(environment)) co_return Result<>{};
  SB_CO_TRY(rule, co_await find_rule(client, listener));
  if (rule.empty()) {
    SB_CO_TRY(rule, co_await create_rule(client, listener, resources));
  }
  co_return Result<>{};
}

Task<Result<>> find_listener_rule(aws::Client& client, const Environment& environment, int port,
                                  const Resources& resources, std::string& rule) {
  SB_CO_TRY(auto listener, co_await find_listener(client, resources.load_balancer_arn, port));
  if (listener.empty()) {
    co_return fail(ErrorCode::not_found,
                   fmt::format("the load balancer has no listener on port {}", port),
                   environment.load_balancer.name);
  }
  if (!is_blue_green(environment)) co_return Result<>{};
  SB_CO_TRY(rule, co_await find_rule(client, listener));
  if (rule.empty()) co_return fail(ErrorCode::not_found, "the listener has no rule", listener);
  co_return Result<>{};
}

}  // namespace

Task<Result<>> find_balancing(aws::Client& client, const Environment& environment,
                              Resources& resources) {
  const auto& declared = environment.load_balancer;
  SB_CO_TRY(bool is_found, co_await find_load_balancer(client, environment, resources));
  if (!is_found) co_return fail(ErrorCode::not_found, "there is no load balancer", declared.name);
  for (const auto& name : declared.target_groups) {
    SB_CO_TRY(auto arn, co_await find_target_group(client, name));
    if (arn.empty()) co_return fail(ErrorCode::not_found, "there is no target group", name);
    resources.target_groups.push_back(std::move(arn));
  }
  SB_CO_TRY_VOID(co_await find_listener_rule(client, environment, declared.production.port,
                                             resources, resources.production_rule));
  if (declared.test) {
    SB_CO_TRY_VOID(co_await find_listener_rule(client, environment, declared.test->port, resources,
                                               resources.test_rule));
  }
  co_return Result<>{};
}

Task<Result<>> ensure_balancing(aws::Client& client, const Environment& environment,
                                const CertificateOf& certificate_of, Resources& resources,
                                Steps& steps) {
  const auto& declared = environment.load_balancer;
  steps.begin("load balancer");
  SB_CO_TRY(bool is_found, co_await find_load_balancer(client, environment, resources));
  if (!is_found) {
    SB_CO_TRY_VOID(co_await create_load_balancer(client, environment, resources));
  }
  for (const auto& name : declared.target_groups) {
    SB_CO_TRY(auto arn, co_await find_target_group(client, name));
    if (arn.empty()) {
      SB_CO_TRY(arn, co_await create_target_group(client, environment, name));
    }
    SB_CO_TRY_VOID(co_await set_attributes(client, environment, arn));
    resources.target_groups.push_back(std::move(arn));
  }
  SB_CO_TRY_VOID(co_await ensure_listener(client, environment, declared.production, certificate_of,
                                          resources, resources.production_rule));
  if (declared.test) {
    SB_CO_TRY_VOID(co_await ensure_listener(client, environment, *declared.test, certificate_of,
                                            resources, resources.test_rule));
  }
  steps.done(fmt::format("{} at {}:{}", declared.name, resources.load_balancer_address,
                         declared.production.port));
  co_return Result<>{};
}

}  // namespace sb::saltctl
