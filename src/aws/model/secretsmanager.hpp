// Secrets Manager: shapes and operations.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock/clock.hpp"
#include "base/json/type.hpp"

namespace sb::aws::secretsmanager {

struct Tag {
  std::optional<std::string> Key;
  std::optional<std::string> Value;

  bool operator==(const Tag&) const = default;
};

struct CreateSecretRequest {
  std::optional<std::string> Name;
  std::optional<std::string> ClientRequestToken;
  std::optional<std::string> Description;
  std::optional<std::string> KmsKeyId;
  std::optional<std::string> SecretBinary;  // base64
  std::optional<std::string> SecretString;
  std::vector<Tag> Tags;
  std::optional<std::string> Type;

  bool operator==(const CreateSecretRequest&) const = default;
};

struct CreateSecretResponse {
  std::optional<std::string> ARN;
  std::optional<std::string> Name;
  std::optional<std::string> VersionId;

  bool operator==(const CreateSecretResponse&) const = default;
};

struct CreateSecret {
  using Request = CreateSecretRequest;
  using Response = CreateSecretResponse;
  static constexpr std::string_view kService = "secretsmanager";
  static constexpr std::string_view kName = "CreateSecret";
  static constexpr std::array<std::string_view, 1> kRequired{"Name"};
};

struct GetSecretValueRequest {
  std::optional<std::string> SecretId;
  std::optional<std::string> VersionId;
  std::optional<std::string> VersionStage;

  bool operator==(const GetSecretValueRequest&) const = default;
};

struct GetSecretValueResponse {
  std::optional<std::string> ARN;
  std::optional<std::string> Name;
  std::optional<std::string> VersionId;
  std::optional<std::string> SecretBinary;  // base64
  std::optional<std::string> SecretString;
  std::vector<std::string> VersionStages;
  std::optional<Timestamp> CreatedDate;

  bool operator==(const GetSecretValueResponse&) const = default;
};

struct GetSecretValue {
  using Request = GetSecretValueRequest;
  using Response = GetSecretValueResponse;
  static constexpr std::string_view kService = "secretsmanager";
  static constexpr std::string_view kName = "GetSecretValue";
  static constexpr std::array<std::string_view, 1> kRequired{"SecretId"};
};

struct PutSecretValueRequest {
  std::optional<std::string> SecretId;
  std::optional<std::string> ClientRequestToken;
  std::optional<std::string> SecretBinary;  // base64
  std::optional<std::string> SecretString;
  std::vector<std::string> VersionStages;

  bool operator==(const PutSecretValueRequest&) const = default;
};

struct PutSecretValueResponse {
  std::optional<std::string> ARN;
  std::optional<std::string> Name;
  std::optional<std::string> VersionId;
  std::vector<std::string> VersionStages;

  bool operator==(const PutSecretValueResponse&) const = default;
};

struct PutSecretValue {
  using Request = PutSecretValueRequest;
  using Response = PutSecretValueResponse;
  static constexpr std::string_view kService = "secretsmanager";
  static constexpr std::string_view kName = "PutSecretValue";
  static constexpr std::array<std::string_view, 1> kRequired{"SecretId"};
};

struct UpdateSecretRequest {
  std::optional<std::string> SecretId;
  std::optional<std::string> ClientRequestToken;
  std::optional<std::string> Description;
  std::optional<std::string> KmsKeyId;
  std::optional<std::string> SecretBinary;  // base64
  std::optional<std::string> SecretString;
  std::optional<std::string> Type;

  bool operator==(const UpdateSecretRequest&) const = default;
};

struct UpdateSecretResponse {
  std::optional<std::string> ARN;
  std::optional<std::string> Name;
  std::optional<std::string> VersionId;

  bool operator==(const UpdateSecretResponse&) const = default;
};

struct UpdateSecret {
  using Request = UpdateSecretRequest;
  using Response = UpdateSecretResponse;
  static constexpr std::string_view kService = "secretsmanager";
  static constexpr std::string_view kName = "UpdateSecret";
  static constexpr std::array<std::string_view, 1> kRequired{"SecretId"};
};

struct DescribeSecretRequest {
  std::optional<std::string> SecretId;

  bool operator==(const DescribeSecretRequest&) const = default;
};

struct RotationRulesType {
  std::optional<std::int64_t> AutomaticallyAfterDays;
  std::optional<std::string> Duration;
  std::optional<std::string> ScheduleExpression;

