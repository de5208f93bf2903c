#include "cloud/logs/service.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/log/log.hpp"
#include "cloud/store/paging.hpp"

namespace sb::cloud::logs {

using gateway::fault;

namespace {

constexpr std::size_t kMaxPieceBytes = 256 << 10;
constexpr std::size_t kMaxBatchBytes = 1'048'576;
constexpr std::size_t kMaxBatchEvents = 10'000;
constexpr std::size_t kBytesPerEvent = 26;
constexpr std::int64_t kMsPerHour = 3'600'000;
constexpr std::int64_t kMsPerDay = 24 * kMsPerHour;
constexpr std::int64_t kPurgeAtOnce = 2'000;
const std::set<int> kRetentions = {1,   3,   5,   7,   14,   30,   60,   90,   120,  150,  180,
                                   365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653};

std::unexpected<gateway::Fault> invalid(std::string message) {
  return fault("InvalidParameterException", std::move(message));
}

Outcome<void> check_group_name(const std::string& name) {
  bool is_good = !name.empty() && name.size() <= 512 && std::ranges::all_of(name, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_-/.#").find(c) != std::string_view::npos;
  });
  if (!is_good)
    return invalid(
        "A log group name has 1 to 512 characters of a-z, A-Z, 0-9, '_', '-', '/', '.' "
        "and '#'.");
  return {};
}

Outcome<void> check_stream_name(const std::string& name) {
  if (name.empty() || name.size() > 512 || name.find_first_of(":*") != std::string::npos)
    return invalid("A log stream name has 1 to 512 characters, none of them ':' or '*'.");
  return {};
}

Outcome<std::optional<std::string>> page_after(const std::optional<std::string>& token) {
  if (!token || token->empty()) return std::nullopt;
  auto after = from_page_token(*token);
  if (!after) return invalid("The specified nextToken is invalid.");
  return after;
}

Outcome<std::size_t> page_limit(const std::optional<int>& asked) {
  int limit = asked.value_or(50);
  if (limit < 1 || limit > 50) return invalid("limit must be between 1 and 50.");
  return static_cast<std::size_t>(limit);
}

// The name in "arn:aws:logs:R:A:log-group:NAME[:*]", or the text itself.
std::string group_name_of(std::string_view identifier) {
  constexpr std::string_view kPrefix = "log-group:";
  auto arn = parse_arn(identifier);
  if (!arn || !arn->resource.starts_with(kPrefix)) return std::string(identifier);
  auto name = arn->resource.substr(kPrefix.size());
  return std::string(name.substr(0, name.find(':')));
}

std::vector<Event> pieces_of(const std::vector<Event>& events) {
  std::vector<Event> out;
  for (const auto& event : events) {
    std::string_view rest = event.message;
    while (rest.size() > kMaxPieceBytes) {
      auto end = kMaxPieceBytes;
      // Not in the middle of a UTF-8 character.
      while (end > kMaxPieceBytes - 4 && (static_cast<unsigned char>(rest[end]) & 0xc0) == 0x80)
        --end;
      out.push_back({event.timestamp_ms, std::string(rest.substr(0, end))});
      rest.remove_prefix(end);
    }
    out.push_back({event.timestamp_ms, std::string(rest)});
  }
  return out;
}

}  // namespace

Result<Service> Service::open(const fs::Path& folder, Arns arns, const Executor& executor) {
  SB_TRY(auto archive, Archive::open(folder / "logs.db"));
  return Service(std::move(archive), std::move(arns), executor);
}

Outcome<Group> Service::group(const std::optional<std::string>& name,
                              const std::optional<std::string>& identifier) {
  if (!name && !identifier) return invalid("Say logGroupName or logGroupIdentifier.");
  if (name && identifier) return invalid("Say either logGroupName or logGroupIdentifier.");
  SB_TRY(auto found, archive_.find_group(group_name_of(name ? *name : *identifier)));
  if (!found) return fault("ResourceNotFoundException", "The specified log group does not exist.");
  return *std::move(found);
}

