// What HAProxy says about itself, and what to tell it so that it becomes what is wanted. Pure: text
// in, commands out. The plan is always made from what HAProxy is now, never from what we think we
// told it, so a daemon that died between writing and telling, or in the middle of telling, simply
// plans again.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloud/proxy/model.hpp"

namespace sb::cloud::proxy {

struct Info {
  int pid = 0;
  std::string structure;  // empty: not one of ours
};
std::optional<Info> parse_info(std::string_view answer);  // `show info`

struct LiveServer {
  int operational_state = 0;
  int admin_state = 0;  // bit field
  int weight = 0;

  bool is_in_maintenance() const {
    return (admin_state & 0x63) != 0;
  }
  bool is_draining() const {
    return (admin_state & 0x18) != 0;
  }
};
// Backend (with its suffix) and server name.
using ServerId = std::pair<std::string, std::string>;

struct Live {
  std::map<ServerId, LiveServer> servers;
  std::map<std::string, std::string> weights;  // rule key -> value
};
std::map<ServerId, LiveServer> parse_servers_state(
    std::string_view answer);                                           // `show servers state`
std::map<std::string, std::string> parse_map(std::string_view answer);  // `show map FILE`

// Command lines to run one after the other; each line's commands are run without a pause between
// them. Weights come first: they are what someone waits for.
std::vector<std::string> plan_changes(const Live& live, const Model& wanted);

// `show stat -1 4 -1`: only the servers of groups, not of their open twins; sessions are summed
// over both. `before` tells which targets have been up already.
HealthTable parse_health(std::string_view answer, const HealthTable& before);

}  // namespace sb::cloud::proxy
