// Elastic Load Balancing v2: listeners, their default actions and certificates.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model/elbv2_load_balancer.hpp"
#include "base/json/type.hpp"

namespace sb::aws::elbv2 {

struct Certificate {
  std::optional<std::string> CertificateArn;
  std::optional<bool> IsDefault;

  bool operator==(const Certificate&) const = default;
};

struct RedirectActionConfig {
  std::optional<std::string> Protocol;
  std::optional<std::string> Port;
  std::optional<std::string> Host;
  std::optional<std::string> Path;
  std::optional<std::string> Query;
  std::optional<std::string> StatusCode;  // HTTP_301 | HTTP_302

  bool operator==(const RedirectActionConfig&) const = default;
};

struct FixedResponseActionConfig {
  std::optional<std::string> MessageBody;
  std::optional<std::string> StatusCode;
  std::optional<std::string> ContentType;

  bool operator==(const FixedResponseActionConfig&) const = default;
};

struct TargetGroupTuple {
  std::optional<std::string> TargetGroupArn;
  std::optional<int> Weight;

  bool operator==(const TargetGroupTuple&) const = default;
};

struct TargetGroupStickinessConfig {
  std::optional<bool> Enabled;
  std::optional<int> DurationSeconds;

  bool operator==(const TargetGroupStickinessConfig&) const = default;
};

struct ForwardActionConfig {
  std::vector<TargetGroupTuple> TargetGroups;
  std::optional<elbv2::TargetGroupStickinessConfig> TargetGroupStickinessConfig;

  bool operator==(const ForwardActionConfig&) const = default;
};

struct Action {
  // forward | authenticate-oidc | authenticate-cognito | redirect | fixed-response | jwt-
  // validation
  std::optional<std::string> Type;
  std::optional<std::string> TargetGroupArn;
  std::optional<int> Order;
  std::optional<RedirectActionConfig> RedirectConfig;
  std::optional<FixedResponseActionConfig> FixedResponseConfig;
  std::optional<ForwardActionConfig> ForwardConfig;

  bool operator==(const Action&) const = default;
};

struct CreateListenerRequest {
  std::optional<std::string> LoadBalancerArn;
  // HTTP | HTTPS | TCP | TLS | UDP | TCP_UDP | GENEVE | QUIC | TCP_QUIC
  std::optional<std::string> Protocol;
  std::optional<int> Port;
  std::optional<std::string> SslPolicy;
  std::vector<Certificate> Certificates;
  std::vector<Action> DefaultActions;
  std::vector<std::string> AlpnPolicy;
  std::vector<Tag> Tags;

  bool operator==(const CreateListenerRequest&) const = default;
};

struct Listener {
  std::optional<std::string> ListenerArn;
  std::optional<std::string> LoadBalancerArn;
  std::optional<int> Port;
  // HTTP | HTTPS | TCP | TLS | UDP | TCP_UDP | GENEVE | QUIC | TCP_QUIC
  std::optional<std::string> Protocol;
  std::vector<Certificate> Certificates;
  std::optional<std::string> SslPolicy;
  std::vector<Action> DefaultActions;
  std::vector<std::string> AlpnPolicy;

  bool operator==(const Listener&) const = default;
};

struct CreateListenerResponse {
  std::vector<Listener> Listeners;

  bool operator==(const CreateListenerResponse&) const = default;
};

struct CreateListener {
  using Request = CreateListenerRequest;
  using Response = CreateListenerResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "CreateListener";
  static constexpr std::array<std::string_view, 2> kRequired{"LoadBalancerArn", "DefaultActions"};
};

struct DescribeListenersRequest {
  std::optional<std::string> LoadBalancerArn;
  std::vector<std::string> ListenerArns;
  std::optional<std::string> Marker;
  std::optional<int> PageSize;

  bool operator==(const DescribeListenersRequest&) const = default;
};

struct DescribeListenersResponse {
  std::vector<Listener> Listeners;
  std::optional<std::string> NextMarker;

  bool operator==(const DescribeListenersResponse&) const = default;
};

struct DescribeListeners {
  using Request = DescribeListenersRequest;
  using Response = DescribeListenersResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "DescribeListeners";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct ModifyListenerRequest {
  std::optional<std::string> ListenerArn;
  std::optional<int> Port;
  // HTTP | HTTPS | TCP | TLS | UDP | TCP_UDP | GENEVE | QUIC | TCP_QUIC
  std::optional<std::string> Protocol;
  std::optional<std::string> SslPolicy;
  std::optional<std::vector<Certificate>> Certificates;
  std::optional<std::vector<Action>> DefaultActions;
  std::optional<std::vector<std::string>> AlpnPolicy;

  bool operator==(const ModifyListenerRequest&) const = default;
};

struct ModifyListenerResponse {
  std::vector<Listener> Listeners;

