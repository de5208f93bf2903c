#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "cloud/elbv2/operations.hpp"

namespace sb::cloud::elbv2 {

namespace {

constexpr std::size_t kMaxGroups = 5;
constexpr std::size_t kMaxConditionValues = 5;

Outcome<void> check_forward(const State& state, api::Action& action) {
  if (!action.ForwardConfig) {
    if (!action.TargetGroupArn) return invalid("A forward action must name a target group");
    action.ForwardConfig.emplace();
    action.ForwardConfig->TargetGroups.push_back({action.TargetGroupArn, 1});
  }
  auto& groups = action.ForwardConfig->TargetGroups;
  if (groups.empty()) return invalid("A forward action must name at least one target group");
  if (groups.size() > kMaxGroups) {
    return fault("TooManyTargetGroups",
                 fmt::format("A forward action has at most {} target groups", kMaxGroups));
  }
  std::set<std::string> seen;
  for (api::TargetGroupTuple& tuple : groups) {
    const std::string arn = tuple.TargetGroupArn.value_or("");
    if (!state.target_groups.contains(arn)) {
      return fault("TargetGroupNotFound", fmt::format("Target groups '{}' not found", arn));
    }
    if (!seen.insert(arn).second) {
      return invalid(fmt::format("Target group '{}' appears twice in one action", arn));
    }
    tuple.Weight = tuple.Weight.value_or(1);
    if (*tuple.Weight < 0 || *tuple.Weight > 999) {
      return invalid(fmt::format("Weight '{}' must be between 0 and 999", *tuple.Weight));
    }
  }
  auto& stickiness = action.ForwardConfig->TargetGroupStickinessConfig;
  if (!stickiness) stickiness.emplace();
  stickiness->Enabled = stickiness->Enabled.value_or(false);
  if (*stickiness->Enabled) {
    return fault("InvalidConfigurationRequest", "Target group stickiness is not offered here");
  }
  // AWS gives the short form back only while there is one group.
  if (groups.size() == 1) {
    action.TargetGroupArn = groups.front().TargetGroupArn;
  } else {
    action.TargetGroupArn.reset();
  }
  return {};
}

Outcome<void> check_fixed_response(const api::Action& action) {
  if (!action.FixedResponseConfig)
    return invalid("A fixed-response action needs its configuration");
  const std::string status = action.FixedResponseConfig->StatusCode.value_or("");
  const bool is_status = status.size() == 3 &&
                         (status[0] == '2' || status[0] == '4' || status[0] == '5') &&
                         std::isdigit(static_cast<unsigned char>(status[1])) &&
                         std::isdigit(static_cast<unsigned char>(status[2]));
  if (!is_status) return invalid(fmt::format("Status code '{}' must be 2XX, 4XX or 5XX", status));
  if (action.FixedResponseConfig->MessageBody.value_or("").size() > 1024) {
    return invalid("Message body must have at most 1024 characters");
  }
  static const std::set<std::string, std::less<>> kTypes = {
      "text/plain", "text/css", "text/html", "application/javascript", "application/json"};
  const std::string type = action.FixedResponseConfig->ContentType.value_or("text/plain");
  if (!kTypes.contains(type)) return invalid(fmt::format("Content type '{}' is not valid", type));
  return {};
}

Outcome<void> check_redirect(api::Action& action) {
  if (!action.RedirectConfig) return invalid("A redirect action needs its configuration");
  api::RedirectActionConfig& redirect = *action.RedirectConfig;
  const std::string status = redirect.StatusCode.value_or("");
  if (status != "HTTP_301" && status != "HTTP_302") {
    return invalid(fmt::format("Redirect status code '{}' must be HTTP_301 or HTTP_302", status));
  }
  redirect.Protocol = redirect.Protocol.value_or("#{protocol}");
  redirect.Host = redirect.Host.value_or("#{host}");
  redirect.Port = redirect.Port.value_or("#{port}");
  redirect.Path = redirect.Path.value_or("/#{path}");
  redirect.Query = redirect.Query.value_or("#{query}");
  if (redirect.Protocol != "HTTP" && redirect.Protocol != "HTTPS" &&
      redirect.Protocol != "#{protocol}") {
    return invalid(fmt::format("Redirect protocol '{}' is not valid", *redirect.Protocol));
  }
  if (!redirect.Path->starts_with('/')) {
    return invalid(fmt::format("Redirect path '{}' must begin with '/'", *redirect.Path));
  }
  for (const auto* part : {&redirect.Host, &redirect.Port, &redirect.Path, &redirect.Query}) {
    const std::string& text = **part;
    if (text.size() > 128 || std::any_of(text.begin(), text.end(),
                                         [](unsigned char c) { return c <= ' ' || c >= 127; })) {
      return invalid(fmt::format("Redirect value '{}' is not valid", text));
    }
  }
  return {};
}

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= 128 &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
}

Outcome<void> check_values(const std::vector<std::string>& values, std::string_view field) {
  if (values.empty()) return invalid(fmt::format("A condition on '{}' needs a value", field));
  if (values.size() > kMaxConditionValues) {
    return invalid(
        fmt::format("A condition on '{}' has at most {} values", field, kMaxConditionValues));
  }
  for (const std::string& value : values) {
    const bool is_printable = std::all_of(value.begin(), value.end(),
                                          [](unsigned char c) { return c >= ' ' && c < 127; });
    if (value.empty() || value.size() > 128 || !is_printable) {
      return invalid(fmt::format("Condition value '{}' is not valid for '{}'", value, field));
    }
  }
  return {};
}

bool is_network(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isxdigit(c) || c == '.' || c == ':' || c == '/';
  });
}

