#include "unit/cloud/elbv2/operations_fixture.hpp"

namespace sb::cloud::elbv2 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(Elbv2Operations, names_things_as_aws_does) {
  const std::string balancer = make_balancer();
  const std::string group = make_group("blue");

  EXPECT_THAT(balancer, ::testing::MatchesRegex(
                            "arn:aws:elasticloadbalancing:us-west-2:000000000000:loadbalancer/app/"
                            "saltbitter-prod/[0-9a-f]+"));
  EXPECT_THAT(group, HasSubstr(":targetgroup/blue/"));
  EXPECT_EQ(state_.load_balancers.at(balancer).shape.DNSName, "127.20.1.1");
  EXPECT_EQ(state_.load_balancers.at(balancer).shape.State->Code, "active");
}

TEST_F(Elbv2Operations, binds_where_the_tag_says) {
  const std::string balancer = make_balancer({{"saltcloud:bind-address", "127.0.0.1"}});

  EXPECT_EQ(state_.load_balancers.at(balancer).address, "127.0.0.1");
}

TEST_F(Elbv2Operations, creating_the_same_twice_gives_the_same_and_another_one_is_a_duplicate) {
  const std::string group = make_group("blue");
  EXPECT_EQ(make_group("blue"), group);

  api::CreateTargetGroupRequest other;
  other.Name = "blue";
  other.Port = 9000;
  other.TargetType = "ip";
  EXPECT_EQ(call(other).error().code, "DuplicateTargetGroupName");
}

TEST_F(Elbv2Operations, refuses_names_and_health_settings_that_aws_refuses) {
  for (const char* name : {"", "-a", "a_b", "a234567890123456789012345678901234"}) {
    api::CreateTargetGroupRequest request;
    request.Name = name;
    request.Port = 80;
    EXPECT_EQ(call(request).error().code, "ValidationError") << name;
  }
  api::CreateTargetGroupRequest request;
  request.Name = "a";
  request.Port = 80;
  request.HealthCheckPath = "no-slash";
  EXPECT_EQ(call(request).error().code, "ValidationError");
  request.HealthCheckPath = "/x";
  request.Matcher = api::Matcher{"200-99", std::nullopt};
  EXPECT_EQ(call(request).error().code, "ValidationError");
}

TEST_F(Elbv2Operations, an_action_comes_back_in_both_forms_while_it_has_one_group) {
  const std::string balancer = make_balancer(), blue = make_group("blue"),
                    green = make_group("green");

  const auto one =
      make_listener(balancer, 8443, forward(blue))->Listeners.front().DefaultActions.front();
  const auto two = make_listener(balancer, 9443, split(blue, 100, green, 0))
                       ->Listeners.front()
                       .DefaultActions.front();

  EXPECT_EQ(one.TargetGroupArn, blue);
  EXPECT_EQ(one.ForwardConfig->TargetGroups.front().Weight, 1);
  EXPECT_FALSE(two.TargetGroupArn);
  EXPECT_EQ(two.ForwardConfig->TargetGroups.size(), 2u);
}

TEST_F(Elbv2Operations, says_what_is_missing) {
  const std::string balancer = make_balancer();

  EXPECT_EQ(make_listener(balancer, 80, forward("arn:none")).error().code, "TargetGroupNotFound");
  EXPECT_EQ(make_listener("arn:none", 80, forward("x")).error().code, "LoadBalancerNotFound");
  EXPECT_EQ(make_rule("arn:none", 1, "/", forward("x")).error().code, "ListenerNotFound");
  api::ModifyRuleRequest rule;
  rule.RuleArn = "arn:none";
  EXPECT_EQ(call(rule).error().code, "RuleNotFound");
}

TEST_F(Elbv2Operations, ports_and_priorities_are_taken_once) {
  const std::string balancer = make_balancer(), blue = make_group("blue");
  const auto created = make_listener(balancer, 8443, forward(blue));
  const std::string listener = *created->Listeners.front().ListenerArn;
  ASSERT_TRUE(make_rule(listener, 10, "/a", forward(blue)));

  EXPECT_EQ(make_listener(balancer, 8443, forward(blue)).error().code, "DuplicateListener");
  EXPECT_EQ(make_rule(listener, 10, "/b", forward(blue)).error().code, "PriorityInUse");
  EXPECT_EQ(make_rule(listener, 50001, "/b", forward(blue)).error().code, "ValidationError");
}

