#include "release/analysis/analysis.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sb::release::analysis {
namespace {

using std::chrono::seconds;

const Timestamp kBegan = from_unix_ms(1'800'000'000'000);

Tick tick(std::int64_t second, std::int64_t requests, std::int64_t errors, double p95 = 0.02) {
  return {kBegan + seconds(second), requests, errors, p95};
}

Watch make_watch(std::int64_t watch_seconds = 30) {
  return Watch(
      {.began = kBegan, .watch_seconds = watch_seconds, .longest_seconds = 2 * watch_seconds});
}

// Looks once a second until something is decided; `make` gives the period's counts.
template <class F>
std::pair<Reading, std::int64_t> watch_until_decided(Watch& watch, F make,
                                                     std::int64_t limit = 200) {
  for (std::int64_t s = 1; s <= limit; ++s) {
    Reading r = watch.look(kBegan + seconds(s), {.fresh = {make(s - 1)}});
    if (r.verdict != Verdict::watching) return {r, s};
  }
  return {Reading{}, limit};
}

TEST(Watch, passes_a_version_within_the_limits_when_its_time_is_over) {
  Watch watch = make_watch();

  auto [reading, after] = watch_until_decided(watch, [](auto s) { return tick(s, 500, s % 2); });

  EXPECT_EQ(reading.verdict, Verdict::pass) << reading.summary;
  EXPECT_EQ(after, 30);
  EXPECT_EQ(reading.evidence.requests, 15'000);
}

TEST(Watch, fails_within_a_second_at_25_percent_errors) {
  Watch watch = make_watch();

  // Not even the first period is complete: a fifth of a second at 500 requests a second.
  Reading reading =
      watch.look(kBegan + std::chrono::milliseconds(200), {.fresh = {tick(0, 100, 25)}});

  EXPECT_EQ(reading.verdict, Verdict::fail);
  EXPECT_NE(reading.summary.find("25.00 %"), std::string::npos) << reading.summary;
}

TEST(Watch, notices_errors_that_begin_later_in_the_first_bad_period) {
  Watch watch = make_watch();

  auto [reading, after] =
      watch_until_decided(watch, [](auto s) { return tick(s, 500, s < 20 ? 0 : 125); });

  EXPECT_EQ(reading.verdict, Verdict::fail);
  EXPECT_EQ(after, 21);
}

TEST(Watch, fails_two_percent_errors_once_they_last_but_not_before) {
  Watch watch = make_watch();

  auto [reading, after] = watch_until_decided(watch, [](auto s) { return tick(s, 500, 10); });

  EXPECT_EQ(reading.verdict, Verdict::fail) << reading.summary;
  EXPECT_EQ(after, 5);
}

TEST(Watch, forgives_one_bad_second_below_the_critical_limit) {
  Watch watch = make_watch();

  auto [reading, after] =
      watch_until_decided(watch, [](auto s) { return tick(s, 500, s == 3 ? 15 : 0); });

  EXPECT_EQ(reading.verdict, Verdict::pass) << reading.summary;
}

TEST(Watch, does_not_take_a_few_unlucky_requests_for_a_rate) {
  Watch watch = make_watch();

  auto [reading, after] =
      watch_until_decided(watch, [](auto s) { return tick(s, 2, s < 2 ? 1 : 0); });

  EXPECT_EQ(reading.verdict, Verdict::inconclusive) << reading.summary;
  EXPECT_EQ(after, 60);
}

TEST(Watch, fails_a_p95_above_the_limit_when_it_lasts) {
  Watch watch = make_watch();

  auto [reading, after] =
      watch_until_decided(watch, [](auto s) { return tick(s, 500, 0, s < 4 ? 0.05 : 0.35); });

  EXPECT_EQ(reading.verdict, Verdict::fail);
  EXPECT_EQ(after, 9);
  EXPECT_NE(reading.summary.find("p95"), std::string::npos);
}

TEST(Watch, forgives_a_short_slowness) {
  Watch watch = make_watch();

  auto [reading, after] =
      watch_until_decided(watch, [](auto s) { return tick(s, 500, 0, s % 5 == 0 ? 0.4 : 0.05); });

  EXPECT_EQ(reading.verdict, Verdict::pass) << reading.summary;
}

TEST(Watch, is_inconclusive_with_too_little_traffic) {
  Watch watch = make_watch();

  auto [reading, after] =
      watch_until_decided(watch, [](auto s) { return tick(s, s < 5 ? 3 : 0, 0); });

  EXPECT_EQ(reading.verdict, Verdict::inconclusive);
  EXPECT_EQ(reading.evidence.requests, 15);
}

TEST(Watch, has_no_data_when_nothing_was_ever_counted) {
  Watch watch = make_watch();
  Reading reading;

  for (int s = 1; s <= 30; ++s) reading = watch.look(kBegan + seconds(s), {});

  EXPECT_EQ(reading.verdict, Verdict::no_data);
}

TEST(Watch, has_no_data_when_the_source_stops_answering) {
  Watch watch = make_watch(600);
  watch.look(kBegan + seconds(1), {.fresh = {tick(0, 500, 0)}});

  EXPECT_EQ(watch.look_failed(kBegan + seconds(2), "timeout").verdict, Verdict::watching);
  EXPECT_EQ(watch.look_failed(kBegan + seconds(17), "timeout").verdict, Verdict::no_data);
}

TEST(Watch, does_not_end_on_what_was_counted_before_the_source_stopped_answering) {
  Watch watch = make_watch(10);
  watch.look(kBegan + seconds(9), {.fresh = {tick(0, 500, 0), tick(8, 500, 0)}});

  auto silent = watch.look_failed(kBegan + seconds(12), "timeout");
  auto answered = watch.look(kBegan + seconds(14), {.fresh = {tick(13, 500, 0)}});

  EXPECT_EQ(silent.verdict, Verdict::watching);
  EXPECT_NE(silent.summary.find("does not answer: timeout"), std::string::npos) << silent.summary;
  EXPECT_EQ(answered.verdict, Verdict::pass);
}

TEST(Watch, has_no_data_when_the_traffic_stops_being_counted) {
  Watch watch = make_watch(600);

  auto [reading, after] =
      watch_until_decided(watch, [](auto s) { return s < 10 ? tick(s, 500, 0) : tick(9, 500, 0); });

  EXPECT_EQ(reading.verdict, Verdict::no_data);
  EXPECT_LT(after, 30);
}

TEST(Watch, does_not_count_what_was_before_it) {
  Watch watch = make_watch();

  Reading reading =
      watch.look(kBegan + seconds(1), {.fresh = {tick(-10, 1000, 900), tick(0, 500, 0)}});

  EXPECT_EQ(reading.verdict, Verdict::watching) << reading.summary;
  EXPECT_EQ(reading.evidence.requests, 500);
}

TEST(Watch, counts_a_repeated_period_once_with_its_newest_word) {
  Watch watch = make_watch();
  watch.look(kBegan + seconds(1), {.fresh = {tick(0, 200, 0)}});

  Reading reading = watch.look(kBegan + seconds(2), {.fresh = {tick(0, 500, 1), tick(1, 100, 0)}});

  EXPECT_EQ(reading.evidence.requests, 600);
  EXPECT_EQ(reading.evidence.errors, 1);
}

TEST(Watch, compares_with_the_old_version_in_the_same_seconds) {
  Watch watch({.limits = {.error_rate = 0.05, .minimum_requests = 50},
               .began = kBegan,
               .watch_seconds = 60});
  Reading reading;

  // Three percent is under this limit, but the old version has a tenth of it.
  for (int s = 0; s < 60 && reading.verdict == Verdict::watching; ++s)
    reading = watch.look(kBegan + seconds(s + 1),
                         {.fresh = {tick(s, 200, 6)}, .old = {tick(s, 200, s % 2)}});

  EXPECT_EQ(reading.verdict, Verdict::fail);
  EXPECT_EQ(reading.evidence.comparison, "same instant");
}

TEST(Watch, calls_a_comparison_with_the_time_before_weaker) {
  Watch watch = make_watch();

  Reading reading = watch.look(kBegan + seconds(1), {.fresh = {tick(0, 500, 0)},
                                                     .old = {tick(-5, 500, 1), tick(-4, 500, 0)}});

  EXPECT_EQ(reading.evidence.comparison, "before and after (weaker)");
  EXPECT_EQ(reading.evidence.old_requests, 1000);
}

TEST(Watch, rarely_fails_a_healthy_version_however_little_traffic_there_is) {
  std::mt19937_64 random(7);
  int failures = 0;
  for (int run = 0; run < 400; ++run) {
    Watch watch = make_watch(60);
    std::poisson_distribution<std::int64_t> requests(run % 2 ? 5 : 100);
    auto [reading, after] = watch_until_decided(watch, [&](auto s) {
      std::int64_t n = requests(random);
      return tick(s, n, std::binomial_distribution<std::int64_t>(n, 0.005)(random));
    });
    failures += reading.verdict == Verdict::fail;
  }
  EXPECT_LE(failures, 8);  // 2 %; the rule "success >= 99 % a minute" gives 13 to 95 %
}

TEST(SequentialComparison, rejects_equal_versions_seldom_though_looked_at_every_second) {
  std::mt19937_64 random(11);
  int rejected = 0;
  for (int run = 0; run < 500; ++run) {
    SequentialComparison test(1.0);
    std::binomial_distribution<std::int64_t> errors(500, 0.005);
    for (int s = 0; s < 300; ++s) {
      test.add(500, errors(random), 500, errors(random));
      if (test.evidence_ratio() >= 20) {
        ++rejected;
        break;
      }
    }
  }
  EXPECT_LE(rejected, 25 + 15);  // alpha = 5 %, and some luck
}

TEST(BinomialTail, agrees_with_known_values) {
  EXPECT_NEAR(binomial_tail(1, 10, 0.1), 0.6513, 1e-4);
  EXPECT_NEAR(binomial_tail(5, 100, 0.01), 0.00343, 1e-5);
  EXPECT_NEAR(binomial_tail(0, 100, 0.01), 1, 1e-12);
  EXPECT_LT(binomial_tail(12, 50, 0.01), 1e-10);
  EXPECT_NEAR(binomial_tail(10'200, 1'000'000, 0.01), 0.0228, 2e-3);
}

TEST(UpperBound, needs_299_clean_requests_to_say_less_than_one_percent) {
  EXPECT_GT(upper_bound(0, 298, 0.95), 0.01);
  EXPECT_LE(upper_bound(0, 299, 0.95), 0.01);
}

}  // namespace
}  // namespace sb::release::analysis