// AWS takes the old form (Values) and the new one (…Config) and gives both back where both exist.
template <class Config>
void join_forms(std::vector<std::string>& values, std::optional<Config>& config) {
  if (!config) {
    config.emplace();
    config->Values = values;
  }
  values = config->Values;
}

Outcome<void> check_condition(api::RuleCondition& condition) {
  const std::string field = condition.Field.value_or("");
  if (field == "path-pattern") {
    join_forms(condition.Values, condition.PathPatternConfig);
    return check_values(condition.Values, field);
  }
  if (field == "host-header") {
    join_forms(condition.Values, condition.HostHeaderConfig);
    return check_values(condition.Values, field);
  }
  if (field == "http-header" && condition.HttpHeaderConfig) {
    if (!is_token(condition.HttpHeaderConfig->HttpHeaderName.value_or(""))) {
      return invalid("The header name of a condition is not valid");
    }
    return check_values(condition.HttpHeaderConfig->Values, field);
  }
  if (field == "http-request-method" && condition.HttpRequestMethodConfig) {
    for (const std::string& method : condition.HttpRequestMethodConfig->Values) {
      if (!is_token(method))
        return invalid(fmt::format("Request method '{}' is not valid", method));
    }
    return check_values(condition.HttpRequestMethodConfig->Values, field);
  }
  if (field == "source-ip" && condition.SourceIpConfig) {
    for (const std::string& network : condition.SourceIpConfig->Values) {
      if (!is_network(network)) return invalid(fmt::format("CIDR '{}' is not valid", network));
    }
    return check_values(condition.SourceIpConfig->Values, field);
  }
  if (field == "query-string" && condition.QueryStringConfig) {
    std::vector<std::string> values;
    for (const auto& pair : condition.QueryStringConfig->Values) {
      if (pair.Key && !is_token(*pair.Key)) {
        return invalid(fmt::format("Query string key '{}' is not valid", *pair.Key));
      }
      values.push_back(pair.Value.value_or(""));
    }
    return check_values(values, field);
  }
  return invalid(
      fmt::format("Condition field '{}' is not one of 'path-pattern', 'host-header', "
                  "'http-header', 'http-request-method', 'query-string', 'source-ip', or its "
                  "configuration is missing",
                  field));
}

}  // namespace

Outcome<std::vector<api::Action>> checked_actions(const State& state,
                                                  std::vector<api::Action> actions) {
  if (actions.size() != 1) return invalid("There must be exactly one action");
  api::Action& action = actions.front();
  const std::string type = action.Type.value_or("");
  if (type == "forward") {
    SB_TRY_VOID(check_forward(state, action));
  } else if (type == "fixed-response") {
    SB_TRY_VOID(check_fixed_response(action));
  } else if (type == "redirect") {
    SB_TRY_VOID(check_redirect(action));
  } else {
    return invalid(fmt::format(
        "Action type '{}' is not offered here, only 'forward', 'redirect' and 'fixed-response'",
        type));
  }
  action.Order = action.Order.value_or(1);
  return actions;
}

Outcome<std::vector<api::RuleCondition>> checked_conditions(
    std::vector<api::RuleCondition> conditions) {
  if (conditions.empty()) return invalid("A rule must have at least one condition");
  for (api::RuleCondition& condition : conditions) SB_TRY_VOID(check_condition(condition));
  return conditions;
}

}  // namespace sb::cloud::elbv2
