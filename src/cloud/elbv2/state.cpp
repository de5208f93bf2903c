#include "cloud/elbv2/state.hpp"

#include <algorithm>
#include <boost/describe.hpp>
#include <charconv>
#include <limits>

#include "cloud/store/store.hpp"

namespace sb::cloud::elbv2 {

BOOST_DESCRIBE_STRUCT(LoadBalancer, (), (shape, id, address, attributes, tags))
BOOST_DESCRIBE_STRUCT(Target, (), (address, port, registered, draining_since))
BOOST_DESCRIBE_STRUCT(TargetGroup, (), (shape, id, attributes, tags, targets))
BOOST_DESCRIBE_STRUCT(Listener, (), (shape, id, default_rule, attributes, tags))
BOOST_DESCRIBE_STRUCT(Rule, (), (shape, id, listener, tags))

namespace {

template <class T>
constexpr std::string_view kKind = {};
template <>
constexpr std::string_view kKind<LoadBalancer> = "elbv2.load_balancer";
template <>
constexpr std::string_view kKind<TargetGroup> = "elbv2.target_group";
template <>
constexpr std::string_view kKind<Listener> = "elbv2.listener";
template <>
constexpr std::string_view kKind<Rule> = "elbv2.rule";

template <class T>
Result<> load_into(Store& store, std::map<std::string, T>& all) {
  SB_TRY(auto rows, store.list<T>(kKind<T>));
  for (auto& [arn, document] : rows) all.emplace(std::move(arn), std::move(document));
  return {};
}

template <class T>
Result<> save(Store& store, const std::map<std::string, T>& before,
              const std::map<std::string, T>& after) {
  for (const auto& [arn, document] : after) {
    auto old = before.find(arn);
    if (old == before.end() || old->second != document) {
      SB_TRY_VOID(store.put(kKind<T>, arn, document));
    }
  }
  for (const auto& [arn, document] : before) {
    if (after.contains(arn)) continue;
    auto erased = store.erase(kKind<T>, arn);
    if (!erased) return std::unexpected(erased.error());
  }
  return {};
}

template <class T>
void take_back_kind(std::map<std::string, T>& now, const std::map<std::string, T>& before,
                    const std::map<std::string, T>& after) {
  for (const auto& [arn, document] : after) {
    auto old = before.find(arn);
    if (old != before.end() && old->second == document) continue;
    auto current = now.find(arn);
    if (current == now.end() || current->second != document) continue;  // changed again since
    if (old == before.end()) {
      now.erase(current);
    } else {
      current->second = old->second;
    }
  }
  for (const auto& [arn, document] : before) {
    if (!after.contains(arn)) now.emplace(arn, document);
  }
}

}  // namespace

int Rule::priority() const {
  if (is_default()) return std::numeric_limits<int>::max();
  int value = 0;
  const std::string text = shape.Priority.value_or("");
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<const Listener*> State::listeners_of(const std::string& load_balancer) const {
  std::vector<const Listener*> found;
  for (const auto& [arn, listener] : listeners) {
    if (listener.shape.LoadBalancerArn == load_balancer) found.push_back(&listener);
  }
  std::sort(found.begin(), found.end(),
            [](const Listener* a, const Listener* b) { return a->shape.Port < b->shape.Port; });
  return found;
}

std::vector<const Rule*> State::rules_of(const std::string& listener) const {
  std::vector<const Rule*> found;
  for (const auto& [arn, rule] : rules) {
    if (rule.listener == listener) found.push_back(&rule);
  }
  std::sort(found.begin(), found.end(),
            [](const Rule* a, const Rule* b) { return a->priority() < b->priority(); });
  return found;
}

std::vector<std::string> State::users_of(const std::string& target_group) const {
  std::vector<std::string> users;
  for (const auto& [arn, rule] : rules) {
    const auto forward = forward_of(rule.shape.Actions);
    const bool is_user = std::any_of(forward.begin(), forward.end(), [&](const auto& tuple) {
      return tuple.TargetGroupArn == target_group;
    });
    auto listener = listeners.find(rule.listener);
    if (!is_user || listener == listeners.end()) continue;
    const std::string& balancer = listener->second.shape.LoadBalancerArn.value_or("");
    if (std::find(users.begin(), users.end(), balancer) == users.end()) users.push_back(balancer);
  }
  return users;
}

std::vector<api::TargetGroupTuple> forward_of(const std::vector<api::Action>& actions) {
  for (const api::Action& action : actions) {
    if (action.Type == "forward" && action.ForwardConfig) return action.ForwardConfig->TargetGroups;
  }
  return {};
}

Result<State> load(Store& store) {
  State state;
  SB_TRY_VOID(load_into(store, state.load_balancers));
  SB_TRY_VOID(load_into(store, state.target_groups));
  SB_TRY_VOID(load_into(store, state.listeners));
  SB_TRY_VOID(load_into(store, state.rules));
  return state;
}

Result<> save_changes(Store& store, const State& before, const State& after) {
  return store.transaction([&]() -> Result<> {
    SB_TRY_VOID(save(store, before.load_balancers, after.load_balancers));
    SB_TRY_VOID(save(store, before.target_groups, after.target_groups));
    SB_TRY_VOID(save(store, before.listeners, after.listeners));
    return save(store, before.rules, after.rules);
  });
}

void take_back(State& now, const State& before, const State& after) {
  take_back_kind(now.load_balancers, before.load_balancers, after.load_balancers);
  take_back_kind(now.target_groups, before.target_groups, after.target_groups);
  take_back_kind(now.listeners, before.listeners, after.listeners);
  take_back_kind(now.rules, before.rules, after.rules);
}

}  // namespace sb::cloud::elbv2
