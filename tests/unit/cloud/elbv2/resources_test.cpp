// What can be seen and changed of balancers, groups, listeners and rules once they exist.
#include "unit/cloud/elbv2/operations_fixture.hpp"

namespace sb::cloud::elbv2 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kCertificate =
    "arn:aws:acm:us-west-2:000000000000:certificate/api.saltbitter.com";

class Elbv2Resources : public Elbv2Operations {
 protected:
  Elbv2Resources() {
    balancer_ = make_balancer();
    blue_ = make_group("blue");
    listener_ = *make_listener(balancer_, 8443, forward(blue_))->Listeners[0].ListenerArn;
    rule_ = *make_rule(listener_, 10, "/a", forward(blue_))->Rules[0].RuleArn;
  }
  template <class Request>
  std::string refusal(const Request& request) {
    auto outcome = call(request);
    return outcome ? "accepted" : outcome.error().code + ": " + outcome.error().message;
  }
  std::string default_rule() const {
    return state_.listeners.at(listener_).default_rule;
  }

  std::string balancer_, blue_, listener_, rule_;
};

TEST_F(Elbv2Resources, balancers_are_found_by_name_or_arn_and_paged) {
  api::CreateLoadBalancerRequest other;
  other.Name = "other";
  other.Subnets = {"subnet-1", "subnet-2"};
  auto made = call(other)->LoadBalancers.at(0);
  EXPECT_EQ(made.AvailabilityZones.at(1).ZoneName, "us-west-2b");
  EXPECT_EQ(call(other)->LoadBalancers.at(0).LoadBalancerArn, made.LoadBalancerArn);
  other.Scheme = "internal";
  EXPECT_THAT(refusal(other), HasSubstr("DuplicateLoadBalancerName"));

  api::DescribeLoadBalancersRequest describe;
  describe.Names = {"other"};
  EXPECT_EQ(call(describe)->LoadBalancers.size(), 1U);
  describe.Names = {"absent"};
  EXPECT_THAT(refusal(describe), HasSubstr("'[absent]' not found"));
  describe.Names.clear();
  describe.LoadBalancerArns = {balancer_};
  EXPECT_EQ(call(describe)->LoadBalancers.at(0).LoadBalancerName, "saltbitter-prod");
  describe.LoadBalancerArns = {"arn:none"};
  EXPECT_THAT(refusal(describe), HasSubstr("LoadBalancerNotFound"));
  describe.LoadBalancerArns.clear();
  describe.PageSize = 1;
  auto first = call(describe).value();
  describe.Marker = first.NextMarker;
  auto second = call(describe).value();
  EXPECT_NE(first.LoadBalancers.at(0).LoadBalancerArn, second.LoadBalancers.at(0).LoadBalancerArn);
  EXPECT_FALSE(second.NextMarker);
  describe.Marker = "not ours!";
  EXPECT_THAT(refusal(describe), HasSubstr("Invalid marker"));
}

TEST_F(Elbv2Resources, balancers_that_cannot_be_are_refused) {
  auto with = [&](auto change) {
    api::CreateLoadBalancerRequest request;
    request.Name = "new";
    change(request);
    return refusal(request);
  };
  EXPECT_THAT(with([](auto& r) { r.Name = "internal-x"; }), HasSubstr("cannot begin with"));
  EXPECT_THAT(with([](auto& r) { r.Type = "network"; }), HasSubstr("only 'application'"));
  EXPECT_THAT(with([](auto& r) { r.Scheme = "secret"; }), HasSubstr("Scheme 'secret'"));
  EXPECT_THAT(with([](auto& r) { r.Tags = {{"saltcloud:bind-address", "here"}}; }),
              HasSubstr("must be an IPv4 address, not 'here'"));
}