  bool operator==(const RotationRulesType&) const = default;
};

struct DescribeSecretResponse {
  std::optional<std::string> ARN;
  std::optional<std::string> Name;
  std::optional<std::string> Type;
  std::optional<std::string> Description;
  std::optional<std::string> KmsKeyId;
  std::optional<bool> RotationEnabled;
  std::optional<std::string> RotationLambdaARN;
  std::optional<RotationRulesType> RotationRules;
  std::optional<Timestamp> LastRotatedDate;
  std::optional<Timestamp> LastChangedDate;
  std::optional<Timestamp> LastAccessedDate;
  std::optional<Timestamp> DeletedDate;
  std::optional<Timestamp> NextRotationDate;
  std::vector<Tag> Tags;
  std::map<std::string, std::vector<std::string>> VersionIdsToStages;
  std::optional<std::string> OwningService;
  std::optional<Timestamp> CreatedDate;
  std::optional<std::string> PrimaryRegion;

  bool operator==(const DescribeSecretResponse&) const = default;
};

struct DescribeSecret {
  using Request = DescribeSecretRequest;
  using Response = DescribeSecretResponse;
  static constexpr std::string_view kService = "secretsmanager";
  static constexpr std::string_view kName = "DescribeSecret";
  static constexpr std::array<std::string_view, 1> kRequired{"SecretId"};
};

struct Filter {
  // description | name | tag-key | tag-value | primary-region | owning-service | all
  std::optional<std::string> Key;
  std::vector<std::string> Values;

  bool operator==(const Filter&) const = default;
};

struct ListSecretsRequest {
  std::optional<bool> IncludePlannedDeletion;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
  std::vector<Filter> Filters;
  std::optional<std::string> SortOrder;  // asc | desc
  // created-date | last-accessed-date | last-changed-date | name
  std::optional<std::string> SortBy;

  bool operator==(const ListSecretsRequest&) const = default;
};

struct SecretListEntry {
  std::optional<std::string> ARN;
  std::optional<std::string> Name;
  std::optional<std::string> Type;
  std::optional<std::string> Description;
  std::optional<std::string> KmsKeyId;
  std::optional<bool> RotationEnabled;
  std::optional<std::string> RotationLambdaARN;
  std::optional<RotationRulesType> RotationRules;
  std::optional<Timestamp> LastRotatedDate;
  std::optional<Timestamp> LastChangedDate;
  std::optional<Timestamp> LastAccessedDate;
  std::optional<Timestamp> DeletedDate;
  std::optional<Timestamp> NextRotationDate;
  std::vector<Tag> Tags;
  std::map<std::string, std::vector<std::string>> SecretVersionsToStages;
  std::optional<std::string> OwningService;
  std::optional<Timestamp> CreatedDate;
  std::optional<std::string> PrimaryRegion;

  bool operator==(const SecretListEntry&) const = default;
};

struct ListSecretsResponse {
  std::vector<SecretListEntry> SecretList;
  std::optional<std::string> NextToken;

  bool operator==(const ListSecretsResponse&) const = default;
};

struct ListSecrets {
  using Request = ListSecretsRequest;
  using Response = ListSecretsResponse;
  static constexpr std::string_view kService = "secretsmanager";
  static constexpr std::string_view kName = "ListSecrets";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

struct DeleteSecretRequest {
  std::optional<std::string> SecretId;
  std::optional<std::int64_t> RecoveryWindowInDays;
  std::optional<bool> ForceDeleteWithoutRecovery;

  bool operator==(const DeleteSecretRequest&) const = default;
};

struct DeleteSecretResponse {
  std::optional<std::string> ARN;
  std::optional<std::string> Name;
  std::optional<Timestamp> DeletionDate;

  bool operator==(const DeleteSecretResponse&) const = default;
};

struct DeleteSecret {
  using Request = DeleteSecretRequest;
  using Response = DeleteSecretResponse;
  static constexpr std::string_view kService = "secretsmanager";
  static constexpr std::string_view kName = "DeleteSecret";
  static constexpr std::array<std::string_view, 1> kRequired{"SecretId"};
};

struct RestoreSecretRequest {
  std::optional<std::string> SecretId;

  bool operator==(const RestoreSecretRequest&) const = default;
};

struct RestoreSecretResponse {
  std::optional<std::string> ARN;
  std::optional<std::string> Name;

