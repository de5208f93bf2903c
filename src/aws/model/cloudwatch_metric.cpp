#include "aws/model/cloudwatch_metric.hpp"

namespace sb::aws::cloudwatch {

BOOST_DESCRIBE_STRUCT(Dimension, (), (Name, Value))
BOOST_DESCRIBE_STRUCT(Metric, (), (Namespace, MetricName, Dimensions))
BOOST_DESCRIBE_STRUCT(MetricStat, (), (Metric, Period, Stat, Unit))
BOOST_DESCRIBE_STRUCT(MetricDataQuery, (),
                      (Id, MetricStat, Expression, Label, ReturnData, Period, AccountId))
BOOST_DESCRIBE_STRUCT(LabelOptions, (), (Timezone))
BOOST_DESCRIBE_STRUCT(GetMetricDataRequest, (),
                      (MetricDataQueries, StartTime, EndTime, NextToken, ScanBy, MaxDatapoints,
                       LabelOptions))
BOOST_DESCRIBE_STRUCT(MessageData, (), (Code, Value))
BOOST_DESCRIBE_STRUCT(MetricDataResult, (), (Id, Label, Timestamps, Values, StatusCode, Messages))
BOOST_DESCRIBE_STRUCT(GetMetricDataResponse, (), (MetricDataResults, NextToken, Messages))
BOOST_DESCRIBE_STRUCT(GetMetricStatisticsRequest, (),
                      (Namespace, MetricName, Dimensions, StartTime, EndTime, Period, Statistics,
                       ExtendedStatistics, Unit))
BOOST_DESCRIBE_STRUCT(Datapoint, (),
                      (Timestamp, SampleCount, Average, Sum, Minimum, Maximum, Unit,
                       ExtendedStatistics))
BOOST_DESCRIBE_STRUCT(GetMetricStatisticsResponse, (), (Label, Datapoints))
BOOST_DESCRIBE_STRUCT(DimensionFilter, (), (Name, Value))
BOOST_DESCRIBE_STRUCT(ListMetricsRequest, (),
                      (Namespace, MetricName, Dimensions, NextToken, RecentlyActive,
                       IncludeLinkedAccounts, OwningAccount))
BOOST_DESCRIBE_STRUCT(ListMetricsResponse, (), (Metrics, NextToken, OwningAccounts))
BOOST_DESCRIBE_STRUCT(StatisticSet, (), (SampleCount, Sum, Minimum, Maximum))
BOOST_DESCRIBE_STRUCT(MetricDatum, (),
                      (MetricName, Dimensions, Timestamp, Value, StatisticValues, Values, Counts,
                       Unit, StorageResolution))
BOOST_DESCRIBE_STRUCT(PutMetricDataRequest, (), (Namespace, MetricData))
BOOST_DESCRIBE_STRUCT(PutMetricDataResponse, (), ())
BOOST_DESCRIBE_STRUCT(Tag, (), (Key, Value))
BOOST_DESCRIBE_STRUCT(TagResourceRequest, (), (ResourceARN, Tags))
BOOST_DESCRIBE_STRUCT(TagResourceResponse, (), ())
BOOST_DESCRIBE_STRUCT(UntagResourceRequest, (), (ResourceARN, TagKeys))
BOOST_DESCRIBE_STRUCT(UntagResourceResponse, (), ())
BOOST_DESCRIBE_STRUCT(ListTagsForResourceRequest, (), (ResourceARN))
BOOST_DESCRIBE_STRUCT(ListTagsForResourceResponse, (), (Tags))

}  // namespace sb::aws::cloudwatch

SB_JSON_TYPE_HERE(sb::aws::cloudwatch::Dimension)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::Metric)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::MetricStat)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::MetricDataQuery)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::LabelOptions)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::GetMetricDataRequest)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::MessageData)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::MetricDataResult)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::GetMetricDataResponse)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::GetMetricStatisticsRequest)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::Datapoint)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::GetMetricStatisticsResponse)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::DimensionFilter)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::ListMetricsRequest)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::ListMetricsResponse)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::StatisticSet)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::MetricDatum)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::PutMetricDataRequest)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::PutMetricDataResponse)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::Tag)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::TagResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::TagResourceResponse)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::UntagResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::UntagResourceResponse)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::ListTagsForResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::cloudwatch::ListTagsForResourceResponse)
