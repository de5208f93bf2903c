#include "cloud/rds/events.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log/log.hpp"
#include "cloud/rds/paging.hpp"

namespace sb::cloud::rds {

using gateway::fault;

namespace {

constexpr std::string_view kEvents = "rds.event";
constexpr auto kKept = std::chrono::days(14);
constexpr auto kShownByDefault = std::chrono::minutes(60);

// Ordered by time: "2026-11-22T10:20:30.123Z 000000000042".
std::string event_key(Timestamp at, std::int64_t number) {
  return fmt::format("{} {:012}", format_rfc3339(at), number);
}

}  // namespace

bool EventQuery::matches(const api::Event& event) const {
  auto is_wanted = [&](const std::string& category) {
    return std::ranges::find(categories, category) != categories.end();
  };
  auto at = event.Date.value_or(Timestamp());
  return at >= from && at <= to && (source.empty() || event.SourceIdentifier == source) &&
         (source_type.empty() || event.SourceType == source_type) &&
         (categories.empty() || std::ranges::any_of(event.EventCategories, is_wanted));
}

Outcome<EventQuery> plan_query(const api::DescribeEventsRequest& request, Timestamp now) {
  EventQuery query{.source = normalize_id(request.SourceIdentifier.value_or("")),
                   .source_type = request.SourceType.value_or(""),
                   .categories = request.EventCategories,
                   .from = now - kShownByDefault,
                   .to = request.EndTime.value_or(now)};
  if (!query.source.empty() && query.source_type.empty())
    return fault("InvalidParameterCombination",
                 "SourceType must be specified together with SourceIdentifier.");
  if (request.Duration && (request.StartTime || request.EndTime))
    return fault("InvalidParameterCombination",
                 "Duration must not be specified together with StartTime or EndTime.");
  if (request.Duration && *request.Duration < 1)
    return fault("InvalidParameterValue", "Duration must be a positive number of minutes.");
  if (request.Duration) query.from = now - std::chrono::minutes(*request.Duration);
  if (request.StartTime) query.from = *request.StartTime;
  if (query.from > query.to)
    return fault("InvalidParameterCombination", "StartTime must not be later than EndTime.");
  return query;
}

void Events::add(const Instance& instance, const char* category, std::string message) {
  api::Event event;
  event.SourceIdentifier = instance.id();
  event.SourceType = kInstanceSource;
  event.SourceArn = instance.view.DBInstanceArn;
  write(std::move(event), category, std::move(message));
}

void Events::add(const Snapshot& snapshot, const char* category, std::string message) {
  api::Event event;
  event.SourceIdentifier = snapshot.id();
  event.SourceType = kSnapshotSource;
  event.SourceArn = snapshot.view.DBSnapshotArn;
  write(std::move(event), category, std::move(message));
}

void Events::write(api::Event event, const char* category, std::string message) {
  event.EventCategories = {category};
  event.Message = std::move(message);
  event.Date = now();
  auto written = store_.transaction([&]() -> Result<> {
    SB_TRY(auto number, store_.next_number("rds.event"));
    SB_TRY_VOID(store_.put(kEvents, event_key(*event.Date, number), event));
    return forget_old(*event.Date);
  });
  if (!written)
    log::warning("cannot write down an RDS event",
                 {{"source", *event.SourceIdentifier}, {"error", written.error().text()}});
}

Result<> Events::forget_old(Timestamp now) {
  auto oldest = event_key(now - kKept, 0);
  SB_TRY(auto keys, store_.keys(kEvents));
  for (const auto& key : keys) {
    if (key >= oldest) break;
    SB_TRY_VOID(store_.erase(kEvents, key));
  }
  return {};
}

Outcome<api::DescribeEventsResponse> Events::describe(const api::DescribeEventsRequest& request) {
  SB_TRY(auto query, plan_query(request, now()));
  SB_TRY(auto size, page_size(request.MaxRecords));
  SB_TRY(auto after, page_after(request.Marker));
  SB_TRY(auto all, store_.list<api::Event>(kEvents));
  std::erase_if(all, [&](const auto& entry) { return !query.matches(entry.second); });
  api::DescribeEventsResponse response;
  response.Marker = take_page(all, after, size, [](const auto& entry) { return entry.first; });
  for (auto& [key, event] : all) response.Events.push_back(std::move(event));
  return response;
}

}  // namespace sb::cloud::rds