Outcome<Stream> Service::stream(const Group& group, const std::string& name) {
  SB_TRY(auto found, archive_.find_stream(group.id, name));
  if (!found) return fault("ResourceNotFoundException", "The specified log stream does not exist.");
  return *std::move(found);
}

Result<> Service::append(const std::string& group_name, const std::string& stream_name,
                         const std::vector<Event>& events, std::optional<std::int64_t> position) {
  SB_TRY(auto group, archive_.find_group(group_name));
  if (!group)
    return fail(ErrorCode::not_found, "The specified log group does not exist.", group_name);
  auto time = now();
  SB_TRY(auto stream, archive_.find_stream(group->id, stream_name));
  if (!stream) {
    SB_TRY_VOID(archive_.create_stream(group->id, stream_name, time));
    SB_TRY(stream, archive_.find_stream(group->id, stream_name));
  }
  SB_TRY_VOID(archive_.append(group->id, stream->id, pieces_of(events), time, position));
  if (!events.empty()) appended_.notify_all();
  return {};
}

Result<std::int64_t> Service::position(const std::string& group_name,
                                       const std::string& stream_name) {
  SB_TRY(auto group, archive_.find_group(group_name));
  if (!group) return 0;
  SB_TRY(auto stream, archive_.find_stream(group->id, stream_name));
  return stream ? stream->position : 0;
}

Result<> Service::ensure_group(const std::string& name) {
  auto created = archive_.create_group(name, now(), {});
  if (!created && created.error().code == ErrorCode::already_exists) return {};
  return created;
}

Result<bool> Service::has_group(const std::string& name) {
  SB_TRY(auto found, archive_.find_group(name));
  return found.has_value();
}

Task<> Service::run_retention(Deadline deadline) {
  while (!deadline.has_passed()) {
    auto more = archive_.purge(now(), kPurgeAtOnce);
    if (!more) log::warning("cannot apply log retention", {{"error", more.error().text()}});
    auto pause = more.value_or(false) ? Duration(20) : Duration(std::chrono::minutes(10));
    co_await sleep_until(Deadline::after(pause).earlier(deadline));
  }
}

Outcome<api::CreateLogGroupResponse> Service::create_group(
    const api::CreateLogGroupRequest& request) {
  SB_TRY_VOID(check_group_name(*request.logGroupName));
  auto created = archive_.create_group(*request.logGroupName, now(), request.tags);
  if (!created && created.error().code == ErrorCode::already_exists)
    return fault("ResourceAlreadyExistsException", "The specified log group already exists");
  SB_TRY_VOID(std::move(created));
  return api::CreateLogGroupResponse{};
}

Outcome<api::DeleteLogGroupResponse> Service::delete_group(
    const api::DeleteLogGroupRequest& request) {
  SB_TRY(auto found, group(request.logGroupName));
  SB_TRY_VOID(archive_.delete_group(found.name));
  return api::DeleteLogGroupResponse{};
}

Outcome<api::DescribeLogGroupsResponse> Service::describe_groups(
    const api::DescribeLogGroupsRequest& request) {
  if (request.logGroupNamePrefix && request.logGroupNamePattern)
    return invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive.");
  SB_TRY(auto after, page_after(request.nextToken));
  SB_TRY(auto limit, page_limit(request.limit));
  SB_TRY(auto groups, archive_.groups());
  auto prefix = request.logGroupNamePrefix.value_or("");
  auto part = request.logGroupNamePattern.value_or("");
  std::erase_if(groups, [&](const Group& found) {
    bool is_named = request.logGroupIdentifiers.empty() ||
                    std::ranges::any_of(request.logGroupIdentifiers, [&](const auto& identifier) {
                      return group_name_of(identifier) == found.name;
                    });
    return !is_named || !found.name.starts_with(prefix) ||
           found.name.find(part) == std::string::npos;
  });
  api::DescribeLogGroupsResponse response;
  response.nextToken =
      take_page(groups, after, limit, [](const Group& found) { return found.name; });
  for (const auto& found : groups) {
    api::LogGroup entry;
    entry.logGroupName = found.name;
    entry.creationTime = to_unix_ms(found.created);
    entry.retentionInDays = found.retention_days;
    entry.metricFilterCount = 0;
    entry.logGroupArn = arns_.log_group(found.name);
    entry.arn = *entry.logGroupArn + ":*";
    entry.storedBytes = found.stored_bytes;
    entry.logGroupClass = "STANDARD";
    response.logGroups.push_back(std::move(entry));
  }
  return response;
}

