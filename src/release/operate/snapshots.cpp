#include "release/operate/snapshots.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/client/call.hpp"
#include "aws/model/rds.hpp"

namespace sb::release::operate {

namespace rds = aws::rds;

namespace {

constexpr auto kPatience = std::chrono::hours(2);
constexpr std::string_view kRestoreTag = "saltbitter:restored-from";
constexpr std::string_view kServedTag = "saltbitter:has-served";

Snapshot view_of(const rds::DBSnapshot& snapshot) {
  Snapshot view;
  view.id = snapshot.DBSnapshotIdentifier.value_or("");
  view.instance = snapshot.DBInstanceIdentifier.value_or("");
  view.status = snapshot.Status.value_or("");
  view.percent = snapshot.PercentProgress.value_or(0);
  view.at = snapshot.SnapshotCreateTime;
  view.gib = snapshot.AllocatedStorage.value_or(0);
  return view;
}

DatabaseView view_of(const rds::DBInstance& instance) {
  DatabaseView view;
  view.id = instance.DBInstanceIdentifier.value_or("");
  view.status = instance.DBInstanceStatus.value_or("unknown");
  view.gib = instance.AllocatedStorage.value_or(0);
  view.engine =
      fmt::format("{} {}", instance.Engine.value_or("?"), instance.EngineVersion.value_or("?"));
  if (instance.Endpoint) {
    view.host = instance.Endpoint->Address.value_or("");
    view.port = instance.Endpoint->Port.value_or(0);
  }
  view.arn = instance.DBInstanceArn.value_or("");
  for (const auto& tag : instance.TagList) {
    if (tag.Key == kRestoreTag) view.from_snapshot = tag.Value.value_or("");
    view.has_served |= tag.Key == kServedTag;
  }
  return view;
}

// Where "host[:port]" begins and ends in a URL.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};
std::optional<Span> address_span(const std::string& url) {
  auto scheme = url.find("://");
  if (scheme == std::string::npos) return std::nullopt;
  auto end = url.find_first_of("/?#", scheme + 3);
  if (end == std::string::npos) end = url.size();
  auto at = url.rfind('@', end);
  auto begin = at == std::string::npos || at < scheme ? scheme + 3 : at + 1;
  if (begin >= end) return std::nullopt;
  return Span{begin, end};
}

}  // namespace

std::vector<Snapshot> newest_first(std::vector<Snapshot> snapshots) {
  std::ranges::sort(snapshots, [](const Snapshot& a, const Snapshot& b) {
    if (a.at.has_value() != b.at.has_value()) return !a.at.has_value();
    return a.at > b.at;
  });
  return snapshots;
}

const Snapshot* newest_available(const std::vector<Snapshot>& snapshots) {
  const Snapshot* best = nullptr;
  for (const auto& snapshot : snapshots) {
    if (snapshot.status != "available" || !snapshot.at) continue;
    if (!best || snapshot.at > best->at) best = &snapshot;
  }
  return best;
}

Task<Result<std::vector<Snapshot>>> snapshots_of(aws::Client& client, std::string instance) {
  std::vector<Snapshot> found;
  std::optional<std::string> marker;
  do {
    rds::DescribeDBSnapshotsRequest request;
    request.DBInstanceIdentifier = instance;
    request.Marker = marker;
    SB_CO_TRY(auto reply, co_await aws::call<rds::DescribeDBSnapshots>(client, std::move(request)));
    for (const auto& snapshot : reply.DBSnapshots) found.push_back(view_of(snapshot));
    marker = reply.Marker;
  } while (marker && !marker->empty());
  co_return newest_first(std::move(found));
}

Task<Result<>> begin_snapshot(aws::Client& client, std::string instance, std::string id) {
  rds::CreateDBSnapshotRequest request;
  request.DBInstanceIdentifier = std::move(instance);
  request.DBSnapshotIdentifier = std::move(id);
  auto reply = co_await aws::call<rds::CreateDBSnapshot>(client, std::move(request));
  if (!reply && !aws::is_there_already(reply.error()))
    co_return std::unexpected(std::move(reply).error());
  co_return Result<>{};
}

Task<Result<Snapshot>> await_snapshot(aws::Client& client, std::string instance, std::string id,
                                      Duration poll, OnPercent on_change) {
  auto deadline = Deadline::after(kPatience);
  std::string status;
  int percent = -1;
  while (!deadline.has_passed()) {
    rds::DescribeDBSnapshotsRequest request;
    request.DBSnapshotIdentifier = id;
    SB_CO_TRY(auto reply, co_await aws::call<rds::DescribeDBSnapshots>(client, std::move(request)));
    if (reply.DBSnapshots.empty()) co_return fail(ErrorCode::not_found, "the snapshot is gone", id);
    auto view = view_of(reply.DBSnapshots.front());
    if (view.instance != instance)
      co_return fail(ErrorCode::conflict, "a snapshot of this name is of " + view.instance, id);
    if (on_change && (view.status != status || view.percent != percent))
      on_change(view.status, view.percent);
    status = view.status;
    percent = view.percent;
    if (status == "available") co_return view;
    if (status == "failed") co_return fail(ErrorCode::failed_precondition, "it failed", id);
    co_await sleep_for(poll);
  }
  co_return fail(ErrorCode::timeout, "the snapshot is still " + status, id);
}

Task<Result<DatabaseView>> describe_database(aws::Client& client, std::string id) {
  rds::DescribeDBInstancesRequest request;
  request.DBInstanceIdentifier = id;
  auto reply = co_await aws::call<rds::DescribeDBInstances>(client, std::move(request));
  DatabaseView view;
  view.id = std::move(id);
  if (!reply && aws::is_missing(reply.error())) co_return view;
  if (!reply) co_return std::unexpected(std::move(reply).error());
  if (reply->DBInstances.empty()) co_return view;
  co_return view_of(reply->DBInstances.front());
}

Task<Result<std::optional<DatabaseView>>> database_at(aws::Client& client, std::string address) {
  std::optional<std::string> marker;
  do {
    rds::DescribeDBInstancesRequest request;
    request.Marker = marker;
    SB_CO_TRY(auto reply, co_await aws::call<rds::DescribeDBInstances>(client, std::move(request)));
    for (const auto& instance : reply.DBInstances) {
      auto view = view_of(instance);
      if (!view.host.empty() && view.address() == address) co_return std::optional(std::move(view));
    }
    marker = reply.Marker;
  } while (marker && !marker->empty());
  co_return std::optional<DatabaseView>();
}

Task<Result<>> begin_restore(aws::Client& client, Restore restore) {
  rds::RestoreDBInstanceFromDBSnapshotRequest request;
  request.DBInstanceIdentifier = restore.instance;
  request.DBSnapshotIdentifier = restore.snapshot;
  if (!restore.instance_class.empty()) request.DBInstanceClass = restore.instance_class;
  request.VpcSecurityGroupIds = restore.security_groups;
  rds::Tag tag;
  tag.Key = std::string(kRestoreTag);
  tag.Value = restore.snapshot;
  request.Tags.push_back(std::move(tag));
  auto reply = co_await aws::call<rds::RestoreDBInstanceFromDBSnapshot>(client, std::move(request));
  if (reply) co_return Result<>{};
  if (!aws::is_there_already(reply.error())) co_return std::unexpected(std::move(reply).error());
  SB_CO_TRY(auto there, co_await describe_database(client, restore.instance));
  if (there.from_snapshot == restore.snapshot) co_return Result<>{};
  co_return fail(
      ErrorCode::conflict,
      fmt::format("there is a database {} already, {}", restore.instance,
                  there.from_snapshot.empty() ? "which saltctl did not make"
                                              : "made from the snapshot " + there.from_snapshot),
      restore.instance);
}

Task<Result<DatabaseView>> await_database(aws::Client& client, std::string id, Duration poll,
                                          OnPercent on_change) {
  auto deadline = Deadline::after(kPatience);
  std::string status;
  while (!deadline.has_passed()) {
    SB_CO_TRY(auto view, co_await describe_database(client, id));
    if (on_change && view.status != status) on_change(view.status, 0);
    status = view.status;
    if (status == "available" && !view.host.empty()) co_return view;
    if (status == "failed" || status.starts_with("incompatible") || status.empty())
      co_return fail(ErrorCode::failed_precondition,
                     status.empty() ? "the database is gone" : "the database is " + status, id);
    co_await sleep_for(poll);
  }
  co_return fail(ErrorCode::timeout, "the database is still " + status, id);
}

Task<Result<>> mark_as_served(aws::Client& client, DatabaseView database) {
  rds::AddTagsToResourceRequest request;
  request.ResourceName = database.arn;
  rds::Tag tag;
  tag.Key = std::string(kServedTag);
  tag.Value = "yes";
  request.Tags.push_back(std::move(tag));
  SB_CO_TRY_VOID(co_await aws::call<rds::AddTagsToResource>(client, std::move(request)));
  co_return Result<>{};
}

Result<std::string> with_address(const std::string& url, const std::string& host, int port) {
  auto span = address_span(url);
  if (!span)
    return fail(ErrorCode::invalid_argument, "the present value is no URL", "DATABASE_URL");
  return fmt::format("{}{}:{}{}", url.substr(0, span->begin), host, port, url.substr(span->end));
}

std::string address_in(const std::string& url) {
  auto span = address_span(url);
  return span ? url.substr(span->begin, span->end - span->begin) : std::string();
}

std::string describe_span(Duration span) {
  auto seconds =
      std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(span).count());
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min", seconds / 60);
  if (seconds < 86400) return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
  return fmt::format("{} d {} h", seconds / 86400, seconds / 3600 % 24);
}

}  // namespace sb::release::operate
