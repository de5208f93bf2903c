// Load balancing's operations on a state of their own.
#pragma once

#include "cloud/elbv2/operations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cloud/elbv2/translate.hpp"

namespace sb::cloud::elbv2 {

class Elbv2Operations : public ::testing::Test {
 protected:
  Elbv2Operations() {
    context_.now = from_unix_ms(1'795'389'465'000);
    context_.allocate_address = [](const std::string&) -> Result<std::string> {
      return "127.20.1.1";
    };
    context_.has_certificate = [](const std::string& arn) {
      return certificate_name(arn) == "api.saltbitter.com";
    };
  }

  template <class Request>
  auto call(const Request& request) {
    State next = state_;
    auto outcome = operate(next, request, context_);
    if (outcome) state_ = std::move(next);
    return outcome;
  }
  std::string make_balancer(std::vector<api::Tag> tags = {}) {
    api::CreateLoadBalancerRequest request;
    request.Name = "saltbitter-prod";
    request.Tags = std::move(tags);
    return *call(request)->LoadBalancers.front().LoadBalancerArn;
  }
  std::string make_group(const std::string& name) {
    api::CreateTargetGroupRequest request;
    request.Name = name;
    request.Protocol = "HTTP";
    request.Port = 8000;
    request.TargetType = "ip";
    request.HealthCheckPath = "/ready";
    request.HealthCheckIntervalSeconds = 5;
    return *call(request)->TargetGroups.front().TargetGroupArn;
  }
  static api::Action forward(const std::string& group) {
    api::Action action;
    action.Type = "forward";
    action.TargetGroupArn = group;
    return action;
  }
  static api::Action split(const std::string& blue, int blue_weight, const std::string& green,
                           int green_weight) {
    api::Action action;
    action.Type = "forward";
    action.ForwardConfig.emplace();
    action.ForwardConfig->TargetGroups = {{blue, blue_weight}, {green, green_weight}};
    return action;
  }
  Outcome<api::CreateListenerResponse> make_listener(const std::string& balancer, int port,
                                                     api::Action action) {
    api::CreateListenerRequest request;
    request.LoadBalancerArn = balancer;
    request.Protocol = "HTTP";
    request.Port = port;
    request.DefaultActions = {std::move(action)};
    return call(request);
  }
  Outcome<api::CreateRuleResponse> make_rule(const std::string& listener, int priority,
                                             const std::string& path, api::Action action) {
    api::CreateRuleRequest request;
    request.ListenerArn = listener;
    request.Priority = priority;
    request.Conditions.emplace_back();
    request.Conditions.back().Field = "path-pattern";
    request.Conditions.back().Values = {path};
    request.Actions = {std::move(action)};
    return call(request);
  }
  proxy::Model model() const {
    return to_model(state_, [](const std::string& arn) { return std::pair(arn + ".pem", arn); });
  }

  State state_;
  Context context_;
};

}  // namespace sb::cloud::elbv2
