// CloudWatch Logs: shapes and operations.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock/clock.hpp"
#include "base/json/type.hpp"

namespace sb::aws::logs {

struct CreateLogGroupRequest {
  std::optional<std::string> logGroupName;
  std::optional<std::string> kmsKeyId;
  std::map<std::string, std::string> tags;
  std::optional<std::string> logGroupClass;  // STANDARD | INFREQUENT_ACCESS | DELIVERY
  std::optional<bool> deletionProtectionEnabled;

  bool operator==(const CreateLogGroupRequest&) const = default;
};

struct CreateLogGroupResponse {
  bool operator==(const CreateLogGroupResponse&) const = default;
};

struct CreateLogGroup {
  using Request = CreateLogGroupRequest;
  using Response = CreateLogGroupResponse;
  static constexpr std::string_view kService = "logs";
  static constexpr std::string_view kName = "CreateLogGroup";
  static constexpr std::array<std::string_view, 1> kRequired{"logGroupName"};
};

struct CreateLogStreamRequest {
  std::optional<std::string> logGroupName;
  std::optional<std::string> logStreamName;

  bool operator==(const CreateLogStreamRequest&) const = default;
};

struct CreateLogStreamResponse {
  bool operator==(const CreateLogStreamResponse&) const = default;
};

struct CreateLogStream {
  using Request = CreateLogStreamRequest;
  using Response = CreateLogStreamResponse;
  static constexpr std::string_view kService = "logs";
  static constexpr std::string_view kName = "CreateLogStream";
  static constexpr std::array<std::string_view, 2> kRequired{"logGroupName", "logStreamName"};
};

struct DescribeLogGroupsRequest {
  std::vector<std::string> accountIdentifiers;
  std::optional<std::string> logGroupNamePrefix;
  std::optional<std::string> logGroupNamePattern;
  std::optional<std::string> nextToken;
  std::optional<int> limit;
  std::optional<bool> includeLinkedAccounts;
  std::optional<std::string> logGroupClass;  // STANDARD | INFREQUENT_ACCESS | DELIVERY
  std::vector<std::string> logGroupIdentifiers;

  bool operator==(const DescribeLogGroupsRequest&) const = default;
};

struct LogGroup {
  std::optional<std::string> logGroupName;
  std::optional<std::int64_t> creationTime;
  std::optional<int> retentionInDays;
  std::optional<int> metricFilterCount;
  std::optional<std::string> arn;
  std::optional<std::int64_t> storedBytes;
  std::optional<std::string> kmsKeyId;
  std::optional<std::string> dataProtectionStatus;  // ACTIVATED | DELETED | ARCHIVED | DISABLED
  std::vector<std::string> inheritedProperties;
  std::optional<std::string> logGroupClass;  // STANDARD | INFREQUENT_ACCESS | DELIVERY
  std::optional<std::string> logGroupArn;
  std::optional<bool> deletionProtectionEnabled;

  bool operator==(const LogGroup&) const = default;
};

struct DescribeLogGroupsResponse {
  std::vector<LogGroup> logGroups;
  std::optional<std::string> nextToken;

  bool operator==(const DescribeLogGroupsResponse&) const = default;
};

struct DescribeLogGroups {
  using Request = DescribeLogGroupsRequest;
  using Response = DescribeLogGroupsResponse;
  static constexpr std::string_view kService = "logs";
  static constexpr std::string_view kName = "DescribeLogGroups";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct DescribeLogStreamsRequest {
  std::optional<std::string> logGroupName;
  std::optional<std::string> logGroupIdentifier;
  std::optional<std::string> logStreamNamePrefix;
  std::optional<std::string> orderBy;  // LogStreamName | LastEventTime
  std::optional<bool> descending;
  std::optional<std::string> nextToken;
  std::optional<int> limit;

  bool operator==(const DescribeLogStreamsRequest&) const = default;
};

struct LogStream {
  std::optional<std::string> logStreamName;
  std::optional<std::int64_t> creationTime;
  std::optional<std::int64_t> firstEventTimestamp;
  std::optional<std::int64_t> lastEventTimestamp;
  std::optional<std::int64_t> lastIngestionTime;
  std::optional<std::string> uploadSequenceToken;
  std::optional<std::string> arn;
  std::optional<std::int64_t> storedBytes;

  bool operator==(const LogStream&) const = default;
};

struct DescribeLogStreamsResponse {
  std::vector<LogStream> logStreams;
  std::optional<std::string> nextToken;

