#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ostream>
#include <random>

#include "simulation/release/driver.hpp"

namespace sb::release::simulation {
namespace {

constexpr int kLimit = 20'000;

std::uint64_t first_seed() {
  const char* text = std::getenv("SB_SEED");
  return text ? std::strtoull(text, nullptr, 10) : 1;
}
int seeds() {
  if (std::getenv("SB_SEED")) return 1;
  const char* text = std::getenv("SB_SEEDS");
  return text ? std::atoi(text) : 1000;
}

// One world drawn from the seed: what is wrong with the version, with the calls, with the process.
struct Drawn {
  World world;
  Strategy strategy = Strategy::blue_green;
  Kind kind = Kind::deploy;
  double crash_rate = 0;
  double abort_rate = 0;
  std::int64_t longest_death_ms = 0;
  int fault_steps = 0;
};

Drawn draw(std::mt19937_64& random) {
  auto chance = [&](double p) { return std::uniform_real_distribution<>(0, 1)(random) < p; };
  auto pick = [&](std::int64_t a, std::int64_t b) {
    return std::uniform_int_distribution<std::int64_t>(a, b)(random);
  };
  Drawn d;
  d.strategy = chance(0.3) ? Strategy::rolling : Strategy::blue_green;
  d.kind = chance(0.25) ? Kind::rollback : Kind::deploy;
  switch (pick(0, 9)) {
    case 0:
      d.world.never_starts = true;
      break;
    case 1:
      d.world.fails_test_smoke = d.strategy == Strategy::blue_green;
      d.world.fails_production_smoke = true;
      break;
    case 2:
      d.world.fails_production_smoke = true;
      break;
    case 3:
      d.world.fails_watch = true;
      break;
    case 4:
      d.world.metrics_silent = true;
      break;
    case 5:
      d.world.thin_traffic = true;
      break;
    case 6:
      d.world.migration_fails = d.kind == Kind::deploy;
      break;
    default:
      break;
  }
  switch (pick(0, 19)) {
    case 0:
      d.world.gates_fail = true;
      break;
    case 1:
      d.world.is_rejected = true;
      break;
    case 2:
      d.world.nobody_approves = true;
      break;
    case 3:
      d.world.silence_refused = true;
      break;
    default:
      break;
  }
  d.world.rollback_fails = chance(0.05);
  d.world.first_deploy = d.kind == Kind::deploy && chance(0.1);
  if (chance(0.7)) d.world.fault_rate = 0.02 * static_cast<double>(pick(1, 20));
  if (chance(0.2)) d.world.meddling_rate = 0.01;
  if (chance(0.3)) d.world.hook_timeout_ms = pick(3'000, 120'000);
  if (chance(0.6)) d.crash_rate = 0.02 * static_cast<double>(pick(1, 10));
  if (chance(0.15)) d.abort_rate = 0.03;
  d.longest_death_ms = chance(0.3) ? 4'000'000 : 20'000;
  d.fault_steps = static_cast<int>(pick(20, 600));
  return d;
}

TEST(ReleaseSimulation, is_safe_under_any_faults_and_ends_once_they_stop) {
  int outcomes[7] = {};
  for (std::uint64_t seed = first_seed(), end = seed + static_cast<std::uint64_t>(seeds());
       seed < end; ++seed) {
    std::mt19937_64 random(seed);
    Drawn d = draw(random);
    Driver driver(d.world, make_plan(d.world, d.strategy, d.kind), seed);
    auto chance = [&](double p) { return std::uniform_real_distribution<>(0, 1)(random) < p; };
    auto faults_on = [&] {
      bool on = driver.performed() < d.fault_steps;
      if (!on) driver.cloud().stop_faults();
      return on;
    };
    driver.crashes = [&](Driver::Point, int) { return faults_on() && chance(d.crash_rate); };
    driver.dead_ms = [&] {
      return std::uniform_int_distribution<std::int64_t>(0, d.longest_death_ms)(random);
    };
    driver.aborts = [&](const State&) { return faults_on() && chance(d.abort_rate); };

    bool ended = driver.run(kLimit);

    ASSERT_TRUE(driver.broken().empty()) << "SB_SEED=" << seed << ": " << driver.broken() << "\n"
                                         << driver.story();
    ASSERT_TRUE(ended) << "SB_SEED=" << seed << ": did not end\n" << driver.story();
    ++outcomes[static_cast<int>(driver.state().outcome)];
    if (std::getenv("SB_SEED")) fmt::print("{}", driver.story());
  }
  fmt::print(
      "seeds {}..{}: {} complete, {} rolled back, {} rollback failed, {} refused, {} failed\n",
      first_seed(), first_seed() + static_cast<std::uint64_t>(seeds()) - 1, outcomes[1],
      outcomes[2], outcomes[3], outcomes[4], outcomes[5]);
  if (!std::getenv("SB_SEED")) {
    EXPECT_GT(outcomes[static_cast<int>(Outcome::complete)], 0);
    EXPECT_GT(outcomes[static_cast<int>(Outcome::rolled_back)], 0);
    EXPECT_GT(outcomes[static_cast<int>(Outcome::failed)], 0);
  }
}

// A world, and how its release must end when nothing disturbs it.
struct Case {
  std::string name;
  World world;
  Strategy strategy;
  Kind kind;
  Outcome outcome;
  // What a test list says of it, and not its bytes.
  friend void PrintTo(const Case& each, std::ostream* out) {
    *out << each.name;
  }
};

std::vector<Case> cases() {
  using enum Strategy;
  return {
      {"good", {}, blue_green, Kind::deploy, Outcome::complete},
      {"good_rolling", {}, rolling, Kind::deploy, Outcome::complete},
      {"rollback", {}, blue_green, Kind::rollback, Outcome::complete},
      {"first", {.first_deploy = true}, blue_green, Kind::deploy, Outcome::complete},
      {"never_starts", {.never_starts = true}, blue_green, Kind::deploy, Outcome::rolled_back},
      {"test_smoke_fails",
       {.fails_test_smoke = true},
       blue_green,
       Kind::deploy,
       Outcome::rolled_back},
      {"production_smoke_fails",
       {.fails_production_smoke = true},
       blue_green,
       Kind::deploy,
       Outcome::rolled_back},
      {"watch_fails", {.fails_watch = true}, blue_green, Kind::deploy, Outcome::rolled_back},
      {"watch_fails_rolling", {.fails_watch = true}, rolling, Kind::deploy, Outcome::rolled_back},
      {"silent_metrics", {.metrics_silent = true}, blue_green, Kind::deploy, Outcome::rolled_back},
      {"thin_traffic", {.thin_traffic = true}, blue_green, Kind::deploy, Outcome::complete},
      {"migration_fails", {.migration_fails = true}, blue_green, Kind::deploy, Outcome::failed},
      {"gates_fail", {.gates_fail = true}, blue_green, Kind::deploy, Outcome::refused},
      {"rejected", {.is_rejected = true}, blue_green, Kind::deploy, Outcome::refused},
      {"nobody_approves", {.nobody_approves = true}, blue_green, Kind::deploy, Outcome::refused},
      {"alerts_not_silenced",
       {.silence_refused = true},
       blue_green,
       Kind::deploy,
       Outcome::complete},
      {"first_fails",
       {.fails_test_smoke = true, .first_deploy = true},
       blue_green,
       Kind::deploy,
       Outcome::rollback_failed},
  };
}

class EveryCrash : public testing::TestWithParam<Case> {};

TEST_P(EveryCrash, at_any_record_or_action_ends_as_without_it) {
  const Case& c = GetParam();
  Driver plain(c.world, make_plan(c.world, c.strategy, c.kind), 1);
  ASSERT_TRUE(plain.run(kLimit)) << plain.story();
  ASSERT_EQ(plain.broken(), "") << plain.story();
  ASSERT_EQ(plain.state().outcome, c.outcome) << plain.story();

  for (auto point : {Driver::Point::journaled, Driver::Point::performed}) {
    int points = point == Driver::Point::journaled ? plain.records() : plain.performed();
    for (int at = 1; at <= points; ++at) {
      Driver driver(c.world, make_plan(c.world, c.strategy, c.kind), 1);
      bool has_died = false;
      driver.crashes = [&](Driver::Point p, int n) {
        return !has_died && p == point && n == at && (has_died = true);
      };

      bool ended = driver.run(kLimit);

      ASSERT_TRUE(ended && driver.broken().empty())
          << "died at " << at << ": " << driver.broken() << "\n"
          << driver.story();
      EXPECT_EQ(driver.state().outcome, c.outcome) << "died at " << at << "\n" << driver.story();
    }
  }
}

TEST_P(EveryCrash, with_a_long_absence_still_ends_on_one_side) {
  const Case& c = GetParam();
  Driver plain(c.world, make_plan(c.world, c.strategy, c.kind), 1);
  ASSERT_TRUE(plain.run(kLimit));

  for (int at = 1; at <= plain.records(); ++at) {
    Driver driver(c.world, make_plan(c.world, c.strategy, c.kind), 1);
    bool has_died = false;
    driver.crashes = [&](Driver::Point p, int n) {
      return !has_died && p == Driver::Point::journaled && n == at && (has_died = true);
    };
    driver.dead_ms = [] { return std::int64_t{7'200'000}; };  // every hook expires

    bool ended = driver.run(kLimit);

    ASSERT_TRUE(ended && driver.broken().empty())
        << "died at " << at << ": " << driver.broken() << "\n"
        << driver.story();
  }
}

TEST_P(EveryCrash, or_abort_at_any_record_ends_on_one_side) {
  const Case& c = GetParam();
  Driver plain(c.world, make_plan(c.world, c.strategy, c.kind), 1);
  ASSERT_TRUE(plain.run(kLimit));

  for (int at = 0; at < plain.performed(); ++at) {
    Driver driver(c.world, make_plan(c.world, c.strategy, c.kind), 1);
    driver.aborts = [&](const State&) { return driver.performed() == at; };

    bool ended = driver.run(kLimit);

    ASSERT_TRUE(ended && driver.broken().empty())
        << "aborted at " << at << ": " << driver.broken() << "\n"
        << driver.story();
  }
}

INSTANTIATE_TEST_SUITE_P(Release, EveryCrash, testing::ValuesIn(cases()),
                         [](const auto& info) { return info.param.name; });

TEST(ReleaseSimulation, a_held_lock_refuses_the_release_and_is_left_alone) {
  World world;
  Driver driver(world, make_plan(world, Strategy::blue_green, Kind::deploy), 1);
  driver.cloud().hold_lock("rel-0");

  ASSERT_TRUE(driver.run(kLimit));

  EXPECT_EQ(driver.state().outcome, Outcome::refused);
  EXPECT_EQ(driver.cloud().lock_holder(), "rel-0");
}

}  // namespace
}  // namespace sb::release::simulation
