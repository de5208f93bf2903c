// What the runner must know of an environment; saltctl fills it from deploy/environments/NAME.yaml.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "release/analysis/limits.hpp"
#include "release/engine/plan.hpp"

namespace sb::release {

struct EnvironmentConfig {
  std::string name;     // "production"
  std::string cluster;  // "saltbitter-prod"
  std::string service;  // "saltbitter-api-prod"
  std::string family;   // "saltbitter-api-prod"
  std::string container = "api";
  Strategy strategy = Strategy::blue_green;

  // The AWS API.
  std::string endpoint;  // empty: AWS itself
  std::string region = "us-west-2";
  std::string access_key;
  std::string secret_key;
  std::string session_token;
  std::string api_ca_file;  // PEM, in place of the system's roots

  // What the smoke tests ask.
  std::string url;       // "https://api.saltbitter.com"
  std::string test_url;  // "https://api.saltbitter.com:9443"; empty for rolling
  std::map<std::string, std::string> connect_to;  // "host:port" -> "address:port"
  std::string ca_file;

  // The load balancer whose metrics are watched. Found by the service's own load balancers when
  // empty.
  std::string load_balancer;  // CloudWatch's dimension: "app/name/0123456789abcdef"

  std::string db_instance;       // snapshot before migrating; empty: none
  std::string watched_database;  // whose connections and status are watched; empty: none
  std::string lock_parameter;    // empty: "/saltbitter/<name>/release-lock"

  std::vector<std::string> gates;         // boxes that a deploy must have ticked
  std::vector<std::string> hotfix_gates;  // and a hotfix
  ApprovalTerms approval;
  std::int64_t silence_minutes = 0;

  std::int64_t watch_seconds = 30;
  TooLittleTraffic too_little_traffic = TooLittleTraffic::accept;
  analysis::Limits limits;
  std::int64_t metric_period_seconds = 60;  // 1 against saltcloud
  // How late the source may be; 0: nothing for periods under a minute, two minutes for the others.
  std::int64_t metric_delay_seconds = 0;
  std::int64_t hook_timeout_minutes = 30;  // what the service's PAUSE hooks are declared with
  Pace pace;                               // pace.poll_ms: 100 locally

  // CloudWatch's own minute metrics of load balancers come one to three minutes late.
  std::int64_t metric_delay() const {
    if (metric_delay_seconds > 0) return metric_delay_seconds;
    return metric_period_seconds >= 60 ? 120 : 0;
  }

  std::string lock_name() const {
    return lock_parameter.empty() ? "/saltbitter/" + name + "/release-lock" : lock_parameter;
  }
};

}  // namespace sb::release
