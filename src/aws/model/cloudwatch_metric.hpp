// CloudWatch: metrics and their operations; tags.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock/clock.hpp"
#include "base/json/type.hpp"

namespace sb::aws::cloudwatch {

struct Dimension {
  std::optional<std::string> Name;
  std::optional<std::string> Value;

  bool operator==(const Dimension&) const = default;
};

struct Metric {
  std::optional<std::string> Namespace;
  std::optional<std::string> MetricName;
  std::vector<Dimension> Dimensions;

  bool operator==(const Metric&) const = default;
};

struct MetricStat {
  std::optional<cloudwatch::Metric> Metric;
  std::optional<int> Period;
  std::optional<std::string> Stat;
  std::optional<std::string> Unit;

  bool operator==(const MetricStat&) const = default;
};

struct MetricDataQuery {
  std::optional<std::string> Id;
  std::optional<cloudwatch::MetricStat> MetricStat;
  std::optional<std::string> Expression;
  std::optional<std::string> Label;
  std::optional<bool> ReturnData;
  std::optional<int> Period;
  std::optional<std::string> AccountId;

  bool operator==(const MetricDataQuery&) const = default;
};

struct LabelOptions {
  std::optional<std::string> Timezone;

  bool operator==(const LabelOptions&) const = default;
};

struct GetMetricDataRequest {
  std::vector<MetricDataQuery> MetricDataQueries;
  std::optional<Timestamp> StartTime;
  std::optional<Timestamp> EndTime;
  std::optional<std::string> NextToken;
  std::optional<std::string> ScanBy;  // TimestampDescending | TimestampAscending
  std::optional<int> MaxDatapoints;
  std::optional<cloudwatch::LabelOptions> LabelOptions;

  bool operator==(const GetMetricDataRequest&) const = default;
};

struct MessageData {
  std::optional<std::string> Code;
  std::optional<std::string> Value;

  bool operator==(const MessageData&) const = default;
};

struct MetricDataResult {
  std::optional<std::string> Id;
  std::optional<std::string> Label;
  std::vector<Timestamp> Timestamps;
  std::vector<double> Values;
  std::optional<std::string> StatusCode;  // Complete | InternalError | PartialData | Forbidden
  std::vector<MessageData> Messages;

  bool operator==(const MetricDataResult&) const = default;
};

struct GetMetricDataResponse {
  std::vector<MetricDataResult> MetricDataResults;
  std::optional<std::string> NextToken;
  std::vector<MessageData> Messages;

  bool operator==(const GetMetricDataResponse&) const = default;
};

struct GetMetricData {
  using Request = GetMetricDataRequest;
  using Response = GetMetricDataResponse;
  static constexpr std::string_view kService = "cloudwatch";
  static constexpr std::string_view kName = "GetMetricData";
  static constexpr std::array<std::string_view, 3> kRequired{"MetricDataQueries", "StartTime",
                                                             "EndTime"};
};

struct GetMetricStatisticsRequest {
  std::optional<std::string> Namespace;
  std::optional<std::string> MetricName;
  std::vector<Dimension> Dimensions;
  std::optional<Timestamp> StartTime;
  std::optional<Timestamp> EndTime;
  std::optional<int> Period;
  std::vector<std::string> Statistics;  // SampleCount | Average | Sum | Minimum | Maximum
  std::vector<std::string> ExtendedStatistics;
  std::optional<std::string> Unit;

  bool operator==(const GetMetricStatisticsRequest&) const = default;
};

struct Datapoint {
  std::optional<sb::Timestamp> Timestamp;
  std::optional<double> SampleCount;
  std::optional<double> Average;
  std::optional<double> Sum;
  std::optional<double> Minimum;
  std::optional<double> Maximum;
  std::optional<std::string> Unit;
  std::map<std::string, double> ExtendedStatistics;

  bool operator==(const Datapoint&) const = default;
};

struct GetMetricStatisticsResponse {
  std::optional<std::string> Label;
  std::vector<Datapoint> Datapoints;

  bool operator==(const GetMetricStatisticsResponse&) const = default;
};

struct GetMetricStatistics {
  using Request = GetMetricStatisticsRequest;
  using Response = GetMetricStatisticsResponse;
  static constexpr std::string_view kService = "cloudwatch";
  static constexpr std::string_view kName = "GetMetricStatistics";
  static constexpr std::array<std::string_view, 5> kRequired{"Namespace", "MetricName", "StartTime",
                                                             "EndTime", "Period"};
};

struct DimensionFilter {
  std::optional<std::string> Name;
  std::optional<std::string> Value;

