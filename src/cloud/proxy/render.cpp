#include "cloud/proxy/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/error/check.hpp"

namespace sb::cloud::proxy {

namespace {

constexpr int kDraws = 1'000'000;
// How often a target is looked at while it is neither settled up nor settled down: a new one
// becomes healthy in well under a second, whatever interval its group declares.
constexpr int kFastCheckMs = 100;
constexpr int kDownCheckMs = 200;

using Out = fmt::memory_buffer;

template <class... Args>
void line(Out& out, fmt::format_string<Args...> text, Args&&... args) {
  fmt::format_to(fmt::appender(out), text, std::forward<Args>(args)...);
  out.push_back('\n');
}

// One word for HAProxy's parser: single quotes keep everything but themselves.
std::string in_quotes(std::string_view text) {
  std::string word = "'";
  for (char c : text) {
    if (c == '\'') {
      word += R"('\'')";
    } else if (c != '\n' && c != '\r' && c != '\0') {
      word += c;
    }
  }
  return word + "'";
}

std::string hex_of(std::uint64_t hash) {
  return fmt::format("{:016x}", hash);
}

std::uint64_t fnv1a(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325) {
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

std::string values_of(const std::vector<std::string>& values, bool are_wildcards) {
  std::string words;
  for (const std::string& value : values) {
    words += ' ';
    words += are_wildcards ? in_quotes(wildcard_regex(value)) : in_quotes(value);
  }
  return words;
}

std::string condition_acl(const Condition& condition) {
  using Kind = Condition::Kind;
  switch (condition.kind) {
    case Kind::path_pattern:
      return fmt::format("{{ path -m reg{} }}", values_of(condition.values, true));
    case Kind::host_header:
      return fmt::format("{{ req.hdr(host),host_only -m reg -i{} }}",
                         values_of(condition.values, true));
    case Kind::http_header:
      return fmt::format("{{ req.fhdr({}) -m reg -i{} }}", condition.name,
                         values_of(condition.values, true));
    case Kind::http_request_method:
      return fmt::format("{{ method -m str{} }}", values_of(condition.values, false));
    case Kind::query_string:
      if (condition.name.empty()) {
        return fmt::format("{{ query -m reg -i{} }}", values_of(condition.values, true));
      }
      return fmt::format("{{ urlp({}) -m reg -i{} }}", condition.name,
                         values_of(condition.values, true));
    case Kind::source_ip:
      return fmt::format("{{ src{} }}", values_of(condition.values, false));
  }
  return "{ always_false }";
}

// AWS's placeholders as HAProxy's log-format expressions.
std::string expanded(std::string_view text, const Listener& listener) {
  const std::pair<std::string_view, std::string> placeholders[] = {
      {"#{protocol}", listener.certificate_files.empty() ? "http" : "https"},
      {"#{host}", "%[req.hdr(host),host_only]"},
      {"#{port}", std::to_string(listener.port)},
      {"#{path}", "%[path,regsub(^/,)]"},
      {"#{query}", "%[query]"},
  };
  std::string out;
  while (!text.empty()) {
    const auto* found = std::find_if(std::begin(placeholders), std::end(placeholders),
                                     [&](const auto& p) { return text.starts_with(p.first); });
    if (found != std::end(placeholders)) {
      out += found->second;
      text.remove_prefix(found->first.size());
      continue;
    }
    if (text.front() == '%') out += '%';  // a literal one
    out += text.front();
    text.remove_prefix(1);
  }
  return out;
}

std::string lowercase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string redirect_location(const Action& action, const Listener& listener) {
  const std::string protocol = lowercase(expanded(action.protocol, listener));
  const std::string port = expanded(action.port, listener);
  std::string location = protocol + "://" + expanded(action.host, listener);
  const bool is_usual =
      (protocol == "https" && port == "443") || (protocol == "http" && port == "80");
  if (!is_usual) location += ":" + port;
  location += expanded(action.path, listener);
  if (!action.query.empty()) location += "?" + expanded(action.query, listener);
  return location;
}

std::string body_file(const Rule& rule) {
  return "body-" + rule.key;
}

void render_rule(Out& out, const Rule& rule, const Listener& listener, Files& files) {
  std::string acls;
  for (const Condition& condition : rule.conditions) acls += " " + condition_acl(condition);
  line(out, "    http-request set-var(txn.rule) str({}) if !{{ var(txn.rule) -m found }}{}",
       rule.key, acls);
  const Action& action = rule.action;
  if (action.kind == Action::Kind::fixed_response) {
    std::string content;
    if (!action.body.empty()) {
      files.bodies[body_file(rule)] = action.body;
      content =
          fmt::format(" content-type {} file {}",
                      in_quotes(action.content_type.empty() ? "text/plain" : action.content_type),
                      body_file(rule));
    }
    line(out, "    http-request return status {}{} if {{ var(txn.rule) -m str {} }}", action.status,
         content, rule.key);
  } else if (action.kind == Action::Kind::redirect) {
    line(out, "    http-request redirect location {} code {} if {{ var(txn.rule) -m str {} }}",
         in_quotes(redirect_location(action, listener)), action.status, rule.key);
  }
}

void render_choice(Out& out, std::size_t slots) {
  line(out, "    http-request set-var(txn.share) var(txn.rule),map_str({})", kWeightsFile);
  line(out, "    http-request set-var(txn.draw) rand({})", kDraws);
  line(out, "    http-request set-var(txn.group) var(txn.share),field(1,|)");
  for (std::size_t slot = 1; slot < slots; ++slot) {
    line(out, "    http-request set-var(txn.bound) var(txn.share),field({},|)", 2 * slot);
    line(out,
         "    http-request set-var(txn.group) var(txn.share),field({},|) if "
         "{{ var(txn.draw),sub(txn.bound) ge 0 }}",
         2 * slot + 1);
  }
  line(out, "    use_backend %[var(txn.group)] if {{ var(txn.group),nbsrv gt 0 }}");
  line(out, "    use_backend %[var(txn.group),concat({})]", kOpenSuffix);
}

void render_listener(Out& out, const Listener& listener, std::size_t slots, Files& files) {
  std::string tls;
  if (!listener.certificate_files.empty()) {
    tls = " ssl";
    for (const std::string& file : listener.certificate_files) tls += " crt " + in_quotes(file);
    tls += " alpn h2,http/1.1 ssl-min-ver TLSv1.2";
  }
  const std::string_view scheme = tls.empty() ? "http" : "https";
  const auto idle = listener.idle_timeout.count();
  line(out, "frontend {}", listener.key);
  line(out, "    bind {}:{}{}", listener.address, listener.port, tls);
  if (!listener.certificate_stamp.empty()) line(out, "    # {}", listener.certificate_stamp);
  line(out, "    log-format \"{} %b %s %ST %Ts %ms %Tr %Ta %rc %ts\"", listener.load_balancer);
  line(out, "    timeout client {}s", idle);
  line(out, "    timeout http-keep-alive {}s", idle);
  line(out, "    option forwardfor");
  line(out, "    http-request set-var(txn.idle_ms) int({})", idle * 1000);
  line(out, "    http-request disable-l7-retry if METH_POST");
  line(out, "    http-request set-header X-Forwarded-Proto {}", scheme);
  line(out, "    http-request set-header X-Forwarded-Port {}", listener.port);
  for (const Rule& rule : listener.rules) render_rule(out, rule, listener, files);
  render_choice(out, slots);
}

void render_backend(Out& out, const TargetGroup& group, std::string_view suffix) {
  line(out, "backend {}{}", group.key, suffix);
  line(out, "    balance {}", group.balance == Balance::round_robin ? "roundrobin" : "leastconn");
  // The limit is the load balancer's, but only a backend can set it.
  line(out, "    http-request set-timeout server var(txn.idle_ms)");
  if (!suffix.empty() || !group.check.is_enabled) return;
  line(out, "    option httpchk");
  line(out,
       "    http-check send meth GET uri {} ver HTTP/1.1 hdr Host localhost hdr User-Agent "
       "ELB-HealthChecker/2.0",
       in_quotes(group.check.path));
  line(out, "    http-check expect status {}", group.check.matcher);
  line(out, "    timeout check {}s", group.check.timeout.count());
}

bool is_up(const HealthTable& health, const std::string& group, const std::string& target) {
  auto targets = health.find(group);
  if (targets == health.end()) return false;
  auto found = targets->second.find(target);
  return found != targets->second.end() && found->second.state == TargetHealth::State::up;
}

void render_servers(Out& out, const TargetGroup& group, bool is_open, const HealthTable& health) {
  for (const Target& target : group.targets) {
    // What drains keeps its requests in the process that has them; a new one must not give it more.
    if (target.is_draining) continue;
    // A server in the file waits up to a whole interval for its first check, one that is added
    // later does not: whoever is not known to be up is left to the replay.
    if (!is_open && group.check.is_enabled && !is_up(health, group.key, target.key())) continue;
    line(out, "    server {} {}:{}{}", target.key(), target.address, target.port,
         is_open ? "" : server_options(group.check));
  }
}

void render_head(Out& out, const Surroundings& surroundings) {
  line(out, "    stats socket unix@{} mode 600 level admin expose-fd listeners", kAdminSocket);
  line(out, "    stats timeout 1m");
  line(out, "    nbthread 1");
  line(out, "    maxconn 4000");
  line(out, "    no strict-limits");
  line(out, "    hard-stop-after 1h");
  line(out, "    spread-checks 10");
  line(out, "    ssl-default-bind-options ssl-min-ver TLSv1.2");
  line(out, "    log ring@requests len 512 format raw local0");
  if (!surroundings.user.empty()) line(out, "    user {}", surroundings.user);
  if (!surroundings.group.empty()) line(out, "    group {}", surroundings.group);
  line(out, "defaults");
  line(out, "    mode http");
  line(out, "    log global");
  line(out, "    timeout connect 1s");
  line(out, "    timeout client 60s");
  line(out, "    timeout server 60s");
  line(out, "    timeout queue 10s");
  line(out, "    timeout tunnel 1h");
  // Every retry may go to another server at once; only the first line of defence is the same
  // server.
  line(out, "    option redispatch 1");
  line(out, "    retries 3");
  line(out, "    retry-on conn-failure empty-response");
  line(out, "    option idle-close-on-response");
  line(out, "    option splice-auto");
  line(out, "    http-reuse safe");
  line(out, "    default-server pool-max-conn 64");
  line(out, "ring requests");
  line(out, "    format raw");
  line(out, "    maxlen 512");
  line(out, "    size 4194304");
  line(out, "    timeout connect 1s");
  line(out, "    timeout server 10s");
  line(out, "    server daemon {} log-proto octet-count", surroundings.ring_address);
}

}  // namespace

std::string wildcard_regex(std::string_view pattern) {
  std::string regex = "^";
  for (char c : pattern) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '*') {
      regex += ".*";
    } else if (c == '?') {
      regex += '.';
    } else if (std::isalnum(byte) || c == '/' || c == '_' || c == '-') {
      regex += c;
    } else {
      regex += fmt::format("\\x{:02x}", byte);
    }
  }
  return regex + "$";
}