TEST_F(Elbv2Operations, two_rules_change_places_at_once) {
  const std::string balancer = make_balancer(), blue = make_group("blue");
  const std::string listener =
      *make_listener(balancer, 8443, forward(blue))->Listeners[0].ListenerArn;
  const std::string first = *make_rule(listener, 1, "/a", forward(blue))->Rules[0].RuleArn;
  const std::string second = *make_rule(listener, 2, "/b", forward(blue))->Rules[0].RuleArn;

  api::SetRulePrioritiesRequest request;
  request.RulePriorities = {{first, 2}, {second, 1}};
  ASSERT_TRUE(call(request));

  const auto rules = state_.rules_of(listener);
  ASSERT_EQ(rules.size(), 3u);
  EXPECT_EQ(rules[0]->shape.RuleArn, second);
  EXPECT_TRUE(rules[2]->is_default());
}

TEST_F(Elbv2Operations, a_group_in_use_stays) {
  const std::string balancer = make_balancer(), blue = make_group("blue");
  const std::string listener =
      *make_listener(balancer, 8443, forward(blue))->Listeners[0].ListenerArn;
  api::DeleteTargetGroupRequest deletion;
  deletion.TargetGroupArn = blue;

  EXPECT_EQ(call(deletion).error().code, "ResourceInUse");
  api::DeleteListenerRequest listener_deletion;
  listener_deletion.ListenerArn = listener;
  ASSERT_TRUE(call(listener_deletion));
  EXPECT_TRUE(call(deletion));
  EXPECT_TRUE(state_.rules.empty());
}

TEST_F(Elbv2Operations, https_needs_a_certificate_that_exists) {
  const std::string balancer = make_balancer(), blue = make_group("blue");
  api::CreateListenerRequest request;
  request.LoadBalancerArn = balancer;
  request.Protocol = "HTTPS";
  request.Port = 8443;
  request.DefaultActions = {forward(blue)};

  EXPECT_EQ(call(request).error().code, "ValidationError");
  request.Certificates = {{"arn:aws:acm:us-west-2:000000000000:certificate/other", std::nullopt}};
  EXPECT_EQ(call(request).error().code, "CertificateNotFound");
  request.Certificates = {
      {"arn:aws:acm:us-west-2:000000000000:certificate/../../etc/key", std::nullopt}};
  EXPECT_EQ(call(request).error().code, "CertificateNotFound");
  request.Certificates = {
      {"arn:aws:acm:us-west-2:000000000000:certificate/api.saltbitter.com", std::nullopt}};
  EXPECT_TRUE(call(request));
}

TEST_F(Elbv2Operations, targets_are_addresses_and_drain_only_where_there_is_traffic) {
  const std::string balancer = make_balancer(), blue = make_group("blue");
  api::RegisterTargetsRequest registration;
  registration.TargetGroupArn = blue;
  registration.Targets = {{"i-0123", std::nullopt, std::nullopt}};
  EXPECT_EQ(call(registration).error().code, "InvalidTarget");
  registration.Targets = {{"127.20.16.1", std::nullopt, std::nullopt}};
  ASSERT_TRUE(call(registration));
  EXPECT_EQ(state_.target_groups.at(blue).targets.front().port, 8000);
  api::DeregisterTargetsRequest removal;
  removal.TargetGroupArn = blue;
  removal.Targets = registration.Targets;

  ASSERT_TRUE(call(removal));
  EXPECT_TRUE(state_.target_groups.at(blue).targets.empty());
  ASSERT_TRUE(make_listener(balancer, 8443, forward(blue)));
  ASSERT_TRUE(call(registration));
  ASSERT_TRUE(call(removal));
  EXPECT_TRUE(state_.target_groups.at(blue).targets.front().draining_since);
  ASSERT_TRUE(call(registration));
  EXPECT_FALSE(state_.target_groups.at(blue).targets.front().draining_since);
}

TEST_F(Elbv2Operations, only_groups_that_a_rule_leads_to_reach_the_proxy) {
  const std::string balancer = make_balancer(), blue = make_group("blue"),
                    green = make_group("green");
  make_group("lonely");
  const std::string listener =
      *make_listener(balancer, 8443, split(blue, 100, green, 0))->Listeners[0].ListenerArn;
  ASSERT_TRUE(make_rule(listener, 1, "/a/*", forward(blue)));

  const proxy::Model made = model();

  EXPECT_EQ(made.groups.size(), 2u);
  ASSERT_EQ(made.listeners.size(), 1u);
  EXPECT_EQ(made.listeners[0].address, "127.20.1.1");
  ASSERT_EQ(made.listeners[0].rules.size(), 2u);
  EXPECT_EQ(made.listeners[0].rules[0].conditions[0].values, std::vector<std::string>{"/a/*"});
  EXPECT_EQ(made.listeners[0].rules[1].action.forward[0].weight, 100);
  EXPECT_EQ(made.listeners[0].load_balancer, Service::load_balancer_dimension(balancer));
}