  bool operator==(const DescribeLogStreamsResponse&) const = default;
};

struct DescribeLogStreams {
  using Request = DescribeLogStreamsRequest;
  using Response = DescribeLogStreamsResponse;
  static constexpr std::string_view kService = "logs";
  static constexpr std::string_view kName = "DescribeLogStreams";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct InputLogEvent {
  std::optional<std::int64_t> timestamp;
  std::optional<std::string> message;

  bool operator==(const InputLogEvent&) const = default;
};

struct PutLogEventsRequest {
  std::optional<std::string> logGroupName;
  std::optional<std::string> logStreamName;
  std::vector<InputLogEvent> logEvents;
  std::optional<std::string> sequenceToken;

  bool operator==(const PutLogEventsRequest&) const = default;
};

struct RejectedLogEventsInfo {
  std::optional<int> tooNewLogEventStartIndex;
  std::optional<int> tooOldLogEventEndIndex;
  std::optional<int> expiredLogEventEndIndex;

  bool operator==(const RejectedLogEventsInfo&) const = default;
};

struct PutLogEventsResponse {
  std::optional<std::string> nextSequenceToken;
  std::optional<RejectedLogEventsInfo> rejectedLogEventsInfo;

  bool operator==(const PutLogEventsResponse&) const = default;
};

struct PutLogEvents {
  using Request = PutLogEventsRequest;
  using Response = PutLogEventsResponse;
  static constexpr std::string_view kService = "logs";
  static constexpr std::string_view kName = "PutLogEvents";
  static constexpr std::array<std::string_view, 3> kRequired{"logGroupName", "logStreamName",
                                                             "logEvents"};
};

struct GetLogEventsRequest {
  std::optional<std::string> logGroupName;
  std::optional<std::string> logGroupIdentifier;
  std::optional<std::string> logStreamName;
  std::optional<std::int64_t> startTime;
  std::optional<std::int64_t> endTime;
  std::optional<std::string> nextToken;
  std::optional<int> limit;
  std::optional<bool> startFromHead;

  bool operator==(const GetLogEventsRequest&) const = default;
};

struct OutputLogEvent {
  std::optional<std::int64_t> timestamp;
  std::optional<std::string> message;
  std::optional<std::int64_t> ingestionTime;

  bool operator==(const OutputLogEvent&) const = default;
};

struct GetLogEventsResponse {
  std::vector<OutputLogEvent> events;
  std::optional<std::string> nextForwardToken;
  std::optional<std::string> nextBackwardToken;

  bool operator==(const GetLogEventsResponse&) const = default;
};

struct GetLogEvents {
  using Request = GetLogEventsRequest;
  using Response = GetLogEventsResponse;
  static constexpr std::string_view kService = "logs";
  static constexpr std::string_view kName = "GetLogEvents";
  static constexpr std::array<std::string_view, 1> kRequired{"logStreamName"};
};

struct FilterLogEventsRequest {
  std::optional<std::string> logGroupName;
  std::optional<std::string> logGroupIdentifier;
  std::vector<std::string> logStreamNames;
  std::optional<std::string> logStreamNamePrefix;
  std::optional<std::int64_t> startTime;
  std::optional<std::int64_t> endTime;
  std::optional<std::string> filterPattern;
  std::optional<std::string> nextToken;
  std::optional<int> limit;
  std::optional<bool> interleaved;

  bool operator==(const FilterLogEventsRequest&) const = default;
};

struct FilteredLogEvent {
  std::optional<std::string> logStreamName;
  std::optional<std::int64_t> timestamp;
  std::optional<std::string> message;
  std::optional<std::int64_t> ingestionTime;
  std::optional<std::string> eventId;

  bool operator==(const FilteredLogEvent&) const = default;
};

struct SearchedLogStream {
  std::optional<std::string> logStreamName;
  std::optional<bool> searchedCompletely;

  bool operator==(const SearchedLogStream&) const = default;
};

struct FilterLogEventsResponse {
  std::vector<FilteredLogEvent> events;
  std::vector<SearchedLogStream> searchedLogStreams;
  std::optional<std::string> nextToken;

  bool operator==(const FilterLogEventsResponse&) const = default;
};

struct FilterLogEvents {
  using Request = FilterLogEventsRequest;
  using Response = FilterLogEventsResponse;
  static constexpr std::string_view kService = "logs";
  static constexpr std::string_view kName = "FilterLogEvents";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct PutRetentionPolicyRequest {
  std::optional<std::string> logGroupName;
  std::optional<int> retentionInDays;

  bool operator==(const PutRetentionPolicyRequest&) const = default;
};

struct PutRetentionPolicyResponse {
  bool operator==(const PutRetentionPolicyResponse&) const = default;
};

struct PutRetentionPolicy {
  using Request = PutRetentionPolicyRequest;
  using Response = PutRetentionPolicyResponse;
  static constexpr std::string_view kService = "logs";
  static constexpr std::string_view kName = "PutRetentionPolicy";
  static constexpr std::array<std::string_view, 2> kRequired{"logGroupName", "retentionInDays"};
};

struct DeleteRetentionPolicyRequest {
  std::optional<std::string> logGroupName;

