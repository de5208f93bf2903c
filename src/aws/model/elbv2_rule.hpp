// Elastic Load Balancing v2: rules of listeners: conditions and what follows.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model/elbv2_listener.hpp"
#include "aws/model/elbv2_load_balancer.hpp"
#include "base/json/type.hpp"

namespace sb::aws::elbv2 {

struct HostHeaderConditionConfig {
  std::vector<std::string> Values;

  bool operator==(const HostHeaderConditionConfig&) const = default;
};

struct PathPatternConditionConfig {
  std::vector<std::string> Values;

  bool operator==(const PathPatternConditionConfig&) const = default;
};

struct HttpHeaderConditionConfig {
  std::optional<std::string> HttpHeaderName;
  std::vector<std::string> Values;

  bool operator==(const HttpHeaderConditionConfig&) const = default;
};

struct QueryStringKeyValuePair {
  std::optional<std::string> Key;
  std::optional<std::string> Value;

  bool operator==(const QueryStringKeyValuePair&) const = default;
};

struct QueryStringConditionConfig {
  std::vector<QueryStringKeyValuePair> Values;

  bool operator==(const QueryStringConditionConfig&) const = default;
};

struct HttpRequestMethodConditionConfig {
  std::vector<std::string> Values;

  bool operator==(const HttpRequestMethodConditionConfig&) const = default;
};

struct SourceIpConditionConfig {
  std::vector<std::string> Values;

  bool operator==(const SourceIpConditionConfig&) const = default;
};

struct RuleCondition {
  std::optional<std::string> Field;
  std::vector<std::string> Values;
  std::optional<HostHeaderConditionConfig> HostHeaderConfig;
  std::optional<PathPatternConditionConfig> PathPatternConfig;
  std::optional<HttpHeaderConditionConfig> HttpHeaderConfig;
  std::optional<QueryStringConditionConfig> QueryStringConfig;
  std::optional<HttpRequestMethodConditionConfig> HttpRequestMethodConfig;
  std::optional<SourceIpConditionConfig> SourceIpConfig;

  bool operator==(const RuleCondition&) const = default;
};

struct CreateRuleRequest {
  std::optional<std::string> ListenerArn;
  std::vector<RuleCondition> Conditions;
  std::optional<int> Priority;
  std::vector<Action> Actions;
  std::vector<Tag> Tags;

  bool operator==(const CreateRuleRequest&) const = default;
};

struct Rule {
  std::optional<std::string> RuleArn;
  std::optional<std::string> Priority;
  std::vector<RuleCondition> Conditions;
  std::vector<Action> Actions;
  std::optional<bool> IsDefault;

  bool operator==(const Rule&) const = default;
};

struct CreateRuleResponse {
  std::vector<Rule> Rules;

  bool operator==(const CreateRuleResponse&) const = default;
};

struct CreateRule {
  using Request = CreateRuleRequest;
  using Response = CreateRuleResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "CreateRule";
  static constexpr std::array<std::string_view, 4> kRequired{"ListenerArn", "Conditions",
                                                             "Priority", "Actions"};
};

struct DescribeRulesRequest {
  std::optional<std::string> ListenerArn;
  std::vector<std::string> RuleArns;
  std::optional<std::string> Marker;
  std::optional<int> PageSize;

  bool operator==(const DescribeRulesRequest&) const = default;
};

struct DescribeRulesResponse {
  std::vector<Rule> Rules;
  std::optional<std::string> NextMarker;

  bool operator==(const DescribeRulesResponse&) const = default;
};

struct DescribeRules {
  using Request = DescribeRulesRequest;
  using Response = DescribeRulesResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "DescribeRules";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct ModifyRuleRequest {
  std::optional<std::string> RuleArn;
  std::optional<std::vector<RuleCondition>> Conditions;
  std::optional<std::vector<Action>> Actions;

  bool operator==(const ModifyRuleRequest&) const = default;
};

struct ModifyRuleResponse {
  std::vector<Rule> Rules;

  bool operator==(const ModifyRuleResponse&) const = default;
};

struct ModifyRule {
  using Request = ModifyRuleRequest;
  using Response = ModifyRuleResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "ModifyRule";
  static constexpr std::array<std::string_view, 1> kRequired{"RuleArn"};
};

struct DeleteRuleRequest {
  std::optional<std::string> RuleArn;

  bool operator==(const DeleteRuleRequest&) const = default;
};

struct DeleteRuleResponse {
  bool operator==(const DeleteRuleResponse&) const = default;
};

struct DeleteRule {
  using Request = DeleteRuleRequest;
  using Response = DeleteRuleResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "DeleteRule";
  static constexpr std::array<std::string_view, 1> kRequired{"RuleArn"};
};

struct RulePriorityPair {
  std::optional<std::string> RuleArn;
  std::optional<int> Priority;

  bool operator==(const RulePriorityPair&) const = default;
};

struct SetRulePrioritiesRequest {
  std::vector<RulePriorityPair> RulePriorities;

  bool operator==(const SetRulePrioritiesRequest&) const = default;
};

struct SetRulePrioritiesResponse {
  std::vector<Rule> Rules;

  bool operator==(const SetRulePrioritiesResponse&) const = default;
};

struct SetRulePriorities {
  using Request = SetRulePrioritiesRequest;
  using Response = SetRulePrioritiesResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "SetRulePriorities";
  static constexpr std::array<std::string_view, 1> kRequired{"RulePriorities"};
};

}  // namespace sb::aws::elbv2

SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::HostHeaderConditionConfig)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::PathPatternConditionConfig)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::HttpHeaderConditionConfig)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::QueryStringKeyValuePair)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::QueryStringConditionConfig)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::HttpRequestMethodConditionConfig)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::SourceIpConditionConfig)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::RuleCondition)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::CreateRuleRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::Rule)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::CreateRuleResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeRulesRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeRulesResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::ModifyRuleRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::ModifyRuleResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DeleteRuleRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DeleteRuleResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::RulePriorityPair)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::SetRulePrioritiesRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::SetRulePrioritiesResponse)
