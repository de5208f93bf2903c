#include <fmt/format.h>

#include <algorithm>

#include "cloud/elbv2/operations.hpp"
#include "cloud/store/paging.hpp"

namespace sb::cloud::elbv2 {

namespace {

constexpr std::size_t kPage = 400;
constexpr const char* kPolicy = "ELBSecurityPolicy-2016-08";

api::Listener shown(const State& state, const Listener& listener) {
  api::Listener shape = listener.shape;
  if (auto rule = state.rules.find(listener.default_rule); rule != state.rules.end()) {
    shape.DefaultActions = rule->second.shape.Actions;
  }
  shape.Certificates.clear();  // only the default one is shown here
  if (!listener.shape.Certificates.empty()) {
    shape.Certificates.push_back(
        {listener.shape.Certificates.front().CertificateArn, std::nullopt});
  }
  return shape;
}

Outcome<void> check_certificates(const api::Listener& shape, const Context& context) {
  if (shape.Protocol == "HTTP") {
    if (!shape.Certificates.empty()) {
      return invalid("You cannot specify a certificate for an HTTP listener");
    }
    return {};
  }
  if (shape.Certificates.empty())
    return invalid("A certificate must be specified for HTTPS listeners");
  for (const api::Certificate& certificate : shape.Certificates) {
    const std::string arn = certificate.CertificateArn.value_or("");
    if (!context.has_certificate(arn)) {
      return fault("CertificateNotFound", fmt::format("Certificate ARN '{}' is not valid", arn));
    }
  }
  return {};
}

Outcome<void> check_endpoint(const State& state, const api::Listener& shape,
                             const std::string& self) {
  if (shape.Protocol != "HTTP" && shape.Protocol != "HTTPS") {
    return invalid(fmt::format("Listener protocol '{}' must be one of 'HTTPS, HTTP'",
                               shape.Protocol.value_or("")));
  }
  const int port = shape.Port.value_or(0);
  if (port < 1 || port > 65535)
    return invalid(fmt::format("Port '{}' must be between 1 and 65535", port));
  for (const Listener* other : state.listeners_of(*shape.LoadBalancerArn)) {
    if (*other->shape.ListenerArn != self && other->shape.Port == shape.Port) {
      return fault("DuplicateListener",
                   "A listener already exists on this port for this load balancer");
    }
  }
  return {};
}

}  // namespace

std::optional<std::string> certificate_name(const std::string& arn) {
  const auto parts = parse_arn(arn);
  if (!parts || parts->service != "acm" || !parts->resource.starts_with("certificate/")) {
    return std::nullopt;
  }
  const std::string name(parts->resource.substr(12));
  const bool is_plain = !name.empty() && name.front() != '.' &&
                        std::all_of(name.begin(), name.end(), [](unsigned char c) {
                          return std::isalnum(c) || c == '.' || c == '-' || c == '_';
                        });
  return is_plain ? std::optional(name) : std::nullopt;
}

Outcome<Listener*> find_listener(State& state, const std::string& arn) {
  auto found = state.listeners.find(arn);
  if (found == state.listeners.end()) {
    return fault("ListenerNotFound", "One or more listeners not found");
  }
  return &found->second;
}

Outcome<api::CreateListenerResponse> operate(State& state,
                                             const api::CreateListenerRequest& request,
                                             const Context& context) {
  SB_TRY(auto balancer, find_load_balancer(state, request.LoadBalancerArn.value_or("")));
  const std::string name = *balancer->shape.LoadBalancerName;
  Listener listener;
  listener.id = new_load_balancer_id();
  api::Listener& shape = listener.shape;
  shape.LoadBalancerArn = request.LoadBalancerArn;
  shape.ListenerArn = context.arns.listener(name, balancer->id, listener.id);
  shape.Protocol = request.Protocol;
  shape.Port = request.Port;
  shape.Certificates = request.Certificates;
  if (shape.Protocol == "HTTPS") shape.SslPolicy = request.SslPolicy.value_or(kPolicy);
  SB_TRY_VOID(check_endpoint(state, shape, *shape.ListenerArn));
  SB_TRY_VOID(check_certificates(shape, context));
  SB_TRY(auto actions, checked_actions(state, request.DefaultActions));
  listener.tags = to_map(request.Tags);

  Rule rule;
  rule.id = new_load_balancer_id();
  rule.listener = *shape.ListenerArn;
  rule.shape.RuleArn = context.arns.listener_rule(name, balancer->id, listener.id, rule.id);
  rule.shape.Priority = "default";
  rule.shape.IsDefault = true;
  rule.shape.Actions = std::move(actions);
  listener.default_rule = *rule.shape.RuleArn;
  state.rules.emplace(listener.default_rule, rule);
  state.listeners.emplace(*shape.ListenerArn, listener);
  return api::CreateListenerResponse{{shown(state, listener)}};
}

Outcome<api::DescribeListenersResponse> operate(State& state,
                                                const api::DescribeListenersRequest& request,
                                                const Context&) {
  api::DescribeListenersResponse response;
  if (!request.ListenerArns.empty()) {
    for (const std::string& arn : request.ListenerArns) {
      SB_TRY(auto listener, find_listener(state, arn));
      response.Listeners.push_back(shown(state, *listener));
    }
    return response;
  }
  if (!request.LoadBalancerArn)
    return invalid("You must specify either listener ARNs or a load balancer ARN");
  SB_TRY([[maybe_unused]] auto balancer, find_load_balancer(state, *request.LoadBalancerArn));
  for (const auto& [arn, listener] : state.listeners) {
    if (listener.shape.LoadBalancerArn == request.LoadBalancerArn) {
      response.Listeners.push_back(shown(state, listener));
    }
  }
  std::optional<std::string> after;
  if (request.Marker) {
    after = from_page_token(*request.Marker);
    if (!after) return invalid("Invalid marker");
  }
  response.NextMarker = take_page(
      response.Listeners, after, static_cast<std::size_t>(request.PageSize.value_or(kPage)),
      [](const api::Listener& listener) { return *listener.ListenerArn; });
  return response;
}

Outcome<api::ModifyListenerResponse> operate(State& state,
                                             const api::ModifyListenerRequest& request,
                                             const Context& context) {
  SB_TRY(auto listener, find_listener(state, request.ListenerArn.value_or("")));
  api::Listener& shape = listener->shape;
  if (request.Port) shape.Port = request.Port;
  if (request.Protocol) shape.Protocol = request.Protocol;
  if (request.Certificates) shape.Certificates = *request.Certificates;
  if (shape.Protocol == "HTTP") {
    shape.SslPolicy.reset();
    if (!request.Certificates) shape.Certificates.clear();
  } else {
    shape.SslPolicy = request.SslPolicy.value_or(shape.SslPolicy.value_or(kPolicy));
  }
  SB_TRY_VOID(check_endpoint(state, shape, *shape.ListenerArn));
  SB_TRY_VOID(check_certificates(shape, context));
  if (request.DefaultActions && !request.DefaultActions->empty()) {
    SB_TRY(auto actions, checked_actions(state, *request.DefaultActions));
    state.rules.at(listener->default_rule).shape.Actions = std::move(actions);
  }
  return api::ModifyListenerResponse{{shown(state, *listener)}};
}

Outcome<api::DeleteListenerResponse> operate(State& state,
                                             const api::DeleteListenerRequest& request,
                                             const Context&) {
  SB_TRY([[maybe_unused]] auto listener, find_listener(state, request.ListenerArn.value_or("")));
  std::erase_if(state.rules,
                [&](const auto& entry) { return entry.second.listener == *request.ListenerArn; });
  state.listeners.erase(*request.ListenerArn);
  return api::DeleteListenerResponse{};
}

Outcome<api::DescribeListenerAttributesResponse> operate(
    State& state, const api::DescribeListenerAttributesRequest& request, const Context&) {
  SB_TRY([[maybe_unused]] auto listener, find_listener(state, request.ListenerArn.value_or("")));
  return api::DescribeListenerAttributesResponse{
      {{"routing.http.response.server.enabled", "true"}}};
}

Outcome<api::AddListenerCertificatesResponse> operate(
    State& state, const api::AddListenerCertificatesRequest& request, const Context& context) {
  SB_TRY(auto listener, find_listener(state, request.ListenerArn.value_or("")));
  auto& certificates = listener->shape.Certificates;
  for (const api::Certificate& added : request.Certificates) {
    const bool is_known =
        std::any_of(certificates.begin(), certificates.end(),
                    [&](const auto& one) { return one.CertificateArn == added.CertificateArn; });
    if (!is_known) certificates.push_back({added.CertificateArn, std::nullopt});
  }
  SB_TRY_VOID(check_certificates(listener->shape, context));
  api::AddListenerCertificatesResponse response;
  for (const api::Certificate& added : request.Certificates) {
    response.Certificates.push_back({added.CertificateArn, false});
  }
  return response;
}

Outcome<api::RemoveListenerCertificatesResponse> operate(
    State& state, const api::RemoveListenerCertificatesRequest& request, const Context&) {
  SB_TRY(auto listener, find_listener(state, request.ListenerArn.value_or("")));
  auto& certificates = listener->shape.Certificates;
  for (const api::Certificate& removed : request.Certificates) {
    if (!certificates.empty() && certificates.front().CertificateArn == removed.CertificateArn) {
      return fault("OperationNotPermitted",
                   "The default certificate of a listener cannot be removed");
    }
    std::erase_if(certificates,
                  [&](const auto& one) { return one.CertificateArn == removed.CertificateArn; });
  }
  return api::RemoveListenerCertificatesResponse{};
}

Outcome<api::DescribeListenerCertificatesResponse> operate(
    State& state, const api::DescribeListenerCertificatesRequest& request, const Context&) {
  SB_TRY(auto listener, find_listener(state, request.ListenerArn.value_or("")));
  api::DescribeListenerCertificatesResponse response;
  for (const api::Certificate& one : listener->shape.Certificates) {
    response.Certificates.push_back({one.CertificateArn, response.Certificates.empty()});
  }
  return response;
}

}  // namespace sb::cloud::elbv2
