// What the proxy is told to be: listeners with rules, target groups with targets. Plain values;
// keys are made of letters, digits, '-' and '_' and are the owner's (elbv2's) to choose and to
// keep.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sb::cloud::proxy {

// At most so many groups share a rule's traffic (as in AWS), each with a weight of 0 to 999.
constexpr std::size_t kMaxForwardGroups = 5;

struct HealthCheck {
  bool is_enabled = true;
  std::string path = "/";
  std::uint16_t port = 0;  // 0: the traffic port
  std::chrono::seconds interval{30};
  std::chrono::seconds timeout{5};
  int healthy_threshold = 5;
  int unhealthy_threshold = 2;
  std::string matcher = "200";  // "200", "200,204", "200-299"
  friend bool operator==(const HealthCheck&, const HealthCheck&) = default;
};

struct Target {
  std::string address;
  std::uint16_t port = 0;
  // Gets nothing new and finishes what it has; leave the target out once that is done.
  bool is_draining = false;

  std::string key() const {
    return address + "_" + std::to_string(port);
  }
  friend bool operator==(const Target&, const Target&) = default;
};

enum class Balance { round_robin, least_outstanding };

struct TargetGroup {
  std::string key;
  HealthCheck check;
  Balance balance = Balance::round_robin;
  std::vector<Target> targets;
};

struct Condition {
  enum class Kind {
    path_pattern,
    host_header,
    http_header,
    http_request_method,
    query_string,
    source_ip
  };
  Kind kind = Kind::path_pattern;
  std::string name;                 // http_header: the header; query_string: the key, or empty
  std::vector<std::string> values;  // any one matches; '*' and '?' are wildcards where AWS has them
};

struct WeightedGroup {
  std::string group;
  int weight = 1;
};

struct Action {
  enum class Kind { forward, fixed_response, redirect };
  Kind kind = Kind::forward;
  std::vector<WeightedGroup> forward;
  int status = 503;          // fixed_response: any; redirect: 301 or 302
  std::string content_type;  // fixed_response
  std::string body;          // fixed_response
  // redirect, with AWS's placeholders #{protocol} #{host} #{port} #{path} #{query}
  std::string protocol = "#{protocol}", host = "#{host}", port = "#{port}", path = "/#{path}",
              query = "#{query}";
};

struct Rule {
  std::string key;
  std::vector<Condition> conditions;  // all must hold; none: always
  Action action;
};

struct Listener {
  std::string key;
  std::string load_balancer;  // key under which traffic is counted
  std::string address;
  std::uint16_t port = 0;
  std::vector<std::string> certificate_files;  // PEM chain and key each; HTTPS when not empty
  // Changes with the content of the certificates, so that a new one is loaded.
  std::string certificate_stamp;
  std::chrono::seconds idle_timeout{60};
  std::vector<Rule> rules;  // in order of priority, the default rule last
};

struct Model {
  std::vector<Listener> listeners;
  std::vector<TargetGroup> groups;
};

// How a target is, as HAProxy's own checks see it.
struct TargetHealth {
  enum class State { down, up, draining };
  State state = State::down;
  bool was_up = false;       // since it was added, as far as this process knows
  std::string check_status;  // HAProxy's code of the last check: "L7OK", "L7STS", "L4CON", "L7TOUT"
  int check_code = 0;        // HTTP status of the last check, if there was one
  int sessions = 0;          // requests in flight
  friend bool operator==(const TargetHealth&, const TargetHealth&) = default;
};

// By group key, then target key.
using HealthTable = std::map<std::string, std::map<std::string, TargetHealth>>;

}  // namespace sb::cloud::proxy
