#include "cloud/elbv2/translate.hpp"

#include <fmt/format.h>

#include <set>

#include "cloud/elbv2/operations.hpp"

namespace sb::cloud::elbv2 {

namespace {

int number(const std::string& text) {
  return text.empty() ? 0 : std::stoi(text);
}

proxy::Condition to_condition(const api::RuleCondition& condition) {
  using Kind = proxy::Condition::Kind;
  proxy::Condition out;
  out.values = condition.Values;
  const std::string field = condition.Field.value_or("");
  if (field == "host-header") {
    out.kind = Kind::host_header;
  } else if (field == "http-header") {
    out.kind = Kind::http_header;
    out.name = condition.HttpHeaderConfig->HttpHeaderName.value_or("");
    out.values = condition.HttpHeaderConfig->Values;
  } else if (field == "http-request-method") {
    out.kind = Kind::http_request_method;
    out.values = condition.HttpRequestMethodConfig->Values;
  } else if (field == "source-ip") {
    out.kind = Kind::source_ip;
    out.values = condition.SourceIpConfig->Values;
  }
  return out;
}

// Pairs of different keys are alternatives, which one condition of the proxy cannot say: so each
// value becomes a pattern of the whole query string.
proxy::Condition to_query_condition(const api::QueryStringConditionConfig& config) {
  proxy::Condition out;
  out.kind = proxy::Condition::Kind::query_string;
  if (config.Values.size() == 1 && config.Values.front().Key) {
    out.name = *config.Values.front().Key;
    out.values = {config.Values.front().Value.value_or("")};
    return out;
  }
  for (const auto& pair : config.Values) {
    const std::string text =
        pair.Key ? *pair.Key + "=" + pair.Value.value_or("") : pair.Value.value_or("");
    for (const char* shape : {"{}", "{}&*", "*&{}", "*&{}&*"}) {
      out.values.push_back(fmt::format(fmt::runtime(shape), text));
    }
  }
  return out;
}

proxy::Action to_action(const State& state, const std::vector<api::Action>& actions) {
  proxy::Action out;
  for (const api::TargetGroupTuple& tuple : forward_of(actions)) {
    auto group = state.target_groups.find(tuple.TargetGroupArn.value_or(""));
    if (group == state.target_groups.end()) continue;
    out.forward.push_back({group_key(group->second), tuple.Weight.value_or(1)});
  }
  if (actions.empty()) return out;
  const api::Action& action = actions.front();
  if (action.FixedResponseConfig && action.Type == "fixed-response") {
    out.kind = proxy::Action::Kind::fixed_response;
    out.status = number(action.FixedResponseConfig->StatusCode.value_or("503"));
    out.body = action.FixedResponseConfig->MessageBody.value_or("");
    out.content_type = action.FixedResponseConfig->ContentType.value_or("text/plain");
  } else if (action.RedirectConfig && action.Type == "redirect") {
    out.kind = proxy::Action::Kind::redirect;
    out.status = action.RedirectConfig->StatusCode == "HTTP_302" ? 302 : 301;
    out.protocol = *action.RedirectConfig->Protocol;
    out.host = *action.RedirectConfig->Host;
    out.port = *action.RedirectConfig->Port;
    out.path = *action.RedirectConfig->Path;
    out.query = *action.RedirectConfig->Query;
  }
  return out;
}

proxy::TargetGroup to_group(const TargetGroup& group) {
  const api::TargetGroup& shape = group.shape;
  proxy::TargetGroup out;
  out.key = group_key(group);
  out.check.is_enabled = shape.HealthCheckEnabled.value_or(true);
  out.check.path = shape.HealthCheckPath.value_or("/");
  const std::string port = shape.HealthCheckPort.value_or("traffic-port");
  out.check.port =
      port == "traffic-port" ? std::uint16_t{0} : static_cast<std::uint16_t>(number(port));
  out.check.interval = std::chrono::seconds(shape.HealthCheckIntervalSeconds.value_or(30));
  out.check.timeout = std::chrono::seconds(shape.HealthCheckTimeoutSeconds.value_or(5));
  out.check.healthy_threshold = shape.HealthyThresholdCount.value_or(5);
  out.check.unhealthy_threshold = shape.UnhealthyThresholdCount.value_or(2);
  if (shape.Matcher) out.check.matcher = shape.Matcher->HttpCode.value_or("200");
  if (target_group_attributes(group).at("load_balancing.algorithm.type") != "round_robin") {
    out.balance = proxy::Balance::least_outstanding;
  }
  for (const Target& target : group.targets) {
    out.targets.push_back({target.address, static_cast<std::uint16_t>(target.port),
                           target.draining_since.has_value()});
  }
  return out;
}

proxy::Listener to_listener(const State& state, const Listener& listener,
                            const LoadBalancer& balancer, const CertificateFile& certificate_file) {
  proxy::Listener out;
  out.key = "listener_" + listener.id;
  out.load_balancer = Service::load_balancer_dimension(*balancer.shape.LoadBalancerArn);
  out.address = balancer.address;
  out.port = static_cast<std::uint16_t>(listener.shape.Port.value_or(0));
  out.idle_timeout = std::chrono::seconds(
      number(load_balancer_attributes(balancer).at("idle_timeout.timeout_seconds")));
  for (const api::Certificate& certificate : listener.shape.Certificates) {
    auto [file, stamp] = certificate_file(certificate.CertificateArn.value_or(""));
    out.certificate_files.push_back(std::move(file));
    out.certificate_stamp += stamp;
  }
  for (const Rule* rule : state.rules_of(*listener.shape.ListenerArn)) {
    proxy::Rule converted;
    converted.key = rule_key(*rule);
    for (const api::RuleCondition& condition : rule->shape.Conditions) {
      converted.conditions.push_back(condition.QueryStringConfig
                                         ? to_query_condition(*condition.QueryStringConfig)
                                         : to_condition(condition));
    }
    converted.action = to_action(state, rule->shape.Actions);
    out.rules.push_back(std::move(converted));
  }
  return out;
}

TargetState unhealthy(TargetState result, const proxy::TargetHealth& seen) {
  result.state = "unhealthy";
  if (seen.check_status == "L7STS") {
    result.reason = "Target.ResponseCodeMismatch";
    result.description =
        fmt::format("Health checks failed with these codes: [{}]", seen.check_code);
  } else if (seen.check_status.ends_with("TOUT")) {
    result.reason = "Target.Timeout";
    result.description = "Request timed out";
  } else {
    result.reason = "Target.FailedHealthChecks";
    result.description = "Health checks failed";
  }
  return result;
}

}  // namespace

std::string group_key(const TargetGroup& group) {
  return group.shape.TargetGroupName.value_or("") + "_" + group.id;
}

std::string rule_key(const Rule& rule) {
  return "rule_" + rule.id;
}

proxy::Model to_model(const State& state, const CertificateFile& certificate_file) {
  proxy::Model model;
  std::set<std::string> used;
  for (const auto& [arn, listener] : state.listeners) {
    auto balancer = state.load_balancers.find(listener.shape.LoadBalancerArn.value_or(""));
    if (balancer == state.load_balancers.end()) continue;
    model.listeners.push_back(to_listener(state, listener, balancer->second, certificate_file));
    for (const Rule* rule : state.rules_of(arn)) {
      for (const auto& tuple : forward_of(rule->shape.Actions)) {
        used.insert(tuple.TargetGroupArn.value_or(""));
      }
    }
  }
  for (const auto& [arn, group] : state.target_groups) {
    if (used.contains(arn)) model.groups.push_back(to_group(group));
  }
  return model;
}

TargetState state_of(const Target& target, const TargetGroup& group, bool is_in_use,
                     const proxy::TargetHealth* seen, Timestamp now) {
  TargetState result;
  result.target = {target.address, target.port};
  if (target.draining_since) {
    result.state = "draining";
    result.reason = "Target.DeregistrationInProgress";
    result.description = "Target deregistration is in progress";
    return result;
  }
  if (!is_in_use) {
    result.state = "unused";
    result.reason = "Target.NotInUse";
    result.description = "Target group is not configured to receive traffic from the load balancer";
    return result;
  }
  if (!group.shape.HealthCheckEnabled.value_or(true)) {
    result.state = "unavailable";
    result.reason = "Target.HealthCheckDisabled";
    result.description = "Health checks are not enabled for this target";
    return result;
  }
  if (seen != nullptr && seen->state == proxy::TargetHealth::State::up) {
    result.state = "healthy";
    return result;
  }
  // AWS would need this long to call a new target unhealthy; until then it may still be starting.
  const auto patience = std::chrono::seconds(group.shape.HealthCheckIntervalSeconds.value_or(30) *
                                             group.shape.UnhealthyThresholdCount.value_or(2));
  if (seen != nullptr && (seen->was_up || now - target.registered >= patience)) {
    return unhealthy(std::move(result), *seen);
  }
  result.state = "initial";
  if (seen == nullptr) {
    result.reason = "Elb.RegistrationInProgress";
    result.description = "Target registration is in progress";
  } else {
    result.reason = "Elb.InitialHealthChecking";
    result.description = "Initial health checks in progress";
  }
  return result;
}

bool is_drained(const Target& target, const TargetGroup& group, const proxy::TargetHealth* seen,
                Timestamp now) {
  if (!target.draining_since) return false;
  const int limit_s =
      number(target_group_attributes(group).at("deregistration_delay.timeout_seconds"));
  if (now - *target.draining_since >= std::chrono::seconds(limit_s)) return true;
  // The proxy no longer has it; or has it, and has not told of it yet.
  if (seen == nullptr) return now - *target.draining_since >= std::chrono::seconds(1);
  return seen->state == proxy::TargetHealth::State::draining && seen->sessions == 0;
}

}  // namespace sb::cloud::elbv2
