#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address_v4.hpp>
#include <charconv>

#include "cloud/elbv2/operations.hpp"
#include "cloud/store/paging.hpp"

namespace sb::cloud::elbv2 {

namespace {

constexpr std::size_t kPage = 400;
constexpr std::size_t kMaxTargets = 1000;

std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Outcome<void> check_range(std::optional<int> value, int least, int most, std::string_view what) {
  if (value && (*value < least || *value > most)) {
    return invalid(
        fmt::format("{} '{}' must be between {} and {} inclusive", what, *value, least, most));
  }
  return {};
}

// "200", "200,202", "200-299" within 200 to 499.
bool is_matcher(std::string_view text) {
  while (true) {
    const auto comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const auto dash = part.find('-');
    const auto first = whole_number(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : whole_number(part.substr(dash + 1));
    if (!first || !last || *first < 200 || *last > 499 || *first > *last) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

// Intervals shorter than AWS's five seconds are taken here: a local environment need not wait.
Outcome<void> check_health_settings(const api::TargetGroup& shape) {
  SB_TRY_VOID(check_range(shape.HealthCheckIntervalSeconds, 1, 300, "Health check interval"));
  SB_TRY_VOID(check_range(shape.HealthCheckTimeoutSeconds, 1, 120, "Health check timeout"));
  SB_TRY_VOID(check_range(shape.HealthyThresholdCount, 2, 10, "Healthy threshold count"));
  SB_TRY_VOID(check_range(shape.UnhealthyThresholdCount, 2, 10, "Unhealthy threshold count"));
  const std::string path = shape.HealthCheckPath.value_or("/");
  if (path.empty() || path.front() != '/' || path.size() > 1024 ||
      std::any_of(path.begin(), path.end(), [](unsigned char c) { return c <= ' ' || c == 127; })) {
    return invalid(
        fmt::format("Health check path '{}' must begin with a '/' character and hold neither "
                    "spaces nor control characters",
                    path));
  }
  const std::string port = shape.HealthCheckPort.value_or("traffic-port");
  const auto number = whole_number(port);
  if (port != "traffic-port" && (!number || *number < 1 || *number > 65535)) {
    return invalid(fmt::format(
        "Health check port '{}' must be 'traffic-port' or in the range 1 - 65535", port));
  }
  if (shape.HealthCheckProtocol.value_or("HTTP") != "HTTP") {
    return invalid(fmt::format("Health check protocol '{}' is not offered here, only 'HTTP'",
                               *shape.HealthCheckProtocol));
  }
  if (shape.Matcher && !is_matcher(shape.Matcher->HttpCode.value_or("200"))) {
    return invalid(
        fmt::format("Health check matcher HTTP code '{}' must be within '200-499' inclusive",
                    shape.Matcher->HttpCode.value_or("")));
  }
  const int timeout = *shape.HealthCheckTimeoutSeconds,
            interval = *shape.HealthCheckIntervalSeconds;
  if (timeout > interval) {
    return invalid(
        fmt::format("Health check timeout '{}' must be smaller than or equal to the interval '{}'",
                    timeout, interval));
  }
  return {};
}

api::TargetGroup shown(const State& state, const TargetGroup& group) {
  api::TargetGroup shape = group.shape;
  shape.LoadBalancerArns = state.users_of(*group.shape.TargetGroupArn);
  return shape;
}

api::TargetGroup shape_of(const api::CreateTargetGroupRequest& request) {
  api::TargetGroup shape;
  shape.TargetGroupName = request.Name;
  shape.Protocol = request.Protocol.value_or("HTTP");
  shape.ProtocolVersion = request.ProtocolVersion.value_or("HTTP1");
  shape.Port = request.Port;
  shape.VpcId = request.VpcId.value_or("vpc-saltcloud");
  shape.HealthCheckProtocol = request.HealthCheckProtocol.value_or("HTTP");
  shape.HealthCheckPort = request.HealthCheckPort.value_or("traffic-port");
  shape.HealthCheckEnabled = request.HealthCheckEnabled.value_or(true);
  shape.HealthCheckPath = request.HealthCheckPath.value_or("/");
  shape.HealthCheckIntervalSeconds = request.HealthCheckIntervalSeconds.value_or(30);
  shape.HealthCheckTimeoutSeconds =
      request.HealthCheckTimeoutSeconds.value_or(std::min(5, *shape.HealthCheckIntervalSeconds));
  shape.HealthyThresholdCount = request.HealthyThresholdCount.value_or(5);
  shape.UnhealthyThresholdCount = request.UnhealthyThresholdCount.value_or(2);
  shape.Matcher = request.Matcher.value_or(api::Matcher{"200", std::nullopt});
  shape.TargetType = request.TargetType.value_or("instance");
  shape.IpAddressType = request.IpAddressType.value_or("ipv4");
  return shape;
}

}  // namespace

Outcome<TargetGroup*> find_target_group(State& state, const std::string& arn) {
  auto found = state.target_groups.find(arn);
  if (found == state.target_groups.end()) {
    return fault("TargetGroupNotFound", "One or more target groups not found");
  }
  return &found->second;
}

Strings target_group_attributes(const TargetGroup& group) {
  Strings all = {{"deregistration_delay.timeout_seconds", "300"},
                 {"load_balancing.algorithm.type", "round_robin"},
                 {"load_balancing.cross_zone.enabled", "use_load_balancer_configuration"},
                 {"slow_start.duration_seconds", "0"},
                 {"stickiness.app_cookie.cookie_name", ""},
                 {"stickiness.app_cookie.duration_seconds", "86400"},
                 {"stickiness.enabled", "false"},
                 {"stickiness.lb_cookie.duration_seconds", "86400"},
                 {"stickiness.type", "lb_cookie"}};
  for (const auto& [key, value] : group.attributes) all[key] = value;
  return all;
}

Outcome<api::CreateTargetGroupResponse> operate(State& state,
                                                const api::CreateTargetGroupRequest& request,
                                                const Context& context) {
  const std::string name = request.Name.value_or("");
  SB_TRY_VOID(check_name(name, "Target group"));
  api::TargetGroup shape = shape_of(request);
  if (shape.Protocol != "HTTP" || shape.ProtocolVersion != "HTTP1") {
    return invalid(fmt::format("Protocol '{}' ({}) is not offered here, only 'HTTP' (HTTP1)",
                               *shape.Protocol, *shape.ProtocolVersion));
  }
  if (shape.TargetType != "ip" && shape.TargetType != "instance") {
    return invalid(
        fmt::format("Target type '{}' is not offered here, only 'ip'", *shape.TargetType));
  }
  if (!shape.Port) return invalid("A port must be specified");
  SB_TRY_VOID(check_range(shape.Port, 1, 65535, "Port"));
  SB_TRY_VOID(check_health_settings(shape));
  for (const auto& [arn, other] : state.target_groups) {
    if (other.shape.TargetGroupName != name) continue;
    shape.TargetGroupArn = arn;
    if (other.shape != shape) {
      return fault(
          "DuplicateTargetGroupName",
          fmt::format("A target group with the same name '{}' exists, but with different settings",
                      name));
    }
    return api::CreateTargetGroupResponse{{shown(state, other)}};
  }

  TargetGroup group;
  group.id = new_load_balancer_id();
  shape.TargetGroupArn = context.arns.target_group(name, group.id);
  group.shape = shape;
  group.tags = to_map(request.Tags);
  state.target_groups.emplace(*shape.TargetGroupArn, group);
  return api::CreateTargetGroupResponse{{shape}};
}

Outcome<api::DescribeTargetGroupsResponse> operate(State& state,
                                                   const api::DescribeTargetGroupsRequest& request,
                                                   const Context&) {
  api::DescribeTargetGroupsResponse response;
  for (const std::string& arn : request.TargetGroupArns) {
    SB_TRY(auto group, find_target_group(state, arn));
    response.TargetGroups.push_back(shown(state, *group));
  }
  for (const std::string& name : request.Names) {
    auto found =
        std::find_if(state.target_groups.begin(), state.target_groups.end(),
                     [&](const auto& entry) { return entry.second.shape.TargetGroupName == name; });
    if (found == state.target_groups.end()) {
      return fault("TargetGroupNotFound", "One or more target groups not found");
    }
    response.TargetGroups.push_back(shown(state, found->second));
  }
  if (!request.TargetGroupArns.empty() || !request.Names.empty()) return response;
  if (request.LoadBalancerArn) {
    SB_TRY([[maybe_unused]] auto balancer, find_load_balancer(state, *request.LoadBalancerArn));
  }
  for (const auto& [arn, group] : state.target_groups) {
    api::TargetGroup shape = shown(state, group);
    const auto& users = shape.LoadBalancerArns;
    const bool is_asked =
        !request.LoadBalancerArn ||
        std::find(users.begin(), users.end(), *request.LoadBalancerArn) != users.end();
    if (is_asked) response.TargetGroups.push_back(std::move(shape));
  }
  std::optional<std::string> after;
  if (request.Marker) {
    after = from_page_token(*request.Marker);
    if (!after) return invalid("Invalid marker");
  }
  response.NextMarker = take_page(
      response.TargetGroups, after, static_cast<std::size_t>(request.PageSize.value_or(kPage)),
      [](const api::TargetGroup& group) { return *group.TargetGroupArn; });
  return response;
}

Outcome<api::ModifyTargetGroupResponse> operate(State& state,
                                                const api::ModifyTargetGroupRequest& request,
                                                const Context&) {
  SB_TRY(auto group, find_target_group(state, request.TargetGroupArn.value_or("")));
  api::TargetGroup& shape = group->shape;
  const auto replace = [](auto& member, const auto& given) {
    if (given) member = given;
  };
  replace(shape.HealthCheckProtocol, request.HealthCheckProtocol);
  replace(shape.HealthCheckPort, request.HealthCheckPort);
  replace(shape.HealthCheckPath, request.HealthCheckPath);
  replace(shape.HealthCheckEnabled, request.HealthCheckEnabled);
  replace(shape.HealthCheckIntervalSeconds, request.HealthCheckIntervalSeconds);
  replace(shape.HealthCheckTimeoutSeconds, request.HealthCheckTimeoutSeconds);
  replace(shape.HealthyThresholdCount, request.HealthyThresholdCount);
  replace(shape.UnhealthyThresholdCount, request.UnhealthyThresholdCount);
  replace(shape.Matcher, request.Matcher);
  SB_TRY_VOID(check_health_settings(shape));
  return api::ModifyTargetGroupResponse{{shown(state, *group)}};
}

Outcome<api::DeleteTargetGroupResponse> operate(State& state,
                                                const api::DeleteTargetGroupRequest& request,
                                                const Context&) {
  const std::string arn = request.TargetGroupArn.value_or("");
  if (!state.users_of(arn).empty()) {
    return fault("ResourceInUse",
                 fmt::format("Target group '{}' is currently in use by a listener or a rule", arn));
  }
  state.target_groups.erase(arn);  // deleting what is not there succeeds, as on AWS
  return api::DeleteTargetGroupResponse{};
}

namespace {

std::vector<api::TargetGroupAttribute> listed(const TargetGroup& group) {
  std::vector<api::TargetGroupAttribute> list;
  for (const auto& [key, value] : target_group_attributes(group)) list.push_back({key, value});
  return list;
}

Outcome<void> check_attribute(const std::string& key, const std::string& value) {
  const auto number = whole_number(value);
  const auto refuse = [&] {
    return invalid(
        fmt::format("Target group attribute '{}' cannot have the value '{}'", key, value));
  };
  if (key == "deregistration_delay.timeout_seconds" && (!number || *number < 0 || *number > 3600)) {
    return refuse();
  }
  if (key == "load_balancing.algorithm.type" && value != "round_robin" &&
      value != "least_outstanding_requests") {
    return refuse();
  }
  if ((key == "stickiness.enabled" && value == "true") ||
      (key == "slow_start.duration_seconds" && value != "0")) {
    return fault("InvalidConfigurationRequest",
                 fmt::format("Target group attribute '{}' is not offered here with the value '{}'",
                             key, value));
  }
  return {};
}

}  // namespace

Outcome<api::DescribeTargetGroupAttributesResponse> operate(
    State& state, const api::DescribeTargetGroupAttributesRequest& request, const Context&) {
  SB_TRY(auto group, find_target_group(state, request.TargetGroupArn.value_or("")));
  return api::DescribeTargetGroupAttributesResponse{listed(*group)};
}

Outcome<api::ModifyTargetGroupAttributesResponse> operate(
    State& state, const api::ModifyTargetGroupAttributesRequest& request, const Context&) {
  SB_TRY(auto group, find_target_group(state, request.TargetGroupArn.value_or("")));
  const Strings known = target_group_attributes(*group);
  for (const api::TargetGroupAttribute& attribute : request.Attributes) {
    const std::string key = attribute.Key.value_or(""), value = attribute.Value.value_or("");
    if (!known.contains(key)) {
      return invalid(fmt::format("Target group attribute key '{}' is not recognized", key));
    }
    SB_TRY_VOID(check_attribute(key, value));
    group->attributes[key] = value;
  }
  return api::ModifyTargetGroupAttributesResponse{listed(*group)};
}

namespace {

Outcome<Target> target_of(const TargetGroup& group, const api::TargetDescription& description) {
  const std::string id = description.Id.value_or("");
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address_v4(id, error);
  if (group.shape.TargetType != "ip") {
    return fault(
        "InvalidTarget",
        fmt::format("The target ID '{}' is not valid: there are no instances here, make the "
                    "target group with target type 'ip'",
                    id));
  }
  if (error || address.is_unspecified() || address.is_multicast()) {
    return fault("InvalidTarget", fmt::format("The IP address '{}' is not valid", id));
  }
  Target target;
  target.address = address.to_string();
  target.port = description.Port.value_or(group.shape.Port.value_or(0));
  if (target.port < 1 || target.port > 65535) {
    return fault("InvalidTarget", fmt::format("The port '{}' is not valid", target.port));
  }
  return target;
}

auto find_target(TargetGroup& group, const Target& wanted) {
  return std::find_if(group.targets.begin(), group.targets.end(), [&](const Target& target) {
    return target.address == wanted.address && target.port == wanted.port;
  });
}

}  // namespace

Outcome<api::RegisterTargetsResponse> operate(State& state,
                                              const api::RegisterTargetsRequest& request,
                                              const Context& context) {
  SB_TRY(auto group, find_target_group(state, request.TargetGroupArn.value_or("")));
  for (const api::TargetDescription& description : request.Targets) {
    SB_TRY(Target target, target_of(*group, description));
    auto existing = find_target(*group, target);
    if (existing == group->targets.end()) {
      target.registered = context.now;
      group->targets.push_back(target);
    } else if (existing->draining_since) {
      existing->draining_since.reset();
      existing->registered = context.now;
    }
  }
  if (group->targets.size() > kMaxTargets) {
    return fault("TooManyTargets",
                 fmt::format("A target group has at most {} targets", kMaxTargets));
  }
  return api::RegisterTargetsResponse{};
}

Outcome<api::DeregisterTargetsResponse> operate(State& state,
                                                const api::DeregisterTargetsRequest& request,
                                                const Context& context) {
  SB_TRY(auto group, find_target_group(state, request.TargetGroupArn.value_or("")));
  const bool carries_traffic = !state.users_of(*group->shape.TargetGroupArn).empty();
  for (const api::TargetDescription& description : request.Targets) {
    SB_TRY(Target target, target_of(*group, description));
    // Without a port: every target with this address, as on AWS.
    for (auto existing = group->targets.begin(); existing != group->targets.end();) {
      const bool is_meant = existing->address == target.address &&
                            (!description.Port || existing->port == target.port);
      if (is_meant && !carries_traffic) {
        existing = group->targets.erase(existing);
        continue;
      }
      if (is_meant && !existing->draining_since) existing->draining_since = context.now;
      ++existing;
    }
  }
  return api::DeregisterTargetsResponse{};
}

}  // namespace sb::cloud::elbv2
