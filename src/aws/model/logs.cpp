#include "aws/model/logs.hpp"

namespace sb::aws::logs {

BOOST_DESCRIBE_STRUCT(CreateLogGroupRequest, (),
                      (logGroupName, kmsKeyId, tags, logGroupClass, deletionProtectionEnabled))
BOOST_DESCRIBE_STRUCT(CreateLogGroupResponse, (), ())
BOOST_DESCRIBE_STRUCT(CreateLogStreamRequest, (), (logGroupName, logStreamName))
BOOST_DESCRIBE_STRUCT(CreateLogStreamResponse, (), ())
BOOST_DESCRIBE_STRUCT(DescribeLogGroupsRequest, (),
                      (accountIdentifiers, logGroupNamePrefix, logGroupNamePattern, nextToken,
                       limit, includeLinkedAccounts, logGroupClass, logGroupIdentifiers))
BOOST_DESCRIBE_STRUCT(LogGroup, (),
                      (logGroupName, creationTime, retentionInDays, metricFilterCount, arn,
                       storedBytes, kmsKeyId, dataProtectionStatus, inheritedProperties,
                       logGroupClass, logGroupArn, deletionProtectionEnabled))
BOOST_DESCRIBE_STRUCT(DescribeLogGroupsResponse, (), (logGroups, nextToken))
BOOST_DESCRIBE_STRUCT(DescribeLogStreamsRequest, (),
                      (logGroupName, logGroupIdentifier, logStreamNamePrefix, orderBy, descending,
                       nextToken, limit))
BOOST_DESCRIBE_STRUCT(LogStream, (),
                      (logStreamName, creationTime, firstEventTimestamp, lastEventTimestamp,
                       lastIngestionTime, uploadSequenceToken, arn, storedBytes))
BOOST_DESCRIBE_STRUCT(DescribeLogStreamsResponse, (), (logStreams, nextToken))
BOOST_DESCRIBE_STRUCT(InputLogEvent, (), (timestamp, message))
BOOST_DESCRIBE_STRUCT(PutLogEventsRequest, (),
                      (logGroupName, logStreamName, logEvents, sequenceToken))
BOOST_DESCRIBE_STRUCT(RejectedLogEventsInfo, (),
                      (tooNewLogEventStartIndex, tooOldLogEventEndIndex, expiredLogEventEndIndex))
BOOST_DESCRIBE_STRUCT(PutLogEventsResponse, (), (nextSequenceToken, rejectedLogEventsInfo))
BOOST_DESCRIBE_STRUCT(GetLogEventsRequest, (),
                      (logGroupName, logGroupIdentifier, logStreamName, startTime, endTime,
                       nextToken, limit, startFromHead))
BOOST_DESCRIBE_STRUCT(OutputLogEvent, (), (timestamp, message, ingestionTime))
BOOST_DESCRIBE_STRUCT(GetLogEventsResponse, (), (events, nextForwardToken, nextBackwardToken))
BOOST_DESCRIBE_STRUCT(FilterLogEventsRequest, (),
                      (logGroupName, logGroupIdentifier, logStreamNames, logStreamNamePrefix,
                       startTime, endTime, filterPattern, nextToken, limit, interleaved))
BOOST_DESCRIBE_STRUCT(FilteredLogEvent, (),
                      (logStreamName, timestamp, message, ingestionTime, eventId))
BOOST_DESCRIBE_STRUCT(SearchedLogStream, (), (logStreamName, searchedCompletely))
BOOST_DESCRIBE_STRUCT(FilterLogEventsResponse, (), (events, searchedLogStreams, nextToken))
BOOST_DESCRIBE_STRUCT(PutRetentionPolicyRequest, (), (logGroupName, retentionInDays))
BOOST_DESCRIBE_STRUCT(PutRetentionPolicyResponse, (), ())
BOOST_DESCRIBE_STRUCT(DeleteRetentionPolicyRequest, (), (logGroupName))
BOOST_DESCRIBE_STRUCT(DeleteRetentionPolicyResponse, (), ())
BOOST_DESCRIBE_STRUCT(DeleteLogGroupRequest, (), (logGroupName))
BOOST_DESCRIBE_STRUCT(DeleteLogGroupResponse, (), ())
BOOST_DESCRIBE_STRUCT(DeleteLogStreamRequest, (), (logGroupName, logStreamName))
BOOST_DESCRIBE_STRUCT(DeleteLogStreamResponse, (), ())
BOOST_DESCRIBE_STRUCT(TagResourceRequest, (), (resourceArn, tags))
BOOST_DESCRIBE_STRUCT(TagResourceResponse, (), ())
BOOST_DESCRIBE_STRUCT(UntagResourceRequest, (), (resourceArn, tagKeys))
BOOST_DESCRIBE_STRUCT(UntagResourceResponse, (), ())
BOOST_DESCRIBE_STRUCT(ListTagsForResourceRequest, (), (resourceArn))
BOOST_DESCRIBE_STRUCT(ListTagsForResourceResponse, (), (tags))

}  // namespace sb::aws::logs

