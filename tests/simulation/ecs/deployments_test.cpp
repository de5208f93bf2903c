// Deployments in a cloud that fails: whatever happens, users keep an answer and every deployment
// ends. SB_SEED=N replays one run and tells its story; SB_RUNS sets how many are made.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "base/json/codec.hpp"
#include "simulation/ecs/world.hpp"

namespace sb::cloud::ecs::simulation {
namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kDay = 24 * 60 * kMinute;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

bool is_idle(const World& world) {
  const auto& deployment = world.service().deployment;
  return !deployment || !is_running(*deployment);
}

void something_happens(World& world) {
  switch (world.next() % 12) {
    case 0:
      return world.deploy_new(world.roll(500));
    case 1:
    case 2:
      return world.kill_some_process();
    case 3:
      return world.flap_some_health();
    case 4:
      return world.crash();
    case 5: {
      auto count = static_cast<int>(world.between(0, 6));
      return world.command([count](Turn turn) { set_desired_count(turn, count); });
    }
    case 6: {
      auto type = world.roll(700) ? StopType::rollback : StopType::abort;
      return world.command([type](Turn turn) { (void)stop_deployment(turn, type); });
    }
    case 7:
      return world.command([&world](Turn turn) {
        if (!turn.service.tasks.empty())
          stop_task(turn, turn.service.tasks[world.next() % turn.service.tasks.size()].id, "user");
      });
    default:
      return world.answer_some_hook(true);
  }
}

// Two phases: anything may happen; then nothing bad happens any more.
void run_one(World& world) {
  if (world.roll(600)) {
    // Something to lose: a revision that completed before the trouble starts.
    world.heal_everything();
    world.deploy_new(true);
    world.run_until(
        [&] {
          world.answer_some_hook(false);
          return is_idle(world) && world.service().steady;
        },
        kDay);
    world.let_things_fail();
  }
  world.deploy_new(world.roll(500));
  auto happenings = world.between(0, 40);
  for (std::int64_t i = 0; i < happenings && world.violations().empty(); ++i) {
    world.run_until(world.now() + std::chrono::milliseconds(world.between(1, 4 * kMinute)));
    something_happens(world);
  }

  world.heal_everything();
  world.run_until(world.now() + std::chrono::milliseconds(kMinute));
  ASSERT_TRUE(world.run_until([&] { return is_idle(world); }, 3 * kDay))
      << "a deployment never ended";

  auto desired = static_cast<int>(world.between(1, 5));
  world.command([desired](Turn turn) { set_desired_count(turn, desired); });
  world.deploy_new(true);
  auto last = world.service().deployment->target;
  ASSERT_TRUE(world.run_until(
      [&] {
        world.answer_some_hook(false);
        return is_idle(world);
      },
      3 * kDay))
      << "the last deployment never ended";
  ASSERT_EQ(world.service().deployment->target, last);
  ASSERT_EQ(world.service().deployment->status, DeploymentStatus::successful);

  const auto& service = world.service();
  ASSERT_TRUE(world.run_until([&] { return service.steady; }, kDay)) << "never steady";
  EXPECT_EQ(service.tasks.size(), static_cast<std::size_t>(desired));
  EXPECT_EQ(world.live_processes(), static_cast<std::size_t>(desired)) << "a process was forgotten";
  EXPECT_EQ(service.stable, last);
  EXPECT_EQ(service.revisions.size(), 1u);
  if (service.load_balancing) {
    EXPECT_EQ(world.registered_targets(), static_cast<std::size_t>(desired));
    if (service.plan.strategy != Strategy::rolling) {
      for (const auto& group : {"tg-a", "tg-b"})
        EXPECT_EQ(world.weight_of(group), service.revisions[0].target_group == group ? 100 : 0);
    }
  }
}

void simulate(Strategy strategy, bool with_load_balancer) {
  auto only = from_environment("SB_SEED", 0);
  auto runs = only ? 1 : from_environment("SB_RUNS", 100);
  auto first = only ? only : 1;
  std::map<DeploymentStatus, int> outcomes;
  for (auto seed = first; seed < first + runs; ++seed) {
    World world(seed, strategy, with_load_balancer);
    run_one(world);
    for (const auto& [status, times] : world.outcomes) outcomes[status] += times;
    for (const auto& violation : world.violations()) ADD_FAILURE() << violation;
    if (!testing::Test::HasFailure() && !only) continue;
    std::cout << "seed " << seed << " (replay: SB_SEED=" << seed << ")\n";
    for (const auto& line : world.story()) std::cout << line << "\n";
    std::cout << json::encode(world.service()) << "\n";
    for (const auto& event : world.service().events) std::cout << "  " << event.message << "\n";
    break;
  }
  for (const auto& [status, times] : outcomes)
    std::cout << wire_name(status) << " " << times << "  ";
  std::cout << "\n";
}

TEST(EcsSimulation, blue_green_keeps_users_served_and_ends) {
  simulate(Strategy::blue_green, true);
}
TEST(EcsSimulation, canary_keeps_users_served_and_ends) {
  simulate(Strategy::canary, true);
}
TEST(EcsSimulation, linear_keeps_users_served_and_ends) {
  simulate(Strategy::linear, true);
}
TEST(EcsSimulation, rolling_keeps_enough_tasks_and_ends) {
  simulate(Strategy::rolling, true);
}
TEST(EcsSimulation, rolling_without_a_load_balancer_ends) {
  simulate(Strategy::rolling, false);
}
TEST(EcsSimulation, blue_green_without_a_load_balancer_ends) {
  simulate(Strategy::blue_green, false);
}

}  // namespace
}  // namespace sb::cloud::ecs::simulation
