// What the load balancing service knows, as values: one document a resource, all of them one State.
// Plain copies are cheap at this size, so an operation changes a copy and the service commits the
// difference.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/model/elbv2.hpp"
#include "base/clock/clock.hpp"
#include "base/error/error.hpp"

namespace sb::cloud {
class Store;
}

namespace sb::cloud::elbv2 {

namespace api = aws::elbv2;
using Strings = std::map<std::string, std::string>;

struct LoadBalancer {
  api::LoadBalancer shape;
  std::string id;       // the last part of the ARN
  std::string address;  // where its listeners bind
  Strings attributes;   // those that were changed
  Strings tags;
  bool operator==(const LoadBalancer&) const = default;
};

struct Target {
  std::string address;
  int port = 0;
  Timestamp registered{};
  std::optional<Timestamp> draining_since;
  bool operator==(const Target&) const = default;
};

struct TargetGroup {
  api::TargetGroup shape;  // LoadBalancerArns is filled in when it is described
  std::string id;
  Strings attributes;
  Strings tags;
  std::vector<Target> targets;
  bool operator==(const TargetGroup&) const = default;
};

struct Listener {
  api::Listener shape;  // DefaultActions are the default rule's
  std::string id;
  std::string default_rule;  // its ARN
  Strings attributes;
  Strings tags;
  bool operator==(const Listener&) const = default;
};

struct Rule {
  api::Rule shape;  // Priority is a number or "default"
  std::string id;
  std::string listener;  // ARN
  Strings tags;

  bool is_default() const {
    return shape.IsDefault.value_or(false);
  }
  int priority() const;  // of the default rule: higher than any other
  bool operator==(const Rule&) const = default;
};

// By ARN.
struct State {
  std::map<std::string, LoadBalancer> load_balancers;
  std::map<std::string, TargetGroup> target_groups;
  std::map<std::string, Listener> listeners;
  std::map<std::string, Rule> rules;

  std::vector<const Listener*> listeners_of(const std::string& load_balancer) const;  // by port
  std::vector<const Rule*> rules_of(
      const std::string& listener) const;  // by priority, default last
  bool operator==(const State&) const = default;
  // ARNs of the load balancers that a rule leads from to this group.
  std::vector<std::string> users_of(const std::string& target_group) const;
};

// The groups that an action forwards to, with their weights.
std::vector<api::TargetGroupTuple> forward_of(const std::vector<api::Action>& actions);

Result<State> load(Store& store);
// Writes what differs between the two, in one transaction.
Result<> save_changes(Store& store, const State& before, const State& after);
// Takes back `after` where it is still in force: for each resource that the change from `before`
// touched.
void take_back(State& now, const State& before, const State& after);

}  // namespace sb::cloud::elbv2
