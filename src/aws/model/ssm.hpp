// Systems Manager (Parameter Store): shapes and operations.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock/clock.hpp"
#include "base/json/type.hpp"

namespace sb::aws::ssm {

struct Tag {
  std::optional<std::string> Key;
  std::optional<std::string> Value;

  bool operator==(const Tag&) const = default;
};

struct PutParameterRequest {
  std::optional<std::string> Name;
  std::optional<std::string> Description;
  std::optional<std::string> Value;
  std::optional<std::string> Type;  // String | StringList | SecureString
  std::optional<std::string> KeyId;
  std::optional<bool> Overwrite;
  std::optional<std::string> AllowedPattern;
  std::vector<Tag> Tags;
  std::optional<std::string> Tier;  // Standard | Advanced | Intelligent-Tiering
  std::optional<std::string> Policies;
  std::optional<std::string> DataType;

  bool operator==(const PutParameterRequest&) const = default;
};

struct PutParameterResponse {
  std::optional<std::int64_t> Version;
  std::optional<std::string> Tier;  // Standard | Advanced | Intelligent-Tiering

  bool operator==(const PutParameterResponse&) const = default;
};

struct PutParameter {
  using Request = PutParameterRequest;
  using Response = PutParameterResponse;
  static constexpr std::string_view kService = "ssm";
  static constexpr std::string_view kName = "PutParameter";
  static constexpr std::array<std::string_view, 2> kRequired{"Name", "Value"};
};

struct GetParameterRequest {
  std::optional<std::string> Name;
  std::optional<bool> WithDecryption;

  bool operator==(const GetParameterRequest&) const = default;
};

struct Parameter {
  std::optional<std::string> Name;
  std::optional<std::string> Type;  // String | StringList | SecureString
  std::optional<std::string> Value;
  std::optional<std::int64_t> Version;
  std::optional<std::string> Selector;
  std::optional<std::string> SourceResult;
  std::optional<Timestamp> LastModifiedDate;
  std::optional<std::string> ARN;
  std::optional<std::string> DataType;

  bool operator==(const Parameter&) const = default;
};

struct GetParameterResponse {
  std::optional<ssm::Parameter> Parameter;

  bool operator==(const GetParameterResponse&) const = default;
};

struct GetParameter {
  using Request = GetParameterRequest;
  using Response = GetParameterResponse;
  static constexpr std::string_view kService = "ssm";
  static constexpr std::string_view kName = "GetParameter";
  static constexpr std::array<std::string_view, 1> kRequired{"Name"};
};

struct GetParametersRequest {
  std::vector<std::string> Names;
  std::optional<bool> WithDecryption;

  bool operator==(const GetParametersRequest&) const = default;
};

struct GetParametersResponse {
  std::vector<Parameter> Parameters;
  std::vector<std::string> InvalidParameters;

  bool operator==(const GetParametersResponse&) const = default;
};

struct GetParameters {
  using Request = GetParametersRequest;
  using Response = GetParametersResponse;
  static constexpr std::string_view kService = "ssm";
  static constexpr std::string_view kName = "GetParameters";
  static constexpr std::array<std::string_view, 1> kRequired{"Names"};
};

struct ParameterStringFilter {
  std::optional<std::string> Key;
  std::optional<std::string> Option;
  std::vector<std::string> Values;

  bool operator==(const ParameterStringFilter&) const = default;
};

struct GetParametersByPathRequest {
  std::optional<std::string> Path;
  std::optional<bool> Recursive;
  std::vector<ParameterStringFilter> ParameterFilters;
  std::optional<bool> WithDecryption;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;

  bool operator==(const GetParametersByPathRequest&) const = default;
};

struct GetParametersByPathResponse {
  std::vector<Parameter> Parameters;
  std::optional<std::string> NextToken;

  bool operator==(const GetParametersByPathResponse&) const = default;
};

struct GetParametersByPath {
  using Request = GetParametersByPathRequest;
  using Response = GetParametersByPathResponse;
  static constexpr std::string_view kService = "ssm";
  static constexpr std::string_view kName = "GetParametersByPath";
  static constexpr std::array<std::string_view, 1> kRequired{"Path"};
};

struct GetParameterHistoryRequest {
  std::optional<std::string> Name;
  std::optional<bool> WithDecryption;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;

  bool operator==(const GetParameterHistoryRequest&) const = default;
};

struct ParameterInlinePolicy {
  std::optional<std::string> PolicyText;
  std::optional<std::string> PolicyType;
  std::optional<std::string> PolicyStatus;