std::string server_options(const HealthCheck& check) {
  if (!check.is_enabled) return "";
  std::string port = check.port == 0 ? "" : fmt::format(" port {}", check.port);
  return fmt::format(" check{} inter {}s fastinter {}ms downinter {}ms rise {} fall {}", port,
                     check.interval.count(), kFastCheckMs, kDownCheckMs, check.healthy_threshold,
                     check.unhealthy_threshold);
}

std::size_t weight_slots(const Model& model) {
  std::size_t slots = 2;
  for (const Listener& listener : model.listeners) {
    for (const Rule& rule : listener.rules) slots = std::max(slots, rule.action.forward.size());
  }
  return slots;
}

std::string weights_value(const std::vector<WeightedGroup>& forward, std::size_t slots) {
  SB_CHECK(forward.size() <= slots, "a rule has more groups than there are slots");
  std::int64_t total = 0;
  for (const WeightedGroup& share : forward) total += share.weight;
  std::string value;
  std::int64_t below = 0;
  for (std::size_t slot = 0; slot < slots; ++slot) {
    std::string_view group = "-";
    if (slot < forward.size() && total > 0) {
      group = forward[slot].group;
      below += forward[slot].weight;
    }
    // Unused slots repeat the upper bound, which no draw reaches.
    const bool is_past = slot >= forward.size() || total == 0;
    const std::int64_t bound = is_past ? kDraws : (below * kDraws + total / 2) / total;
    fmt::format_to(std::back_inserter(value), "{}{}|{}", slot == 0 ? "" : "|", group, bound);
  }
  return value;
}