  bool operator==(const ModifyListenerResponse&) const = default;
};

struct ModifyListener {
  using Request = ModifyListenerRequest;
  using Response = ModifyListenerResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "ModifyListener";
  static constexpr std::array<std::string_view, 1> kRequired{"ListenerArn"};
};

struct DeleteListenerRequest {
  std::optional<std::string> ListenerArn;

  bool operator==(const DeleteListenerRequest&) const = default;
};

struct DeleteListenerResponse {
  bool operator==(const DeleteListenerResponse&) const = default;
};

struct DeleteListener {
  using Request = DeleteListenerRequest;
  using Response = DeleteListenerResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "DeleteListener";
  static constexpr std::array<std::string_view, 1> kRequired{"ListenerArn"};
};

struct DescribeListenerAttributesRequest {
  std::optional<std::string> ListenerArn;

  bool operator==(const DescribeListenerAttributesRequest&) const = default;
};

struct ListenerAttribute {
  std::optional<std::string> Key;
  std::optional<std::string> Value;

  bool operator==(const ListenerAttribute&) const = default;
};

struct DescribeListenerAttributesResponse {
  std::vector<ListenerAttribute> Attributes;

  bool operator==(const DescribeListenerAttributesResponse&) const = default;
};

struct DescribeListenerAttributes {
  using Request = DescribeListenerAttributesRequest;
  using Response = DescribeListenerAttributesResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "DescribeListenerAttributes";
  static constexpr std::array<std::string_view, 1> kRequired{"ListenerArn"};
};

struct AddListenerCertificatesRequest {
  std::optional<std::string> ListenerArn;
  std::vector<Certificate> Certificates;

  bool operator==(const AddListenerCertificatesRequest&) const = default;
};

struct AddListenerCertificatesResponse {
  std::vector<Certificate> Certificates;

  bool operator==(const AddListenerCertificatesResponse&) const = default;
};

struct AddListenerCertificates {
  using Request = AddListenerCertificatesRequest;
  using Response = AddListenerCertificatesResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "AddListenerCertificates";
  static constexpr std::array<std::string_view, 2> kRequired{"ListenerArn", "Certificates"};
};

struct RemoveListenerCertificatesRequest {
  std::optional<std::string> ListenerArn;
  std::vector<Certificate> Certificates;

  bool operator==(const RemoveListenerCertificatesRequest&) const = default;
};

struct RemoveListenerCertificatesResponse {
  bool operator==(const RemoveListenerCertificatesResponse&) const = default;
};

struct RemoveListenerCertificates {
  using Request = RemoveListenerCertificatesRequest;
  using Response = RemoveListenerCertificatesResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "RemoveListenerCertificates";
  static constexpr std::array<std::string_view, 2> kRequired{"ListenerArn", "Certificates"};
};

struct DescribeListenerCertificatesRequest {
  std::optional<std::string> ListenerArn;
  std::optional<std::string> Marker;
  std::optional<int> PageSize;

  bool operator==(const DescribeListenerCertificatesRequest&) const = default;
};

struct DescribeListenerCertificatesResponse {
  std::vector<Certificate> Certificates;
  std::optional<std::string> NextMarker;

  bool operator==(const DescribeListenerCertificatesResponse&) const = default;
};

struct DescribeListenerCertificates {
  using Request = DescribeListenerCertificatesRequest;
  using Response = DescribeListenerCertificatesResponse;
  static constexpr std::string_view kService = "elbv2";
  static constexpr std::string_view kName = "DescribeListenerCertificates";
  static constexpr std::array<std::string_view, 1> kRequired{"ListenerArn"};
};

}  // namespace sb::aws::elbv2

SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::Certificate)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::RedirectActionConfig)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::FixedResponseActionConfig)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::TargetGroupTuple)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::TargetGroupStickinessConfig)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::ForwardActionConfig)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::Action)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::CreateListenerRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::Listener)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::CreateListenerResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeListenersRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeListenersResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::ModifyListenerRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::ModifyListenerResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DeleteListenerRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DeleteListenerResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeListenerAttributesRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::ListenerAttribute)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeListenerAttributesResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::AddListenerCertificatesRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::AddListenerCertificatesResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::RemoveListenerCertificatesRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::RemoveListenerCertificatesResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeListenerCertificatesRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::elbv2::DescribeListenerCertificatesResponse)
