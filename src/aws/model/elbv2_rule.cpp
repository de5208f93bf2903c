#include "aws/model/elbv2_rule.hpp"

namespace sb::aws::elbv2 {

BOOST_DESCRIBE_STRUCT(HostHeaderConditionConfig, (), (Values))
BOOST_DESCRIBE_STRUCT(PathPatternConditionConfig, (), (Values))
BOOST_DESCRIBE_STRUCT(HttpHeaderConditionConfig, (), (HttpHeaderName, Values))
BOOST_DESCRIBE_STRUCT(QueryStringKeyValuePair, (), (Key, Value))
BOOST_DESCRIBE_STRUCT(QueryStringConditionConfig, (), (Values))
BOOST_DESCRIBE_STRUCT(HttpRequestMethodConditionConfig, (), (Values))
BOOST_DESCRIBE_STRUCT(SourceIpConditionConfig, (), (Values))
BOOST_DESCRIBE_STRUCT(RuleCondition, (),
                      (Field, Values, HostHeaderConfig, PathPatternConfig, HttpHeaderConfig,
                       QueryStringConfig, HttpRequestMethodConfig, SourceIpConfig))
BOOST_DESCRIBE_STRUCT(CreateRuleRequest, (), (ListenerArn, Conditions, Priority, Actions, Tags))
BOOST_DESCRIBE_STRUCT(Rule, (), (RuleArn, Priority, Conditions, Actions, IsDefault))
BOOST_DESCRIBE_STRUCT(CreateRuleResponse, (), (Rules))
BOOST_DESCRIBE_STRUCT(DescribeRulesRequest, (), (ListenerArn, RuleArns, Marker, PageSize))
BOOST_DESCRIBE_STRUCT(DescribeRulesResponse, (), (Rules, NextMarker))
BOOST_DESCRIBE_STRUCT(ModifyRuleRequest, (), (RuleArn, Conditions, Actions))
BOOST_DESCRIBE_STRUCT(ModifyRuleResponse, (), (Rules))
BOOST_DESCRIBE_STRUCT(DeleteRuleRequest, (), (RuleArn))
BOOST_DESCRIBE_STRUCT(DeleteRuleResponse, (), ())
BOOST_DESCRIBE_STRUCT(RulePriorityPair, (), (RuleArn, Priority))
BOOST_DESCRIBE_STRUCT(SetRulePrioritiesRequest, (), (RulePriorities))
BOOST_DESCRIBE_STRUCT(SetRulePrioritiesResponse, (), (Rules))

}  // namespace sb::aws::elbv2

SB_JSON_TYPE_HERE(sb::aws::elbv2::HostHeaderConditionConfig)
SB_JSON_TYPE_HERE(sb::aws::elbv2::PathPatternConditionConfig)
SB_JSON_TYPE_HERE(sb::aws::elbv2::HttpHeaderConditionConfig)
SB_JSON_TYPE_HERE(sb::aws::elbv2::QueryStringKeyValuePair)
SB_JSON_TYPE_HERE(sb::aws::elbv2::QueryStringConditionConfig)
SB_JSON_TYPE_HERE(sb::aws::elbv2::HttpRequestMethodConditionConfig)
SB_JSON_TYPE_HERE(sb::aws::elbv2::SourceIpConditionConfig)
SB_JSON_TYPE_HERE(sb::aws::elbv2::RuleCondition)
SB_JSON_TYPE_HERE(sb::aws::elbv2::CreateRuleRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::Rule)
SB_JSON_TYPE_HERE(sb::aws::elbv2::CreateRuleResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeRulesRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeRulesResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::ModifyRuleRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::ModifyRuleResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DeleteRuleRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DeleteRuleResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::RulePriorityPair)
SB_JSON_TYPE_HERE(sb::aws::elbv2::SetRulePrioritiesRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::SetRulePrioritiesResponse)
