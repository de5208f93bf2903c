#include "saltctl/environment/environment.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

#include "saltctl/environment/fields.hpp"

namespace sb::saltctl {
namespace {

bool is_variable_name(const std::string& name) {
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

bool is_resource_name(const std::string& name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

void read_name(Fields& fields, const std::string& key, std::string& value,
               std::size_t max_length = 63) {
  fields.text(key, value, max_length);
  if (!value.empty() && !is_resource_name(value)) {
    fields.problem(key, "may hold lower-case letters, digits and '-' only");
  }
}

// Text, not a number: an account's number may begin with zeros.
void read_account(Fields& fields, std::string& account) {
  fields.text("account", account, 12);
  const bool is_number = std::ranges::all_of(account, [](char c) { return c >= '0' && c <= '9'; });
  if (!account.empty() && (account.size() != 12 || !is_number))
    fields.problem("account", "is the twelve digits of an AWS account");
}

void read_listener(Fields fields, Listener& listener) {
  int port = listener.port;
  fields.number("port", port, 1, 65535);
  listener.port = static_cast<std::uint16_t>(port);
  fields.choice("protocol", listener.protocol, {"HTTP", "HTTPS"});
  if (listener.port == 0) fields.problem("port", "is missing");
  if (listener.protocol.empty()) fields.problem("protocol", "is missing");
  fields.finish();
}

void read_listeners(Fields fields, LoadBalancerSettings& balancer) {
  auto production = fields.map("production");
  if (fields.has("production")) read_listener(std::move(production), balancer.production);
  auto test = fields.map("test");
  if (fields.has("test")) {
    if (!balancer.test) balancer.test.emplace();
    read_listener(std::move(test), *balancer.test);
  }
  fields.finish();
}

void read_health(Fields fields, HealthCheck& health) {
  fields.text("path", health.path);
  if (!health.path.starts_with('/')) fields.problem("path", "must begin with '/'");
  fields.number("interval_seconds", health.interval_seconds, 1, 300);
  fields.number("timeout_seconds", health.timeout_seconds, 1, 120);
  fields.number("healthy_count", health.healthy_count, 1, 10);
  fields.number("unhealthy_count", health.unhealthy_count, 1, 10);
  fields.number("grace_seconds", health.grace_seconds, 0, 3600);
  if (health.timeout_seconds > health.interval_seconds) {
    fields.problem("timeout_seconds", "must not exceed interval_seconds");
  }
  fields.finish();
}

void read_variables(Fields& fields, std::map<std::string, std::string>& environment) {
  fields.text_map("environment", environment);
  for (const auto& [name, value] : environment) {
    if (!is_variable_name(name))
      fields.problem("environment", "holds a bad variable name: " + name);
  }
}

void read_secrets(Fields& task, std::vector<SecretSource>& secrets,
                  const std::map<std::string, std::string>& environment) {
  std::set<std::string> seen;
  for (auto& fields : task.maps("secrets")) {
    SecretSource source;
    std::string store = "ssm";
    fields.require({"store", "id", "keys"});
    fields.choice("store", store, {"ssm", "secretsmanager"});
    source.store = store == "ssm" ? SecretSource::Store::ssm : SecretSource::Store::secretsmanager;
    fields.text("id", source.id, 512);
    if (source.store == SecretSource::Store::ssm &&
        (!source.id.starts_with('/') || source.id.ends_with('/'))) {
      fields.problem("id", "must be a path that begins with '/' and does not end with it");
    }
    fields.texts("keys", source.keys);
    for (const auto& key : source.keys) {
      if (!is_variable_name(key)) fields.problem("keys", "holds a bad variable name: " + key);
      if (!seen.insert(key).second)
        fields.problem("keys", "names " + key + ", which another source has");
      if (environment.contains(key))
        fields.problem("keys", "names " + key + ", which environment has too");
    }
    fields.finish();
    secrets.push_back(std::move(source));
  }
}

void read_task(Fields fields, TaskSettings& task) {
  fields.require({"execution_role", "task_role"});
  fields.number("cpu", task.cpu, 256, 16384);
  if (!std::set{256, 512, 1024, 2048, 4096, 8192, 16384}.contains(task.cpu)) {
    fields.problem("cpu", "must be one of: 256, 512, 1024, 2048, 4096, 8192, 16384");
  }
  fields.number("memory", task.memory, 512, 122880);
  fields.number("count", task.count, 1, 100);
  fields.number("port", task.port, 1024, 65535);
  fields.number("stop_timeout_seconds", task.stop_timeout_seconds, 2, 120);
  fields.text("execution_role", task.execution_role);
  fields.text("task_role", task.task_role);
  read_variables(fields, task.environment);
  read_secrets(fields, task.secrets, task.environment);
  fields.finish();
}

void read_load_balancer(Fields fields, LoadBalancerSettings& balancer) {
  fields.require({"name", "host", "listeners", "target_groups"});
  read_name(fields, "name", balancer.name, 32);
  fields.text("host", balancer.host);
  fields.text("certificate", balancer.certificate, 512);
  fields.texts("target_groups", balancer.target_groups);
  for (const auto& name : balancer.target_groups) {
    if (!is_resource_name(name) || name.size() > 32) {
      fields.problem("target_groups", "holds a bad name (at most 32 of a-z, 0-9, '-'): " + name);
    }
  }
  fields.number("deregistration_delay_seconds", balancer.deregistration_delay_seconds, 0, 3600);
  read_listeners(fields.map("listeners"), balancer);
  if (balancer.production.port == 0) fields.problem("listeners", "must declare production");
  read_health(fields.map("health"), balancer.health);
  fields.finish();
}

void read_network(Fields fields, NetworkSettings& network) {
  fields.require({"vpc", "subnets", "security_groups"});
  fields.text("vpc", network.vpc);
  fields.texts("subnets", network.subnets);
  fields.texts("security_groups", network.security_groups);
  fields.finish();
}

void read_database(Fields fields, DatabaseSettings& database) {
  fields.require({"identifier", "master_secret"});
  fields.text("master_secret", database.master_secret, 512);
  read_name(fields, "identifier", database.identifier);
  fields.text("engine_version", database.engine_version);
  fields.text("instance_class", database.instance_class);
  fields.number("storage_gib", database.storage_gib, 20, 65536);
  fields.text("name", database.name, 63);
  fields.text("user", database.user, 63);
  fields.finish();
}

void read_cache(Fields fields, CacheSettings& cache) {
  fields.require({"identifier"});
  read_name(fields, "identifier", cache.identifier, 50);
  fields.text("node_type", cache.node_type);
  fields.finish();
}

constexpr std::array<std::string_view, 7> kGates = {
    "tests", "coverage", "security", "migrations", "flags", "rollback-plan", "notified"};

void read_gates(Fields& fields, const std::string& key, std::vector<std::string>& gates) {
  fields.texts(key, gates);
  for (const auto& gate : gates) {
    if (std::ranges::find(kGates, gate) == kGates.end())
      fields.problem(key, fmt::format("names '{}', which is no box of the pre-deployment list; "
                                      "known: {}",
                                      gate, fmt::join(kGates, ", ")));
  }
}

void read_approval(Fields fields, ReleaseSettings& release) {
  fields.flag("required", release.needs_approval);
  fields.number("expires_minutes", release.approval_expires_minutes, 1, 10080);
  fields.flag("by_another_person", release.approval_by_another_person);
  fields.finish();
}

void read_release(Fields fields, ReleaseSettings& release) {
  std::string strategy =
      release.strategy == ReleaseSettings::Strategy::blue_green ? "BLUE_GREEN" : "ROLLING";
  fields.choice("strategy", strategy, {"BLUE_GREEN", "ROLLING"});
  release.strategy = strategy == "BLUE_GREEN" ? ReleaseSettings::Strategy::blue_green
                                              : ReleaseSettings::Strategy::rolling;
  fields.flag("snapshot", release.snapshot);
  fields.number("watch_seconds", release.watch_seconds, 1, 86400);
  fields.number("hook_timeout_minutes", release.hook_timeout_minutes, 1, 20160);
  fields.number("metrics_period_seconds", release.metrics_period_seconds, 1, 3600);
  fields.number("poll_ms", release.poll_ms, 50, 60000);
  fields.decimal("max_error_rate_percent", release.max_error_rate_percent, 0, 100);
  fields.number("max_p95_ms", release.max_p95_ms, 1, 60000);
  fields.number("min_requests", release.min_requests, 1, 1'000'000);
  read_gates(fields, "gates", release.gates);
  read_gates(fields, "hotfix_gates", release.hotfix_gates);
  read_approval(fields.map("approval"), release);
  fields.number("silence_minutes", release.silence_minutes, 0, 1440);
  fields.decimal("critical_error_rate_percent", release.critical_error_rate_percent, 0, 100);
  fields.number("max_request_drop_percent", release.max_request_drop_percent, 1, 100);
  fields.decimal("max_connections_ratio", release.max_connections_ratio, 1, 1000);
  fields.number("spare_connections", release.spare_connections, 0, 10'000);
  fields.number("max_memory_percent", release.max_memory_percent, 1, 100);
  fields.number("lasting_seconds", release.lasting_seconds, 1, 3600);
  fields.number("metrics_silence_seconds", release.metrics_silence_seconds, 1, 3600);
  if (release.critical_error_rate_percent < release.max_error_rate_percent)
    fields.problem("critical_error_rate_percent", "must not be below max_error_rate_percent");
  fields.finish();
}

void read_notifications(Fields fields, NotificationSettings& notifications) {
  fields.flag("page", notifications.page);
  fields.flag("status_page", notifications.status_page);
  fields.flag("maintenance", notifications.maintenance);
  if (notifications.maintenance && !notifications.status_page) {
    fields.problem("maintenance", "needs status_page: true");
  }
  fields.finish();
}

// What differs on a local cloud. Read even when it is not applied, so that a mistake in it is never
// silent.
void read_local(Fields fields, Environment& environment) {
  auto& balancer = environment.load_balancer;
  fields.text("bind_address", balancer.bind_address);
  fields.flag("demo_account", environment.demo_account);
  fields.number("deregistration_delay_seconds", balancer.deregistration_delay_seconds, 0, 3600);
  read_listeners(fields.map("listeners"), balancer);
  if (balancer.production.port < 1024 || (balancer.test && balancer.test->port < 1024)) {
    fields.problem("listeners", "must not use ports below 1024 on a local cloud");
  }
  read_health(fields.map("health"), balancer.health);
  read_variables(fields, environment.task.environment);
  read_release(fields.map("release"), environment.release);
  fields.finish();
}

void check_together(Fields& file, const Environment& environment) {
  const auto& balancer = environment.load_balancer;
  bool blue_green = environment.release.strategy == ReleaseSettings::Strategy::blue_green;
  if (blue_green && balancer.target_groups.size() != 2) {
    file.problem("load_balancer", "needs exactly two target_groups for strategy BLUE_GREEN");
  }
  if (!blue_green && balancer.target_groups.size() != 1) {
    file.problem("load_balancer", "needs exactly one of target_groups for strategy ROLLING");
  }
  if (blue_green && !balancer.test) {
    file.problem("load_balancer", "needs a test listener for strategy BLUE_GREEN");
  }
  if (balancer.test && balancer.test->port == balancer.production.port) {
    file.problem("load_balancer", "has the production and the test listener on one port");
  }
}

Environment read_file(Problems& problems, const YAML::Node& root, Where where) {
  Environment environment;
  Fields file(problems, root, "");
  file.require({"environment", "region", "cluster", "service", "family", "log_group", "task",
                "network", "load_balancer", "database", "cache", "release"});
  read_name(file, "environment", environment.name);
  read_name(file, "region", environment.region);
  read_account(file, environment.account);
  read_name(file, "cluster", environment.cluster);
  read_name(file, "service", environment.service);
  read_name(file, "family", environment.family);
  file.text("log_group", environment.log_group, 512);
  read_task(file.map("task"), environment.task);
  read_network(file.map("network"), environment.network);
  read_load_balancer(file.map("load_balancer"), environment.load_balancer);
  read_database(file.map("database"), environment.database);
  read_cache(file.map("cache"), environment.cache);
  read_release(file.map("release"), environment.release);
  read_notifications(file.map("notifications"), environment.notifications);
  check_together(file, environment);
  Environment overridden = environment;
  auto local = file.map("local");
  if (file.has("local")) read_local(std::move(local), overridden);
  file.finish();
  return where == Where::local ? overridden : environment;
}

std::string listener_url(const Listener& listener, const std::string& host) {
  std::string scheme = listener.protocol == "HTTPS" ? "https" : "http";
  bool is_default = listener.port == (scheme == "https" ? 443 : 80);
  return is_default ? fmt::format("{}://{}", scheme, host)
                    : fmt::format("{}://{}:{}", scheme, host, listener.port);
}

}  // namespace

std::string Environment::url() const {
  return listener_url(load_balancer.production, load_balancer.host);
}

std::string Environment::test_url() const {
  return load_balancer.test ? listener_url(*load_balancer.test, load_balancer.host) : "";
}

Result<Environment> parse_environment(const std::string& text, const std::string& file,
                                      Where where) {
  Problems problems(file);
  Environment environment;
  try {
    environment = read_file(problems, YAML::Load(text), where);
  } catch (const YAML::Exception& error) {
    problems.add(error.mark, error.msg);
  }
  if (!problems.empty()) return fail(ErrorCode::invalid_argument, problems.text());
  return environment;
}

std::vector<std::string> environment_names(const fs::Path& folder) {
  std::vector<std::string> names;
  auto files = fs::list(folder);
  if (!files) return names;
  for (const auto& file : *files) {
    if (file.extension() == ".yaml") names.push_back(file.stem());
  }
  return names;
}

Result<Environment> load_environment(const fs::Path& folder, const std::string& name, Where where) {
  auto names = environment_names(folder);
  if (std::ranges::find(names, name) == names.end()) {
    return fail(ErrorCode::not_found, fmt::format("there is no environment '{}'; {} has: {}", name,
                                                  folder.string(), fmt::join(names, ", ")));
  }
  auto path = folder / (name + ".yaml");
  SB_TRY(auto text, fs::read_file(path));
  SB_TRY(auto environment, parse_environment(text, path.string(), where));
  if (environment.name != name) {
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("{} declares environment '{}'; the file's name and its first line must agree",
                    path.string(), environment.name));
  }
  return environment;
}

}  // namespace sb::saltctl