  bool operator==(const DimensionFilter&) const = default;
};

struct ListMetricsRequest {
  std::optional<std::string> Namespace;
  std::optional<std::string> MetricName;
  std::vector<DimensionFilter> Dimensions;
  std::optional<std::string> NextToken;
  std::optional<std::string> RecentlyActive;
  std::optional<bool> IncludeLinkedAccounts;
  std::optional<std::string> OwningAccount;

  bool operator==(const ListMetricsRequest&) const = default;
};

struct ListMetricsResponse {
  std::vector<Metric> Metrics;
  std::optional<std::string> NextToken;
  std::vector<std::string> OwningAccounts;

  bool operator==(const ListMetricsResponse&) const = default;
};

struct ListMetrics {
  using Request = ListMetricsRequest;
  using Response = ListMetricsResponse;
  static constexpr std::string_view kService = "cloudwatch";
  static constexpr std::string_view kName = "ListMetrics";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct StatisticSet {
  std::optional<double> SampleCount;
  std::optional<double> Sum;
  std::optional<double> Minimum;
  std::optional<double> Maximum;

  bool operator==(const StatisticSet&) const = default;
};

struct MetricDatum {
  std::optional<std::string> MetricName;
  std::vector<Dimension> Dimensions;
  std::optional<sb::Timestamp> Timestamp;
  std::optional<double> Value;
  std::optional<StatisticSet> StatisticValues;
  std::vector<double> Values;
  std::vector<double> Counts;
  std::optional<std::string> Unit;
  std::optional<int> StorageResolution;

  bool operator==(const MetricDatum&) const = default;
};

struct PutMetricDataRequest {
  std::optional<std::string> Namespace;
  std::vector<MetricDatum> MetricData;

  bool operator==(const PutMetricDataRequest&) const = default;
};

struct PutMetricDataResponse {
  bool operator==(const PutMetricDataResponse&) const = default;
};

struct PutMetricData {
  using Request = PutMetricDataRequest;
  using Response = PutMetricDataResponse;
  static constexpr std::string_view kService = "cloudwatch";
  static constexpr std::string_view kName = "PutMetricData";
  static constexpr std::array<std::string_view, 1> kRequired{"Namespace"};
};

struct Tag {
  std::optional<std::string> Key;
  std::optional<std::string> Value;

  bool operator==(const Tag&) const = default;
};

struct TagResourceRequest {
  std::optional<std::string> ResourceARN;
  std::vector<Tag> Tags;

  bool operator==(const TagResourceRequest&) const = default;
};

struct TagResourceResponse {
  bool operator==(const TagResourceResponse&) const = default;
};

struct TagResource {
  using Request = TagResourceRequest;
  using Response = TagResourceResponse;
  static constexpr std::string_view kService = "cloudwatch";
  static constexpr std::string_view kName = "TagResource";
  static constexpr std::array<std::string_view, 2> kRequired{"ResourceARN", "Tags"};
};

struct UntagResourceRequest {
  std::optional<std::string> ResourceARN;
  std::vector<std::string> TagKeys;

  bool operator==(const UntagResourceRequest&) const = default;
};

struct UntagResourceResponse {
  bool operator==(const UntagResourceResponse&) const = default;
};

struct UntagResource {
  using Request = UntagResourceRequest;
  using Response = UntagResourceResponse;
  static constexpr std::string_view kService = "cloudwatch";
  static constexpr std::string_view kName = "UntagResource";
  static constexpr std::array<std::string_view, 2> kRequired{"ResourceARN", "TagKeys"};
};

struct ListTagsForResourceRequest {
  std::optional<std::string> ResourceARN;

  bool operator==(const ListTagsForResourceRequest&) const = default;
};

struct ListTagsForResourceResponse {
  std::vector<Tag> Tags;

  bool operator==(const ListTagsForResourceResponse&) const = default;
};

struct ListTagsForResource {
  using Request = ListTagsForResourceRequest;
  using Response = ListTagsForResourceResponse;
  static constexpr std::string_view kService = "cloudwatch";
  static constexpr std::string_view kName = "ListTagsForResource";
  static constexpr std::array<std::string_view, 1> kRequired{"ResourceARN"};
};

}  // namespace sb::aws::cloudwatch

SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::Dimension)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::Metric)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::MetricStat)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::MetricDataQuery)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::LabelOptions)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::GetMetricDataRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::MessageData)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::MetricDataResult)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::GetMetricDataResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::GetMetricStatisticsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::Datapoint)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::GetMetricStatisticsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::DimensionFilter)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::ListMetricsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::ListMetricsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::StatisticSet)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::MetricDatum)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::PutMetricDataRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::PutMetricDataResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::Tag)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::TagResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::TagResourceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::UntagResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::UntagResourceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::ListTagsForResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::ListTagsForResourceResponse)
