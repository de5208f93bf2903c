// Actions and conditions of rules: what is accepted, how it comes back, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cloud/elbv2/operations.hpp"

namespace sb::cloud::elbv2 {
namespace {

using ::testing::HasSubstr;

State with_groups(int count) {
  State state;
  for (int i = 0; i < count; ++i)
    state.target_groups.emplace("group-" + std::to_string(i), TargetGroup{});
  return state;
}

std::string refusal(const api::Action& action) {
  auto checked = checked_actions(with_groups(6), {action});
  return checked ? "accepted" : checked.error().code + ": " + checked.error().message;
}

std::string refusal(const api::RuleCondition& condition) {
  auto checked = checked_conditions({condition});
  return checked ? "accepted" : checked.error().message;
}

api::Action split(std::vector<api::TargetGroupTuple> groups) {
  api::Action action;
  action.Type = "forward";
  action.ForwardConfig.emplace().TargetGroups = std::move(groups);
  return action;
}

api::Action fixed(const std::string& status) {
  api::Action action;
  action.Type = "fixed-response";
  action.FixedResponseConfig.emplace().StatusCode = status;
  return action;
}

api::Action redirect(const std::string& status) {
  api::Action action;
  action.Type = "redirect";
  action.RedirectConfig.emplace().StatusCode = status;
  return action;
}

api::RuleCondition on(const std::string& field, std::vector<std::string> values = {}) {
  api::RuleCondition condition;
  condition.Field = field;
  condition.Values = std::move(values);
  return condition;
}

TEST(Elbv2Actions, there_is_one_of_a_known_kind) {
  EXPECT_THAT(checked_actions({}, {}).error().message, HasSubstr("exactly one action"));
  EXPECT_FALSE(checked_actions(with_groups(1), {fixed("200"), fixed("200")}));
  api::Action login;
  login.Type = "authenticate-oidc";
  EXPECT_THAT(refusal(login), HasSubstr("'authenticate-oidc' is not offered here"));
}

TEST(Elbv2Actions, forwarding_needs_groups_that_exist_with_weights_in_range) {
  api::Action nowhere;
  nowhere.Type = "forward";
  EXPECT_THAT(refusal(nowhere), HasSubstr("must name a target group"));
  EXPECT_THAT(refusal(split({})), HasSubstr("at least one target group"));
  EXPECT_THAT(refusal(split(std::vector<api::TargetGroupTuple>(6))),
              HasSubstr("TooManyTargetGroups"));
  EXPECT_THAT(refusal(split({{"other", 1}})),
              HasSubstr("TargetGroupNotFound: Target groups 'other'"));
  EXPECT_THAT(refusal(split({{"group-0", 1}, {"group-0", 1}})), HasSubstr("appears twice"));
  EXPECT_THAT(refusal(split({{"group-0", 1000}})),
              HasSubstr("Weight '1000' must be between 0 and 999"));
  EXPECT_EQ(refusal(split({{"group-0", std::nullopt}, {"group-1", 0}})), "accepted");
}

TEST(Elbv2Actions, stickiness_is_refused_rather_than_ignored) {
  auto sticky = split({{"group-0", 1}});
  sticky.ForwardConfig->TargetGroupStickinessConfig.emplace().Enabled = true;

  EXPECT_THAT(refusal(sticky), HasSubstr("InvalidConfigurationRequest"));
}

TEST(Elbv2Actions, a_fixed_response_has_a_status_a_type_and_a_short_body) {
  auto sized = fixed("503");
  sized.FixedResponseConfig->MessageBody = std::string(1024, 'x');
  sized.FixedResponseConfig->ContentType = "application/json";
  EXPECT_EQ(refusal(sized), "accepted");
  sized.FixedResponseConfig->MessageBody->push_back('x');
  EXPECT_THAT(refusal(sized), HasSubstr("at most 1024 characters"));

  for (const char* status : {"", "300", "2x0", "20", "5000"})
    EXPECT_THAT(refusal(fixed(status)), HasSubstr("must be 2XX, 4XX or 5XX")) << status;
  auto typed = fixed("200");
  typed.FixedResponseConfig->ContentType = "image/png";
  EXPECT_THAT(refusal(typed), HasSubstr("Content type 'image/png' is not valid"));
  typed.FixedResponseConfig.reset();
  EXPECT_THAT(refusal(typed), HasSubstr("needs its configuration"));
}

TEST(Elbv2Actions, a_redirect_comes_back_with_all_its_parts) {
  auto checked = checked_actions({}, {redirect("HTTP_301")});

  ASSERT_TRUE(checked);
  const auto& given = *checked->front().RedirectConfig;
  EXPECT_EQ(given.Protocol, "#{protocol}");
  EXPECT_EQ(given.Host, "#{host}");
  EXPECT_EQ(given.Port, "#{port}");
  EXPECT_EQ(given.Path, "/#{path}");
  EXPECT_EQ(given.Query, "#{query}");
  EXPECT_EQ(checked->front().Order, 1);
}

TEST(Elbv2Actions, a_redirect_cannot_smuggle_anything_into_the_proxy) {
  EXPECT_THAT(refusal(redirect("HTTP_307")), HasSubstr("must be HTTP_301 or HTTP_302"));
  auto changed = redirect("HTTP_302");
  changed.RedirectConfig->Protocol = "FTP";
  EXPECT_THAT(refusal(changed), HasSubstr("Redirect protocol 'FTP'"));
  changed = redirect("HTTP_302");
  changed.RedirectConfig->Path = "relative";
  EXPECT_THAT(refusal(changed), HasSubstr("must begin with '/'"));
  changed = redirect("HTTP_302");
  changed.RedirectConfig->Host = "a\nbind :80";
  EXPECT_THAT(refusal(changed), HasSubstr("is not valid"));
  changed.RedirectConfig.reset();
  EXPECT_THAT(refusal(changed), HasSubstr("needs its configuration"));
}

TEST(Elbv2Conditions, old_and_new_form_come_back_as_both) {
  auto old_form = checked_conditions({on("path-pattern", {"/a/*"})}).value().front();
  EXPECT_EQ(old_form.PathPatternConfig->Values, std::vector<std::string>{"/a/*"});

  auto new_form = on("host-header");
  new_form.HostHeaderConfig.emplace().Values = {"api.example.com"};
  EXPECT_EQ(checked_conditions({new_form}).value().front().Values,
            std::vector<std::string>{"api.example.com"});
}

TEST(Elbv2Conditions, every_kind_is_taken) {
  auto header = on("http-header");
  header.HttpHeaderConfig.emplace().HttpHeaderName = "X-Canary";
  header.HttpHeaderConfig->Values = {"yes"};
  auto method = on("http-request-method");
  method.HttpRequestMethodConfig.emplace().Values = {"PURGE"};
  auto source = on("source-ip");
  source.SourceIpConfig.emplace().Values = {"10.0.0.0/8", "::1/128"};
  auto query = on("query-string");
  query.QueryStringConfig.emplace().Values = {{"version", "1"}, {std::nullopt, "debug"}};

  EXPECT_TRUE(checked_conditions({header, method, source, query}));
}

TEST(Elbv2Conditions, are_refused_in_the_words_of_what_is_wrong) {
  EXPECT_THAT(checked_conditions({}).error().message, HasSubstr("at least one condition"));
  EXPECT_THAT(refusal(on("weather", {"rain"})), HasSubstr("'weather' is not one of"));
  EXPECT_THAT(refusal(on("source-ip")), HasSubstr("configuration is missing"));
  EXPECT_THAT(refusal(on("path-pattern")), HasSubstr("'path-pattern' needs a value"));
  EXPECT_THAT(refusal(on("path-pattern", {"1", "2", "3", "4", "5", "6"})),
              HasSubstr("at most 5 values"));
  EXPECT_THAT(refusal(on("path-pattern", {""})), HasSubstr("Condition value '' is not valid"));
  EXPECT_THAT(refusal(on("path-pattern", {"/a\n"})), HasSubstr("is not valid for 'path-pattern'"));

  auto header = on("http-header");
  header.HttpHeaderConfig.emplace().HttpHeaderName = "X Canary";
  EXPECT_THAT(refusal(header), HasSubstr("header name of a condition is not valid"));
  auto method = on("http-request-method");
  method.HttpRequestMethodConfig.emplace().Values = {"GET /"};
  EXPECT_THAT(refusal(method), HasSubstr("Request method 'GET /' is not valid"));
  auto source = on("source-ip");
  source.SourceIpConfig.emplace().Values = {"here"};
  EXPECT_THAT(refusal(source), HasSubstr("CIDR 'here' is not valid"));
  auto query = on("query-string");
  query.QueryStringConfig.emplace().Values = {{"a b", "1"}};
  EXPECT_THAT(refusal(query), HasSubstr("Query string key 'a b' is not valid"));
}

}  // namespace
}  // namespace sb::cloud::elbv2
