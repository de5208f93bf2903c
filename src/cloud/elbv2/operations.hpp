// The operations as functions from a State and a request to a changed State and a response. Pure
// but for what Context offers. A function may leave `state` half changed when it returns a fault:
// throw it away.
#pragma once

#include <functional>
#include <string>

#include "base/fs/fs.hpp"
#include "cloud/elbv2/state.hpp"
#include "cloud/gateway/fault.hpp"
#include "cloud/store/arn.hpp"

namespace sb::cloud::elbv2 {

using gateway::fault;
using gateway::Outcome;

struct Context {
  Arns arns;
  Timestamp now;
  std::function<Result<std::string>(const std::string& owner)> allocate_address;
  std::function<bool(const std::string& certificate_arn)> has_certificate;
};

#define SB_ELBV2_OPERATION(name)                                                        \
  Outcome<api::name##Response> operate(State& state, const api::name##Request& request, \
                                       const Context& context)

SB_ELBV2_OPERATION(CreateLoadBalancer);
SB_ELBV2_OPERATION(DescribeLoadBalancers);
SB_ELBV2_OPERATION(DeleteLoadBalancer);
SB_ELBV2_OPERATION(DescribeLoadBalancerAttributes);
SB_ELBV2_OPERATION(ModifyLoadBalancerAttributes);
SB_ELBV2_OPERATION(CreateTargetGroup);
SB_ELBV2_OPERATION(DescribeTargetGroups);
SB_ELBV2_OPERATION(ModifyTargetGroup);
SB_ELBV2_OPERATION(DeleteTargetGroup);
SB_ELBV2_OPERATION(DescribeTargetGroupAttributes);
SB_ELBV2_OPERATION(ModifyTargetGroupAttributes);
SB_ELBV2_OPERATION(RegisterTargets);
SB_ELBV2_OPERATION(DeregisterTargets);
SB_ELBV2_OPERATION(CreateListener);
SB_ELBV2_OPERATION(DescribeListeners);
SB_ELBV2_OPERATION(ModifyListener);
SB_ELBV2_OPERATION(DeleteListener);
SB_ELBV2_OPERATION(DescribeListenerAttributes);
SB_ELBV2_OPERATION(AddListenerCertificates);
SB_ELBV2_OPERATION(RemoveListenerCertificates);
SB_ELBV2_OPERATION(DescribeListenerCertificates);
SB_ELBV2_OPERATION(CreateRule);
SB_ELBV2_OPERATION(DescribeRules);
SB_ELBV2_OPERATION(ModifyRule);
SB_ELBV2_OPERATION(DeleteRule);
SB_ELBV2_OPERATION(SetRulePriorities);
SB_ELBV2_OPERATION(AddTags);
SB_ELBV2_OPERATION(RemoveTags);
SB_ELBV2_OPERATION(DescribeTags);

#undef SB_ELBV2_OPERATION

// What the operations share.
inline std::unexpected<gateway::Fault> invalid(std::string message) {
  return fault("ValidationError", std::move(message));
}
Outcome<void> check_name(const std::string& name, std::string_view what);
Outcome<TargetGroup*> find_target_group(State& state, const std::string& arn);
Outcome<LoadBalancer*> find_load_balancer(State& state, const std::string& arn);
Outcome<Listener*> find_listener(State& state, const std::string& arn);
Outcome<Rule*> find_rule(State& state, const std::string& arn);
// Actions as AWS gives them back: orders, weights and stickiness spelled out, TargetGroupArn where
// single.
Outcome<std::vector<api::Action>> checked_actions(const State& state,
                                                  std::vector<api::Action> actions);
Outcome<std::vector<api::RuleCondition>> checked_conditions(
    std::vector<api::RuleCondition> conditions);
Strings to_map(const std::vector<api::Tag>& tags);
// The default that AWS has for each attribute a group (or balancer) knows, with what was changed.
Strings target_group_attributes(const TargetGroup& group);
Strings load_balancer_attributes(const LoadBalancer& balancer);
// NAME of "arn:aws:acm:REGION:ACCOUNT:certificate/NAME"; nothing when it is no such ARN or NAME is
// no plain file name.
std::optional<std::string> certificate_name(const std::string& arn);

}  // namespace sb::cloud::elbv2
