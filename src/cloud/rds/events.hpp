// What happened to instances and snapshots, for DescribeEvents: kept for 14 days, as on AWS. It is
// told, never acted upon, so a disk that is full loses an event and nothing else.
#pragma once

#include "cloud/rds/model.hpp"
#include "cloud/store/store.hpp"

namespace sb::cloud::rds {

inline constexpr const char* kInstanceSource = "db-instance";
inline constexpr const char* kSnapshotSource = "db-snapshot";

// AWS's names for what an event is about.
namespace category {
inline constexpr const char* kAvailability = "availability";
inline constexpr const char* kBackup = "backup";
inline constexpr const char* kChange = "configuration change";
inline constexpr const char* kCreation = "creation";
inline constexpr const char* kDeletion = "deletion";
inline constexpr const char* kFailure = "failure";
inline constexpr const char* kNotification = "notification";
inline constexpr const char* kRestoration = "restoration";
}  // namespace category

// Which events a request asks for, or the fault that AWS answers. Pure.
struct EventQuery {
  std::string source, source_type;  // empty: all
  std::vector<std::string> categories;
  Timestamp from, to;

  bool matches(const api::Event& event) const;
};
Outcome<EventQuery> plan_query(const api::DescribeEventsRequest& request, Timestamp now);

class Events {
 public:
  explicit Events(Store& store) : store_(store) {}

  void add(const Instance& instance, const char* category, std::string message);
  void add(const Snapshot& snapshot, const char* category, std::string message);
  Outcome<api::DescribeEventsResponse> describe(const api::DescribeEventsRequest& request);

 private:
  void write(api::Event event, const char* category, std::string message);
  Result<> forget_old(Timestamp now);

  Store& store_;
};

}  // namespace sb::cloud::rds