SB_JSON_TYPE_HERE(sb::aws::logs::CreateLogGroupRequest)
SB_JSON_TYPE_HERE(sb::aws::logs::CreateLogGroupResponse)
SB_JSON_TYPE_HERE(sb::aws::logs::CreateLogStreamRequest)
SB_JSON_TYPE_HERE(sb::aws::logs::CreateLogStreamResponse)
SB_JSON_TYPE_HERE(sb::aws::logs::DescribeLogGroupsRequest)
SB_JSON_TYPE_HERE(sb::aws::logs::LogGroup)
SB_JSON_TYPE_HERE(sb::aws::logs::DescribeLogGroupsResponse)
SB_JSON_TYPE_HERE(sb::aws::logs::DescribeLogStreamsRequest)
SB_JSON_TYPE_HERE(sb::aws::logs::LogStream)
SB_JSON_TYPE_HERE(sb::aws::logs::DescribeLogStreamsResponse)
SB_JSON_TYPE_HERE(sb::aws::logs::InputLogEvent)
SB_JSON_TYPE_HERE(sb::aws::logs::PutLogEventsRequest)
SB_JSON_TYPE_HERE(sb::aws::logs::RejectedLogEventsInfo)
SB_JSON_TYPE_HERE(sb::aws::logs::PutLogEventsResponse)
SB_JSON_TYPE_HERE(sb::aws::logs::GetLogEventsRequest)
SB_JSON_TYPE_HERE(sb::aws::logs::OutputLogEvent)
SB_JSON_TYPE_HERE(sb::aws::logs::GetLogEventsResponse)
SB_JSON_TYPE_HERE(sb::aws::logs::FilterLogEventsRequest)
SB_JSON_TYPE_HERE(sb::aws::logs::FilteredLogEvent)
SB_JSON_TYPE_HERE(sb::aws::logs::SearchedLogStream)
SB_JSON_TYPE_HERE(sb::aws::logs::FilterLogEventsResponse)
SB_JSON_TYPE_HERE(sb::aws::logs::PutRetentionPolicyRequest)
SB_JSON_TYPE_HERE(sb::aws::logs::PutRetentionPolicyResponse)
SB_JSON_TYPE_HERE(sb::aws::logs::DeleteRetentionPolicyRequest)
SB_JSON_TYPE_HERE(sb::aws::logs::DeleteRetentionPolicyResponse)
SB_JSON_TYPE_HERE(sb::aws::logs::DeleteLogGroupRequest)
SB_JSON_TYPE_HERE(sb::aws::logs::DeleteLogGroupResponse)
SB_JSON_TYPE_HERE(sb::aws::logs::DeleteLogStreamRequest)
SB_JSON_TYPE_HERE(sb::aws::logs::DeleteLogStreamResponse)
SB_JSON_TYPE_HERE(sb::aws::logs::TagResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::logs::TagResourceResponse)
SB_JSON_TYPE_HERE(sb::aws::logs::UntagResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::logs::UntagResourceResponse)
SB_JSON_TYPE_HERE(sb::aws::logs::ListTagsForResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::logs::ListTagsForResourceResponse)
