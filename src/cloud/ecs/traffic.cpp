// What the listener rules should say.
#include <algorithm>
#include <cmath>
#include <tuple>

#include "cloud/ecs/steps.hpp"

namespace sb::cloud::ecs::steps {

bool is_applied(const Rule& rule) {
  return rule.arn.empty() || rule.applied_version == rule.version;
}

namespace {

bool is_same_split(const std::vector<Share>& a, const std::vector<Share>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Share& x, const Share& y) {
    return x.target_group == y.target_group && x.percent == y.percent;
  });
}

std::string other_group(const Service& service, const std::string& group) {
  if (!service.load_balancing) return {};
  const auto& pair = *service.load_balancing;
  return group == pair.target_group ? pair.alternate_target_group : pair.target_group;
}

std::string group_of(const Service& service, const std::string& revision) {
  const auto* found = find_revision(service, revision);
  return found ? found->target_group : std::string();
}

}  // namespace

void wish(Rule& rule, std::vector<Share> shares, bool again) {
  std::sort(shares.begin(), shares.end(), [](const Share& a, const Share& b) {
    return std::tie(a.target_group, a.revision) < std::tie(b.target_group, b.revision);
  });
  bool is_new = again || !is_same_split(rule.shares, shares);
  rule.shares = std::move(shares);
  if (is_new) ++rule.version;
  if (rule.arn.empty()) rule.applied_version = rule.version;
}

std::vector<Share> split(const Service& service, const std::string& source,
                         const std::string& target, double target_percent) {
  auto to = group_of(service, target);
  // Without a source the idle group stands for "nobody": its answer is 503 until the shift.
  auto from = source.empty() ? other_group(service, to) : group_of(service, source);
  std::vector<Share> shares{{target, to, target_percent}};
  if (!source.empty() || !from.empty()) shares.push_back({source, from, 100 - target_percent});
  return shares;
}

std::vector<Share> all_to(const Service& service, const std::string& revision) {
  auto group = group_of(service, revision);
  std::vector<Share> shares{{revision, group, 100}};
  // Both groups stay behind the rule, or the load balancer would not check the idle one's targets.
  if (auto idle = other_group(service, group); !idle.empty() && idle != group)
    shares.push_back({"", idle, 0});
  return shares;
}

bool may_receive_all(const Service& service, const std::string& revision) {
  if (service.desired_count == 0 || count(service, revision).ready > 0) return true;
  return std::none_of(service.production.shares.begin(), service.production.shares.end(),
                      [&](const Share& share) {
                        return share.percent > 0 && share.revision != revision &&
                               count(service, share.revision).ready > 0;
                      });
}

}  // namespace sb::cloud::ecs::steps

namespace sb::cloud::ecs {

namespace {

// Percent with one decimal to 0..999: whole percents as they are, fractions in tenths of a percent.
std::vector<WeightedGroup> weights_of(const std::vector<Share>& shares) {
  bool whole = std::all_of(shares.begin(), shares.end(), [](const Share& share) {
    return std::abs(share.percent - std::round(share.percent)) < 1e-9;
  });
  std::vector<WeightedGroup> groups;
  for (const auto& share : shares) {
    auto weight = static_cast<int>(std::lround(share.percent * (whole ? 1 : 10)));
    groups.push_back({share.target_group, std::clamp(weight, 0, 999)});
  }
  std::sort(groups.begin(), groups.end(),
            [](const auto& a, const auto& b) { return a.target_group < b.target_group; });
  return groups;
}

}  // namespace

std::vector<Action> outstanding(const Service& service) {
  std::vector<Action> actions;
  // Production first: when a rollback moves both rules, users come before testers.
  for (auto [kind, rule] : {std::pair(RuleKind::production, &service.production),
                            std::pair(RuleKind::test, &service.test)})
    if (!steps::is_applied(*rule) && !rule->shares.empty())
      actions.push_back(SetWeights{kind, rule->version, rule->arn, weights_of(rule->shares)});
  int port = service.load_balancing ? service.load_balancing->container_port : 0;
  for (const auto& task : service.tasks) {
    const auto* revision = find_revision(service, task.revision);
    switch (task.phase) {
      case TaskPhase::provisioning:
        if (revision)
          actions.push_back(StartTask{task.id, revision->arn, revision->task_definition});
        break;
      case TaskPhase::activating:
        actions.push_back(RegisterTarget{task.id, task.target_group, task.address, port});
        break;
      case TaskPhase::running:
        break;
      case TaskPhase::deactivating:
        actions.push_back(DeregisterTarget{task.id, task.target_group, task.address, port, true});
        break;
      case TaskPhase::stopping:
        actions.push_back(StopTask{task.id});
        break;
      case TaskPhase::deprovisioning:
        actions.push_back(DeregisterTarget{task.id, task.target_group, task.address, port, false});
        break;
    }
  }
  return actions;
}

namespace {
struct KeyOf {
  std::string operator()(const SetWeights& a) const {
    return a.rule == RuleKind::production ? "rule/production" : "rule/test";
  }
  std::string operator()(const auto& a) const {
    return "task/" + a.task;
  }
};
}  // namespace

std::string key_of(const Action& action) {
  return std::visit(KeyOf{}, action);
}

}  // namespace sb::cloud::ecs
