// What deploy/environments/NAME.yaml declares: the names, sizes and rules of one environment,
// checked on load. Plain data: nothing here knows whether it lives on AWS or on a local cloud;
// `local:` in the file overrides what must differ there (ports, periods), and is applied by load().
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/fs/fs.hpp"
#include "saltctl/environment/where.hpp"

namespace sb::saltctl {

struct Listener {
  std::uint16_t port = 0;
  std::string protocol;  // HTTP or HTTPS
};

// Some of the task's secrets, and where their values are kept.
struct SecretSource {
  enum class Store { secretsmanager, ssm };
  Store store = Store::ssm;
  std::string id;                 // the secret's name, or the parameters' path without the last '/'
  std::vector<std::string> keys;  // DATABASE_URL, …
};

struct TaskSettings {
  int cpu = 256;
  int memory = 512;
  int count = 1;
  int port = 8000;
  int stop_timeout_seconds = 30;
  std::string execution_role;
  std::string task_role;
  std::map<std::string, std::string> environment;
  std::vector<SecretSource> secrets;
};

struct HealthCheck {
  std::string path = "/ready";
  int interval_seconds = 5;
  int timeout_seconds = 2;
  int healthy_count = 2;
  int unhealthy_count = 2;
  int grace_seconds = 30;  // after a task's start, in which ECS takes no failed check seriously
};

struct LoadBalancerSettings {
  std::string name;
  std::string host;          // the public name clients use
  std::string certificate;   // ACM's ARN; empty on a local cloud: signed by the local authority
  std::string bind_address;  // local clouds only; empty: an address of its own
  Listener production;
  std::optional<Listener> test;
  std::vector<std::string> target_groups;  // two for blue/green, one for rolling
  HealthCheck health;
  int deregistration_delay_seconds = 30;
};

struct NetworkSettings {
  std::string vpc;
  std::vector<std::string> subnets;
  std::vector<std::string> security_groups;
};

struct DatabaseSettings {
  // The instance in use: the declared one, unless DATABASE_URL leads to another
  // (live_database.hpp).
  std::string identifier;
  std::string replaced;       // the declared one, where another is in use; else empty
  std::string master_secret;  // in Secrets Manager: {"username":…,"password":…}
  std::string engine_version = "15";
  std::string instance_class = "db.t4g.medium";
  int storage_gib = 20;
  std::string name = "saltbitter";
  std::string user = "saltbitter";

  const std::string& declared() const {
    return replaced.empty() ? identifier : replaced;
  }
};

struct CacheSettings {
  std::string identifier;
  std::string node_type = "cache.t4g.small";
};

struct ReleaseSettings {
  enum class Strategy { blue_green, rolling };
  Strategy strategy = Strategy::rolling;
  bool snapshot = false;   // of the database, before migrations
  int watch_seconds = 60;  // after the shift
  int hook_timeout_minutes =
      30;  // ECS rolls back by itself when nobody answers a pause for so long
  int metrics_period_seconds = 60;
  int poll_ms = 2000;
  double max_error_rate_percent = 1.0;
  int max_p95_ms = 200;
  int min_requests = 50;                  // fewer seen during the watch: no verdict from traffic
  std::vector<std::string> gates;         // boxes of the pre-deployment list that must be ticked
  std::vector<std::string> hotfix_gates;  // and those that a hotfix cannot do without
  bool needs_approval = false;
  int approval_expires_minutes = 60;
  bool approval_by_another_person = true;
  int silence_minutes = 0;  // of alerts that do not matter during a release; 0: none is silenced
  double critical_error_rate_percent = 5.0;  // at once, not only when it lasts
  int max_request_drop_percent = 50;         // against the time before the shift
  double max_connections_ratio = 3.0;        // of the database, against before the release
  int spare_connections = 20;                // and at least so many more
  int max_memory_percent = 80;
  int lasting_seconds = 5;           // how long a limit must be broken that is not critical
  int metrics_silence_seconds = 15;  // metrics that stay away for longer are no metrics
};

// Who is told what about its releases, besides #deploys and the event stream.
struct NotificationSettings {
  bool page = false;  // a rollback is an incident: it wakes somebody and is told to #incidents
  bool status_page = false;  // the public is told when users may notice something
  bool maintenance = false;  // the status page shows every release as maintenance
};

struct Environment {
  std::string name;  // production
  std::string region;
  std::string account;  // AWS's, twelve digits; empty: any that the credentials are of
  std::string cluster;
  std::string service;
  std::string family;
  std::string log_group;
  TaskSettings task;
  NetworkSettings network;
  LoadBalancerSettings load_balancer;
  DatabaseSettings database;
  CacheSettings cache;
  ReleaseSettings release;
  NotificationSettings notifications;
  bool demo_account = false;  // local clouds only: the runbook's test@example.com, by `saltctl up`

  bool is_production() const {
    return name == "production";
  }
  // "https://api.saltbitter.com:8443", without the port where it is the scheme's own.
  std::string url() const;
  std::string test_url() const;  // empty without a test listener
};

// Reads and checks `folder`/NAME.yaml. A failure is invalid_argument with every problem found, one
// a line, each as "FILE:LINE:COLUMN: what is wrong"; not_found names the environments that exist.
Result<Environment> load_environment(const fs::Path& folder, const std::string& name, Where where);
// The same from text; `file` is only for messages.
Result<Environment> parse_environment(const std::string& text, const std::string& file,
                                      Where where);
// Names of the environments in `folder`, sorted.
std::vector<std::string> environment_names(const fs::Path& folder);

}  // namespace sb::saltctl
