#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address_v4.hpp>
#include <charconv>

#include "cloud/elbv2/operations.hpp"
#include "cloud/store/paging.hpp"

namespace sb::cloud::elbv2 {

namespace {

constexpr std::size_t kPage = 400;
constexpr std::string_view kBindTag = "saltcloud:bind-address";

bool is_number_within(const std::string& text, int least, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= least &&
         value <= most;
}

bool is_boolean(const std::string& text) {
  return text == "true" || text == "false";
}

Outcome<std::string> address_for(const std::string& arn, const Strings& tags,
                                 const Context& context) {
  auto wanted = tags.find(std::string(kBindTag));
  if (wanted == tags.end()) {
    auto address = context.allocate_address(arn);
    if (!address) return std::unexpected(gateway::Fault(address.error()));
    return *std::move(address);
  }
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address_v4(wanted->second, error);
  if (error) {
    return invalid(
        fmt::format("The tag {} must be an IPv4 address, not '{}'", kBindTag, wanted->second));
  }
  return parsed.to_string();
}

std::vector<api::AvailabilityZone> zones_of(const api::CreateLoadBalancerRequest& request,
                                            const Arns& arns) {
  std::vector<std::string> subnets = request.Subnets;
  for (const auto& mapping : request.SubnetMappings)
    subnets.push_back(mapping.SubnetId.value_or(""));
  std::vector<api::AvailabilityZone> zones;
  for (std::size_t i = 0; i < subnets.size(); ++i) {
    api::AvailabilityZone zone;
    zone.SubnetId = subnets[i];
    zone.ZoneName = fmt::format("{}{}", arns.region, static_cast<char>('a' + i % 3));
    zones.push_back(std::move(zone));
  }
  return zones;
}

}  // namespace

Outcome<void> check_name(const std::string& name, std::string_view what) {
  const bool has_only_allowed = std::all_of(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '-'; });
  if (name.empty() || name.size() > 32) {
    return invalid(fmt::format("{} name '{}' must have between 1 and 32 characters", what, name));
  }
  if (!has_only_allowed) {
    return invalid(fmt::format(
        "{} name '{}' can only contain characters that are alphanumeric characters or hyphens(-)",
        what, name));
  }
  if (name.front() == '-' || name.back() == '-') {
    return invalid(fmt::format("{} name '{}' cannot begin or end with '-'", what, name));
  }
  return {};
}

Strings to_map(const std::vector<api::Tag>& tags) {
  Strings map;
  for (const api::Tag& tag : tags) map[tag.Key.value_or("")] = tag.Value.value_or("");
  return map;
}

Outcome<LoadBalancer*> find_load_balancer(State& state, const std::string& arn) {
  auto found = state.load_balancers.find(arn);
  if (found == state.load_balancers.end()) {
    return fault("LoadBalancerNotFound", fmt::format("Load balancer '{}' not found", arn));
  }
  return &found->second;
}

Strings load_balancer_attributes(const LoadBalancer& balancer) {
  Strings all = {{"access_logs.s3.bucket", ""},
                 {"access_logs.s3.enabled", "false"},
                 {"access_logs.s3.prefix", ""},
                 {"deletion_protection.enabled", "false"},
                 {"idle_timeout.timeout_seconds", "60"},
                 {"load_balancing.cross_zone.enabled", "true"},
                 {"routing.http.drop_invalid_header_fields.enabled", "false"},
                 {"routing.http.preserve_host_header.enabled", "true"},
                 {"routing.http2.enabled", "true"}};
  for (const auto& [key, value] : balancer.attributes) all[key] = value;
  return all;
}

Outcome<api::CreateLoadBalancerResponse> operate(State& state,
                                                 const api::CreateLoadBalancerRequest& request,
                                                 const Context& context) {
  const std::string name = request.Name.value_or("");
  SB_TRY_VOID(check_name(name, "Load balancer"));
  if (name.starts_with("internal-")) {
    return invalid(fmt::format("Load balancer name '{}' cannot begin with 'internal-'", name));
  }
  if (request.Type.value_or("application") != "application") {
    return invalid(fmt::format("Load balancer type '{}' is not offered here, only 'application'",
                               *request.Type));
  }
  const std::string scheme = request.Scheme.value_or("internet-facing");
  if (scheme != "internet-facing" && scheme != "internal") {
    return invalid(fmt::format("Scheme '{}' must be one of 'internet-facing', 'internal'", scheme));
  }
  for (const auto& [arn, other] : state.load_balancers) {
    if (other.shape.LoadBalancerName != name) continue;
    if (other.shape.Scheme != scheme || other.shape.SecurityGroups != request.SecurityGroups) {
      return fault("DuplicateLoadBalancerName",
                   fmt::format("A load balancer with the same name '{}' exists, but with different "
                               "settings",
                               name));
    }
    return api::CreateLoadBalancerResponse{{other.shape}};
  }

  LoadBalancer balancer;
  balancer.id = new_load_balancer_id();
  balancer.tags = to_map(request.Tags);
  const std::string arn = context.arns.load_balancer(name, balancer.id);
  SB_TRY(balancer.address, address_for(arn, balancer.tags, context));
  api::LoadBalancer& shape = balancer.shape;
  shape.LoadBalancerArn = arn;
  shape.DNSName = balancer.address;
  shape.CanonicalHostedZoneId = "Z1H1FL5HABSF5";
  shape.CreatedTime = context.now;
  shape.LoadBalancerName = name;
  shape.Scheme = scheme;
  shape.VpcId = "vpc-saltcloud";
  shape.State = api::LoadBalancerState{"active", std::nullopt};
  shape.Type = "application";
  shape.AvailabilityZones = zones_of(request, context.arns);
  shape.SecurityGroups = request.SecurityGroups;
  shape.IpAddressType = request.IpAddressType.value_or("ipv4");
  state.load_balancers.emplace(arn, balancer);
  return api::CreateLoadBalancerResponse{{balancer.shape}};
}

