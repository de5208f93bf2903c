// What an environment is made of, as the AWS API names it: found by look_up(), made by ensure().
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sb::saltctl {

struct Address {
  std::string host;
  std::uint16_t port = 0;
};

struct Resources {
  std::string account;
  std::string cluster_arn;
  std::string load_balancer_arn;
  std::string load_balancer_address;       // DNS name or address
  std::vector<std::string> target_groups;  // ARNs, in the declared order
  std::string production_rule;             // ARNs; empty for rolling
  std::string test_rule;
  std::optional<Address> database;
  std::optional<Address> cache;
  std::map<std::string, std::string> secret_arns;  // Secrets Manager: name to ARN
  // Values of the declared secrets, for the operator's shell. Never printed, never put into argv.
  std::map<std::string, std::string> secret_values;
  // Declared secrets without a value, each as a sentence. What runs goes on without them, what
  // starts cannot.
  std::vector<std::string> lacking;

  // "app/saltbitter-prod/0123456789abcdef", CloudWatch's name for the load balancer.
  std::string load_balancer_dimension() const {
    constexpr std::string_view kMark = ":loadbalancer/";
    auto at = load_balancer_arn.find(kMark);
    return at == std::string::npos ? "" : load_balancer_arn.substr(at + kMark.size());
  }
};

}  // namespace sb::saltctl