TEST_F(Elbv2Resources, a_protected_balancer_stays_and_takes_its_listeners_when_it_goes) {
  api::ModifyLoadBalancerAttributesRequest change;
  change.LoadBalancerArn = balancer_;
  change.Attributes = {{"deletion_protection.enabled", "true"},
                       {"idle_timeout.timeout_seconds", "120"}};
  ASSERT_TRUE(call(change));
  api::DescribeLoadBalancerAttributesRequest describe;
  describe.LoadBalancerArn = balancer_;
  EXPECT_THAT(call(describe)->Attributes, ::testing::Contains(api::LoadBalancerAttribute{
                                              "idle_timeout.timeout_seconds", "120"}));
  api::DeleteLoadBalancerRequest deletion;
  deletion.LoadBalancerArn = balancer_;
  EXPECT_THAT(refusal(deletion), HasSubstr("deletion protection is enabled"));

  change.Attributes = {{"deletion_protection.enabled", "false"}};
  ASSERT_TRUE(call(change));
  ASSERT_TRUE(call(deletion));
  EXPECT_TRUE(state_.listeners.empty() && state_.rules.empty());
  EXPECT_TRUE(call(deletion));  // as AWS
}

TEST_F(Elbv2Resources, attributes_that_cannot_be_are_refused) {
  auto balancer = [&](const char* key, const char* value) {
    api::ModifyLoadBalancerAttributesRequest request;
    request.LoadBalancerArn = balancer_;
    request.Attributes = {{key, value}};
    return refusal(request);
  };
  EXPECT_THAT(balancer("no.such.key", "1"), HasSubstr("is not recognized"));
  EXPECT_THAT(balancer("idle_timeout.timeout_seconds", "0"),
              HasSubstr("cannot have the value '0'"));
  EXPECT_THAT(balancer("routing.http2.enabled", "perhaps"), HasSubstr("'perhaps'"));
  EXPECT_THAT(balancer("access_logs.s3.enabled", "true"), HasSubstr("not offered here"));
  auto group = [&](const char* key, const char* value) {
    api::ModifyTargetGroupAttributesRequest request;
    request.TargetGroupArn = blue_;
    request.Attributes = {{key, value}};
    return refusal(request);
  };
  EXPECT_THAT(group("load_balancing.algorithm.type", "random"), HasSubstr("'random'"));
  EXPECT_THAT(group("stickiness.enabled", "true"), HasSubstr("InvalidConfigurationRequest"));
  EXPECT_THAT(group("slow_start.duration_seconds", "30"), HasSubstr("not offered here"));
  EXPECT_EQ(group("load_balancing.algorithm.type", "least_outstanding_requests"), "accepted");
}

TEST_F(Elbv2Resources, groups_are_found_by_their_users_and_change_their_checks) {
  make_group("lonely");
  api::DescribeTargetGroupsRequest describe;
  describe.LoadBalancerArn = balancer_;
  auto used = call(describe)->TargetGroups;
  ASSERT_EQ(used.size(), 1U);
  EXPECT_THAT(used[0].LoadBalancerArns, ElementsAre(balancer_));
  describe.LoadBalancerArn = "arn:none";
  EXPECT_THAT(refusal(describe), HasSubstr("LoadBalancerNotFound"));
  describe.LoadBalancerArn.reset();
  describe.Names = {"lonely"};
  EXPECT_EQ(call(describe)->TargetGroups.size(), 1U);
  describe.Names = {"absent"};
  EXPECT_THAT(refusal(describe), HasSubstr("TargetGroupNotFound"));

  api::ModifyTargetGroupRequest change;
  change.TargetGroupArn = blue_;
  change.HealthCheckPath = "/health";
  change.UnhealthyThresholdCount = 4;
  EXPECT_EQ(call(change)->TargetGroups.at(0).HealthCheckPath, "/health");
  EXPECT_EQ(state_.target_groups.at(blue_).shape.UnhealthyThresholdCount, 4);
  change.HealthCheckIntervalSeconds = 1;
  EXPECT_THAT(refusal(change), HasSubstr("ValidationError"));
  EXPECT_EQ(state_.target_groups.at(blue_).shape.HealthCheckIntervalSeconds, 5);

  api::DescribeTargetGroupAttributesRequest attributes;
  attributes.TargetGroupArn = blue_;
  EXPECT_THAT(call(attributes)->Attributes, ::testing::Contains(api::TargetGroupAttribute{
                                                "deregistration_delay.timeout_seconds", "300"}));
}

