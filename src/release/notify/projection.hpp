// Which messages an event of a release makes: a pure function of the journal. Quiet on purpose: one
// topic for each thing that a person would want to know, none for what the engine repairs by
// itself.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "release/engine/engine.hpp"
#include "release/notify/message.hpp"

namespace sb::release::notify {

// Who listens to an environment, from `notifications:` of its declaration.
struct Audience {
  bool page = false;         // a rollback wakes somebody
  bool status_page = false;  // the public is told when users may notice something
  bool maintenance = false;  // the status page says "under maintenance" for the time of a release

  bool operator==(const Audience&) const = default;
};
using Audiences = std::map<std::string, Audience>;  // by environment; absent: nobody is woken

// `before` and `after` are the states around the event, as Observer::on_event gives them.
std::vector<Message> messages_for(const Event& event, const State& before, const State& after,
                                  const Audience& audience);

// What a completed release ends: alerts and public incidents that earlier ones left open.
struct OpenTrouble {
  std::vector<std::string> pages;  // dedup keys
  bool incident = false;           // on the status page
};
std::vector<Message> all_clear(const OpenTrouble& open, const State& after, Timestamp at);

// For procedures that are not releases (emergency rollback). `key` makes the id:
// "emergency-20261122T102030Z".
struct Announcement {
  std::string key;
  std::string environment;
  std::string release_id;  // may be empty
  Severity severity = Severity::critical;
  std::string title;
  std::string text;
  Timestamp at{};
};
Message announce(const Announcement& what, Channel channel);
// The public side of it; `channel` is always the status page.
Message announce_status(const Announcement& what, StatusUpdate status);

}  // namespace sb::release::notify