  bool operator==(const DeleteRetentionPolicyRequest&) const = default;
};

struct DeleteRetentionPolicyResponse {
  bool operator==(const DeleteRetentionPolicyResponse&) const = default;
};

struct DeleteRetentionPolicy {
  using Request = DeleteRetentionPolicyRequest;
  using Response = DeleteRetentionPolicyResponse;
  static constexpr std::string_view kService = "logs";
  static constexpr std::string_view kName = "DeleteRetentionPolicy";
  static constexpr std::array<std::string_view, 1> kRequired{"logGroupName"};
};

struct DeleteLogGroupRequest {
  std::optional<std::string> logGroupName;

  bool operator==(const DeleteLogGroupRequest&) const = default;
};

struct DeleteLogGroupResponse {
  bool operator==(const DeleteLogGroupResponse&) const = default;
};

struct DeleteLogGroup {
  using Request = DeleteLogGroupRequest;
  using Response = DeleteLogGroupResponse;
  static constexpr std::string_view kService = "logs";
  static constexpr std::string_view kName = "DeleteLogGroup";
  static constexpr std::array<std::string_view, 1> kRequired{"logGroupName"};
};

struct DeleteLogStreamRequest {
  std::optional<std::string> logGroupName;
  std::optional<std::string> logStreamName;

  bool operator==(const DeleteLogStreamRequest&) const = default;
};

struct DeleteLogStreamResponse {
  bool operator==(const DeleteLogStreamResponse&) const = default;
};

struct DeleteLogStream {
  using Request = DeleteLogStreamRequest;
  using Response = DeleteLogStreamResponse;
  static constexpr std::string_view kService = "logs";
  static constexpr std::string_view kName = "DeleteLogStream";
  static constexpr std::array<std::string_view, 2> kRequired{"logGroupName", "logStreamName"};
};

struct TagResourceRequest {
  std::optional<std::string> resourceArn;
  std::map<std::string, std::string> tags;

  bool operator==(const TagResourceRequest&) const = default;
};

struct TagResourceResponse {
  bool operator==(const TagResourceResponse&) const = default;
};

struct TagResource {
  using Request = TagResourceRequest;
  using Response = TagResourceResponse;
  static constexpr std::string_view kService = "logs";
  static constexpr std::string_view kName = "TagResource";
  static constexpr std::array<std::string_view, 2> kRequired{"resourceArn", "tags"};
};

struct UntagResourceRequest {
  std::optional<std::string> resourceArn;
  std::vector<std::string> tagKeys;

  bool operator==(const UntagResourceRequest&) const = default;
};

struct UntagResourceResponse {
  bool operator==(const UntagResourceResponse&) const = default;
};

struct UntagResource {
  using Request = UntagResourceRequest;
  using Response = UntagResourceResponse;
  static constexpr std::string_view kService = "logs";
  static constexpr std::string_view kName = "UntagResource";
  static constexpr std::array<std::string_view, 2> kRequired{"resourceArn", "tagKeys"};
};

struct ListTagsForResourceRequest {
  std::optional<std::string> resourceArn;

  bool operator==(const ListTagsForResourceRequest&) const = default;
};

struct ListTagsForResourceResponse {
  std::map<std::string, std::string> tags;

  bool operator==(const ListTagsForResourceResponse&) const = default;
};

struct ListTagsForResource {
  using Request = ListTagsForResourceRequest;
  using Response = ListTagsForResourceResponse;
  static constexpr std::string_view kService = "logs";
  static constexpr std::string_view kName = "ListTagsForResource";
  static constexpr std::array<std::string_view, 1> kRequired{"resourceArn"};
};

}  // namespace sb::aws::logs

SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::CreateLogGroupRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::CreateLogGroupResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::CreateLogStreamRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::CreateLogStreamResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::DescribeLogGroupsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::LogGroup)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::DescribeLogGroupsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::DescribeLogStreamsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::LogStream)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::DescribeLogStreamsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::InputLogEvent)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::PutLogEventsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::RejectedLogEventsInfo)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::PutLogEventsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::GetLogEventsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::OutputLogEvent)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::GetLogEventsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::FilterLogEventsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::FilteredLogEvent)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::SearchedLogStream)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::FilterLogEventsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::PutRetentionPolicyRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::PutRetentionPolicyResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::DeleteRetentionPolicyRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::DeleteRetentionPolicyResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::DeleteLogGroupRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::DeleteLogGroupResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::DeleteLogStreamRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::DeleteLogStreamResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::TagResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::TagResourceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::UntagResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::UntagResourceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::ListTagsForResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::logs::ListTagsForResourceResponse)