  bool operator==(const RestoreSecretResponse&) const = default;
};

struct RestoreSecret {
  using Request = RestoreSecretRequest;
  using Response = RestoreSecretResponse;
  static constexpr std::string_view kService = "secretsmanager";
  static constexpr std::string_view kName = "RestoreSecret";
  static constexpr std::array<std::string_view, 1> kRequired{"SecretId"};
};

struct UpdateSecretVersionStageRequest {
  std::optional<std::string> SecretId;
  std::optional<std::string> VersionStage;
  std::optional<std::string> RemoveFromVersionId;
  std::optional<std::string> MoveToVersionId;

  bool operator==(const UpdateSecretVersionStageRequest&) const = default;
};

struct UpdateSecretVersionStageResponse {
  std::optional<std::string> ARN;
  std::optional<std::string> Name;

  bool operator==(const UpdateSecretVersionStageResponse&) const = default;
};

struct UpdateSecretVersionStage {
  using Request = UpdateSecretVersionStageRequest;
  using Response = UpdateSecretVersionStageResponse;
  static constexpr std::string_view kService = "secretsmanager";
  static constexpr std::string_view kName = "UpdateSecretVersionStage";
  static constexpr std::array<std::string_view, 2> kRequired{"SecretId", "VersionStage"};
};

struct ListSecretVersionIdsRequest {
  std::optional<std::string> SecretId;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
  std::optional<bool> IncludeDeprecated;

  bool operator==(const ListSecretVersionIdsRequest&) const = default;
};

struct SecretVersionsListEntry {
  std::optional<std::string> VersionId;
  std::vector<std::string> VersionStages;
  std::optional<Timestamp> LastAccessedDate;
  std::optional<Timestamp> CreatedDate;
  std::vector<std::string> KmsKeyIds;

  bool operator==(const SecretVersionsListEntry&) const = default;
};

struct ListSecretVersionIdsResponse {
  std::vector<SecretVersionsListEntry> Versions;
  std::optional<std::string> NextToken;
  std::optional<std::string> ARN;
  std::optional<std::string> Name;

  bool operator==(const ListSecretVersionIdsResponse&) const = default;
};

struct ListSecretVersionIds {
  using Request = ListSecretVersionIdsRequest;
  using Response = ListSecretVersionIdsResponse;
  static constexpr std::string_view kService = "secretsmanager";
  static constexpr std::string_view kName = "ListSecretVersionIds";
  static constexpr std::array<std::string_view, 1> kRequired{"SecretId"};
};

struct TagResourceRequest {
  std::optional<std::string> SecretId;
  std::vector<Tag> Tags;

  bool operator==(const TagResourceRequest&) const = default;
};

struct TagResourceResponse {
  bool operator==(const TagResourceResponse&) const = default;
};

struct TagResource {
  using Request = TagResourceRequest;
  using Response = TagResourceResponse;
  static constexpr std::string_view kService = "secretsmanager";
  static constexpr std::string_view kName = "TagResource";
  static constexpr std::array<std::string_view, 2> kRequired{"SecretId", "Tags"};
};

struct UntagResourceRequest {
  std::optional<std::string> SecretId;
  std::vector<std::string> TagKeys;

  bool operator==(const UntagResourceRequest&) const = default;
};

struct UntagResourceResponse {
  bool operator==(const UntagResourceResponse&) const = default;
};

struct UntagResource {
  using Request = UntagResourceRequest;
  using Response = UntagResourceResponse;
  static constexpr std::string_view kService = "secretsmanager";
  static constexpr std::string_view kName = "UntagResource";
  static constexpr std::array<std::string_view, 2> kRequired{"SecretId", "TagKeys"};
};

}  // namespace sb::aws::secretsmanager

SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::Tag)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::CreateSecretRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::CreateSecretResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::GetSecretValueRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::GetSecretValueResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::PutSecretValueRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::PutSecretValueResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::UpdateSecretRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::UpdateSecretResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::DescribeSecretRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::RotationRulesType)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::DescribeSecretResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::Filter)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::ListSecretsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::SecretListEntry)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::ListSecretsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::DeleteSecretRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::DeleteSecretResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::RestoreSecretRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::RestoreSecretResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::UpdateSecretVersionStageRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::UpdateSecretVersionStageResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::ListSecretVersionIdsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::SecretVersionsListEntry)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::ListSecretVersionIdsResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::TagResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::TagResourceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::UntagResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::secretsmanager::UntagResourceResponse)
