// CloudWatch: alarms and their operations.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model/cloudwatch_metric.hpp"
#include "base/clock/clock.hpp"
#include "base/json/type.hpp"

namespace sb::aws::cloudwatch {

struct PutMetricAlarmRequest {
  std::optional<std::string> AlarmName;
  std::optional<std::string> AlarmDescription;
  std::optional<bool> ActionsEnabled;
  std::vector<std::string> OKActions;
  std::vector<std::string> AlarmActions;
  std::vector<std::string> InsufficientDataActions;
  std::optional<std::string> MetricName;
  std::optional<std::string> Namespace;
  std::optional<std::string> Statistic;  // SampleCount | Average | Sum | Minimum | Maximum
  std::optional<std::string> ExtendedStatistic;
  std::vector<Dimension> Dimensions;
  std::optional<int> Period;
  std::optional<std::string> Unit;
  std::optional<int> EvaluationPeriods;
  std::optional<int> DatapointsToAlarm;
  std::optional<double> Threshold;
  // GreaterThanOrEqualToThreshold | GreaterThanThreshold | LessThanThreshold |
  // LessThanOrEqualToThreshold | LessThanLowerOrGreaterThanUpperThreshold |
  // LessThanLowerThreshold | GreaterThanUpperThreshold
  std::optional<std::string> ComparisonOperator;
  std::optional<std::string> TreatMissingData;
  std::optional<std::string> EvaluateLowSampleCountPercentile;
  std::vector<MetricDataQuery> Metrics;
  std::vector<Tag> Tags;
  std::optional<std::string> ThresholdMetricId;

  bool operator==(const PutMetricAlarmRequest&) const = default;
};

struct PutMetricAlarmResponse {
  bool operator==(const PutMetricAlarmResponse&) const = default;
};

struct PutMetricAlarm {
  using Request = PutMetricAlarmRequest;
  using Response = PutMetricAlarmResponse;
  static constexpr std::string_view kService = "cloudwatch";
  static constexpr std::string_view kName = "PutMetricAlarm";
  static constexpr std::array<std::string_view, 1> kRequired{"AlarmName"};
};

struct DescribeAlarmsRequest {
  std::vector<std::string> AlarmNames;
  std::optional<std::string> AlarmNamePrefix;
  std::vector<std::string> AlarmTypes;  // CompositeAlarm | MetricAlarm
  std::optional<std::string> ChildrenOfAlarmName;
  std::optional<std::string> ParentsOfAlarmName;
  std::optional<std::string> StateValue;  // OK | ALARM | INSUFFICIENT_DATA
  std::optional<std::string> ActionPrefix;
  std::optional<int> MaxRecords;
  std::optional<std::string> NextToken;

  bool operator==(const DescribeAlarmsRequest&) const = default;
};

struct MetricAlarm {
  std::optional<std::string> AlarmName;
  std::optional<std::string> AlarmArn;
  std::optional<std::string> AlarmDescription;
  std::optional<Timestamp> AlarmConfigurationUpdatedTimestamp;
  std::optional<bool> ActionsEnabled;
  std::vector<std::string> OKActions;
  std::vector<std::string> AlarmActions;
  std::vector<std::string> InsufficientDataActions;
  std::optional<std::string> StateValue;  // OK | ALARM | INSUFFICIENT_DATA
  std::optional<std::string> StateReason;
  std::optional<std::string> StateReasonData;
  std::optional<Timestamp> StateUpdatedTimestamp;
  std::optional<std::string> MetricName;
  std::optional<std::string> Namespace;
  std::optional<std::string> Statistic;  // SampleCount | Average | Sum | Minimum | Maximum
  std::optional<std::string> ExtendedStatistic;
  std::vector<Dimension> Dimensions;
  std::optional<int> Period;
  std::optional<std::string> Unit;
  std::optional<int> EvaluationPeriods;
  std::optional<int> DatapointsToAlarm;
  std::optional<double> Threshold;
  // GreaterThanOrEqualToThreshold | GreaterThanThreshold | LessThanThreshold |
  // LessThanOrEqualToThreshold | LessThanLowerOrGreaterThanUpperThreshold |
  // LessThanLowerThreshold | GreaterThanUpperThreshold
  std::optional<std::string> ComparisonOperator;
  std::optional<std::string> TreatMissingData;
  std::optional<std::string> EvaluateLowSampleCountPercentile;
  std::vector<MetricDataQuery> Metrics;
  std::optional<std::string> ThresholdMetricId;
  // PARTIAL_DATA | EVALUATION_FAILURE | EVALUATION_ERROR
  std::optional<std::string> EvaluationState;
  std::optional<Timestamp> StateTransitionedTimestamp;

  bool operator==(const MetricAlarm&) const = default;
};

struct DescribeAlarmsResponse {
  std::vector<MetricAlarm> MetricAlarms;
  std::optional<std::string> NextToken;

