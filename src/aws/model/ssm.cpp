#include "aws/model/ssm.hpp"

namespace sb::aws::ssm {

BOOST_DESCRIBE_STRUCT(Tag, (), (Key, Value))
BOOST_DESCRIBE_STRUCT(PutParameterRequest, (),
                      (Name, Description, Value, Type, KeyId, Overwrite, AllowedPattern, Tags, Tier,
                       Policies, DataType))
BOOST_DESCRIBE_STRUCT(PutParameterResponse, (), (Version, Tier))
BOOST_DESCRIBE_STRUCT(GetParameterRequest, (), (Name, WithDecryption))
BOOST_DESCRIBE_STRUCT(Parameter, (),
                      (Name, Type, Value, Version, Selector, SourceResult, LastModifiedDate, ARN,
                       DataType))
BOOST_DESCRIBE_STRUCT(GetParameterResponse, (), (Parameter))
BOOST_DESCRIBE_STRUCT(GetParametersRequest, (), (Names, WithDecryption))
BOOST_DESCRIBE_STRUCT(GetParametersResponse, (), (Parameters, InvalidParameters))
BOOST_DESCRIBE_STRUCT(ParameterStringFilter, (), (Key, Option, Values))
BOOST_DESCRIBE_STRUCT(GetParametersByPathRequest, (),
                      (Path, Recursive, ParameterFilters, WithDecryption, MaxResults, NextToken))
BOOST_DESCRIBE_STRUCT(GetParametersByPathResponse, (), (Parameters, NextToken))
BOOST_DESCRIBE_STRUCT(GetParameterHistoryRequest, (), (Name, WithDecryption, MaxResults, NextToken))
BOOST_DESCRIBE_STRUCT(ParameterInlinePolicy, (), (PolicyText, PolicyType, PolicyStatus))
BOOST_DESCRIBE_STRUCT(ParameterHistory, (),
                      (Name, Type, KeyId, LastModifiedDate, LastModifiedUser, Description, Value,
                       AllowedPattern, Version, Labels, Tier, Policies, DataType))
BOOST_DESCRIBE_STRUCT(GetParameterHistoryResponse, (), (Parameters, NextToken))
BOOST_DESCRIBE_STRUCT(DeleteParameterRequest, (), (Name))
BOOST_DESCRIBE_STRUCT(DeleteParameterResponse, (), ())
BOOST_DESCRIBE_STRUCT(DeleteParametersRequest, (), (Names))
BOOST_DESCRIBE_STRUCT(DeleteParametersResponse, (), (DeletedParameters, InvalidParameters))
BOOST_DESCRIBE_STRUCT(ParametersFilter, (), (Key, Values))
BOOST_DESCRIBE_STRUCT(DescribeParametersRequest, (),
                      (Filters, ParameterFilters, MaxResults, NextToken, Shared))
BOOST_DESCRIBE_STRUCT(ParameterMetadata, (),
                      (Name, ARN, Type, KeyId, LastModifiedDate, LastModifiedUser, Description,
                       AllowedPattern, Version, Tier, Policies, DataType))
BOOST_DESCRIBE_STRUCT(DescribeParametersResponse, (), (Parameters, NextToken))
BOOST_DESCRIBE_STRUCT(LabelParameterVersionRequest, (), (Name, ParameterVersion, Labels))
BOOST_DESCRIBE_STRUCT(LabelParameterVersionResponse, (), (InvalidLabels, ParameterVersion))
BOOST_DESCRIBE_STRUCT(AddTagsToResourceRequest, (), (ResourceType, ResourceId, Tags))
BOOST_DESCRIBE_STRUCT(AddTagsToResourceResponse, (), ())
BOOST_DESCRIBE_STRUCT(RemoveTagsFromResourceRequest, (), (ResourceType, ResourceId, TagKeys))
BOOST_DESCRIBE_STRUCT(RemoveTagsFromResourceResponse, (), ())
BOOST_DESCRIBE_STRUCT(ListTagsForResourceRequest, (), (ResourceType, ResourceId))
BOOST_DESCRIBE_STRUCT(ListTagsForResourceResponse, (), (TagList))

BOOST_DESCRIBE_STRUCT(ResumeSessionRequest, (), (SessionId))

BOOST_DESCRIBE_STRUCT(ResumeSessionResponse, (), (SessionId, TokenValue, StreamUrl))

BOOST_DESCRIBE_STRUCT(TerminateSessionRequest, (), (SessionId))

BOOST_DESCRIBE_STRUCT(TerminateSessionResponse, (), (SessionId))

}  // namespace sb::aws::ssm

SB_JSON_TYPE_HERE(sb::aws::ssm::Tag)
SB_JSON_TYPE_HERE(sb::aws::ssm::PutParameterRequest)
SB_JSON_TYPE_HERE(sb::aws::ssm::PutParameterResponse)
SB_JSON_TYPE_HERE(sb::aws::ssm::GetParameterRequest)
SB_JSON_TYPE_HERE(sb::aws::ssm::Parameter)
SB_JSON_TYPE_HERE(sb::aws::ssm::GetParameterResponse)
SB_JSON_TYPE_HERE(sb::aws::ssm::GetParametersRequest)
SB_JSON_TYPE_HERE(sb::aws::ssm::GetParametersResponse)
SB_JSON_TYPE_HERE(sb::aws::ssm::ParameterStringFilter)
SB_JSON_TYPE_HERE(sb::aws::ssm::GetParametersByPathRequest)
SB_JSON_TYPE_HERE(sb::aws::ssm::GetParametersByPathResponse)
SB_JSON_TYPE_HERE(sb::aws::ssm::GetParameterHistoryRequest)
SB_JSON_TYPE_HERE(sb::aws::ssm::ParameterInlinePolicy)
SB_JSON_TYPE_HERE(sb::aws::ssm::ParameterHistory)
SB_JSON_TYPE_HERE(sb::aws::ssm::GetParameterHistoryResponse)
SB_JSON_TYPE_HERE(sb::aws::ssm::DeleteParameterRequest)
SB_JSON_TYPE_HERE(sb::aws::ssm::DeleteParameterResponse)
SB_JSON_TYPE_HERE(sb::aws::ssm::DeleteParametersRequest)
SB_JSON_TYPE_HERE(sb::aws::ssm::DeleteParametersResponse)
SB_JSON_TYPE_HERE(sb::aws::ssm::ParametersFilter)
SB_JSON_TYPE_HERE(sb::aws::ssm::DescribeParametersRequest)
SB_JSON_TYPE_HERE(sb::aws::ssm::ParameterMetadata)
SB_JSON_TYPE_HERE(sb::aws::ssm::DescribeParametersResponse)
SB_JSON_TYPE_HERE(sb::aws::ssm::LabelParameterVersionRequest)
SB_JSON_TYPE_HERE(sb::aws::ssm::LabelParameterVersionResponse)
SB_JSON_TYPE_HERE(sb::aws::ssm::AddTagsToResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::ssm::AddTagsToResourceResponse)
SB_JSON_TYPE_HERE(sb::aws::ssm::RemoveTagsFromResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::ssm::RemoveTagsFromResourceResponse)
SB_JSON_TYPE_HERE(sb::aws::ssm::ListTagsForResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::ssm::ListTagsForResourceResponse)
SB_JSON_TYPE_HERE(sb::aws::ssm::ResumeSessionRequest)
SB_JSON_TYPE_HERE(sb::aws::ssm::ResumeSessionResponse)
SB_JSON_TYPE_HERE(sb::aws::ssm::TerminateSessionRequest)
SB_JSON_TYPE_HERE(sb::aws::ssm::TerminateSessionResponse)
