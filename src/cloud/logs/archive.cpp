#include "cloud/logs/archive.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/json/codec.hpp"

namespace sb::cloud::logs {

namespace {

constexpr std::string_view kSchema = R"sql(
CREATE TABLE log_group (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  name           TEXT NOT NULL UNIQUE,
  created_ms     INTEGER NOT NULL,
  retention_days INTEGER,
  tags           TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE log_stream (
  id                INTEGER PRIMARY KEY AUTOINCREMENT,
  group_id          INTEGER NOT NULL REFERENCES log_group (id) ON DELETE CASCADE,
  name              TEXT NOT NULL,
  created_ms        INTEGER NOT NULL,
  first_event_ms    INTEGER,
  last_event_ms     INTEGER,
  last_ingestion_ms INTEGER,
  stored_bytes      INTEGER NOT NULL DEFAULT 0,
  position          INTEGER NOT NULL DEFAULT 0,
  UNIQUE (group_id, name)
);
CREATE TABLE event (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  group_id     INTEGER NOT NULL,
  stream_id    INTEGER NOT NULL REFERENCES log_stream (id) ON DELETE CASCADE,
  timestamp_ms INTEGER NOT NULL,
  ingestion_ms INTEGER NOT NULL,
  message      TEXT NOT NULL
);
CREATE INDEX event_of_group ON event (group_id, timestamp_ms, id);
CREATE INDEX event_of_stream ON event (stream_id, timestamp_ms, id);
)sql";

constexpr std::string_view kGroupColumns =
    "SELECT g.id, g.name, g.created_ms, g.retention_days, g.tags, "
    "coalesce((SELECT sum(stored_bytes) FROM log_stream s WHERE s.group_id = g.id), 0) "
    "FROM log_group g";
constexpr std::string_view kStreamColumns =
    "SELECT id, name, created_ms, first_event_ms, last_event_ms, last_ingestion_ms, stored_bytes, "
    "position FROM log_stream";
constexpr std::int64_t kBytesPerEvent = 26;  // as AWS counts
constexpr std::int64_t kMsPerDay = 86'400'000;

std::optional<std::int64_t> optional_integer(const sqlite::Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column);
}

Group group_of(const sqlite::Row& row) {
  Group group;
  group.id = row.integer(0);
  group.name = row.text(1);
  group.created = from_unix_ms(row.integer(2));
  if (auto days = optional_integer(row, 3)) group.retention_days = static_cast<int>(*days);
  if (auto tags = json::decode<std::map<std::string, std::string>>(row.text(4))) group.tags = *tags;
  group.stored_bytes = row.integer(5);
  return group;
}

Stream stream_of(const sqlite::Row& row) {
  Stream stream;
  stream.id = row.integer(0);
  stream.name = row.text(1);
  stream.created = from_unix_ms(row.integer(2));
  stream.first_event_ms = optional_integer(row, 3);
  stream.last_event_ms = optional_integer(row, 4);
  stream.last_ingestion_ms = optional_integer(row, 5);
  stream.stored_bytes = row.integer(6);
  stream.position = row.integer(7);
  return stream;
}

}  // namespace

Result<Archive> Archive::open(const fs::Path& file) {
  SB_TRY(auto database, sqlite::Database::open(file, {kSchema}));
  SB_TRY_VOID(database.execute("PRAGMA synchronous=NORMAL"));
  return Archive(std::move(database));
}

Result<> Archive::create_group(const std::string& name, Timestamp now,
                               const std::map<std::string, std::string>& tags) {
  return database_.execute("INSERT INTO log_group (name, created_ms, tags) VALUES (?, ?, ?)",
                           {name, to_unix_ms(now), json::encode(tags)});
}

Result<std::optional<Group>> Archive::find_group(const std::string& name) {
  std::optional<Group> group;
  SB_TRY_VOID(database_.query(std::string(kGroupColumns) + " WHERE g.name = ?", {name},
                              [&](const sqlite::Row& row) { group = group_of(row); }));
  return group;
}

Result<std::vector<Group>> Archive::groups() {
  std::vector<Group> out;
  SB_TRY_VOID(database_.query(std::string(kGroupColumns) + " ORDER BY g.name", {},
                              [&](const sqlite::Row& row) { out.push_back(group_of(row)); }));
  return out;
}

Result<bool> Archive::delete_group(const std::string& name) {
  SB_TRY_VOID(database_.execute("DELETE FROM log_group WHERE name = ?", {name}));
  return database_.changes() > 0;
}

Result<> Archive::set_retention(std::int64_t group_id, std::optional<int> days) {
  sqlite::Value value;
  if (days) value = std::int64_t{*days};
  return database_.execute("UPDATE log_group SET retention_days = ? WHERE id = ?",
                           {value, group_id});
}

Result<> Archive::set_tags(std::int64_t group_id, const std::map<std::string, std::string>& tags) {
  return database_.execute("UPDATE log_group SET tags = ? WHERE id = ?",
                           {json::encode(tags), group_id});
}

Result<> Archive::create_stream(std::int64_t group_id, const std::string& name, Timestamp now) {
  return database_.execute("INSERT INTO log_stream (group_id, name, created_ms) VALUES (?, ?, ?)",
                           {group_id, name, to_unix_ms(now)});
}