  bool operator==(const ParameterInlinePolicy&) const = default;
};

struct ParameterHistory {
  std::optional<std::string> Name;
  std::optional<std::string> Type;  // String | StringList | SecureString
  std::optional<std::string> KeyId;
  std::optional<Timestamp> LastModifiedDate;
  std::optional<std::string> LastModifiedUser;
  std::optional<std::string> Description;
  std::optional<std::string> Value;
  std::optional<std::string> AllowedPattern;
  std::optional<std::int64_t> Version;
  std::vector<std::string> Labels;
  std::optional<std::string> Tier;  // Standard | Advanced | Intelligent-Tiering
  std::vector<ParameterInlinePolicy> Policies;
  std::optional<std::string> DataType;

  bool operator==(const ParameterHistory&) const = default;
};

struct GetParameterHistoryResponse {
  std::vector<ParameterHistory> Parameters;
  std::optional<std::string> NextToken;

  bool operator==(const GetParameterHistoryResponse&) const = default;
};

struct GetParameterHistory {
  using Request = GetParameterHistoryRequest;
  using Response = GetParameterHistoryResponse;
  static constexpr std::string_view kService = "ssm";
  static constexpr std::string_view kName = "GetParameterHistory";
  static constexpr std::array<std::string_view, 1> kRequired{"Name"};
};

struct DeleteParameterRequest {
  std::optional<std::string> Name;

  bool operator==(const DeleteParameterRequest&) const = default;
};

struct DeleteParameterResponse {
  bool operator==(const DeleteParameterResponse&) const = default;
};

struct DeleteParameter {
  using Request = DeleteParameterRequest;
  using Response = DeleteParameterResponse;
  static constexpr std::string_view kService = "ssm";
  static constexpr std::string_view kName = "DeleteParameter";
  static constexpr std::array<std::string_view, 1> kRequired{"Name"};
};

struct DeleteParametersRequest {
  std::vector<std::string> Names;

  bool operator==(const DeleteParametersRequest&) const = default;
};

struct DeleteParametersResponse {
  std::vector<std::string> DeletedParameters;
  std::vector<std::string> InvalidParameters;

  bool operator==(const DeleteParametersResponse&) const = default;
};

struct DeleteParameters {
  using Request = DeleteParametersRequest;
  using Response = DeleteParametersResponse;
  static constexpr std::string_view kService = "ssm";
  static constexpr std::string_view kName = "DeleteParameters";
  static constexpr std::array<std::string_view, 1> kRequired{"Names"};
};

struct ParametersFilter {
  std::optional<std::string> Key;  // Name | Type | KeyId
  std::vector<std::string> Values;

  bool operator==(const ParametersFilter&) const = default;
};

struct DescribeParametersRequest {
  std::vector<ParametersFilter> Filters;
  std::vector<ParameterStringFilter> ParameterFilters;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
  std::optional<bool> Shared;

  bool operator==(const DescribeParametersRequest&) const = default;
};

struct ParameterMetadata {
  std::optional<std::string> Name;
  std::optional<std::string> ARN;
  std::optional<std::string> Type;  // String | StringList | SecureString
  std::optional<std::string> KeyId;
  std::optional<Timestamp> LastModifiedDate;
  std::optional<std::string> LastModifiedUser;
  std::optional<std::string> Description;
  std::optional<std::string> AllowedPattern;
  std::optional<std::int64_t> Version;
  std::optional<std::string> Tier;  // Standard | Advanced | Intelligent-Tiering
  std::vector<ParameterInlinePolicy> Policies;
  std::optional<std::string> DataType;

  bool operator==(const ParameterMetadata&) const = default;
};

struct DescribeParametersResponse {
  std::vector<ParameterMetadata> Parameters;
  std::optional<std::string> NextToken;

  bool operator==(const DescribeParametersResponse&) const = default;
};

struct DescribeParameters {
  using Request = DescribeParametersRequest;
  using Response = DescribeParametersResponse;
  static constexpr std::string_view kService = "ssm";
  static constexpr std::string_view kName = "DescribeParameters";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct LabelParameterVersionRequest {
  std::optional<std::string> Name;
  std::optional<std::int64_t> ParameterVersion;
  std::vector<std::string> Labels;

  bool operator==(const LabelParameterVersionRequest&) const = default;
};

struct LabelParameterVersionResponse {
  std::vector<std::string> InvalidLabels;
  std::optional<std::int64_t> ParameterVersion;

  bool operator==(const LabelParameterVersionResponse&) const = default;
};

struct LabelParameterVersion {
  using Request = LabelParameterVersionRequest;
  using Response = LabelParameterVersionResponse;
  static constexpr std::string_view kService = "ssm";
  static constexpr std::string_view kName = "LabelParameterVersion";
  static constexpr std::array<std::string_view, 2> kRequired{"Name", "Labels"};
};

struct AddTagsToResourceRequest {
  // Document | ManagedInstance | MaintenanceWindow | Parameter | PatchBaseline | OpsItem |
  // OpsMetadata | Automation | Association
  std::optional<std::string> ResourceType;
  std::optional<std::string> ResourceId;
  std::vector<Tag> Tags;

