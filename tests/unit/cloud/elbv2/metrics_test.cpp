#include "cloud/elbv2/metrics.hpp"

#include <gtest/gtest.h>

namespace sb::cloud::elbv2 {
namespace {

using metrics::MetricId;
using metrics::Window;
using std::chrono::seconds;

class ElbMetricsTest : public ::testing::Test {
 protected:
  void request(seconds at, int status, std::int64_t ms, const std::string& group = "blue_1") {
    proxy::AccessLine line;
    line.load_balancer = "app/prod/1";
    line.group = group;
    line.has_target = line.target_answered = true;
    line.status = status;
    line.response_ms = ms;
    line.ended = start_ + at;
    traffic_.add(line, start_ + at);
  }
  metrics::Series series(const std::string& name, seconds period, bool of_group = true) {
    MetricId id{"AWS/ApplicationELB", name, {{"LoadBalancer", "app/prod/1"}}};
    if (of_group) id.dimensions["TargetGroup"] = "targetgroup/blue/1";
    return source_.collect(id, Window{start_, start_ + seconds(60), period});
  }

  Timestamp start_ = from_unix_ms(1'795'389'420'000);  // a whole minute
  proxy::Traffic traffic_;
  HostHistory hosts_;
  ElbMetrics source_{traffic_, hosts_, [this] { return start_ + seconds(30); }};
};

TEST_F(ElbMetricsTest, sums_requests_by_period_and_leaves_gaps) {
  request(seconds(0), 200, 5);
  request(seconds(0), 200, 5);
  request(seconds(7), 200, 5);

  const auto by_second = series("RequestCount", seconds(1));
  const auto by_minute = series("RequestCount", seconds(60));

  ASSERT_EQ(by_second.size(), 2u);
  EXPECT_EQ(by_second.at(start_).sum(), 2);
  EXPECT_EQ(by_second.at(start_ + seconds(7)).sum(), 1);
  EXPECT_EQ(by_minute.at(start_).sum(), 3);
}

TEST_F(ElbMetricsTest, has_no_errors_where_there_were_none) {
  request(seconds(1), 200, 5);

  EXPECT_TRUE(series("HTTPCode_Target_5XX_Count", seconds(1)).empty());
  request(seconds(2), 500, 5);
  EXPECT_EQ(series("HTTPCode_Target_5XX_Count", seconds(60)).at(start_).sum(), 1);
}

TEST_F(ElbMetricsTest, tells_groups_apart_and_adds_them_up_for_the_load_balancer) {
  request(seconds(1), 200, 5);
  request(seconds(1), 200, 5, "green_2");

  EXPECT_EQ(series("RequestCount", seconds(60)).at(start_).sum(), 1);
  EXPECT_EQ(series("RequestCount", seconds(60), false).at(start_).sum(), 2);
}

TEST_F(ElbMetricsTest, response_times_are_seconds_with_percentiles) {
  for (int i = 1; i <= 100; ++i) request(seconds(i % 10), 200, i);

  const auto minute = series("TargetResponseTime", seconds(60)).at(start_);

  EXPECT_NEAR(minute.percentile(95), 0.095, 0.002);
  EXPECT_EQ(minute.greatest(), 0.1);
}

TEST_F(ElbMetricsTest, host_counts_go_on_between_changes) {
  const HostHistory::Key key{"app/prod/1", "targetgroup/blue/1"};
  hosts_.set({{key, {1, 1}}}, start_);
  hosts_.set({{key, {2, 0}}}, start_ + seconds(10));

  const auto healthy = series("HealthyHostCount", seconds(10));

  EXPECT_EQ(healthy.at(start_).greatest(), 1);
  EXPECT_EQ(healthy.at(start_ + seconds(10)).least(), 2);
  EXPECT_EQ(healthy.at(start_ + seconds(20)).least(), 2);
  EXPECT_FALSE(healthy.contains(start_ + seconds(40)));  // the future
}

TEST_F(ElbMetricsTest, lists_what_it_has) {
  request(seconds(1), 200, 5);

  const auto all = source_.list();

  EXPECT_NE(
      std::find(all.begin(), all.end(),
                MetricId{"AWS/ApplicationELB",
                         "RequestCount",
                         {{"LoadBalancer", "app/prod/1"}, {"TargetGroup", "targetgroup/blue/1"}}}),
      all.end());
  for (const auto& id : all) EXPECT_NE(id.name, "HTTPCode_Target_5XX_Count");
}

}  // namespace
}  // namespace sb::cloud::elbv2
