#include "aws/protocol/query.hpp"

#include <gtest/gtest.h>

#include "aws/model/cloudwatch.hpp"
#include "aws/model/elasticache.hpp"
#include "aws/model/elbv2.hpp"
#include "aws/model/rds.hpp"

namespace sb::aws {
namespace {

template <class Operation>
Result<typename Operation::Request> read(std::string_view body) {
  using Request = typename Operation::Request;
  SB_TRY(auto form, QueryForm::parse(body));
  Request request;
  SB_TRY_VOID(form.decode(*find_service(Operation::kService), json::type_of<Request>(), &request));
  return request;
}

template <class Operation>
std::string write(const typename Operation::Request& request) {
  return encode_query(*find_service(Operation::kService), Operation::kName,
                      json::type_of<typename Operation::Request>(), &request);
}

template <class Operation>
void expect_round_trip(const typename Operation::Request& request) {
  auto body = write<Operation>(request);
  auto read_back = read<Operation>(body);
  ASSERT_TRUE(read_back) << read_back.error().text();
  EXPECT_EQ(*read_back, request) << body;
}

// Bodies below are as boto3 and the aws command sent them.

TEST(QueryForm, reads_targets_as_boto3_sends_them) {
  auto request = read<elbv2::RegisterTargets>(
      "Action=RegisterTargets&Version=2015-12-01&TargetGroupArn=arn%3Atg&Targets.member.1.Id="
      "127.20.16.1&Targets.member.1.Port=8000&Targets.member.2.Id=127.20.16.2");

  ASSERT_TRUE(request);
  EXPECT_EQ(request->TargetGroupArn, "arn:tg");
  ASSERT_EQ(request->Targets.size(), 2U);
  EXPECT_EQ(request->Targets[0].Port, 8000);
  EXPECT_EQ(request->Targets[1].Id, "127.20.16.2");
  EXPECT_FALSE(request->Targets[1].Port);
}

TEST(QueryForm, tells_an_empty_list_from_an_absent_one) {
  auto request = read<elbv2::ModifyRule>(
      "Action=ModifyRule&Version=2015-12-01&RuleArn=arn%3Ar&Actions.member.1.Type=forward&"
      "Actions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn=a&"
      "Actions.member.1.ForwardConfig.TargetGroups.member.1.Weight=95&"
      "Actions.member.1.ForwardConfig.TargetGroups.member.2.TargetGroupArn=b&"
      "Actions.member.1.ForwardConfig.TargetGroups.member.2.Weight=5&Conditions=");
  auto without = read<elbv2::ModifyRule>("Action=ModifyRule&Version=2015-12-01&RuleArn=arn%3Ar");

  ASSERT_TRUE(request && without);
  ASSERT_TRUE(request->Actions);
  EXPECT_EQ(request->Actions->at(0).ForwardConfig->TargetGroups[1].Weight, 5);
  ASSERT_TRUE(request->Conditions);
  EXPECT_TRUE(request->Conditions->empty());
  EXPECT_FALSE(without->Conditions);
  expect_round_trip<elbv2::ModifyRule>(*request);
}

TEST(QueryForm, reads_rds_lists_by_their_own_names) {
  auto request = read<rds::DescribeDBSnapshots>(
      "Action=DescribeDBSnapshots&Version=2014-10-31&DBInstanceIdentifier=saltbitter-prod&Filters."
      "Filter.1.Name=engine&Filters.Filter.1.Values.Value.1=postgres&Filters.Filter.1.Values.Value."
      "2=x+y");
  auto modify = read<rds::ModifyDBInstance>(
      "Action=ModifyDBInstance&Version=2014-10-31&DBInstanceIdentifier=x&VpcSecurityGroupIds."
      "VpcSecurityGroupId.1=sg-1&VpcSecurityGroupIds.VpcSecurityGroupId.2=sg-2&ApplyImmediately="
      "true");

  ASSERT_TRUE(request && modify);
  EXPECT_EQ(request->Filters.at(0).Values, (std::vector<std::string>{"postgres", "x y"}));
  EXPECT_EQ(modify->VpcSecurityGroupIds, (std::vector<std::string>{"sg-1", "sg-2"}));
  EXPECT_EQ(modify->ApplyImmediately, true);
}

TEST(QueryForm, reads_metric_queries_and_times_as_the_aws_command_sends_them) {
  auto request = read<cloudwatch::GetMetricData>(
      "Action=GetMetricData&Version=2010-08-01&MetricDataQueries.member.1.Id=m1&"
      "MetricDataQueries.member.1.MetricStat.Metric.Namespace=AWS%2FApplicationELB&"
      "MetricDataQueries.member.1.MetricStat.Metric.MetricName=RequestCount&"
      "MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Name=LoadBalancer&"
      "MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Value=app%2Fx%2F1&"
      "MetricDataQueries.member.1.MetricStat.Period=1&MetricDataQueries.member.1.MetricStat.Stat="
      "Sum&StartTime=2026-11-22T10%3A00%3A00Z&EndTime=2026-11-22T10%3A01%3A00Z");

  ASSERT_TRUE(request) << request.error().text();
  EXPECT_EQ(request->StartTime, parse_rfc3339("2026-11-22T10:00:00Z"));
  const auto& stat = *request->MetricDataQueries.at(0).MetricStat;
  EXPECT_EQ(stat.Metric->Dimensions.at(0).Value, "app/x/1");
  EXPECT_EQ(stat.Period, 1);
  expect_round_trip<cloudwatch::GetMetricData>(*request);
}

TEST(QueryForm, decodes_escapes_and_utf8) {
  auto request = read<elbv2::AddTags>(
      "Action=AddTags&Version=2015-12-01&ResourceArns.member.1=arn%3Ax&Tags.member.1.Key=k&"
      "Tags.member.1.Value=%C3%BC+%26+%3D%2B%25");

  ASSERT_TRUE(request);
  EXPECT_EQ(request->Tags.at(0).Value, "\xC3\xBC & =+%");
  expect_round_trip<elbv2::AddTags>(*request);
}

TEST(QueryForm, writes_what_it_reads) {
  rds::CreateDBInstanceRequest instance;
  instance.DBInstanceIdentifier = "salt & pepper";
  instance.AllocatedStorage = 20;
  instance.MultiAZ = false;
  instance.Tags = {{"a", "1"}, {"b", "2"}};
  instance.VpcSecurityGroupIds = {"sg"};
  elasticache::CreateCacheClusterRequest cache;
  cache.CacheClusterId = "c";
  cache.SecurityGroupIds = {"sg-1", "sg-2"};
  cloudwatch::PutMetricAlarmRequest alarm;
  alarm.AlarmName = "n";
  alarm.Threshold = 0.25;

  expect_round_trip<rds::CreateDBInstance>(instance);
  expect_round_trip<elasticache::CreateCacheCluster>(cache);
  expect_round_trip<cloudwatch::PutMetricAlarm>(alarm);
  EXPECT_NE(
      write<elasticache::CreateCacheCluster>(cache).find("SecurityGroupIds.SecurityGroupId.2=sg-2"),
      std::string::npos);
}

TEST(QueryForm, keeps_list_order_by_number_and_ignores_the_unknown) {
  auto request = read<elbv2::AddTags>(
      "Action=AddTags&Tags.member.10.Key=ten&Tags.member.9.Key=nine&Tags.member.x.Key=no&"
      "Tags.member.0.Key=no&Other.Thing=1");

  ASSERT_TRUE(request);
  ASSERT_EQ(request->Tags.size(), 2U);
  EXPECT_EQ(request->Tags[0].Key, "nine");
  EXPECT_EQ(request->Tags[1].Key, "ten");
}

TEST(QueryForm, names_the_parameter_that_is_wrong) {
  auto subject = [](std::string_view body) {
    auto request = read<elbv2::RegisterTargets>(body);
    return request ? "read" : request.error().subject;
  };

  EXPECT_EQ(subject("Targets.member.2.Port=http"), "Targets.member.2.Port");
  EXPECT_EQ(subject("Targets.member.1.Port=99999999999"), "Targets.member.1.Port");
  EXPECT_EQ(subject("TargetGroupArn.x=1"), "TargetGroupArn");
  EXPECT_EQ(read<cloudwatch::GetMetricData>("StartTime=soon").error().subject, "StartTime");
  EXPECT_EQ(read<rds::ModifyDBInstance>("ApplyImmediately=yes").error().subject,
            "ApplyImmediately");
}

TEST(QueryForm, refuses_what_is_no_form) {
  std::string deep = "A";
  for (int i = 0; i < 200; ++i) deep += ".b";

  EXPECT_FALSE(QueryForm::parse("a=%zz"));
  EXPECT_FALSE(QueryForm::parse("a=%ff"));
  EXPECT_FALSE(QueryForm::parse(deep + "=1"));
}

}  // namespace
}  // namespace sb::aws
