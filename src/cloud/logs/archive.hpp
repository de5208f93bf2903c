// Log groups, streams and events in a file of their own, logs.db: much is written, and what a crash
// of the machine may cost here is seconds of logs, so commits do not wait for the disk (a killed
// daemon loses nothing).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock/clock.hpp"
#include "base/fs/fs.hpp"
#include "base/sqlite/sqlite.hpp"

namespace sb::cloud::logs {

struct Group {
  std::int64_t id = 0;
  std::string name;
  Timestamp created{};
  std::optional<int> retention_days;
  std::int64_t stored_bytes = 0;
  std::map<std::string, std::string> tags;
};

struct Stream {
  std::int64_t id = 0;
  std::string name;
  Timestamp created{};
  std::optional<std::int64_t> first_event_ms, last_event_ms, last_ingestion_ms;
  std::int64_t stored_bytes = 0;
  std::int64_t position = 0;
};

struct Event {
  std::int64_t timestamp_ms = 0;
  std::string message;
};

struct StoredEvent {
  std::int64_t id = 0;
  std::int64_t stream_id = 0;
  std::int64_t timestamp_ms = 0;
  std::int64_t ingestion_ms = 0;
  std::string message;
};

// Events are ordered by time, then by arrival; a place in that order.
struct Place {
  std::int64_t timestamp_ms = 0;
  std::int64_t id = 0;
};

struct Range {
  std::int64_t group_id = 0;
  std::optional<std::int64_t> stream_id;
  std::int64_t first_ms = 0;  // inclusive
  std::int64_t last_ms = 0;   // inclusive
  std::optional<Place> after, before;
  bool newest_first = false;
  std::int64_t limit = 0;
};

class Archive {
 public:
  static Result<Archive> open(const fs::Path& file);

  Result<> create_group(const std::string& name, Timestamp now,
                        const std::map<std::string, std::string>& tags);  // already_exists
  Result<std::optional<Group>> find_group(const std::string& name);
  Result<std::vector<Group>> groups();  // by name
  Result<bool> delete_group(const std::string& name);
  Result<> set_retention(std::int64_t group_id, std::optional<int> days);
  Result<> set_tags(std::int64_t group_id, const std::map<std::string, std::string>& tags);

  Result<> create_stream(std::int64_t group_id, const std::string& name, Timestamp now);
  Result<std::optional<Stream>> find_stream(std::int64_t group_id, const std::string& name);
  Result<std::vector<Stream>> streams(std::int64_t group_id);  // by name
  Result<> delete_stream(std::int64_t stream_id);

  // All of the events or none; `position` (where the writer goes on after a restart) with them.
  Result<> append(std::int64_t group_id, std::int64_t stream_id, const std::vector<Event>& events,
                  Timestamp now, std::optional<std::int64_t> position);
  Result<std::vector<StoredEvent>> read(const Range& range);

  // Deletes at most `limit` events older than their group's retention; true when more are left.
  Result<bool> purge(Timestamp now, std::int64_t limit);

 private:
  explicit Archive(sqlite::Database database) : database_(std::move(database)) {}
  sqlite::Database database_;
};

}  // namespace sb::cloud::logs
