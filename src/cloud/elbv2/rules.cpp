#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cloud/elbv2/operations.hpp"
#include "cloud/store/paging.hpp"

namespace sb::cloud::elbv2 {

namespace {

constexpr std::size_t kPage = 400;

Outcome<void> check_priority(const State& state, const std::string& listener, int priority,
                             const std::string& self) {
  if (priority < 1 || priority > 50000) {
    return invalid(fmt::format("Priority '{}' must be between 1 and 50000", priority));
  }
  for (const Rule* other : state.rules_of(listener)) {
    if (!other->is_default() && other->priority() == priority && *other->shape.RuleArn != self) {
      return fault("PriorityInUse", fmt::format("Priority '{}' is currently in use", priority));
    }
  }
  return {};
}

}  // namespace

Outcome<Rule*> find_rule(State& state, const std::string& arn) {
  auto found = state.rules.find(arn);
  if (found == state.rules.end()) return fault("RuleNotFound", "One or more rules not found");
  return &found->second;
}

Outcome<api::CreateRuleResponse> operate(State& state, const api::CreateRuleRequest& request,
                                         const Context& context) {
  SB_TRY(auto listener, find_listener(state, request.ListenerArn.value_or("")));
  const LoadBalancer& balancer = state.load_balancers.at(*listener->shape.LoadBalancerArn);
  SB_TRY_VOID(check_priority(state, *request.ListenerArn, request.Priority.value_or(0), ""));
  Rule rule;
  rule.id = new_load_balancer_id();
  rule.listener = *request.ListenerArn;
  rule.tags = to_map(request.Tags);
  SB_TRY(rule.shape.Conditions, checked_conditions(request.Conditions));
  SB_TRY(rule.shape.Actions, checked_actions(state, request.Actions));
  rule.shape.RuleArn = context.arns.listener_rule(*balancer.shape.LoadBalancerName, balancer.id,
                                                  listener->id, rule.id);
  rule.shape.Priority = std::to_string(*request.Priority);
  rule.shape.IsDefault = false;
  state.rules.emplace(*rule.shape.RuleArn, rule);
  return api::CreateRuleResponse{{rule.shape}};
}

Outcome<api::DescribeRulesResponse> operate(State& state, const api::DescribeRulesRequest& request,
                                            const Context&) {
  api::DescribeRulesResponse response;
  if (!request.RuleArns.empty()) {
    for (const std::string& arn : request.RuleArns) {
      SB_TRY(auto rule, find_rule(state, arn));
      response.Rules.push_back(rule->shape);
    }
    return response;
  }
  if (!request.ListenerArn) return invalid("You must specify either listener ARN or rule ARNs");
  SB_TRY([[maybe_unused]] auto listener, find_listener(state, *request.ListenerArn));
  const auto order = [](const api::Rule& rule) {
    return rule.IsDefault.value_or(false) ? std::string("default")
                                          : fmt::format("{:>6}", rule.Priority.value_or(""));
  };
  for (const Rule* rule : state.rules_of(*request.ListenerArn))
    response.Rules.push_back(rule->shape);
  std::optional<std::string> after;
  if (request.Marker) {
    after = from_page_token(*request.Marker);
    if (!after) return invalid("Invalid marker");
  }
  response.NextMarker = take_page(
      response.Rules, after, static_cast<std::size_t>(request.PageSize.value_or(kPage)), order);
  return response;
}

Outcome<api::ModifyRuleResponse> operate(State& state, const api::ModifyRuleRequest& request,
                                         const Context&) {
  SB_TRY(auto rule, find_rule(state, request.RuleArn.value_or("")));
  if (rule->is_default()) {
    return fault("OperationNotPermitted",
                 "The default rule cannot be modified; modify its listener's default actions");
  }
  if (request.Conditions && !request.Conditions->empty()) {
    SB_TRY(rule->shape.Conditions, checked_conditions(*request.Conditions));
  }
  if (request.Actions && !request.Actions->empty()) {
    SB_TRY(rule->shape.Actions, checked_actions(state, *request.Actions));
  }
  return api::ModifyRuleResponse{{rule->shape}};
}

Outcome<api::DeleteRuleResponse> operate(State& state, const api::DeleteRuleRequest& request,
                                         const Context&) {
  SB_TRY(auto rule, find_rule(state, request.RuleArn.value_or("")));
  if (rule->is_default()) {
    return fault("OperationNotPermitted",
                 fmt::format("Default rule '{}' cannot be deleted", *request.RuleArn));
  }
  state.rules.erase(*request.RuleArn);
  return api::DeleteRuleResponse{};
}

// All at once, so that two rules can change places.
Outcome<api::SetRulePrioritiesResponse> operate(State& state,
                                                const api::SetRulePrioritiesRequest& request,
                                                const Context&) {
  for (const api::RulePriorityPair& pair : request.RulePriorities) {
    SB_TRY(auto rule, find_rule(state, pair.RuleArn.value_or("")));
    if (rule->is_default()) {
      return fault("OperationNotPermitted", "The priority of a default rule cannot be changed");
    }
    rule->shape.Priority = std::to_string(pair.Priority.value_or(0));
  }
  api::SetRulePrioritiesResponse response;
  for (const api::RulePriorityPair& pair : request.RulePriorities) {
    const Rule& rule = state.rules.at(*pair.RuleArn);
    SB_TRY_VOID(check_priority(state, rule.listener, rule.priority(), *pair.RuleArn));
    response.Rules.push_back(rule.shape);
  }
  return response;
}

namespace {

Outcome<Strings*> tags_of(State& state, const std::string& arn) {
  if (auto found = state.load_balancers.find(arn); found != state.load_balancers.end()) {
    return &found->second.tags;
  }
  if (auto found = state.target_groups.find(arn); found != state.target_groups.end()) {
    return &found->second.tags;
  }
  if (auto found = state.listeners.find(arn); found != state.listeners.end())
    return &found->second.tags;
  if (auto found = state.rules.find(arn); found != state.rules.end()) return &found->second.tags;
  const auto parts = parse_arn(arn);
  if (!parts) return invalid(fmt::format("'{}' is not a valid ARN", arn));
  if (parts->resource.starts_with("targetgroup/")) {
    return fault("TargetGroupNotFound", fmt::format("Target groups '{}' not found", arn));
  }
  if (parts->resource.starts_with("listener-rule/")) {
    return fault("RuleNotFound", fmt::format("Rule '{}' not found", arn));
  }
  if (parts->resource.starts_with("listener/")) {
    return fault("ListenerNotFound", fmt::format("Listener '{}' not found", arn));
  }
  return fault("LoadBalancerNotFound", fmt::format("Load balancer '{}' not found", arn));
}

constexpr std::size_t kMaxTags = 50;

}  // namespace

Outcome<api::AddTagsResponse> operate(State& state, const api::AddTagsRequest& request,
                                      const Context&) {
  for (const std::string& arn : request.ResourceArns) {
    SB_TRY(auto tags, tags_of(state, arn));
    for (const api::Tag& tag : request.Tags) {
      if (!tag.Key || tag.Key->empty() || tag.Key->size() > 128)
        return invalid("A tag key is not valid");
      (*tags)[*tag.Key] = tag.Value.value_or("");
    }
    if (tags->size() > kMaxTags) {
      return fault("TooManyTags", fmt::format("A resource has at most {} tags", kMaxTags));
    }
  }
  return api::AddTagsResponse{};
}

Outcome<api::RemoveTagsResponse> operate(State& state, const api::RemoveTagsRequest& request,
                                         const Context&) {
  for (const std::string& arn : request.ResourceArns) {
    SB_TRY(auto tags, tags_of(state, arn));
    for (const std::string& key : request.TagKeys) tags->erase(key);
  }
  return api::RemoveTagsResponse{};
}

Outcome<api::DescribeTagsResponse> operate(State& state, const api::DescribeTagsRequest& request,
                                           const Context&) {
  api::DescribeTagsResponse response;
  for (const std::string& arn : request.ResourceArns) {
    SB_TRY(auto tags, tags_of(state, arn));
    api::TagDescription description;
    description.ResourceArn = arn;
    for (const auto& [key, value] : *tags) description.Tags.push_back({key, value});
    response.TagDescriptions.push_back(std::move(description));
  }
  return response;
}

}  // namespace sb::cloud::elbv2