TEST_F(Elbv2Operations, attributes_have_aws_defaults_and_bounds) {
  const std::string blue = make_group("blue");
  api::ModifyTargetGroupAttributesRequest request;
  request.TargetGroupArn = blue;
  request.Attributes = {{"deregistration_delay.timeout_seconds", "5"}};
  ASSERT_TRUE(call(request));

  EXPECT_EQ(target_group_attributes(state_.target_groups.at(blue))
                .at("deregistration_delay.timeout_seconds"),
            "5");
  request.Attributes = {{"deregistration_delay.timeout_seconds", "3601"}};
  EXPECT_EQ(call(request).error().code, "ValidationError");
  request.Attributes = {{"no.such.key", "1"}};
  EXPECT_EQ(call(request).error().code, "ValidationError");
}

TEST_F(Elbv2Operations, a_refused_change_is_taken_back_but_not_what_came_after_it) {
  const State before = state_;
  const std::string blue = make_group("blue");
  const State after = state_;
  const std::string green = make_group("green");

  take_back(state_, before, after);

  EXPECT_FALSE(state_.target_groups.contains(blue));
  EXPECT_TRUE(state_.target_groups.contains(green));
}

class TargetStates : public ::testing::Test {
 protected:
  TargetStates() {
    group_.shape.HealthCheckIntervalSeconds = 5;
    group_.shape.UnhealthyThresholdCount = 2;
    group_.shape.HealthCheckEnabled = true;
    target_.registered = now_;
  }
  TargetState at(std::chrono::seconds later, const proxy::TargetHealth* seen,
                 bool is_in_use = true) {
    return state_of(target_, group_, is_in_use, seen, now_ + later);
  }
  Timestamp now_ = from_unix_ms(1'795'389'465'000);
  TargetGroup group_;
  Target target_{"127.0.0.9", 80, {}, {}};
  proxy::TargetHealth down_{proxy::TargetHealth::State::down, false, "L4CON", 0, 0};
};

TEST_F(TargetStates, follow_a_target_from_registration_to_its_end) {
  using std::chrono::seconds;
  proxy::TargetHealth up{proxy::TargetHealth::State::up, true, "L7OK", 200, 0};
  proxy::TargetHealth sick{proxy::TargetHealth::State::down, true, "L7STS", 503, 0};

  EXPECT_EQ(at(seconds(0), nullptr).reason, "Elb.RegistrationInProgress");
  EXPECT_EQ(at(seconds(1), &down_).reason, "Elb.InitialHealthChecking");
  EXPECT_EQ(at(seconds(1), &up), (TargetState{{"127.0.0.9", 80}, "healthy", "", ""}));
  EXPECT_EQ(at(seconds(2), &sick).reason, "Target.ResponseCodeMismatch");
  EXPECT_EQ(at(seconds(2), &sick).description, "Health checks failed with these codes: [503]");
  target_.draining_since = now_;
  EXPECT_EQ(at(seconds(3), &up).state, "draining");
}

TEST_F(TargetStates, give_a_starting_target_as_long_as_aws_would) {
  EXPECT_EQ(at(std::chrono::seconds(9), &down_).state, "initial");
  EXPECT_EQ(at(std::chrono::seconds(10), &down_).state, "unhealthy");
  EXPECT_EQ(at(std::chrono::seconds(10), &down_).reason, "Target.FailedHealthChecks");
}

TEST_F(TargetStates, are_unused_without_a_listener) {
  EXPECT_EQ(at(std::chrono::seconds(1), nullptr, false).reason, "Target.NotInUse");
}

TEST_F(TargetStates, are_drained_when_requests_are_done_or_time_is_up) {
  proxy::TargetHealth busy{proxy::TargetHealth::State::draining, true, "L7OK", 200, 1};
  proxy::TargetHealth idle{proxy::TargetHealth::State::draining, true, "L7OK", 200, 0};
  EXPECT_FALSE(is_drained(target_, group_, &idle, now_));
  target_.draining_since = now_;

  EXPECT_FALSE(is_drained(target_, group_, &busy, now_ + std::chrono::seconds(299)));
  EXPECT_TRUE(is_drained(target_, group_, &busy, now_ + std::chrono::seconds(300)));
  EXPECT_TRUE(is_drained(target_, group_, &idle, now_));
}

}  // namespace
}  // namespace sb::cloud::elbv2
