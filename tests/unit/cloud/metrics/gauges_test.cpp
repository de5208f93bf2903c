#include "cloud/metrics/gauges.hpp"

#include <gtest/gtest.h>

namespace sb::cloud::metrics {
namespace {

using std::chrono::seconds;

const Timestamp kStart = from_unix_ms(1'800'000'000'000);
const MetricId kMemory{"AWS/ECS", "MemoryUtilization", {{"ServiceName", "api"}}};

TEST(Gauges, keep_the_samples_of_a_period_apart_and_together) {
  Gauges gauges;
  gauges.add(kMemory, kStart, 10);
  gauges.add(kMemory, kStart, 30);  // another task
  gauges.add(kMemory, kStart + seconds(1), 12);

  auto series = gauges.collect(kMemory, {kStart, kStart + seconds(2), seconds(1)});

  ASSERT_EQ(series.size(), 2U);
  EXPECT_EQ(series.at(kStart).average(), 20);
  EXPECT_EQ(series.at(kStart).greatest(), 30);
  EXPECT_EQ(series.at(kStart + seconds(1)).greatest(), 12);
}

TEST(Gauges, have_nothing_where_nothing_was_sampled) {
  Gauges gauges;
  gauges.add(kMemory, kStart, 10);

  EXPECT_TRUE(
      gauges.collect(kMemory, {kStart + seconds(1), kStart + seconds(9), seconds(1)}).empty());
  EXPECT_TRUE(
      gauges.collect({"AWS/RDS", "CPUUtilization", {}}, {kStart, kStart + seconds(9), seconds(1)})
          .empty());
}

TEST(Gauges, forget_what_is_old_and_what_has_ended) {
  Gauges gauges;
  gauges.add(kMemory, kStart, 10);
  EXPECT_EQ(gauges.list().size(), 1U);

  gauges.prune(kStart + Gauges::kKept);
  EXPECT_EQ(gauges.list().size(), 1U);
  gauges.prune(kStart + Gauges::kKept + seconds(1));
  EXPECT_TRUE(gauges.list().empty());
}

}  // namespace
}  // namespace sb::cloud::metrics
