// The runbook's five smoke tests, in one place: the engine runs them on the test listener and again
// on production, `saltctl smoke` and tests/smoke run them for a person. They make two throw-away
// users, work any number of times against production, and use few calls (the platform allows ten
// logins and registrations a minute from one address): two registrations and one login.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include "base/async/task.hpp"

namespace sb::release::smoke {

enum class Target { test, production };

struct Options {
  std::string base_url;            // "https://api.saltbitter.com", no slash at the end
  std::string ca_file;             // PEM, in place of the system's roots
  bool trusts_system_too = false;  // besides ca_file
  std::map<std::string, std::string> connect_to;  // "host:port" -> "address:port"
  std::string expected_version;                   // X-SaltBitter-Version; empty: not checked
  Duration timeout = std::chrono::seconds(180);   // for all of it
  Duration request_timeout = std::chrono::seconds(10);
  Duration longest_rate_limit_wait =
      std::chrono::seconds(65);  // 429 with a longer retry_after fails
};

struct CheckResult {
  std::string name;  // "Health check endpoint"
  bool passed = false;
  bool was_run = false;  // false: an earlier check's failure made it pointless
  std::string message;   // what was seen; on failure what was expected, too
  std::int64_t duration_ms = 0;
  std::vector<std::string> evidence;  // "GET /health 200 in 3 ms"
};
BOOST_DESCRIBE_STRUCT(CheckResult, (), (name, passed, was_run, message, duration_ms, evidence))

struct Report {
  std::string base_url;
  bool passed = false;
  bool asserted = false;              // false: nobody answered at all, so nothing was tested
  std::string summary;                // one sentence
  std::vector<std::string> versions;  // X-SaltBitter-Version values that answered
  std::int64_t duration_ms = 0;
  std::vector<CheckResult> checks;  // always five, in the runbook's order
};
BOOST_DESCRIBE_STRUCT(Report, (),
                      (base_url, passed, asserted, summary, versions, duration_ms, checks))

using OnCheck = std::function<void(const CheckResult&)>;

Task<Report> run(Options options, OnCheck on_check = {});

}  // namespace sb::release::smoke
