// CloudWatch with a store of its own, at a time that a test sets.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "cloud/cloudwatch/service.hpp"
#include "cloud/store/store.hpp"
#include "support/temporary_directory.hpp"

namespace sb::cloud::cloudwatch {

class CloudWatch : public ::testing::Test {
 protected:
  CloudWatch() {
    EXPECT_TRUE(custom_.open());
  }
  void put(double value, std::chrono::seconds at) {
    api::PutMetricDataRequest request;
    request.Namespace = "SaltBitter";
    api::MetricDatum datum;
    datum.MetricName = "Latency";
    datum.Dimensions = {{"Env", "prod"}};
    datum.Value = value;
    datum.Timestamp = start_ + at;
    request.MetricData = {datum};
    auto outcome = service_.put_data(request);
    ASSERT_TRUE(outcome) << outcome.error().message;
  }
  api::GetMetricDataRequest asking(const std::string& stat, int period) {
    api::GetMetricDataRequest request;
    request.StartTime = start_;
    request.EndTime = start_ + std::chrono::seconds(60);
    api::MetricDataQuery query;
    query.Id = "m1";
    query.MetricStat.emplace();
    query.MetricStat->Metric = api::Metric{
        .Namespace = "SaltBitter", .MetricName = "Latency", .Dimensions = {{"Env", "prod"}}};
    query.MetricStat->Period = period;
    query.MetricStat->Stat = stat;
    request.MetricDataQueries = {query};
    return request;
  }
  api::PutMetricAlarmRequest alarm() {
    api::PutMetricAlarmRequest request;
    request.AlarmName = "slow";
    request.Namespace = "SaltBitter";
    request.MetricName = "Latency";
    request.Dimensions = {{"Env", "prod"}};
    request.Statistic = "Maximum";
    request.Period = 10;
    request.EvaluationPeriods = 3;
    request.DatapointsToAlarm = 2;
    request.Threshold = 5;
    request.ComparisonOperator = "GreaterThanThreshold";
    return request;
  }

  Timestamp start_ = from_unix_ms(1'795'389'420'000);
  Timestamp now_ = start_ + std::chrono::seconds(30);
  boost::asio::io_context loop_;
  test::TemporaryDirectory folder_;
  Store store_ = *Store::open(folder_.path());
  CustomMetrics custom_{store_};
  Service service_{loop_.get_executor(), store_, Arns{}, [this] { return now_; }};
};

}  // namespace sb::cloud::cloudwatch