  bool operator==(const DescribeAlarmsResponse&) const = default;
};

struct DescribeAlarms {
  using Request = DescribeAlarmsRequest;
  using Response = DescribeAlarmsResponse;
  static constexpr std::string_view kService = "cloudwatch";
  static constexpr std::string_view kName = "DescribeAlarms";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct DescribeAlarmHistoryRequest {
  std::optional<std::string> AlarmName;
  std::vector<std::string> AlarmTypes;  // CompositeAlarm | MetricAlarm
  // ConfigurationUpdate | StateUpdate | Action | AlarmContributorStateUpdate |
  // AlarmContributorAction
  std::optional<std::string> HistoryItemType;
  std::optional<Timestamp> StartDate;
  std::optional<Timestamp> EndDate;
  std::optional<int> MaxRecords;
  std::optional<std::string> NextToken;
  std::optional<std::string> ScanBy;  // TimestampDescending | TimestampAscending

  bool operator==(const DescribeAlarmHistoryRequest&) const = default;
};

struct AlarmHistoryItem {
  std::optional<std::string> AlarmName;
  std::optional<std::string> AlarmType;  // CompositeAlarm | MetricAlarm
  std::optional<sb::Timestamp> Timestamp;
  // ConfigurationUpdate | StateUpdate | Action | AlarmContributorStateUpdate |
  // AlarmContributorAction
  std::optional<std::string> HistoryItemType;
  std::optional<std::string> HistorySummary;
  std::optional<std::string> HistoryData;

  bool operator==(const AlarmHistoryItem&) const = default;
};

struct DescribeAlarmHistoryResponse {
  std::vector<AlarmHistoryItem> AlarmHistoryItems;
  std::optional<std::string> NextToken;

  bool operator==(const DescribeAlarmHistoryResponse&) const = default;
};

struct DescribeAlarmHistory {
  using Request = DescribeAlarmHistoryRequest;
  using Response = DescribeAlarmHistoryResponse;
  static constexpr std::string_view kService = "cloudwatch";
  static constexpr std::string_view kName = "DescribeAlarmHistory";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct DeleteAlarmsRequest {
  std::vector<std::string> AlarmNames;

  bool operator==(const DeleteAlarmsRequest&) const = default;
};

struct DeleteAlarmsResponse {
  bool operator==(const DeleteAlarmsResponse&) const = default;
};

struct DeleteAlarms {
  using Request = DeleteAlarmsRequest;
  using Response = DeleteAlarmsResponse;
  static constexpr std::string_view kService = "cloudwatch";
  static constexpr std::string_view kName = "DeleteAlarms";
  static constexpr std::array<std::string_view, 1> kRequired{"AlarmNames"};
};

struct SetAlarmStateRequest {
  std::optional<std::string> AlarmName;
  std::optional<std::string> StateValue;  // OK | ALARM | INSUFFICIENT_DATA
  std::optional<std::string> StateReason;
  std::optional<std::string> StateReasonData;

  bool operator==(const SetAlarmStateRequest&) const = default;
};

struct SetAlarmStateResponse {
  bool operator==(const SetAlarmStateResponse&) const = default;
};

struct SetAlarmState {
  using Request = SetAlarmStateRequest;
  using Response = SetAlarmStateResponse;
  static constexpr std::string_view kService = "cloudwatch";
  static constexpr std::string_view kName = "SetAlarmState";
  static constexpr std::array<std::string_view, 3> kRequired{"AlarmName", "StateValue",
                                                             "StateReason"};
};

struct EnableAlarmActionsRequest {
  std::vector<std::string> AlarmNames;

  bool operator==(const EnableAlarmActionsRequest&) const = default;
};

struct EnableAlarmActionsResponse {
  bool operator==(const EnableAlarmActionsResponse&) const = default;
};

struct EnableAlarmActions {
  using Request = EnableAlarmActionsRequest;
  using Response = EnableAlarmActionsResponse;
  static constexpr std::string_view kService = "cloudwatch";
  static constexpr std::string_view kName = "EnableAlarmActions";
  static constexpr std::array<std::string_view, 1> kRequired{"AlarmNames"};
};

struct DisableAlarmActionsRequest {
  std::vector<std::string> AlarmNames;

  bool operator==(const DisableAlarmActionsRequest&) const = default;
};

struct DisableAlarmActionsResponse {
  bool operator==(const DisableAlarmActionsResponse&) const = default;
};

struct DisableAlarmActions {
  using Request = DisableAlarmActionsRequest;
  using Response = DisableAlarmActionsResponse;
  static constexpr std::string_view kService = "cloudwatch";
  static constexpr std::string_view kName = "DisableAlarmActions";
  static constexpr std::array<std::string_view, 1> kRequired{"AlarmNames"};
};

}  // namespace sb::aws::cloudwatch

SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::PutMetricAlarmRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::PutMetricAlarmResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::DescribeAlarmsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::MetricAlarm)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::DescribeAlarmsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::DescribeAlarmHistoryRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::AlarmHistoryItem)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::DescribeAlarmHistoryResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::DeleteAlarmsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::DeleteAlarmsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::SetAlarmStateRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::SetAlarmStateResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::EnableAlarmActionsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::EnableAlarmActionsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::DisableAlarmActionsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::cloudwatch::DisableAlarmActionsResponse)