Files render(const Model& model, const Surroundings& surroundings, const HealthTable& health) {
  Files files;
  const std::size_t slots = weight_slots(model);
  Out head, frontends, config;
  render_head(head, surroundings);
  for (const Listener& listener : model.listeners) {
    render_listener(frontends, listener, slots, files);
    for (const Rule& rule : listener.rules) {
      if (rule.action.kind != Action::Kind::forward) continue;
      files.weights += rule.key + " " + weights_value(rule.action.forward, slots) + "\n";
    }
  }

  std::uint64_t hash = fnv1a(fmt::to_string(frontends), fnv1a(fmt::to_string(head)));
  for (const auto& [name, body] : files.bodies) hash = fnv1a(body, fnv1a(name, hash));
  Out backends;
  for (const TargetGroup& group : model.groups) {
    for (bool is_open : {false, true}) {
      Out section;
      render_backend(section, group, is_open ? kOpenSuffix : "");
      hash = fnv1a(fmt::to_string(section), hash);
      hash = fnv1a(server_options(group.check), hash);
      render_servers(section, group, is_open, health);
      backends.append(section);
    }
  }
  files.structure = hex_of(hash);

  line(config, "# Written by saltcloud before every change; edits are lost.");
  line(config, "global");
  line(config, "    description saltcloud-{}", files.structure);
  config.append(head);
  config.append(frontends);
  config.append(backends);
  files.config = fmt::to_string(config);
  return files;
}

}  // namespace sb::cloud::proxy
