#include "cloud/metrics/distribution.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace sb::cloud::metrics {
namespace {

TEST(Distribution, is_empty_at_first) {
  Distribution d;

  EXPECT_TRUE(d.empty());
  EXPECT_EQ(d.percentile(95), 0);
  EXPECT_EQ(d.average(), 0);
}

TEST(Distribution, keeps_count_sum_least_and_greatest_exactly) {
  Distribution d;

  for (int i = 1; i <= 100; ++i) d.add(i / 1000.0);

  EXPECT_EQ(d.count(), 100);
  EXPECT_NEAR(d.sum(), 5.05, 1e-12);
  EXPECT_EQ(d.least(), 0.001);
  EXPECT_EQ(d.greatest(), 0.1);
}

TEST(Distribution, answers_percentiles_within_two_percent) {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> times(-4, 1);
  std::vector<double> values;
  Distribution d;
  for (int i = 0; i < 20000; ++i) {
    values.push_back(times(random));
    d.add(values.back());
  }
  std::sort(values.begin(), values.end());

  for (double p : {1.0, 25.0, 50.0, 90.0, 95.0, 99.0, 99.9}) {
    const double exact = values[static_cast<std::size_t>(std::ceil(20000 * p / 100)) - 1];
    EXPECT_NEAR(d.percentile(p), exact, exact * 0.02) << "p" << p;
  }
}

TEST(Distribution, says_the_value_itself_when_all_are_equal) {
  Distribution d;

  d.add(0.25, 40);

  EXPECT_EQ(d.percentile(50), 0.25);
  EXPECT_EQ(d.percentile(99), 0.25);
}

TEST(Distribution, orders_negatives_zero_and_positives) {
  Distribution d;

  for (double v : {-8.0, -1.0, 0.0, 1.0, 8.0}) d.add(v);

  EXPECT_NEAR(d.percentile(20), -8, 0.2);
  EXPECT_NEAR(d.percentile(40), -1, 0.03);
  EXPECT_EQ(d.percentile(60), 0);
  EXPECT_NEAR(d.percentile(80), 1, 0.03);
  EXPECT_EQ(d.percentile(100), 8);
}

TEST(Distribution, merging_two_halves_equals_the_whole) {
  Distribution left, right, whole;
  for (int i = 0; i < 1000; ++i) {
    (i % 2 ? left : right).add(i);
    whole.add(i);
  }

  left.merge(right);

  EXPECT_EQ(left.count(), whole.count());
  EXPECT_EQ(left.sum(), whole.sum());
  EXPECT_EQ(left.least(), whole.least());
  EXPECT_EQ(left.percentile(95), whole.percentile(95));
}

TEST(Distribution, takes_summaries_but_then_has_no_percentiles) {
  Distribution d;

  d.add_summary(10, 50, 1, 9);

  EXPECT_EQ(d.average(), 5);
  EXPECT_EQ(d.greatest(), 9);
  EXPECT_FALSE(d.has_percentiles());
}

}  // namespace
}  // namespace sb::cloud::metrics