Outcome<api::DescribeLoadBalancersResponse> operate(
    State& state, const api::DescribeLoadBalancersRequest& request, const Context&) {
  api::DescribeLoadBalancersResponse response;
  for (const std::string& arn : request.LoadBalancerArns) {
    auto found = state.load_balancers.find(arn);
    if (found == state.load_balancers.end()) {
      return fault("LoadBalancerNotFound", "One or more load balancers not found");
    }
    response.LoadBalancers.push_back(found->second.shape);
  }
  for (const std::string& name : request.Names) {
    auto found = std::find_if(
        state.load_balancers.begin(), state.load_balancers.end(),
        [&](const auto& entry) { return entry.second.shape.LoadBalancerName == name; });
    if (found == state.load_balancers.end()) {
      return fault("LoadBalancerNotFound", fmt::format("Load balancers '[{}]' not found", name));
    }
    response.LoadBalancers.push_back(found->second.shape);
  }
  if (!request.LoadBalancerArns.empty() || !request.Names.empty()) return response;
  for (const auto& [arn, balancer] : state.load_balancers) {
    response.LoadBalancers.push_back(balancer.shape);
  }
  std::optional<std::string> after;
  if (request.Marker) {
    after = from_page_token(*request.Marker);
    if (!after) return invalid("Invalid marker");
  }
  response.NextMarker = take_page(
      response.LoadBalancers, after, static_cast<std::size_t>(request.PageSize.value_or(kPage)),
      [](const api::LoadBalancer& balancer) { return *balancer.LoadBalancerArn; });
  return response;
}

Outcome<api::DeleteLoadBalancerResponse> operate(State& state,
                                                 const api::DeleteLoadBalancerRequest& request,
                                                 const Context&) {
  auto found = state.load_balancers.find(request.LoadBalancerArn.value_or(""));
  if (found == state.load_balancers.end()) return api::DeleteLoadBalancerResponse{};  // as AWS
  if (load_balancer_attributes(found->second).at("deletion_protection.enabled") == "true") {
    return fault(
        "OperationNotPermitted",
        fmt::format("Load balancer '{}' cannot be deleted because deletion protection is enabled",
                    found->first));
  }
  std::erase_if(state.rules, [&](const auto& entry) {
    auto listener = state.listeners.find(entry.second.listener);
    return listener != state.listeners.end() &&
           listener->second.shape.LoadBalancerArn == found->first;
  });
  std::erase_if(state.listeners, [&](const auto& entry) {
    return entry.second.shape.LoadBalancerArn == found->first;
  });
  state.load_balancers.erase(found);
  return api::DeleteLoadBalancerResponse{};
}

namespace {

std::vector<api::LoadBalancerAttribute> listed(const LoadBalancer& balancer) {
  std::vector<api::LoadBalancerAttribute> list;
  for (const auto& [key, value] : load_balancer_attributes(balancer)) list.push_back({key, value});
  return list;
}

}  // namespace

Outcome<api::DescribeLoadBalancerAttributesResponse> operate(
    State& state, const api::DescribeLoadBalancerAttributesRequest& request, const Context&) {
  SB_TRY(auto balancer, find_load_balancer(state, request.LoadBalancerArn.value_or("")));
  return api::DescribeLoadBalancerAttributesResponse{listed(*balancer)};
}

Outcome<api::ModifyLoadBalancerAttributesResponse> operate(
    State& state, const api::ModifyLoadBalancerAttributesRequest& request, const Context&) {
  SB_TRY(auto balancer, find_load_balancer(state, request.LoadBalancerArn.value_or("")));
  const Strings known = load_balancer_attributes(*balancer);
  for (const api::LoadBalancerAttribute& attribute : request.Attributes) {
    const std::string key = attribute.Key.value_or(""), value = attribute.Value.value_or("");
    if (!known.contains(key)) {
      return invalid(fmt::format("Load balancer attribute key '{}' is not recognized", key));
    }
    const bool is_valid = key == "idle_timeout.timeout_seconds" ? is_number_within(value, 1, 4000)
                          : key.ends_with(".enabled")           ? is_boolean(value)
                                                                : true;
    if (!is_valid) {
      return invalid(
          fmt::format("Load balancer attribute '{}' cannot have the value '{}'", key, value));
    }
    if (key == "access_logs.s3.enabled" && value == "true") {
      return fault("InvalidConfigurationRequest",
                   "Access logs to S3 are not offered here; requests are counted in CloudWatch");
    }
    balancer->attributes[key] = value;
  }
  return api::ModifyLoadBalancerAttributesResponse{listed(*balancer)};
}

}  // namespace sb::cloud::elbv2