  bool operator==(const AddTagsToResourceRequest&) const = default;
};

struct AddTagsToResourceResponse {
  bool operator==(const AddTagsToResourceResponse&) const = default;
};

struct AddTagsToResource {
  using Request = AddTagsToResourceRequest;
  using Response = AddTagsToResourceResponse;
  static constexpr std::string_view kService = "ssm";
  static constexpr std::string_view kName = "AddTagsToResource";
  static constexpr std::array<std::string_view, 3> kRequired{"ResourceType", "ResourceId", "Tags"};
};

struct RemoveTagsFromResourceRequest {
  // Document | ManagedInstance | MaintenanceWindow | Parameter | PatchBaseline | OpsItem |
  // OpsMetadata | Automation | Association
  std::optional<std::string> ResourceType;
  std::optional<std::string> ResourceId;
  std::vector<std::string> TagKeys;

  bool operator==(const RemoveTagsFromResourceRequest&) const = default;
};

struct RemoveTagsFromResourceResponse {
  bool operator==(const RemoveTagsFromResourceResponse&) const = default;
};

struct RemoveTagsFromResource {
  using Request = RemoveTagsFromResourceRequest;
  using Response = RemoveTagsFromResourceResponse;
  static constexpr std::string_view kService = "ssm";
  static constexpr std::string_view kName = "RemoveTagsFromResource";
  static constexpr std::array<std::string_view, 3> kRequired{"ResourceType", "ResourceId",
                                                             "TagKeys"};
};

struct ListTagsForResourceRequest {
  // Document | ManagedInstance | MaintenanceWindow | Parameter | PatchBaseline | OpsItem |
  // OpsMetadata | Automation | Association
  std::optional<std::string> ResourceType;
  std::optional<std::string> ResourceId;

  bool operator==(const ListTagsForResourceRequest&) const = default;
};

struct ListTagsForResourceResponse {
  std::vector<Tag> TagList;

  bool operator==(const ListTagsForResourceResponse&) const = default;
};

struct ListTagsForResource {
  using Request = ListTagsForResourceRequest;
  using Response = ListTagsForResourceResponse;
  static constexpr std::string_view kService = "ssm";
  static constexpr std::string_view kName = "ListTagsForResource";
  static constexpr std::array<std::string_view, 2> kRequired{"ResourceType", "ResourceId"};
};

struct ResumeSessionRequest {
  std::optional<std::string> SessionId;

  bool operator==(const ResumeSessionRequest&) const = default;
};

struct ResumeSessionResponse {
  std::optional<std::string> SessionId;
  std::optional<std::string> TokenValue;
  std::optional<std::string> StreamUrl;

  bool operator==(const ResumeSessionResponse&) const = default;
};

struct ResumeSession {
  using Request = ResumeSessionRequest;
  using Response = ResumeSessionResponse;
  static constexpr std::string_view kService = "ssm";
  static constexpr std::string_view kName = "ResumeSession";
  static constexpr std::array<std::string_view, 1> kRequired{"SessionId"};
};

struct TerminateSessionRequest {
  std::optional<std::string> SessionId;

  bool operator==(const TerminateSessionRequest&) const = default;
};

struct TerminateSessionResponse {
  std::optional<std::string> SessionId;

  bool operator==(const TerminateSessionResponse&) const = default;
};

struct TerminateSession {
  using Request = TerminateSessionRequest;
  using Response = TerminateSessionResponse;
  static constexpr std::string_view kService = "ssm";
  static constexpr std::string_view kName = "TerminateSession";
  static constexpr std::array<std::string_view, 1> kRequired{"SessionId"};
};

}  // namespace sb::aws::ssm

SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::Tag)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::PutParameterRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::PutParameterResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::GetParameterRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::Parameter)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::GetParameterResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::GetParametersRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::GetParametersResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::ParameterStringFilter)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::GetParametersByPathRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::GetParametersByPathResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::GetParameterHistoryRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::ParameterInlinePolicy)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::ParameterHistory)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::GetParameterHistoryResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::DeleteParameterRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::DeleteParameterResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::DeleteParametersRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::DeleteParametersResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::ParametersFilter)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::DescribeParametersRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::ParameterMetadata)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::DescribeParametersResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::LabelParameterVersionRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::LabelParameterVersionResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::AddTagsToResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::AddTagsToResourceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::RemoveTagsFromResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::RemoveTagsFromResourceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::ListTagsForResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::ListTagsForResourceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::ResumeSessionRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::ResumeSessionResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::TerminateSessionRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::ssm::TerminateSessionResponse)