Outcome<api::CreateLogStreamResponse> Service::create_stream(
    const api::CreateLogStreamRequest& request) {
  SB_TRY(auto found, group(request.logGroupName));
  SB_TRY_VOID(check_stream_name(*request.logStreamName));
  auto created = archive_.create_stream(found.id, *request.logStreamName, now());
  if (!created && created.error().code == ErrorCode::already_exists)
    return fault("ResourceAlreadyExistsException", "The specified log stream already exists");
  SB_TRY_VOID(std::move(created));
  return api::CreateLogStreamResponse{};
}

Outcome<api::DeleteLogStreamResponse> Service::delete_stream(
    const api::DeleteLogStreamRequest& request) {
  SB_TRY(auto found, group(request.logGroupName));
  SB_TRY(auto target, stream(found, *request.logStreamName));
  SB_TRY_VOID(archive_.delete_stream(target.id));
  return api::DeleteLogStreamResponse{};
}

Outcome<api::DescribeLogStreamsResponse> Service::describe_streams(
    const api::DescribeLogStreamsRequest& request) {
  bool is_by_time = request.orderBy == "LastEventTime";
  if (is_by_time && request.logStreamNamePrefix)
    return invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
  SB_TRY(auto found, group(request.logGroupName, request.logGroupIdentifier));
  SB_TRY(auto after, page_after(request.nextToken));
  SB_TRY(auto limit, page_limit(request.limit));
  SB_TRY(auto streams, archive_.streams(found.id));
  std::erase_if(streams, [&](const Stream& stream) {
    return !stream.name.starts_with(request.logStreamNamePrefix.value_or(""));
  });
  auto key = [&](const Stream& stream) {
    if (!is_by_time) return stream.name;
    return fmt::format("{:016}/{}", stream.last_event_ms.value_or(0), stream.name);
  };
  bool is_descending = request.descending.value_or(false);
  std::ranges::sort(streams, [&](const Stream& a, const Stream& b) {
    return is_descending ? key(b) < key(a) : key(a) < key(b);
  });
  api::DescribeLogStreamsResponse response;
  response.nextToken = take_page(streams, after, limit, key,
                                 is_descending ? PageOrder::descending : PageOrder::ascending);
  for (const auto& stream : streams) {
    api::LogStream entry;
    entry.logStreamName = stream.name;
    entry.creationTime = to_unix_ms(stream.created);
    entry.firstEventTimestamp = stream.first_event_ms;
    entry.lastEventTimestamp = stream.last_event_ms;
    entry.lastIngestionTime = stream.last_ingestion_ms;
    entry.arn = arns_.log_stream(found.name, stream.name);
    entry.storedBytes = 0;  // AWS stopped to say more
    response.logStreams.push_back(std::move(entry));
  }
  return response;
}

Outcome<api::PutRetentionPolicyResponse> Service::put_retention(
    const api::PutRetentionPolicyRequest& request) {
  if (!kRetentions.contains(*request.retentionInDays))
    return invalid(
        fmt::format("{} is no retention: it is one of 1, 3, 5, 7, 14, 30, 60, 90, 120, "
                    "150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 "
                    "and 3653 days.",
                    *request.retentionInDays));
  SB_TRY(auto found, group(request.logGroupName));
  SB_TRY_VOID(archive_.set_retention(found.id, request.retentionInDays));
  return api::PutRetentionPolicyResponse{};
}

