#include "cloud/proxy/render.hpp"

#include <gmock/gmock.h>

#include <regex>

namespace sb::cloud::proxy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Model blue_green(int blue, int green) {
  Model model;
  for (const char* key : {"blue", "green"}) {
    TargetGroup group;
    group.key = key;
    group.check.path = "/health";
    group.check.interval = std::chrono::seconds(5);
    group.targets.push_back(
        {"127.20.16.1", static_cast<std::uint16_t>(key[0] == 'b' ? 8000 : 8001)});
    model.groups.push_back(group);
  }
  Listener listener;
  listener.key = "l1";
  listener.load_balancer = "lb1";
  listener.address = "127.20.1.1";
  listener.port = 8443;
  Rule rule;
  rule.key = "r1";
  rule.action.forward = {{"blue", blue}, {"green", green}};
  listener.rules.push_back(rule);
  model.listeners.push_back(listener);
  return model;
}

TEST(Weights, are_cumulative_bounds_of_a_million_draws) {
  EXPECT_EQ(weights_value({{"blue", 95}, {"green", 5}}, 2), "blue|950000|green|1000000");
  EXPECT_EQ(weights_value({{"blue", 1}, {"green", 2}}, 2), "blue|333333|green|1000000");
  EXPECT_EQ(weights_value({{"a", 999}, {"b", 1}, {"c", 0}}, 5),
            "a|999000|b|1000000|c|1000000|-|1000000|-|1000000");
}

TEST(Weights, give_a_group_without_weight_no_draw_at_all) {
  EXPECT_EQ(weights_value({{"blue", 0}, {"green", 100}}, 2), "blue|0|green|1000000");
  EXPECT_EQ(weights_value({{"blue", 100}, {"green", 0}}, 2), "blue|1000000|green|1000000");
}

TEST(Weights, of_zero_everywhere_choose_no_group) {
  EXPECT_EQ(weights_value({{"blue", 0}, {"green", 0}}, 2), "-|1000000|-|1000000");
}

TEST(Wildcards, match_what_aws_says_and_nothing_else) {
  const auto matches = [](std::string_view pattern, const std::string& text) {
    return std::regex_match(text, std::regex(wildcard_regex(pattern)));
  };

  EXPECT_TRUE(matches("/api/*", "/api/matches"));
  EXPECT_FALSE(matches("/api/*", "/apis"));
  EXPECT_TRUE(matches("/v?/x", "/v1/x"));
  EXPECT_FALSE(matches("/v?/x", "/v12/x"));
  EXPECT_TRUE(matches("api.saltbitter.com", "api.saltbitter.com"));
  EXPECT_FALSE(matches("api.saltbitter.com", "apixsaltbitterxcom"));
  EXPECT_TRUE(matches("/a+(b)$'\"", "/a+(b)$'\""));
}

TEST(Wildcards, leave_no_character_that_ends_a_word_of_the_config) {
  EXPECT_THAT(wildcard_regex("' \"#\\\n"), Not(::testing::ContainsRegex("['\" #\n]")));
}

TEST(Render, structure_changes_with_listeners_but_not_with_weights_or_targets) {
  const auto before = render(blue_green(100, 0), {}, {});
  Model shifted = blue_green(0, 100);
  shifted.groups[1].targets.push_back({"127.20.16.2", 8001});
  Model moved = blue_green(100, 0);
  moved.listeners[0].port = 9443;
  Model checked = blue_green(100, 0);
  checked.groups[0].check.path = "/ready";

  EXPECT_EQ(render(shifted, {}, {}).structure, before.structure);
  EXPECT_NE(render(shifted, {}, {}).weights, before.weights);
  EXPECT_NE(render(moved, {}, {}).structure, before.structure);
  EXPECT_NE(render(checked, {}, {}).structure, before.structure);
}

TEST(Render, files_hold_serving_targets_weights_and_drains) {
  Model model = blue_green(25, 75);
  model.groups[0].targets[0].is_draining = true;

  HealthTable health;
  health["green"]["127.20.16.1_8001"].state = TargetHealth::State::up;
  const auto files = render(model, {}, health);

  EXPECT_EQ(files.weights, "r1 blue|250000|green|1000000\n");
  EXPECT_THAT(files.config, HasSubstr("server 127.20.16.1_8001 127.20.16.1:8001 check"));
  EXPECT_THAT(files.config, Not(HasSubstr("127.20.16.1:8000")));
}

TEST(Render, starts_only_targets_that_were_up_without_waiting_for_their_checks) {
  HealthTable health;
  health["blue"]["127.20.16.1_8000"].state = TargetHealth::State::up;

  const auto config = render(blue_green(1, 1), {}, health).config;

  EXPECT_THAT(config, HasSubstr("server 127.20.16.1_8000 127.20.16.1:8000 check"));
  EXPECT_THAT(config, Not(HasSubstr("server 127.20.16.1_8001 127.20.16.1:8001 check")));
  EXPECT_THAT(config, HasSubstr("server 127.20.16.1_8001 127.20.16.1:8001\n"));  // to fail open
}

TEST(Render, quotes_what_users_wrote) {
  Model model = blue_green(1, 0);
  model.groups[0].check.path = "/it's a \"path\"\nuser root";

  EXPECT_THAT(render(model, {}, {}).config, HasSubstr(R"(uri '/it'\''s a "path"user root' ver)"));
}

TEST(Render, drops_privileges_only_where_there_are_some) {
  EXPECT_THAT(render({}, {"haproxy", "haproxy", "abns@x"}, {}).config, HasSubstr("user haproxy"));
  EXPECT_THAT(render({}, {"", "", "abns@x"}, {}).config, Not(HasSubstr("    user ")));
}

TEST(Render, redirects_as_aws_spells_them) {
  Model model = blue_green(1, 0);
  Rule& rule = model.listeners[0].rules[0];
  rule.action = {};
  rule.action.kind = Action::Kind::redirect;
  rule.action.status = 301;
  rule.action.protocol = "HTTPS";
  rule.action.port = "443";

  EXPECT_THAT(
      render(model, {}, {}).config,
      HasSubstr(
          "location 'https://%[req.hdr(host),host_only]/%[path,regsub(^/,)]?%[query]' code 301"));
}

}  // namespace
}  // namespace sb::cloud::proxy