TEST_F(Elbv2Resources, groups_and_targets_that_cannot_be_are_refused) {
  auto with = [&](auto change) {
    api::CreateTargetGroupRequest request;
    request.Name = "new";
    request.Port = 80;
    request.TargetType = "instance";
    change(request);
    return refusal(request);
  };
  EXPECT_THAT(with([](auto& r) { r.Protocol = "TCP"; }), HasSubstr("only 'HTTP' (HTTP1)"));
  EXPECT_THAT(with([](auto& r) { r.TargetType = "lambda"; }), HasSubstr("only 'ip'"));
  EXPECT_THAT(with([](auto& r) { r.Port.reset(); }), HasSubstr("A port must be specified"));
  EXPECT_THAT(with([](auto& r) { r.Port = 0; }), HasSubstr("ValidationError"));
  EXPECT_EQ(with([](auto&) {}), "accepted");

  api::RegisterTargetsRequest registration;
  for (const auto& [arn, group] : state_.target_groups)
    if (group.shape.TargetType == "instance") registration.TargetGroupArn = arn;
  registration.Targets = {{"10.0.0.1", 80, std::nullopt}};
  EXPECT_THAT(refusal(registration), HasSubstr("there are no instances here"));
  registration.TargetGroupArn = blue_;
  registration.Targets = {{"0.0.0.0", 80, std::nullopt}};
  EXPECT_THAT(refusal(registration), HasSubstr("'0.0.0.0' is not valid"));
  registration.Targets = {{"10.0.0.1", 70'000, std::nullopt}};
  EXPECT_THAT(refusal(registration), HasSubstr("The port '70000' is not valid"));
}

TEST_F(Elbv2Resources, listeners_are_described_and_changed) {
  api::DescribeListenersRequest describe;
  EXPECT_THAT(refusal(describe), HasSubstr("either listener ARNs or a load balancer ARN"));
  describe.LoadBalancerArn = balancer_;
  EXPECT_EQ(call(describe)->Listeners.size(), 1U);
  describe.ListenerArns = {"arn:none"};
  EXPECT_THAT(refusal(describe), HasSubstr("ListenerNotFound"));

  auto green = make_group("green");
  api::ModifyListenerRequest change;
  change.ListenerArn = listener_;
  change.Port = 9000;
  change.DefaultActions = {forward(green)};
  auto changed = call(change)->Listeners.at(0);
  EXPECT_EQ(changed.Port, 9000);
  EXPECT_EQ(changed.DefaultActions.at(0).TargetGroupArn, green);
  EXPECT_EQ(state_.rules.at(default_rule()).shape.Actions.at(0).TargetGroupArn, green);
  change.Protocol = "GOPHER";
  EXPECT_THAT(refusal(change), HasSubstr("Listener protocol 'GOPHER'"));
  change.Protocol = "HTTP";
  change.Port = 70'000;
  EXPECT_THAT(refusal(change), HasSubstr("must be between 1 and 65535"));
  change.Port = 9000;
  change.Certificates = {{kCertificate, std::nullopt}};
  EXPECT_THAT(refusal(change), HasSubstr("cannot specify a certificate for an HTTP"));
  change.Protocol = "HTTPS";
  EXPECT_TRUE(call(change)->Listeners.at(0).SslPolicy);
  api::DescribeListenerAttributesRequest attributes;
  attributes.ListenerArn = listener_;
  EXPECT_EQ(call(attributes)->Attributes.size(), 1U);
}

TEST_F(Elbv2Resources, a_listener_keeps_its_default_certificate) {
  api::ModifyListenerRequest secure;
  secure.ListenerArn = listener_;
  secure.Protocol = "HTTPS";
  secure.Certificates = {{kCertificate, std::nullopt}};
  ASSERT_TRUE(call(secure));
  context_.has_certificate = [](const std::string& arn) { return arn != "arn:none"; };
  api::AddListenerCertificatesRequest add;
  add.ListenerArn = listener_;
  add.Certificates = {{kCertificate, std::nullopt}, {"arn:second", std::nullopt}};
  ASSERT_TRUE(call(add));

  api::DescribeListenerCertificatesRequest describe;
  describe.ListenerArn = listener_;
  auto certificates = call(describe)->Certificates;
  ASSERT_EQ(certificates.size(), 2U);
  EXPECT_TRUE(*certificates[0].IsDefault);
  EXPECT_FALSE(*certificates[1].IsDefault);
  api::RemoveListenerCertificatesRequest remove;
  remove.ListenerArn = listener_;
  remove.Certificates = {{kCertificate, std::nullopt}};
  EXPECT_THAT(refusal(remove), HasSubstr("default certificate of a listener cannot be removed"));
  remove.Certificates = {{"arn:second", std::nullopt}};
  ASSERT_TRUE(call(remove));
  EXPECT_EQ(call(describe)->Certificates.size(), 1U);
  add.Certificates = {{"arn:none", std::nullopt}};
  EXPECT_THAT(refusal(add), HasSubstr("CertificateNotFound"));
}

TEST_F(Elbv2Resources, rules_change_but_the_default_one_belongs_to_its_listener) {
  api::ModifyRuleRequest change;
  change.RuleArn = rule_;
  change.Conditions.emplace();
  change.Conditions->emplace_back().Field = "host-header";
  change.Conditions->back().Values = {"api.example.com"};
  EXPECT_EQ(call(change)->Rules.at(0).Conditions.at(0).Field, "host-header");
  change.RuleArn = default_rule();
  EXPECT_THAT(refusal(change), HasSubstr("The default rule cannot be modified"));
  api::SetRulePrioritiesRequest priorities;
  priorities.RulePriorities = {{default_rule(), 1}};
  EXPECT_THAT(refusal(priorities), HasSubstr("priority of a default rule"));

  api::DescribeRulesRequest describe;
  EXPECT_THAT(refusal(describe), HasSubstr("either listener ARN or rule ARNs"));
  describe.RuleArns = {rule_, default_rule()};
  EXPECT_EQ(call(describe)->Rules.size(), 2U);
  describe.RuleArns.clear();
  describe.ListenerArn = listener_;
  describe.PageSize = 1;
  auto first = call(describe).value();
  describe.Marker = first.NextMarker;
  EXPECT_EQ(first.Rules.at(0).RuleArn, rule_);
  EXPECT_EQ(call(describe)->Rules.at(0).RuleArn, default_rule());

  api::DeleteRuleRequest deletion;
  deletion.RuleArn = default_rule();
  EXPECT_THAT(refusal(deletion), HasSubstr("cannot be deleted"));
  deletion.RuleArn = rule_;
  ASSERT_TRUE(call(deletion));
  EXPECT_THAT(refusal(deletion), HasSubstr("RuleNotFound"));
}

TEST_F(Elbv2Resources, everything_has_tags) {
  api::AddTagsRequest add;
  add.ResourceArns = {balancer_, blue_, listener_, rule_};
  add.Tags = {{"team", "salt"}, {"cost", "1"}};
  ASSERT_TRUE(call(add));
  api::RemoveTagsRequest remove;
  remove.ResourceArns = {blue_};
  remove.TagKeys = {"team"};
  ASSERT_TRUE(call(remove));

  api::DescribeTagsRequest describe;
  describe.ResourceArns = {balancer_, blue_};
  auto described = call(describe)->TagDescriptions;
  EXPECT_EQ(described.at(0).Tags.size(), 2U);
  EXPECT_THAT(described.at(1).Tags, ElementsAre(api::Tag{"cost", "1"}));
  add.Tags = {{"", "x"}};
  EXPECT_THAT(refusal(add), HasSubstr("A tag key is not valid"));
  add.Tags.clear();
  for (int i = 0; i < 50; ++i) add.Tags.push_back({"k" + std::to_string(i), "v"});
  EXPECT_THAT(refusal(add), HasSubstr("TooManyTags"));
  const std::string prefix = "arn:aws:elasticloadbalancing:us-west-2:000000000000:";
  for (const auto& [arn, said] : std::map<std::string, std::string>{
           {"nonsense", "is not a valid ARN"},
           {prefix + "targetgroup/x/1", "TargetGroupNotFound"},
           {prefix + "listener-rule/app/x/1/2/3", "RuleNotFound"},
           {prefix + "listener/app/x/1/2", "ListenerNotFound"},
           {prefix + "loadbalancer/app/x/1", "LoadBalancerNotFound"}}) {
    describe.ResourceArns = {arn};
    EXPECT_THAT(refusal(describe), HasSubstr(said));
  }
}

TEST_F(Elbv2Resources, every_kind_of_rule_reaches_the_proxy) {
  api::ModifyRuleRequest change;
  change.RuleArn = rule_;
  auto& conditions = change.Conditions.emplace(5);
  conditions[0].Field = "host-header";
  conditions[0].Values = {"api.example.com"};
  conditions[1].Field = "http-header";
  conditions[1].HttpHeaderConfig.emplace().HttpHeaderName = "X-Canary";
  conditions[1].HttpHeaderConfig->Values = {"yes"};
  conditions[2].Field = "http-request-method";
  conditions[2].HttpRequestMethodConfig.emplace().Values = {"PURGE"};
  conditions[3].Field = "source-ip";
  conditions[3].SourceIpConfig.emplace().Values = {"10.0.0.0/8"};
  conditions[4].Field = "query-string";
  conditions[4].QueryStringConfig.emplace().Values = {{"version", "1"}};
  auto& action = change.Actions.emplace(1).front();
  action.Type = "redirect";
  action.RedirectConfig.emplace().StatusCode = "HTTP_302";
  ASSERT_TRUE(call(change));

  using Kind = proxy::Condition::Kind;
  auto rule = model().listeners.at(0).rules.at(0);
  ASSERT_EQ(rule.conditions.size(), 5U);
  const Kind kKinds[] = {Kind::host_header, Kind::http_header, Kind::http_request_method,
                         Kind::source_ip, Kind::query_string};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(rule.conditions[i].kind, kKinds[i]);
  EXPECT_EQ(rule.conditions[1].name, "X-Canary");
  EXPECT_EQ(rule.conditions[4].name, "version");
  EXPECT_EQ(rule.action.status, 302);
  EXPECT_EQ(rule.action.path, "/#{path}");

  conditions.resize(1);
  conditions[0] = {};
  conditions[0].Field = "query-string";
  conditions[0].QueryStringConfig.emplace().Values = {{"a", "1"}, {std::nullopt, "debug"}};
  action = {};
  action.Type = "fixed-response";
  action.FixedResponseConfig.emplace().StatusCode = "503";
  action.FixedResponseConfig->MessageBody = "closed";
  ASSERT_TRUE(call(change));
  rule = model().listeners.at(0).rules.at(0);
  EXPECT_THAT(rule.conditions.at(0).values, ElementsAre("a=1", "a=1&*", "*&a=1", "*&a=1&*", "debug",
                                                        "debug&*", "*&debug", "*&debug&*"));
  EXPECT_EQ(rule.action.status, 503);
  EXPECT_EQ(rule.action.body, "closed");
}

}  // namespace
}  // namespace sb::cloud::elbv2