Outcome<api::DeleteRetentionPolicyResponse> Service::delete_retention(
    const api::DeleteRetentionPolicyRequest& request) {
  SB_TRY(auto found, group(request.logGroupName));
  SB_TRY_VOID(archive_.set_retention(found.id, std::nullopt));
  return api::DeleteRetentionPolicyResponse{};
}

Outcome<api::PutLogEventsResponse> Service::put_events(const api::PutLogEventsRequest& request) {
  const auto& input = request.logEvents;
  if (input.empty() || input.size() > kMaxBatchEvents)
    return invalid(fmt::format("A batch has 1 to {} log events.", kMaxBatchEvents));
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (!input[i].timestamp || !input[i].message || input[i].message->empty() ||
        *input[i].timestamp < 0)
      return invalid("Each log event needs a timestamp and a message.");
    bytes += input[i].message->size() + kBytesPerEvent;
    if (i > 0 && *input[i].timestamp < *input[i - 1].timestamp)
      return invalid("Log events in a single PutLogEvents request must be in chronological order.");
  }
  if (bytes > kMaxBatchBytes)
    return invalid(
        fmt::format("Upload too large: {} bytes exceeds limit of {}", bytes, kMaxBatchBytes));
  if (*input.back().timestamp - *input.front().timestamp > kMsPerDay)
    return invalid(
        "The batch of log events in a single PutLogEvents request cannot span more than "
        "24 hours.");
  SB_TRY(auto found, group(request.logGroupName));
  SB_TRY(auto target, stream(found, *request.logStreamName));

  auto time = now();
  auto oldest = to_unix_ms(time) - 14 * kMsPerDay;
  auto expired = found.retention_days ? to_unix_ms(time) - *found.retention_days * kMsPerDay : 0;
  auto newest = to_unix_ms(time) + 2 * kMsPerHour;
  api::RejectedLogEventsInfo rejected;
  std::vector<Event> events;
  for (std::size_t i = 0; i < input.size(); ++i) {
    auto at = *input[i].timestamp;
    int index = static_cast<int>(i);
    if (at > newest) {
      if (!rejected.tooNewLogEventStartIndex) rejected.tooNewLogEventStartIndex = index;
    } else if (at < expired) {
      rejected.expiredLogEventEndIndex = index + 1;
    } else if (at < oldest) {
      rejected.tooOldLogEventEndIndex = index + 1;
    } else {
      events.push_back({at, *input[i].message});
    }
  }
  SB_TRY_VOID(archive_.append(found.id, target.id, events, time, {}));
  if (!events.empty()) appended_.notify_all();
  api::PutLogEventsResponse response;
  response.nextSequenceToken = fmt::format("{:056}", to_unix_ms(time));  // kept for old clients
  if (rejected != api::RejectedLogEventsInfo{}) response.rejectedLogEventsInfo = rejected;
  return response;
}

Outcome<api::TagResourceResponse> Service::tag(const api::TagResourceRequest& request) {
  SB_TRY(auto found, group(request.resourceArn));
  for (const auto& [key, value] : request.tags) found.tags[key] = value;
  SB_TRY_VOID(archive_.set_tags(found.id, found.tags));
  return api::TagResourceResponse{};
}

Outcome<api::UntagResourceResponse> Service::untag(const api::UntagResourceRequest& request) {
  SB_TRY(auto found, group(request.resourceArn));
  for (const auto& key : request.tagKeys) found.tags.erase(key);
  SB_TRY_VOID(archive_.set_tags(found.id, found.tags));
  return api::UntagResourceResponse{};
}

Outcome<api::ListTagsForResourceResponse> Service::list_tags(
    const api::ListTagsForResourceRequest& request) {
  SB_TRY(auto found, group(request.resourceArn));
  api::ListTagsForResourceResponse response;
  response.tags = found.tags;
  return response;
}

}  // namespace sb::cloud::logs
