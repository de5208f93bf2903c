// What people are told about a release, as plain data. A message is for one channel; what it is
// about (`topic`) may be told on several. The id follows from the journal alone: deriving it again
// gives the same message, and the outbox keeps one of each.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <map>
#include <optional>
#include <string>

#include "base/clock/clock.hpp"

namespace sb::release::notify {

enum class Channel {
  deploys,      // Slack #deploys
  incidents,    // Slack #incidents
  page,         // PagerDuty, Events v2
  event,        // Datadog events
  status_page,  // Statuspage
  webhook,      // any address, JSON signed with HMAC-SHA256
};
BOOST_DESCRIBE_ENUM(Channel, deploys, incidents, page, event, status_page, webhook)

enum class Severity { info, success, warning, error, critical };
BOOST_DESCRIBE_ENUM(Severity, info, success, warning, error, critical)

enum class PageAction { none, trigger, resolve };
BOOST_DESCRIBE_ENUM(PageAction, none, trigger, resolve)

// What the status page is to say. Its words are read by the public: no names, no versions.
enum class IncidentStep { none, open, resolve };  // open: or update the one that is open
BOOST_DESCRIBE_ENUM(IncidentStep, none, open, resolve)
enum class ComponentStatus {
  unchanged,
  operational,
  degraded_performance,
  partial_outage,
  major_outage,
  under_maintenance,
};
BOOST_DESCRIBE_ENUM(ComponentStatus, unchanged, operational, degraded_performance, partial_outage,
                    major_outage, under_maintenance)

struct StatusUpdate {
  ComponentStatus component = ComponentStatus::unchanged;
  IncidentStep incident = IncidentStep::none;
  std::string incident_status;  // investigating, identified, monitoring; resolved is resolve's own
  std::string impact;           // none, minor, major, critical
  std::string body;

  bool operator==(const StatusUpdate&) const = default;
};
BOOST_DESCRIBE_STRUCT(StatusUpdate, (), (component, incident, incident_status, impact, body))

struct Message {
  std::string id;     // "rel-20261122T102030Z-4f2a/shifted/deploys": same id, same message
  std::string topic;  // "rel-20261122T102030Z-4f2a/shifted"
  Channel channel = Channel::deploys;
  Severity severity = Severity::info;
  std::string environment;
  std::string release_id;  // empty: not about a release
  std::string title;       // one line
  std::string text;        // sentences; the last one says what to do next, where there is something
  std::string dedup_key;   // page: the alert; event: what is shown together
  PageAction page = PageAction::none;
  std::optional<StatusUpdate> status;
  std::map<std::string, std::string> facts;  // version, from_version, by, ...: for machines
  Timestamp at{};

  bool operator==(const Message&) const = default;
};
BOOST_DESCRIBE_STRUCT(Message, (),
                      (id, topic, channel, severity, environment, release_id, title, text,
                       dedup_key, page, status, facts, at))

// "rel-…/shifted" on #deploys: the id's one spelling.
std::string message_id(const std::string& topic, Channel channel);
// "#deploys", "PagerDuty", "Datadog", "the status page", …
std::string_view name_of(Channel channel);

}  // namespace sb::release::notify