Result<std::optional<Stream>> Archive::find_stream(std::int64_t group_id, const std::string& name) {
  std::optional<Stream> stream;
  SB_TRY_VOID(database_.query(std::string(kStreamColumns) + " WHERE group_id = ? AND name = ?",
                              {group_id, name},
                              [&](const sqlite::Row& row) { stream = stream_of(row); }));
  return stream;
}

Result<std::vector<Stream>> Archive::streams(std::int64_t group_id) {
  std::vector<Stream> out;
  SB_TRY_VOID(database_.query(std::string(kStreamColumns) + " WHERE group_id = ? ORDER BY name",
                              {group_id},
                              [&](const sqlite::Row& row) { out.push_back(stream_of(row)); }));
  return out;
}

Result<> Archive::delete_stream(std::int64_t stream_id) {
  return database_.execute("DELETE FROM log_stream WHERE id = ?", {stream_id});
}

Result<> Archive::append(std::int64_t group_id, std::int64_t stream_id,
                         const std::vector<Event>& events, Timestamp now,
                         std::optional<std::int64_t> position) {
  if (events.empty() && !position) return {};
  return database_.transaction([&]() -> Result<> {
    std::int64_t bytes = 0;
    for (const auto& event : events) {
      bytes += static_cast<std::int64_t>(event.message.size()) + kBytesPerEvent;
      SB_TRY_VOID(database_.execute(
          "INSERT INTO event (group_id, stream_id, timestamp_ms, ingestion_ms, message) "
          "VALUES (?, ?, ?, ?, ?)",
          {group_id, stream_id, event.timestamp_ms, to_unix_ms(now), event.message}));
    }
    if (!events.empty()) {
      auto [first, last] = std::ranges::minmax(events, {}, &Event::timestamp_ms);
      SB_TRY_VOID(database_.execute(
          "UPDATE log_stream SET first_event_ms = min(coalesce(first_event_ms, ?), ?), "
          "last_event_ms = max(coalesce(last_event_ms, ?), ?), last_ingestion_ms = ?, "
          "stored_bytes = stored_bytes + ? WHERE id = ?",
          {first.timestamp_ms, first.timestamp_ms, last.timestamp_ms, last.timestamp_ms,
           to_unix_ms(now), bytes, stream_id}));
    }
    if (!position) return {};
    return database_.execute("UPDATE log_stream SET position = ? WHERE id = ?",
                             {*position, stream_id});
  });
}

Result<std::vector<StoredEvent>> Archive::read(const Range& range) {
  std::string sql = "SELECT id, stream_id, timestamp_ms, ingestion_ms, message FROM event WHERE ";
  std::vector<sqlite::Value> parameters;
  if (range.stream_id) {
    sql += "stream_id = ?";
    parameters.emplace_back(*range.stream_id);
  } else {
    sql += "group_id = ?";
    parameters.emplace_back(range.group_id);
  }
  sql += " AND timestamp_ms >= ? AND timestamp_ms <= ?";
  parameters.emplace_back(range.first_ms);
  parameters.emplace_back(range.last_ms);
  auto beyond = [&](const std::optional<Place>& place, std::string_view comparison) {
    if (!place) return;
    sql += fmt::format(" AND (timestamp_ms, id) {} (?, ?)", comparison);
    parameters.emplace_back(place->timestamp_ms);
    parameters.emplace_back(place->id);
  };
  beyond(range.after, ">");
  beyond(range.before, "<");
  sql += range.newest_first ? " ORDER BY timestamp_ms DESC, id DESC" : " ORDER BY timestamp_ms, id";
  sql += " LIMIT ?";
  parameters.emplace_back(range.limit);

  std::vector<StoredEvent> out;
  SB_TRY_VOID(database_.query(sql, parameters, [&](const sqlite::Row& row) {
    out.push_back({row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.text(4)});
  }));
  return out;
}

Result<bool> Archive::purge(Timestamp now, std::int64_t limit) {
  SB_TRY(auto all, groups());
  for (const auto& group : all) {
    if (!group.retention_days) continue;
    auto oldest = to_unix_ms(now) - *group.retention_days * kMsPerDay;
    std::int64_t deleted = 0;
    SB_TRY_VOID(database_.transaction([&]() -> Result<> {
      std::map<std::int64_t, std::int64_t> bytes;  // by stream
      std::optional<Place> last;
      SB_TRY_VOID(database_.query(
          "SELECT timestamp_ms, id, stream_id, length(CAST(message AS BLOB)) FROM event "
          "WHERE group_id = ? AND timestamp_ms < ? ORDER BY timestamp_ms, id LIMIT ?",
          {group.id, oldest, limit}, [&](const sqlite::Row& row) {
            last = Place{row.integer(0), row.integer(1)};
            bytes[row.integer(2)] += row.integer(3) + kBytesPerEvent;
            ++deleted;
          }));
      if (!last) return {};
      SB_TRY_VOID(
          database_.execute("DELETE FROM event WHERE group_id = ? AND (timestamp_ms, id) <= (?, ?)",
                            {group.id, last->timestamp_ms, last->id}));
      for (const auto& [stream, size] : bytes)
        SB_TRY_VOID(database_.execute(
            "UPDATE log_stream SET stored_bytes = max(0, stored_bytes - ?) WHERE id = ?",
            {size, stream}));
      return {};
    }));
    if (deleted == limit) return true;
  }
  return false;
}

}  // namespace sb::cloud::logs
