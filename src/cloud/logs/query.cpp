// Reading events: GetLogEvents walks one stream in either direction, FilterLogEvents a whole group.
#include <algorithm>
#include <charconv>
#include <limits>
#include <map>

#include "cloud/logs/pattern.hpp"
#include "cloud/logs/service.hpp"

namespace sb::cloud::logs {

using gateway::fault;

namespace {

constexpr std::int64_t kMaxEvents = 10'000;
constexpr std::size_t kMaxPageBytes = 1 << 20;
constexpr std::int64_t kScanAtOnce = 1'000;
constexpr std::int64_t kMaxScanned = 20'000;  // a page: keeps the loop free for others
constexpr std::int64_t kEndOfTime = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMsPerDay = 86'400'000;

std::unexpected<gateway::Fault> invalid(std::string message) {
  return fault("InvalidParameterException", std::move(message));
}

// 56 digits, as AWS's event ids have: sorts as (time, arrival), and unique because the id is.
std::string spell(Place place) {
  return fmt::format("{:028}{:028}", place.timestamp_ms, place.id);
}

std::optional<Place> parse_place(std::string_view digits) {
  if (digits.size() != 56) return std::nullopt;
  auto number = [](std::string_view text) -> std::optional<std::int64_t> {
    std::int64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
  };
  auto time = number(digits.substr(0, 28));
  auto id = number(digits.substr(28));
  if (!time || !id) return std::nullopt;
  return Place{*time, *id};
}

Place place_of(const StoredEvent& event) {
  return {event.timestamp_ms, event.id};
}

std::int64_t oldest_kept(const Group& group) {
  if (!group.retention_days) return 0;
  return std::max<std::int64_t>(0, to_unix_ms(now()) - *group.retention_days * kMsPerDay);
}

Outcome<std::int64_t> event_limit(const std::optional<int>& asked) {
  std::int64_t limit = asked.value_or(static_cast<int>(kMaxEvents));
  if (limit < 1 || limit > kMaxEvents)
    return invalid(fmt::format("limit must be between 1 and {}.", kMaxEvents));
  return limit;
}

struct Direction {
  bool is_backward = true;
  std::optional<Place> from;
};

// "f/..." goes on after a place, "b/..." before it.
Outcome<Direction> direction_of(const api::GetLogEventsRequest& request) {
  if (!request.nextToken || request.nextToken->empty())
    return Direction{!request.startFromHead.value_or(false), {}};
  const auto& token = *request.nextToken;
  auto place = token.size() > 2 ? parse_place(std::string_view(token).substr(2)) : std::nullopt;
  if (!place || (!token.starts_with("f/") && !token.starts_with("b/")))
    return invalid("The specified nextToken is invalid.");
  return Direction{token.starts_with("b/"), place};
}

// Which streams of the group are asked for; nothing means all.
Outcome<std::optional<std::map<std::int64_t, std::string>>> wanted_streams(
    const api::FilterLogEventsRequest& request, const std::vector<Stream>& streams) {
  if (!request.logStreamNames.empty() && request.logStreamNamePrefix)
    return invalid("Say either logStreamNames or logStreamNamePrefix.");
  if (request.logStreamNames.size() > 100) return invalid("At most 100 logStreamNames.");
  if (request.logStreamNames.empty() && !request.logStreamNamePrefix) return std::nullopt;
  std::map<std::int64_t, std::string> out;
  for (const auto& name : request.logStreamNames) {
    auto found = std::ranges::find(streams, name, &Stream::name);
    if (found == streams.end())
      return fault("ResourceNotFoundException", "The specified log stream does not exist.");
    out.emplace(found->id, found->name);
  }
  if (request.logStreamNamePrefix)
    for (const auto& stream : streams)
      if (stream.name.starts_with(*request.logStreamNamePrefix))
        out.emplace(stream.id, stream.name);
  return out;
}

}  // namespace

Outcome<api::GetLogEventsResponse> Service::get_events(const api::GetLogEventsRequest& request) {
  SB_TRY(auto found, group(request.logGroupName, request.logGroupIdentifier));
  SB_TRY(auto target, stream(found, *request.logStreamName));
  SB_TRY(auto limit, event_limit(request.limit));
  SB_TRY(auto direction, direction_of(request));

  Range range;
  range.group_id = found.id;
  range.stream_id = target.id;
  range.first_ms = std::max(request.startTime.value_or(0), oldest_kept(found));
  range.last_ms = request.endTime ? std::max<std::int64_t>(*request.endTime, 0) - 1 : kEndOfTime;
  range.limit = limit;
  range.newest_first = direction.is_backward;
  (direction.is_backward ? range.before : range.after) = direction.from;
  SB_TRY(auto events, archive_.read(range));

  // A page holds at most 1 MB, counted from the end that was asked for.
  std::size_t bytes = 0;
  auto over = std::ranges::find_if(events, [&](const StoredEvent& event) {
    bytes += event.message.size();
    return bytes > kMaxPageBytes;
  });
  if (over == events.begin() && over != events.end()) ++over;
  events.erase(over, events.end());
  if (direction.is_backward) std::ranges::reverse(events);

  api::GetLogEventsResponse response;
  for (const auto& event : events) {
    api::OutputLogEvent entry;
    entry.timestamp = event.timestamp_ms;
    entry.message = event.message;
    entry.ingestionTime = event.ingestion_ms;
    response.events.push_back(std::move(entry));
  }
  // At the end of the stream the token stays the same: ask again with it for what comes later.
  auto here = direction.from.value_or(Place{range.first_ms, 0});
  auto last = events.empty() ? here : place_of(events.back());
  auto first = events.empty() ? here : place_of(events.front());
  response.nextForwardToken = "f/" + spell(last);
  response.nextBackwardToken = "b/" + spell(first);
  return response;
}

Outcome<api::FilterLogEventsResponse> Service::filter_events(
    const api::FilterLogEventsRequest& request) {
  SB_TRY(auto found, group(request.logGroupName, request.logGroupIdentifier));
  SB_TRY(auto limit, event_limit(request.limit));
  auto pattern = Pattern::parse(request.filterPattern.value_or(""));
  if (!pattern) return invalid(pattern.error().message);
  SB_TRY(auto streams, archive_.streams(found.id));
  SB_TRY(auto wanted, wanted_streams(request, streams));
  std::map<std::int64_t, std::string> names;
  for (const auto& stream : streams) names.emplace(stream.id, stream.name);

  Range range;
  range.group_id = found.id;
  if (wanted && wanted->size() == 1) range.stream_id = wanted->begin()->first;
  range.first_ms = std::max(request.startTime.value_or(0), oldest_kept(found));
  range.last_ms = request.endTime.value_or(kEndOfTime);
  if (request.nextToken && !request.nextToken->empty()) {
    range.after = parse_place(*request.nextToken);
    if (!range.after) return invalid("The specified nextToken is invalid.");
  }

  api::FilterLogEventsResponse response;
  std::size_t bytes = 0;
  std::int64_t scanned = 0;
  for (;;) {
    range.limit = kScanAtOnce;
    SB_TRY(auto events, archive_.read(range));
    for (auto& event : events) {
      bool is_full = static_cast<std::int64_t>(response.events.size()) >= limit ||
                     bytes > kMaxPageBytes || scanned >= kMaxScanned;
      if (is_full) {
        response.nextToken = spell(*range.after);
        return response;
      }
      range.after = place_of(event);
      ++scanned;
      if (wanted && !wanted->contains(event.stream_id)) continue;
      if (!pattern->matches(event.message)) continue;
      bytes += event.message.size();
      api::FilteredLogEvent entry;
      entry.logStreamName = names[event.stream_id];
      entry.timestamp = event.timestamp_ms;
      entry.ingestionTime = event.ingestion_ms;
      entry.eventId = spell(place_of(event));
      entry.message = std::move(event.message);
      response.events.push_back(std::move(entry));
    }
    if (static_cast<std::int64_t>(events.size()) < kScanAtOnce) return response;
  }
}

}  // namespace sb::cloud::logs
