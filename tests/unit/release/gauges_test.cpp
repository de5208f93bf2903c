// The rules for request rate, connections, memory and the database: each at its borders, and in a
// watch that looks once a second.
#include "release/analysis/gauges.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "release/analysis/analysis.hpp"

namespace sb::release::analysis {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using Values = std::vector<double>;

const Limits kLimits;

Values repeat(double value, std::size_t times) {
  return Values(times, value);
}

Values joined(Values a, const Values& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(RequestRate, is_within_its_target_while_it_stays) {
  EXPECT_EQ(judge_request_rate(kLimits, repeat(80, 60), repeat(76, 10), 1).state, NumberState::ok);
}

TEST(RequestRate, forgives_a_step_down_to_exactly_what_is_kept) {
  EXPECT_EQ(judge_request_rate(kLimits, repeat(80, 60), repeat(40, 10), 1).state, NumberState::ok);
}

TEST(RequestRate, fails_a_collapse_in_the_period_in_which_it_has_lasted) {
  const Values before = repeat(80, 60);

  EXPECT_EQ(judge_request_rate(kLimits, before, joined(repeat(80, 5), repeat(10, 4)), 1).state,
            NumberState::high);
  EXPECT_EQ(judge_request_rate(kLimits, before, joined(repeat(80, 5), repeat(10, 5)), 1).state,
            NumberState::breach);
}

TEST(RequestRate, forgives_a_lull_as_deep_as_one_before) {
  const Values before = joined(repeat(80, 40), joined(repeat(12, 6), repeat(80, 14)));

  EXPECT_EQ(judge_request_rate(kLimits, before, repeat(12, 8), 1).state, NumberState::ok);
}

TEST(RequestRate, judges_nothing_by_too_little_traffic) {
  EXPECT_EQ(judge_request_rate(kLimits, repeat(9, 60), repeat(0, 20), 1).state,
            NumberState::inconclusive);
  EXPECT_EQ(judge_request_rate(kLimits, {}, repeat(50, 20), 1).state, NumberState::inconclusive);
  EXPECT_EQ(judge_request_rate(kLimits, repeat(0, 60), repeat(50, 20), 1).state,
            NumberState::inconclusive);
}

TEST(RequestRate, says_a_rise_and_fails_nothing_by_it) {
  const auto judged = judge_request_rate(kLimits, repeat(50, 60), repeat(150, 10), 1);

  EXPECT_EQ(judged.state, NumberState::ok);
  EXPECT_NE(judged.note.find("3.0 times"), std::string::npos) << judged.note;
}

TEST(RequestRate, takes_three_periods_of_a_minute_for_lasting) {
  EXPECT_EQ(judge_request_rate(kLimits, repeat(5000, 10), repeat(100, 2), 60).state,
            NumberState::high);
  EXPECT_EQ(judge_request_rate(kLimits, repeat(5000, 10), repeat(100, 3), 60).state,
            NumberState::breach);
}

TEST(Connections, allow_for_blue_and_green_together) {
  const Values before = repeat(30, 60);

  EXPECT_EQ(judge_connections(kLimits, before, repeat(60, 20), 1, 1).state, NumberState::ok);
  EXPECT_EQ(judge_connections(kLimits, before, repeat(90, 20), 1, 1).state, NumberState::ok);
  EXPECT_EQ(judge_connections(kLimits, before, repeat(91, 5), 1, 1).state, NumberState::breach);
}

TEST(Connections, allow_some_more_where_there_were_few) {
  EXPECT_EQ(judge_connections(kLimits, repeat(2, 60), repeat(22, 20), 1, 1).state, NumberState::ok);
  EXPECT_EQ(judge_connections(kLimits, repeat(2, 60), repeat(23, 5), 1, 1).state,
            NumberState::breach);
}

TEST(Connections, must_stay_high_to_count) {
  const Values since = joined(repeat(95, 4), joined(repeat(20, 1), repeat(95, 4)));

  EXPECT_EQ(judge_connections(kLimits, repeat(20, 60), since, 1, 1).state, NumberState::high);
}

TEST(Connections, may_grow_with_the_traffic) {
  EXPECT_EQ(judge_connections(kLimits, repeat(10, 60), repeat(60, 20), 2.5, 1).state,
            NumberState::ok);
  // No traffic before, and much now: nothing to compare with, so it is said, fails nothing, and a
  // longer watch would not know more.
  EXPECT_EQ(judge_connections(kLimits, repeat(2, 60), repeat(60, 20), std::nullopt, 1).state,
            NumberState::inconclusive);
}

TEST(Connections, of_a_service_without_database_are_no_data) {
  EXPECT_EQ(judge_connections(kLimits, {}, {}, 1, 1).state, NumberState::no_data);
  EXPECT_EQ(judge_connections(kLimits, {}, repeat(90, 20), 1, 1).state, NumberState::inconclusive);
}

TEST(Memory, fails_when_it_stays_at_its_limit) {
  EXPECT_EQ(judge_memory(kLimits, repeat(20, 60), repeat(79.9, 20), 1).state, NumberState::ok);
  EXPECT_EQ(judge_memory(kLimits, repeat(20, 60), repeat(80, 4), 1).state, NumberState::high);
  EXPECT_EQ(judge_memory(kLimits, repeat(20, 60), repeat(80, 5), 1).state, NumberState::breach);
}

TEST(Memory, that_was_too_high_before_is_no_fault_of_the_release) {
  EXPECT_EQ(judge_memory(kLimits, repeat(85, 60), repeat(87, 20), 1).state, NumberState::high);
  EXPECT_EQ(judge_memory(kLimits, repeat(85, 60), repeat(91, 20), 1).state, NumberState::breach);
}

TEST(Memory, says_a_leak_by_its_trend_before_the_limit_is_reached) {
  Values leaking;
  for (int s = 0; s < 20; ++s) leaking.push_back(10 + 0.5 * s);

  const auto judged = judge_memory(kLimits, repeat(9, 60), leaking, 1);

  EXPECT_EQ(judged.state, NumberState::high);
  EXPECT_NE(judged.note.find("30.0 points a minute"), std::string::npos) << judged.note;
  EXPECT_NE(judged.note.find("121 s"), std::string::npos) << judged.note;
}

TEST(Memory, takes_no_warm_up_for_a_leak) {
  Values warming;
  for (int s = 0; s < 20; ++s) warming.push_back(20 * (1 - std::exp(-s / 3.0)));

  EXPECT_EQ(judge_memory(kLimits, {}, warming, 1).state, NumberState::ok);
}

TEST(Database, is_down_by_the_word_of_rds_or_by_two_witnesses) {
  EXPECT_EQ(why_down({.status = "available"}), "");
  EXPECT_EQ(why_down({.status = "backing-up"}), "");
  EXPECT_EQ(why_down({.status = "a word of tomorrow"}), "");
  EXPECT_NE(why_down({.status = "rebooting"}), "");
  EXPECT_NE(why_down({.status = "incompatible-restore"}), "");
  EXPECT_EQ(why_down({.status = "available", .is_metric_silent = true}), "");
  EXPECT_EQ(why_down({.status = "available", .is_metric_silent = true, .is_ready = true}), "");
  EXPECT_EQ(why_down({.status = "available", .is_ready = false}), "");
  EXPECT_NE(why_down({.is_metric_silent = true, .is_ready = false}), "");
}

// --- in a watch --------------------------------------------------------------------------------

const Timestamp kBegan = from_unix_ms(1'800'000'000'000);

// An environment as CloudWatch shows it, second by second.
struct World {
  std::int64_t requests = 80;
  double error_rate = 0.002;
  double p95 = 0.03;
  double connections = 12;
  double memory = 15;
  std::string database = "available";
};

class Environment {
 public:
  explicit Environment(std::uint64_t seed) : random_(seed) {}

  void second(std::int64_t s, const World& world, Look& look, bool is_fresh) {
    const Timestamp at = kBegan + seconds(s);
    const auto n = std::poisson_distribution<std::int64_t>(static_cast<double>(world.requests) *
                                                           burst(s))(random_);
    const auto errors = std::binomial_distribution<std::int64_t>(n, world.error_rate)(random_);
    const double p95 = world.p95 * std::lognormal_distribution<double>(0, 0.15)(random_);
    if (n > 0) (is_fresh ? look.fresh : look.old).push_back({at, n, errors, p95});
    look.connections.push_back({at, world.connections + std::floor(between(0, 4))});
    look.memory.push_back({at, world.memory + between(-0.5, 0.5)});
    look.database = DatabaseSight{.status = world.database};
  }

 private:
  double between(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }
  // Traffic that is burstier than chance: every few seconds another level.
  double burst(std::int64_t s) {
    if (s % 5 == 0) level_ = between(0.8, 1.2);
    return level_;
  }
  std::mt19937_64 random_;
  double level_ = 1;
};

struct End {
  Reading reading;
  std::int64_t seconds = 0;
};

// A minute of the old version, then the new one; `change` makes of the steady world what second
// `s` of the watch is like.
template <class Change>
End watch_world(std::uint64_t seed, World world, std::int64_t watch_seconds, Change change) {
  Environment environment(seed);
  Watch watch({.began = kBegan,
               .released = kBegan - seconds(10),
               .watch_seconds = watch_seconds,
               .longest_seconds = 2 * watch_seconds});
  Look look;
  for (std::int64_t s = -60; s < 0; ++s) environment.second(s, world, look, false);
  World now = world;
  now.connections *= 2;  // blue and green
  for (std::int64_t s = 0; s <= 2 * watch_seconds + 1; ++s) {
    change(s, now);
    environment.second(s, now, look, true);
    // The count of the second that runs comes with its end.
    Reading reading = watch.look(kBegan + seconds(s + 1) + std::chrono::milliseconds(400), look);
    if (reading.verdict != Verdict::watching) return {reading, s + 1};
    look = {};
  }
  return {Reading{}, -1};
}

// Load that is put on in the very second in which a release begins, as a rehearsal does: the pools
// fill, and nobody knows how many connections that traffic needs.
TEST(WatchOfFive, does_not_blame_a_release_for_traffic_that_came_with_it) {
  for (std::int64_t served_before : {0, 1}) {
    Watch watch({.began = kBegan,
                 .released = kBegan - seconds(6),
                 .shifted = kBegan,
                 .watch_seconds = 10,
                 .longest_seconds = 20});
    Look look;
    for (std::int64_t s = -60; s < 0; ++s) {
      const Timestamp at = kBegan + seconds(s);
      look.connections.push_back({at, s < -6 ? 2.0 : 14.0});
      if (s >= -6 - served_before) look.old.push_back({at, 600, 0, 0.003});
      if (s < -6 && s >= -6 - served_before) look.before_release.push_back({at, 600, 0, 0.003});
    }
    Reading reading;
    for (std::int64_t s = 0; s <= 12 && reading.verdict == Verdict::watching; ++s) {
      const Timestamp at = kBegan + seconds(s);
      look.fresh.push_back({at, 600, 0, 0.003});
      look.connections.push_back({at, 28});
      look.memory.push_back({at, 20});
      look.database = DatabaseSight{.status = "available"};
      reading = watch.look(at + std::chrono::milliseconds(1400), look);
      look = {};
    }

    EXPECT_EQ(reading.verdict, Verdict::pass) << served_before << ": " << reading.summary;
    EXPECT_LE(reading.evidence.seconds, 11) << "nothing that a longer watch could tell";
    if (served_before == 0)
      EXPECT_THAT(reading.summary, HasSubstr("not judged: database connections"));
  }
}

NumberState state_of(const Reading& reading, std::string_view name) {
  for (const Number& n : reading.evidence.numbers)
    if (n.name == name) return n.state;
  return NumberState::no_data;
}

TEST(WatchOfFive, passes_a_steady_release_and_keeps_all_five_numbers) {
  auto end = watch_world(1, {}, 30, [](auto, World&) {});

  EXPECT_EQ(end.reading.verdict, Verdict::pass) << end.reading.summary;
  ASSERT_EQ(end.reading.evidence.numbers.size(), 5U);
  for (const Number& n : end.reading.evidence.numbers) {
    EXPECT_EQ(n.state, NumberState::ok) << n.name << ": " << n.note;
    EXPECT_TRUE(n.value) << n.name;
    EXPECT_FALSE(n.target.empty()) << n.name;
    EXPECT_FALSE(n.history.empty()) << n.name;
  }
  EXPECT_EQ(end.reading.evidence.database, "available");
}

TEST(WatchOfFive, fails_each_breach_by_its_own_number_and_soon) {
  struct Case {
    const char* name;
    std::int64_t within;
    void (*breach)(World&);
  };
  const Case cases[] = {
      {number::kErrorRate, 2, [](World& w) { w.error_rate = 0.25; }},
      {number::kP95, 6, [](World& w) { w.p95 = 0.5; }},
      {number::kRequestRate, 6, [](World& w) { w.requests = 8; }},
      {number::kConnections, 6, [](World& w) { w.connections = 80; }},
      {number::kMemory, 6, [](World& w) { w.memory = 90; }},
  };
  for (const Case& c : cases) {
    auto end = watch_world(2, {}, 30, [&](auto s, World& world) {
      if (s >= 10) c.breach(world);
    });

    EXPECT_EQ(end.reading.verdict, Verdict::fail) << c.name << ": " << end.reading.summary;
    EXPECT_EQ(state_of(end.reading, c.name), NumberState::breach) << c.name;
    EXPECT_GT(end.seconds, 10) << c.name;
    EXPECT_LE(end.seconds, 10 + c.within) << c.name << ": " << end.reading.summary;
  }
}

TEST(WatchOfFive, fails_a_database_that_is_down_at_once) {
  auto end = watch_world(3, {}, 30, [](auto s, World& world) {
    if (s == 7) world.database = "rebooting";
  });

  EXPECT_EQ(end.reading.verdict, Verdict::fail);
  EXPECT_EQ(end.seconds, 8);
  EXPECT_NE(end.reading.summary.find("RDS says rebooting"), std::string::npos);
}

TEST(WatchOfFive, takes_zero_requests_for_a_collapse_only_while_something_else_is_measured) {
  auto collapse = watch_world(4, {}, 30, [](auto s, World& world) {
    if (s >= 10) world.requests = 0;
  });
  EXPECT_EQ(collapse.reading.verdict, Verdict::fail) << collapse.reading.summary;
  EXPECT_LE(collapse.seconds, 16);

  Watch silent({.began = kBegan, .watch_seconds = 60, .longest_seconds = 60});
  Environment environment(5);
  Look look;
  for (std::int64_t s = -60; s < 10; ++s) environment.second(s, {}, look, s >= 0);
  Reading reading;
  std::int64_t s = 10;
  for (; s < 60 && reading.verdict == Verdict::watching; ++s) {
    reading = silent.look(kBegan + seconds(s + 1), look);
    look = {};
  }
  EXPECT_EQ(reading.verdict, Verdict::no_data) << reading.summary;
}

TEST(WatchOfFive, judges_a_service_without_database_by_the_others) {
  Watch watch({.began = kBegan, .watch_seconds = 10, .longest_seconds = 20});
  Environment environment(6);
  Reading reading;
  for (std::int64_t s = -60; s < 20 && reading.verdict == Verdict::watching; ++s) {
    Look look;
    environment.second(s, {}, look, s >= 0);
    look.connections.clear();
    look.database.reset();
    if (s < 0) look.old.swap(look.fresh);
    reading = watch.look(kBegan + seconds(s + 1), look);
  }

  EXPECT_EQ(reading.verdict, Verdict::pass) << reading.summary;
  EXPECT_EQ(state_of(reading, number::kConnections), NumberState::no_data);
}

// The same version twice, at many levels of traffic: how often would it be rolled back?
TEST(WatchOfFive, rarely_rolls_back_the_same_version) {
  const char* text = std::getenv("SB_SEED");
  const std::uint64_t seed = text != nullptr ? std::strtoull(text, nullptr, 10) : 20261123;
  printf("seed %llu\n", static_cast<unsigned long long>(seed));
  constexpr int kRuns = 500;
  int failed = 0, passed = 0, thin = 0;
  for (int run = 0; run < kRuns; ++run) {
    World world;
    world.requests = std::vector<std::int64_t>{3, 12, 40, 150, 600}[run % 5];
    world.error_rate = run % 2 ? 0.005 : 0.0005;
    world.p95 = run % 3 ? 0.03 : 0.12;
    auto end = watch_world(seed + static_cast<std::uint64_t>(run), world, 30, [](auto, World&) {});
    failed += end.reading.verdict == Verdict::fail;
    passed += end.reading.verdict == Verdict::pass;
    thin += end.reading.verdict == Verdict::inconclusive;
    if (end.reading.verdict == Verdict::fail)
      printf("run %d: %s\n", run, end.reading.summary.c_str());
  }
  printf(
      "of %d watches of the same version: %d passed, %d had too little traffic, %d (%.2f %%) "
      "were rolled back falsely\n",
      kRuns, passed, thin, failed, 100.0 * failed / kRuns);
  EXPECT_LE(failed, kRuns / 100);
}

}  // namespace
}  // namespace sb::release::analysis
