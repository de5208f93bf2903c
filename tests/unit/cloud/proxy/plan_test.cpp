#include "cloud/proxy/plan.hpp"

#include <gmock/gmock.h>

#include "cloud/proxy/render.hpp"

namespace sb::cloud::proxy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

Model one_group(std::vector<Target> targets) {
  Model model;
  TargetGroup group;
  group.key = "blue";
  group.check.interval = std::chrono::seconds(5);
  group.targets = std::move(targets);
  model.groups.push_back(group);
  return model;
}

Live live_with(int admin_state, int weight) {
  Live live;
  live.servers[{"blue", "127.0.0.9_80"}] = {2, admin_state, weight};
  live.servers[{"blue.open", "127.0.0.9_80"}] = {2, admin_state, 1};
  return live;
}

TEST(ProxyPlan, does_nothing_when_all_is_as_wanted) {
  EXPECT_THAT(plan_changes(live_with(0, 1), one_group({{"127.0.0.9", 80}})), IsEmpty());
}

TEST(ProxyPlan, adds_a_target_without_weight_until_its_checks_count) {
  const auto commands = plan_changes({}, one_group({{"127.0.0.9", 80}}));

  ASSERT_EQ(commands.size(), 2u);
  EXPECT_THAT(commands[0], StartsWith("add server blue/127.0.0.9_80 127.0.0.9:80 "));
  EXPECT_THAT(commands[0], HasSubstr("weight 0;enable health blue/127.0.0.9_80;"));
  EXPECT_TRUE(commands[0].ends_with("health down;set server blue/127.0.0.9_80 weight 1"));
  EXPECT_THAT(commands[1], HasSubstr("add server blue.open/127.0.0.9_80"));
}

TEST(ProxyPlan, finishes_what_a_dead_daemon_began) {
  const auto commands = plan_changes(live_with(0x01, 0), one_group({{"127.0.0.9", 80}}));

  ASSERT_EQ(commands.size(), 2u);
  EXPECT_THAT(commands[0], HasSubstr("set server blue/127.0.0.9_80 state ready"));
  EXPECT_EQ(commands[1], "set server blue.open/127.0.0.9_80 state ready");
}

TEST(ProxyPlan, drains_once_and_takes_a_target_back) {
  Target draining{"127.0.0.9", 80, true};

  EXPECT_THAT(plan_changes(live_with(0, 1), one_group({draining})),
              ElementsAre("set server blue/127.0.0.9_80 state drain",
                          "set server blue.open/127.0.0.9_80 state drain"));
  EXPECT_THAT(plan_changes(live_with(0x08, 1), one_group({draining})), IsEmpty());
  EXPECT_THAT(plan_changes(live_with(0x08, 1), one_group({{"127.0.0.9", 80}})),
              ElementsAre("set server blue/127.0.0.9_80 state ready",
                          "set server blue.open/127.0.0.9_80 state ready"));
  EXPECT_THAT(plan_changes({}, one_group({draining})), IsEmpty());
}

TEST(ProxyPlan, deletes_what_is_not_wanted_but_never_the_rings_server) {
  Live live = live_with(0, 1);
  live.servers[{"requests", "daemon"}] = {2, 0, 1};

  const auto commands = plan_changes(live, one_group({}));

  ASSERT_EQ(commands.size(), 2u);
  EXPECT_TRUE(commands[0].ends_with(";del server blue/127.0.0.9_80"));
}

TEST(ProxyPlan, moves_weights_before_anything_else) {
  Model model = one_group({{"127.0.0.9", 80}});
  Listener listener;
  Rule rule;
  rule.key = "r1";
  rule.action.forward = {{"blue", 1}};
  listener.rules.push_back(rule);
  model.listeners.push_back(listener);
  Live live;
  live.weights["r1"] = "green|1000000|-|1000000";

  EXPECT_EQ(plan_changes(live, model).front(), "set map weights.map r1 blue|1000000|-|1000000");
}

TEST(ProxyAnswers, tell_whose_process_it_is) {
  const auto info = parse_info("Name: HAProxy\nPid: 4711\nnode: vm\ndescription: saltcloud-00ff\n");

  ASSERT_TRUE(info);
  EXPECT_EQ(info->pid, 4711);
  EXPECT_EQ(info->structure, "00ff");
  EXPECT_EQ(parse_info("Pid: 1\ndescription: web of ours\n")->structure, "");
  EXPECT_FALSE(parse_info("Unknown command."));
}

TEST(ProxyAnswers, list_servers_and_weights) {
  const auto servers = parse_servers_state(
      "1\n# be_id be_name srv_id …\n3 blue 1 127.0.0.9_80 127.0.0.9 2 8 1 1 0 1 0 5 6 0 0 0 - 80 - "
      "0 0 - - 0\n\n");
  const auto entries = parse_map("0x55b7cba60dc0 r1 blue|1|green|2\n0x55b7cba60e50 r2 x\n\n");

  ASSERT_EQ(servers.size(), 1u);
  EXPECT_TRUE(servers.begin()->second.is_draining());
  EXPECT_EQ(entries.at("r1"), "blue|1|green|2");
}

std::string stat_row(std::string_view group, std::string_view server, int sessions,
                     std::string_view status, std::string_view check, std::string_view code) {
  std::string row =
      std::string(group) + "," + std::string(server) + ",0,0," + std::to_string(sessions);
  for (int i = 5; i < 17; ++i) row += ",";
  row += "," + std::string(status);
  for (int i = 18; i < 36; ++i) row += ",";
  return row + "," + std::string(check) + "," + std::string(code) + ",0,,\n";
}

TEST(ProxyAnswers, tell_how_each_target_is) {
  HealthTable before;
  before["blue"]["b"].was_up = true;

  const auto health =
      parse_health("# pxname,svname,…\n" + stat_row("blue", "a", 3, "UP 1/2", "* L7OK", "200") +
                       stat_row("blue", "b", 0, "DOWN", "L7STS", "503") +
                       stat_row("blue", "c", 1, "DRAIN", "L7OK", "200") +
                       stat_row("blue.open", "c", 2, "DRAIN", "", ""),
                   before);

  const auto& blue = health.at("blue");
  EXPECT_EQ(blue.at("a").state, TargetHealth::State::up);
  EXPECT_EQ(blue.at("a").check_status, "L7OK");
  EXPECT_EQ(blue.at("b").state, TargetHealth::State::down);
  EXPECT_TRUE(blue.at("b").was_up);
  EXPECT_EQ(blue.at("b").check_code, 503);
  EXPECT_EQ(blue.at("c").state, TargetHealth::State::draining);
  EXPECT_EQ(blue.at("c").sessions, 3);
}

}  // namespace
}  // namespace sb::cloud::proxy
