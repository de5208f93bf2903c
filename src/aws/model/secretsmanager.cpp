#include "aws/model/secretsmanager.hpp"

namespace sb::aws::secretsmanager {

BOOST_DESCRIBE_STRUCT(Tag, (), (Key, Value))
BOOST_DESCRIBE_STRUCT(CreateSecretRequest, (),
                      (Name, ClientRequestToken, Description, KmsKeyId, SecretBinary, SecretString,
                       Tags, Type))
BOOST_DESCRIBE_STRUCT(CreateSecretResponse, (), (ARN, Name, VersionId))
BOOST_DESCRIBE_STRUCT(GetSecretValueRequest, (), (SecretId, VersionId, VersionStage))
BOOST_DESCRIBE_STRUCT(GetSecretValueResponse, (),
                      (ARN, Name, VersionId, SecretBinary, SecretString, VersionStages,
                       CreatedDate))
BOOST_DESCRIBE_STRUCT(PutSecretValueRequest, (),
                      (SecretId, ClientRequestToken, SecretBinary, SecretString, VersionStages))
BOOST_DESCRIBE_STRUCT(PutSecretValueResponse, (), (ARN, Name, VersionId, VersionStages))
BOOST_DESCRIBE_STRUCT(UpdateSecretRequest, (),
                      (SecretId, ClientRequestToken, Description, KmsKeyId, SecretBinary,
                       SecretString, Type))
BOOST_DESCRIBE_STRUCT(UpdateSecretResponse, (), (ARN, Name, VersionId))
BOOST_DESCRIBE_STRUCT(DescribeSecretRequest, (), (SecretId))
BOOST_DESCRIBE_STRUCT(RotationRulesType, (), (AutomaticallyAfterDays, Duration, ScheduleExpression))
BOOST_DESCRIBE_STRUCT(DescribeSecretResponse, (),
                      (ARN, Name, Type, Description, KmsKeyId, RotationEnabled, RotationLambdaARN,
                       RotationRules, LastRotatedDate, LastChangedDate, LastAccessedDate,
                       DeletedDate, NextRotationDate, Tags, VersionIdsToStages, OwningService,
                       CreatedDate, PrimaryRegion))
BOOST_DESCRIBE_STRUCT(Filter, (), (Key, Values))
BOOST_DESCRIBE_STRUCT(ListSecretsRequest, (),
                      (IncludePlannedDeletion, MaxResults, NextToken, Filters, SortOrder, SortBy))
BOOST_DESCRIBE_STRUCT(SecretListEntry, (),
                      (ARN, Name, Type, Description, KmsKeyId, RotationEnabled, RotationLambdaARN,
                       RotationRules, LastRotatedDate, LastChangedDate, LastAccessedDate,
                       DeletedDate, NextRotationDate, Tags, SecretVersionsToStages, OwningService,
                       CreatedDate, PrimaryRegion))
BOOST_DESCRIBE_STRUCT(ListSecretsResponse, (), (SecretList, NextToken))
BOOST_DESCRIBE_STRUCT(DeleteSecretRequest, (),
                      (SecretId, RecoveryWindowInDays, ForceDeleteWithoutRecovery))
BOOST_DESCRIBE_STRUCT(DeleteSecretResponse, (), (ARN, Name, DeletionDate))
BOOST_DESCRIBE_STRUCT(RestoreSecretRequest, (), (SecretId))
BOOST_DESCRIBE_STRUCT(RestoreSecretResponse, (), (ARN, Name))
BOOST_DESCRIBE_STRUCT(UpdateSecretVersionStageRequest, (),
                      (SecretId, VersionStage, RemoveFromVersionId, MoveToVersionId))
BOOST_DESCRIBE_STRUCT(UpdateSecretVersionStageResponse, (), (ARN, Name))
BOOST_DESCRIBE_STRUCT(ListSecretVersionIdsRequest, (),
                      (SecretId, MaxResults, NextToken, IncludeDeprecated))
BOOST_DESCRIBE_STRUCT(SecretVersionsListEntry, (),
                      (VersionId, VersionStages, LastAccessedDate, CreatedDate, KmsKeyIds))
BOOST_DESCRIBE_STRUCT(ListSecretVersionIdsResponse, (), (Versions, NextToken, ARN, Name))
BOOST_DESCRIBE_STRUCT(TagResourceRequest, (), (SecretId, Tags))
BOOST_DESCRIBE_STRUCT(TagResourceResponse, (), ())
BOOST_DESCRIBE_STRUCT(UntagResourceRequest, (), (SecretId, TagKeys))
BOOST_DESCRIBE_STRUCT(UntagResourceResponse, (), ())

}  // namespace sb::aws::secretsmanager

SB_JSON_TYPE_HERE(sb::aws::secretsmanager::Tag)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::CreateSecretRequest)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::CreateSecretResponse)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::GetSecretValueRequest)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::GetSecretValueResponse)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::PutSecretValueRequest)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::PutSecretValueResponse)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::UpdateSecretRequest)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::UpdateSecretResponse)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::DescribeSecretRequest)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::RotationRulesType)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::DescribeSecretResponse)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::Filter)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::ListSecretsRequest)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::SecretListEntry)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::ListSecretsResponse)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::DeleteSecretRequest)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::DeleteSecretResponse)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::RestoreSecretRequest)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::RestoreSecretResponse)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::UpdateSecretVersionStageRequest)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::UpdateSecretVersionStageResponse)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::ListSecretVersionIdsRequest)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::SecretVersionsListEntry)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::ListSecretVersionIdsResponse)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::TagResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::TagResourceResponse)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::UntagResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::secretsmanager::UntagResourceResponse)
