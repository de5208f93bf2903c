#include "cloud/proxy/plan.hpp"

#include <fmt/format.h>

#include <charconv>
#include <set>

#include "cloud/proxy/render.hpp"

namespace sb::cloud::proxy {

namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

int number(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

constexpr std::string_view kDescription = "saltcloud-";

// A server comes in through its checks: without weight until its health is set to down, so that
// there is no moment in which an unchecked server could get a request.
std::string bring_in(const std::string& id) {
  return fmt::format(
      "enable health {0};set server {0} state ready;set server {0} health down;set server {0} "
      "weight 1",
      id);
}

struct Wanted {
  const TargetGroup* group;
  const Target* target;
  bool is_open;
};

std::map<ServerId, Wanted> wanted_servers(const Model& model) {
  std::map<ServerId, Wanted> servers;
  for (const TargetGroup& group : model.groups) {
    for (const Target& target : group.targets) {
      servers.emplace(ServerId(group.key, target.key()), Wanted{&group, &target, false});
      servers.emplace(ServerId(group.key + std::string(kOpenSuffix), target.key()),
                      Wanted{&group, &target, true});
    }
  }
  return servers;
}

std::string add_command(const std::string& id, const Wanted& wanted) {
  const std::string where = fmt::format("add server {} {}:{} pool-max-conn 64", id,
                                        wanted.target->address, wanted.target->port);
  if (wanted.is_open || !wanted.group->check.is_enabled) {
    return fmt::format("{};set server {} state ready", where, id);
  }
  return fmt::format("{}{} weight 0;{}", where, server_options(wanted.group->check), bring_in(id));
}

std::string change_command(const std::string& id, const Wanted& wanted, const LiveServer& live) {
  if (wanted.target->is_draining) {
    return live.is_draining() ? "" : fmt::format("set server {} state drain", id);
  }
  const bool is_checked = !wanted.is_open && wanted.group->check.is_enabled;
  if (is_checked && (live.is_in_maintenance() || live.weight == 0)) {
    return fmt::format("set server {} weight 0;{}", id, bring_in(id));
  }
  if (live.is_in_maintenance() || live.is_draining()) {
    return fmt::format("set server {} state ready", id);
  }
  return "";
}

std::string_view without_suffix(std::string_view backend) {
  if (backend.ends_with(kOpenSuffix)) backend.remove_suffix(kOpenSuffix.size());
  return backend;
}

}  // namespace

std::optional<Info> parse_info(std::string_view answer) {
  Info info;
  for (std::string_view row : split(answer, '\n')) {
    if (row.starts_with("Pid: ")) info.pid = number(row.substr(5));
    if (row.starts_with("description: ")) {
      row.remove_prefix(13);
      if (row.starts_with(kDescription)) info.structure = row.substr(kDescription.size());
    }
  }
  if (info.pid == 0) return std::nullopt;
  return info;
}

std::map<ServerId, LiveServer> parse_servers_state(std::string_view answer) {
  std::map<ServerId, LiveServer> servers;
  for (std::string_view row : split(answer, '\n')) {
    if (row.empty() || row.front() == '#') continue;
    const auto words = split(row, ' ');
    // be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight …
    if (words.size() < 8) continue;
    servers[ServerId(words[1], words[3])] =
        LiveServer{number(words[5]), number(words[6]), number(words[7])};
  }
  return servers;
}

std::map<std::string, std::string> parse_map(std::string_view answer) {
  std::map<std::string, std::string> entries;
  for (std::string_view row : split(answer, '\n')) {
    const auto words = split(row, ' ');  // 0x55b7cba60dc0 key value
    if (words.size() == 3 && words[0].starts_with("0x")) entries.emplace(words[1], words[2]);
  }
  return entries;
}

std::vector<std::string> plan_changes(const Live& live, const Model& wanted) {
  std::vector<std::string> commands;
  const std::size_t slots = weight_slots(wanted);
  for (const Listener& listener : wanted.listeners) {
    for (const Rule& rule : listener.rules) {
      if (rule.action.kind != Action::Kind::forward) continue;
      const std::string value = weights_value(rule.action.forward, slots);
      auto now = live.weights.find(rule.key);
      if (now == live.weights.end()) {
        commands.push_back(fmt::format("add map {} {} {}", kWeightsFile, rule.key, value));
      } else if (now->second != value) {
        commands.push_back(fmt::format("set map {} {} {}", kWeightsFile, rule.key, value));
      }
    }
  }

  const auto servers = wanted_servers(wanted);
  for (const auto& [server, want] : servers) {
    const std::string id = server.first + "/" + server.second;
    auto now = live.servers.find(server);
    std::string command;
    if (now != live.servers.end()) {
      command = change_command(id, want, now->second);
    } else if (!want.target->is_draining) {
      command = add_command(id, want);
    }
    if (!command.empty()) commands.push_back(std::move(command));
  }

  std::set<std::string, std::less<>> groups;
  for (const TargetGroup& group : wanted.groups) groups.insert(group.key);
  for (const auto& [server, state] : live.servers) {
    // Only servers in our own backends: a ring's server is listed too.
    if (servers.contains(server) || !groups.contains(without_suffix(server.first))) continue;
    const std::string id = server.first + "/" + server.second;
    commands.push_back(
        fmt::format("set server {0} state maint;shutdown sessions server {0};del server {0}", id));
  }
  return commands;
}

HealthTable parse_health(std::string_view answer, const HealthTable& before) {
  // pxname,svname,qcur,qmax,scur(4),…,status(17),…,check_status(36),check_code(37),…
  HealthTable health;
  std::map<ServerId, int> open_sessions;
  for (std::string_view row : split(answer, '\n')) {
    if (row.empty() || row.front() == '#') continue;
    const auto cells = split(row, ',');
    if (cells.size() < 38) continue;
    std::string_view status = cells[17];
    if (cells[0].ends_with(kOpenSuffix)) {
      open_sessions[ServerId(without_suffix(cells[0]), cells[1])] += number(cells[4]);
      continue;
    }
    TargetHealth target;
    target.sessions = number(cells[4]);
    if (status.starts_with("DRAIN") || status.starts_with("NOLB")) {
      target.state = TargetHealth::State::draining;
    } else if (status.starts_with("UP") || status.starts_with("no check")) {
      target.state = TargetHealth::State::up;
    }
    std::string_view check = cells[36];
    if (check.starts_with("* ")) check.remove_prefix(2);  // another one is running
    target.check_status = check;
    target.check_code = number(cells[37]);
    target.was_up = target.state == TargetHealth::State::up;
    if (auto group = before.find(std::string(cells[0])); group != before.end()) {
      auto old = group->second.find(std::string(cells[1]));
      if (old != group->second.end()) target.was_up = target.was_up || old->second.was_up;
    }
    health[std::string(cells[0])][std::string(cells[1])] = std::move(target);
  }
  for (const auto& [server, sessions] : open_sessions) {
    auto group = health.find(server.first);
    if (group == health.end()) continue;
    if (auto target = group->second.find(server.second); target != group->second.end()) {
      target->second.sessions += sessions;
    }
  }
  return health;
}

}  // namespace sb::cloud::proxy
