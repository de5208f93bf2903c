// CloudWatch Logs.
#pragma once

#include <string>
#include <vector>

#include "aws/model/logs.hpp"
#include "base/async/notifier.hpp"
#include "cloud/gateway/fault.hpp"
#include "cloud/logs/archive.hpp"
#include "cloud/store/arn.hpp"

namespace sb::cloud::gateway {
class Gateway;
}

namespace sb::cloud::logs {

namespace api = aws::logs;
using gateway::Outcome;

class Service {
 public:
  // `folder` is where logs.db lives.
  static Result<Service> open(const fs::Path& folder, Arns arns, const Executor& executor);

  void attach(gateway::Gateway& gateway);

  // For the awslogs driver. The group must exist (ensure_group); the stream is made when missing.
  // Events of any order and age are taken; long messages are cut into pieces of 256 KiB. `position`
  // is kept with the events, all or nothing, so that a writer that reads it back after a crash
  // neither repeats nor loses a line.
  Result<> append(const std::string& group, const std::string& stream,
                  const std::vector<Event>& events, std::optional<std::int64_t> position = {});
  Result<std::int64_t> position(const std::string& group, const std::string& stream);  // 0: new
  Result<> ensure_group(const std::string& group);
  Result<bool> has_group(const std::string& group);
  // Rings whenever events were added to any stream.
  Notifier& appended() {
    return appended_;
  }

  // Deletes what is past its retention, a little at a time; returns when the executor's context
  // stops or the deadline passes.
  Task<> run_retention(Deadline deadline);

  Outcome<api::CreateLogGroupResponse> create_group(const api::CreateLogGroupRequest& request);
  Outcome<api::DeleteLogGroupResponse> delete_group(const api::DeleteLogGroupRequest& request);
  Outcome<api::DescribeLogGroupsResponse> describe_groups(
      const api::DescribeLogGroupsRequest& request);
  Outcome<api::CreateLogStreamResponse> create_stream(const api::CreateLogStreamRequest& request);
  Outcome<api::DeleteLogStreamResponse> delete_stream(const api::DeleteLogStreamRequest& request);
  Outcome<api::DescribeLogStreamsResponse> describe_streams(
      const api::DescribeLogStreamsRequest& request);
  Outcome<api::PutRetentionPolicyResponse> put_retention(
      const api::PutRetentionPolicyRequest& request);
  Outcome<api::DeleteRetentionPolicyResponse> delete_retention(
      const api::DeleteRetentionPolicyRequest& request);
  Outcome<api::PutLogEventsResponse> put_events(const api::PutLogEventsRequest& request);
  Outcome<api::GetLogEventsResponse> get_events(const api::GetLogEventsRequest& request);
  Outcome<api::FilterLogEventsResponse> filter_events(const api::FilterLogEventsRequest& request);
  Outcome<api::TagResourceResponse> tag(const api::TagResourceRequest& request);
  Outcome<api::UntagResourceResponse> untag(const api::UntagResourceRequest& request);
  Outcome<api::ListTagsForResourceResponse> list_tags(
      const api::ListTagsForResourceRequest& request);

 private:
  Service(Archive archive, Arns arns, const Executor& executor)
      : archive_(std::move(archive)), arns_(std::move(arns)), appended_(executor) {}

  Outcome<Group> group(const std::optional<std::string>& name,
                       const std::optional<std::string>& identifier = {});
  Outcome<Stream> stream(const Group& group, const std::string& name);

  Archive archive_;
  Arns arns_;
  Notifier appended_;
};

}  // namespace sb::cloud::logs
