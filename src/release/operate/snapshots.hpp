// Snapshots of a database and new databases made from them. The old one is never touched.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "aws/client/client.hpp"
#include "base/clock/clock.hpp"

namespace sb::release::operate {

struct Snapshot {
  std::string id;
  std::string instance;
  std::string status;  // available, creating, …
  int percent = 0;
  std::optional<Timestamp> at;  // the moment whose data it holds
  int gib = 0;
};

// Newest first; those still being made come first of all.
std::vector<Snapshot> newest_first(std::vector<Snapshot> snapshots);
// The newest that can be restored; nothing when there is none.
const Snapshot* newest_available(const std::vector<Snapshot>& snapshots);

Task<Result<std::vector<Snapshot>>> snapshots_of(aws::Client& client, std::string instance);
// Begins one, or finds the one of this name again.
Task<Result<>> begin_snapshot(aws::Client& client, std::string instance, std::string id);
using OnPercent = std::function<void(const std::string& status, int percent)>;
Task<Result<Snapshot>> await_snapshot(aws::Client& client, std::string instance, std::string id,
                                      Duration poll, OnPercent on_change);

struct DatabaseView {
  std::string id;
  std::string status;  // empty: there is none of this name
  std::string host;
  int port = 0;
  int gib = 0;
  std::string engine;
  std::string from_snapshot;  // as we tagged it
  bool has_served = false;    // likewise: it holds more than its snapshot by now
  std::string arn;

  std::string address() const {
    return host + ":" + std::to_string(port);
  }
};
Task<Result<DatabaseView>> describe_database(aws::Client& client, std::string id);
// The instance that answers at "host:port"; nothing when none does.
Task<Result<std::optional<DatabaseView>>> database_at(aws::Client& client, std::string address);

struct Restore {
  std::string instance;  // the new one
  std::string snapshot;
  std::string instance_class;
  std::vector<std::string> security_groups;
};
// Begins it, or finds our own earlier attempt. Error conflict when the name belongs to something
// else.
Task<Result<>> begin_restore(aws::Client& client, Restore restore);
Task<Result<DatabaseView>> await_database(aws::Client& client, std::string id, Duration poll,
                                          OnPercent on_change);

// Before a service is pointed at it: it is never again taken for a mere copy of its snapshot.
Task<Result<>> mark_as_served(aws::Client& client, DatabaseView database);

// `url` with another host and port; nothing else in it changes. Error invalid_argument when it is
// no URL (the text is not quoted: it holds a password).
Result<std::string> with_address(const std::string& url, const std::string& host, int port);
// "host:port" of a URL, for people; empty when there is none.
std::string address_in(const std::string& url);

// "3 h 12 min": how much would be lost.
std::string describe_span(Duration span);

}  // namespace sb::release::operate
