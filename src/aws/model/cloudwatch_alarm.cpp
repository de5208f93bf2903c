#include "aws/model/cloudwatch_alarm.hpp"

namespace sb::aws::cloudwatch {

BOOST_DESCRIBE_STRUCT(PutMetricAlarmRequest, (),
                      (AlarmName, AlarmDescription, ActionsEnabled, OKActions, AlarmActions,
                       InsufficientDataActions, MetricName, Namespace, Statistic, ExtendedStatistic,
                       Dimensions, Period, Unit, EvaluationPeriods, DatapointsToAlarm, Threshold,
                       ComparisonOperator, TreatMissingData, EvaluateLowSampleCountPercentile,
                       Metrics, Tags, ThresholdMetricId))
BOOST_DESCRIBE_STRUCT(PutMetricAlarmResponse, (), ())
BOOST_DESCRIBE_STRUCT(DescribeAlarmsRequest, (),
                      (AlarmNames, AlarmNamePrefix, AlarmTypes, ChildrenOfAlarmName,
                       ParentsOfAlarmName, StateValue, ActionPrefix, MaxRecords, NextToken))
BOOST_DESCRIBE_STRUCT(MetricAlarm, (),
                      (AlarmName, AlarmArn, AlarmDescription, AlarmConfigurationUpdatedTimestamp,
                       ActionsEnabled, OKActions, AlarmActions, InsufficientDataActions, StateValue,
                       StateReason, StateReasonData, StateUpdatedTimestamp, MetricName, Namespace,
                       Statistic, ExtendedStatistic, Dimensions, Period, Unit, EvaluationPeriods,
                       DatapointsToAlarm, Threshold, ComparisonOperator, TreatMissingData,
                       EvaluateLowSampleCountPercentile, Metrics, ThresholdMetricId,
                       EvaluationState, StateTransitionedTimestamp))
BOOST_DESCRIBE_STRUCT(DescribeAlarmsResponse, (), (MetricAlarms, NextToken))
BOOST_DESCRIBE_STRUCT(DescribeAlarmHistoryRequest, (),
                      (AlarmName, AlarmTypes, HistoryItemType, StartDate, EndDate, MaxRecords,
                       NextToken, ScanBy))
BOOST_DESCRIBE_STRUCT(AlarmHistoryItem, (),
                      (AlarmName, AlarmType, Timestamp, HistoryItemType, HistorySummary,
                       HistoryData))
BOOST_DESCRIBE_STRUCT(DescribeAlarmHistoryResponse, (), (AlarmHistoryItems, NextToken))
BOOST_DESCRIBE_STRUCT(DeleteAlarmsRequest, (), (AlarmNames))
BOOST_DESCRIBE_STRUCT(DeleteAlarmsResponse, (), ())
BOOST_DESCRIBE_STRUCT(SetAlarmStateRequest, (),
                      (AlarmName, StateValue, StateReason, StateReasonData))
BOOST_DESCRIBE_STRUCT(SetAlarmStateResponse, (), ())
BOOST_DESCRIBE_STRUCT(EnableAlarmActionsRequest, (), (AlarmNames))
BOOST_DESCRIBE_STRUCT(EnableAlarmActionsResponse, (), ())
BOOST_DESCRIBE_STRUCT(DisableAlarmActionsRequest, (), (AlarmNames))
BOOST_DESCRIBE_STRUCT(DisableAlarmActionsResponse, (), ())

}  // namespace sb::aws::cloudwatch

SB_JSON_TYPE_HERE(sb::aws::cloudwatch::PutMetricAlarmRequest)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::PutMetricAlarmResponse)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::DescribeAlarmsRequest)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::MetricAlarm)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::DescribeAlarmsResponse)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::DescribeAlarmHistoryRequest)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::AlarmHistoryItem)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::DescribeAlarmHistoryResponse)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::DeleteAlarmsRequest)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::DeleteAlarmsResponse)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::SetAlarmStateRequest)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::SetAlarmStateResponse)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::EnableAlarmActionsRequest)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::EnableAlarmActionsResponse)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::DisableAlarmActionsRequest)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::DisableAlarmActionsResponse)
