#include <gmock/gmock.h>

#include "cloud/cloudwatch/statistics.hpp"
#include "unit/cloud/cloudwatch/cloudwatch_fixture.hpp"

namespace sb::cloud::cloudwatch {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Statistics, reads_aws_words) {
  EXPECT_EQ(parse_statistic("p99.9")->percent, 99.9);
  EXPECT_TRUE(parse_statistic("Sum"));
  for (const char* text : {"", "sum", "p", "p101", "p-1", "tm90", "p9x"}) {
    EXPECT_FALSE(parse_statistic(text)) << text;
  }
}

TEST_F(CloudWatch, gives_newest_first_and_leaves_gaps) {
  put(1, seconds(0));
  put(3, seconds(0));
  put(9, seconds(20));

  const auto result = service_.get_data(asking("Average", 10))->MetricDataResults.front();

  EXPECT_THAT(result.Timestamps, ElementsAre(start_ + seconds(20), start_));
  EXPECT_THAT(result.Values, ElementsAre(9, 2));
  EXPECT_EQ(result.StatusCode, "Complete");
}

TEST_F(CloudWatch, an_unknown_metric_is_empty_and_complete) {
  const auto result = service_.get_data(asking("Sum", 1))->MetricDataResults.front();

  EXPECT_THAT(result.Values, IsEmpty());
  EXPECT_EQ(result.StatusCode, "Complete");
}

TEST_F(CloudWatch, the_end_is_exclusive_and_the_start_is_not) {
  put(1, seconds(0));
  put(1, seconds(60));

  EXPECT_THAT(service_.get_data(asking("Sum", 60))->MetricDataResults.front().Values,
              ElementsAre(1));
}

TEST_F(CloudWatch, refuses_what_it_would_have_to_invent) {
  EXPECT_EQ(service_.get_data(asking("tm90", 10)).error().code, "ValidationError");
  EXPECT_EQ(service_.get_data(asking("Sum", 7)).error().code, "ValidationError");
  auto expression = asking("Sum", 10);
  expression.MetricDataQueries[0].MetricStat.reset();
  expression.MetricDataQueries[0].Expression = "m2/m3";
  EXPECT_EQ(service_.get_data(expression).error().code, "ValidationError");
  auto backwards = asking("Sum", 10);
  backwards.EndTime = start_;
  EXPECT_EQ(service_.get_data(backwards).error().code, "ValidationError");
  auto twice = asking("Sum", 10);
  twice.MetricDataQueries.push_back(twice.MetricDataQueries[0]);
  EXPECT_EQ(service_.get_data(twice).error().code, "ValidationError");
}

TEST_F(CloudWatch, statistics_come_with_their_unit) {
  put(0.5, seconds(1));
  api::GetMetricStatisticsRequest request;
  request.Namespace = "SaltBitter";
  request.MetricName = "Latency";
  request.Dimensions = {{"Env", "prod"}};
  request.StartTime = start_;
  request.EndTime = start_ + seconds(60);
  request.Period = 60;
  request.Statistics = {"Sum", "SampleCount"};
  request.ExtendedStatistics = {"p90"};

  const auto point = service_.get_statistics(request)->Datapoints.front();

  EXPECT_EQ(point.Sum, 0.5);
  EXPECT_EQ(point.SampleCount, 1);
  EXPECT_FALSE(point.Average);
  EXPECT_EQ(point.ExtendedStatistics.at("p90"), 0.5);
  EXPECT_EQ(point.Unit, "Seconds");
}

TEST_F(CloudWatch, lists_metrics_by_filter) {
  put(1, seconds(0));
  api::ListMetricsRequest request;
  request.Dimensions = {{"Env", std::nullopt}};

  EXPECT_EQ(service_.list_metrics(request)->Metrics.size(), 1u);
  request.Namespace = "AWS/RDS";
  EXPECT_THAT(service_.list_metrics(request)->Metrics, IsEmpty());
}

TEST_F(CloudWatch, refuses_to_take_what_only_aws_services_may_put) {
  api::PutMetricDataRequest request;
  request.Namespace = "AWS/ApplicationELB";

  EXPECT_EQ(service_.put_data(request).error().code, "InvalidParameterValue");
}

TEST_F(CloudWatch, an_alarm_needs_enough_breaching_periods) {
  ASSERT_TRUE(service_.put_alarm(alarm()));
  EXPECT_EQ(service_.alarm_state("slow").value(), "INSUFFICIENT_DATA");
  put(9, seconds(5));
  EXPECT_EQ(service_.alarm_state("slow").value(), "OK");
  put(9, seconds(15));
  EXPECT_EQ(service_.alarm_state("slow").value(), "ALARM");
  now_ += seconds(20);  // one of the two has left the window
  EXPECT_EQ(service_.alarm_state("slow").value(), "INSUFFICIENT_DATA");
}

TEST_F(CloudWatch, an_alarm_treats_missing_data_as_it_was_told) {
  auto request = alarm();
  request.TreatMissingData = "notBreaching";
  ASSERT_TRUE(service_.put_alarm(request));
  EXPECT_EQ(service_.alarm_state("slow").value(), "OK");
  request.TreatMissingData = "breaching";
  ASSERT_TRUE(service_.put_alarm(request));
  EXPECT_EQ(service_.alarm_state("slow").value(), "ALARM");
  request.TreatMissingData = "ignore";
  ASSERT_TRUE(service_.put_alarm(request));
  EXPECT_EQ(service_.alarm_state("slow").value(), "ALARM");
}

TEST_F(CloudWatch, alarms_are_described_and_deleted) {
  ASSERT_TRUE(service_.put_alarm(alarm()));
  api::DescribeAlarmsRequest all;
  api::DeleteAlarmsRequest deletion;
  deletion.AlarmNames = {"slow"};

  EXPECT_EQ(service_.describe_alarms(all)->MetricAlarms.front().AlarmArn,
            "arn:aws:cloudwatch:us-west-2:000000000000:alarm:slow");
  ASSERT_TRUE(service_.delete_alarms(deletion));
  EXPECT_THAT(service_.describe_alarms(all)->MetricAlarms, IsEmpty());
  EXPECT_EQ(service_.delete_alarms(deletion).error().code, "ResourceNotFound");
}

}  // namespace
}  // namespace sb::cloud::cloudwatch
