// What CloudWatch refuses, in AWS's words, and what can be done with alarms by hand.
#include <gmock/gmock.h>

#include <limits>

#include "unit/cloud/cloudwatch/cloudwatch_fixture.hpp"

namespace sb::cloud::cloudwatch {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CloudWatchRequests : public CloudWatch {
 protected:
  template <class Answer>
  static std::string refusal(const Answer& answer) {
    return answer ? "accepted" : answer.error().code + ": " + answer.error().message;
  }
  std::string datum_refusal(const std::function<void(api::MetricDatum&)>& change) {
    api::PutMetricDataRequest request;
    request.Namespace = "SaltBitter";
    auto& datum = request.MetricData.emplace_back();
    datum.MetricName = "Latency";
    datum.Value = 1;
    change(datum);
    return refusal(service_.put_data(request));
  }
  std::string alarm_refusal(const std::function<void(api::PutMetricAlarmRequest&)>& change) {
    auto request = alarm();
    change(request);
    return refusal(service_.put_alarm(request));
  }
};

TEST_F(CloudWatchRequests, a_datum_has_a_name_and_one_form_of_finite_numbers) {
  using Datum = api::MetricDatum;
  EXPECT_EQ(datum_refusal([](Datum&) {}), "accepted");
  EXPECT_THAT(datum_refusal([](Datum& d) { d.MetricName.reset(); }), HasSubstr("MissingParameter"));
  EXPECT_THAT(datum_refusal([](Datum& d) { d.Values = {1}; }), HasSubstr("Exactly one of"));
  EXPECT_THAT(datum_refusal([](Datum& d) { d.Value.reset(); }), HasSubstr("Exactly one of"));
  EXPECT_THAT(datum_refusal([](Datum& d) {
                d.Value.reset();
                d.Values = {1, 2};
                d.Counts = {1};
              }),
              HasSubstr("same number of elements"));
  EXPECT_THAT(datum_refusal([](Datum& d) { d.Value = std::numeric_limits<double>::infinity(); }),
              HasSubstr("finite numbers"));
  EXPECT_THAT(datum_refusal([](Datum& d) {
                d.Value.reset();
                d.StatisticValues.emplace().Sum = 3;
              }),
              HasSubstr("StatisticValues is not complete"));
}

TEST_F(CloudWatchRequests, sums_and_counts_that_were_made_elsewhere_are_taken) {
  api::PutMetricDataRequest request;
  request.Namespace = "SaltBitter";
  request.MetricData.resize(2);
  for (auto& datum : request.MetricData) {
    datum.MetricName = "Latency";
    datum.Dimensions = {{"Env", "prod"}};
    datum.Timestamp = start_;
  }
  auto& sums = request.MetricData[0].StatisticValues.emplace();
  sums.Sum = 10;
  sums.Minimum = 2;
  sums.Maximum = 8;
  sums.SampleCount = 2;
  request.MetricData[1].Values = {1, 3};
  request.MetricData[1].Counts = {1, 2};
  ASSERT_TRUE(service_.put_data(request));

  auto value = [&](const char* statistic) {
    return service_.get_data(asking(statistic, 60))->MetricDataResults.at(0).Values.at(0);
  };
  EXPECT_EQ(value("Sum"), 17);
  EXPECT_EQ(value("SampleCount"), 5);
  EXPECT_EQ(value("Minimum"), 1);
  EXPECT_EQ(value("Maximum"), 8);
}

TEST_F(CloudWatchRequests, queries_are_checked_before_anything_is_read) {
  auto with = [&](auto change) {
    auto request = asking("Sum", 60);
    change(request);
    return refusal(service_.get_data(request));
  };
  EXPECT_THAT(with([](auto& r) { r.MetricDataQueries[0].Id = "1st"; }), HasSubstr("must match"));
  EXPECT_THAT(with([](auto& r) { r.MetricDataQueries[0].MetricStat.reset(); }),
              HasSubstr("needs a MetricStat"));
  EXPECT_THAT(with([](auto& r) { r.MetricDataQueries.resize(501); }), HasSubstr("at most"));
  EXPECT_THAT(with([](auto& r) { r.NextToken = "x"; }), HasSubstr("InvalidNextToken"));
}

TEST_F(CloudWatchRequests, statistics_are_checked_before_anything_is_read) {
  auto with = [&](auto change) {
    api::GetMetricStatisticsRequest request;
    request.Namespace = "SaltBitter";
    request.MetricName = "Latency";
    request.StartTime = start_;
    request.EndTime = start_ + std::chrono::hours(1);
    request.Period = 60;
    request.Statistics = {"Sum"};
    change(request);
    return refusal(service_.get_statistics(request));
  };
  EXPECT_EQ(with([](auto&) {}), "accepted");
  EXPECT_THAT(with([](auto& r) { r.Period = 7; }), HasSubstr("must be 1, 5, 10, 30"));
  EXPECT_THAT(with([](auto& r) { r.EndTime = r.StartTime; }), HasSubstr("must be less than"));
  EXPECT_THAT(with([](auto& r) { r.Period = 1; }),
              HasSubstr("datapoints, which exceeds the limit"));
  EXPECT_THAT(with([](auto& r) { r.Statistics.clear(); }), HasSubstr("must be specified"));
  EXPECT_THAT(with([](auto& r) { r.Statistics = {"Median"}; }), HasSubstr("'Median' is not"));
}

TEST_F(CloudWatchRequests, all_five_statistics_come_in_one_datapoint) {
  put(2, std::chrono::seconds(0));
  put(4, std::chrono::seconds(1));
  api::GetMetricStatisticsRequest request;
  request.Namespace = "SaltBitter";
  request.MetricName = "Latency";
  request.Dimensions = {{"Env", "prod"}};
  request.StartTime = start_;
  request.EndTime = start_ + std::chrono::seconds(60);
  request.Period = 60;
  request.Statistics = {"Average", "Minimum", "Maximum", "Sum", "SampleCount"};

  auto point = service_.get_statistics(request)->Datapoints.at(0);

  EXPECT_EQ(point.Average, 3);
  EXPECT_EQ(point.Minimum, 2);
  EXPECT_EQ(point.Maximum, 4);
  EXPECT_EQ(point.Sum, 6);
  EXPECT_EQ(point.SampleCount, 2);
}

TEST_F(CloudWatchRequests, an_alarm_is_refused_in_the_words_of_what_is_wrong) {
  using Alarm = api::PutMetricAlarmRequest;
  EXPECT_THAT(alarm_refusal([](Alarm& a) { a.AlarmName = ""; }), HasSubstr("between 1 and 255"));
  EXPECT_THAT(alarm_refusal([](Alarm& a) { a.MetricName.reset(); }), HasSubstr("metric math"));
  EXPECT_THAT(alarm_refusal([](Alarm& a) { a.ComparisonOperator = "Near"; }), HasSubstr("'Near'"));
  EXPECT_THAT(alarm_refusal([](Alarm& a) { a.Threshold.reset(); }),
              HasSubstr("Threshold is missing"));
  EXPECT_THAT(alarm_refusal([](Alarm& a) { a.ExtendedStatistic = "p95"; }),
              HasSubstr("Exactly one"));
  EXPECT_THAT(alarm_refusal([](Alarm& a) { a.Statistic = "Median"; }), HasSubstr("'Median'"));
  EXPECT_THAT(alarm_refusal([](Alarm& a) { a.Period = 7; }), HasSubstr("multiple of 60"));
  EXPECT_THAT(alarm_refusal([](Alarm& a) { a.EvaluationPeriods = 0; }),
              HasSubstr("at most a week"));
  EXPECT_THAT(alarm_refusal([](Alarm& a) { a.DatapointsToAlarm = 4; }),
              HasSubstr("between 1 and EvaluationPeriods"));
  EXPECT_THAT(alarm_refusal([](Alarm& a) { a.TreatMissingData = "hope"; }), HasSubstr("'hope'"));
}

TEST_F(CloudWatchRequests, alarms_are_found_by_name_state_and_page) {
  for (const char* name : {"fast", "slow"}) {
    auto request = alarm();
    request.AlarmName = name;
    ASSERT_TRUE(service_.put_alarm(request));
  }
  auto count = [&](auto change) {
    api::DescribeAlarmsRequest request;
    change(request);
    auto answer = service_.describe_alarms(request);
    EXPECT_TRUE(answer);
    return answer ? answer->MetricAlarms.size() : 99;
  };
  EXPECT_EQ(count([](auto& r) { r.AlarmNames = {"slow", "absent"}; }), 1U);
  EXPECT_EQ(count([](auto& r) { r.AlarmNamePrefix = "fa"; }), 1U);
  EXPECT_EQ(count([](auto& r) { r.StateValue = "OK"; }), 0U);
  EXPECT_EQ(count([](auto& r) { r.AlarmTypes = {"CompositeAlarm"}; }), 0U);
  api::DescribeAlarmsRequest page;
  page.MaxRecords = 1;
  auto first = service_.describe_alarms(page).value();
  page.NextToken = first.NextToken;
  EXPECT_EQ(service_.describe_alarms(page)->MetricAlarms.at(0).AlarmName, "slow");
  page.NextToken = "not ours!";
  EXPECT_THAT(refusal(service_.describe_alarms(page)), HasSubstr("InvalidNextToken"));
  page.MaxRecords = 101;
  EXPECT_THAT(refusal(service_.describe_alarms(page)), HasSubstr("between 1 and 100"));
}

TEST_F(CloudWatchRequests, a_person_can_set_an_alarms_state_and_switch_its_actions_off) {
  ASSERT_TRUE(service_.put_alarm(alarm()));
  api::SetAlarmStateRequest state;
  state.AlarmName = "slow";
  state.StateValue = "ALARM";
  state.StateReason = "a drill";
  ASSERT_TRUE(service_.set_alarm_state(state));
  ASSERT_TRUE(service_.disable_actions({{"slow", "absent"}}));

  auto shown = service_.describe_alarms({})->MetricAlarms.at(0);
  EXPECT_EQ(shown.StateValue, "ALARM");
  EXPECT_EQ(shown.StateReason, "a drill");
  EXPECT_EQ(shown.StateUpdatedTimestamp, now_);
  EXPECT_FALSE(*shown.ActionsEnabled);
  ASSERT_TRUE(service_.enable_actions({{"slow"}}));
  EXPECT_TRUE(*service_.describe_alarms({})->MetricAlarms.at(0).ActionsEnabled);
  state.StateValue = "PANIC";
  EXPECT_THAT(refusal(service_.set_alarm_state(state)), HasSubstr("'PANIC' is not valid"));
  state.AlarmName = "absent";
  EXPECT_THAT(refusal(service_.set_alarm_state(state)), HasSubstr("ResourceNotFound"));
}

TEST_F(CloudWatchRequests, metrics_are_paged_only_by_our_own_tokens) {
  api::ListMetricsRequest request;
  request.NextToken = "not ours!";
  EXPECT_THAT(refusal(service_.list_metrics(request)), HasSubstr("token is not valid"));
  request.NextToken.reset();
  request.MetricName = "Latency";
  EXPECT_THAT(service_.list_metrics(request)->Metrics, IsEmpty());
}

}  // namespace
}  // namespace sb::cloud::cloudwatch
