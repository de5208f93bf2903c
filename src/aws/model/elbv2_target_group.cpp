#include "aws/model/elbv2_target_group.hpp"

namespace sb::aws::elbv2 {

BOOST_DESCRIBE_STRUCT(Matcher, (), (HttpCode, GrpcCode))
BOOST_DESCRIBE_STRUCT(CreateTargetGroupRequest, (),
                      (Name, Protocol, ProtocolVersion, Port, VpcId, HealthCheckProtocol,
                       HealthCheckPort, HealthCheckEnabled, HealthCheckPath,
                       HealthCheckIntervalSeconds, HealthCheckTimeoutSeconds, HealthyThresholdCount,
                       UnhealthyThresholdCount, Matcher, TargetType, Tags, IpAddressType))
BOOST_DESCRIBE_STRUCT(TargetGroup, (),
                      (TargetGroupArn, TargetGroupName, Protocol, Port, VpcId, HealthCheckProtocol,
                       HealthCheckPort, HealthCheckEnabled, HealthCheckIntervalSeconds,
                       HealthCheckTimeoutSeconds, HealthyThresholdCount, UnhealthyThresholdCount,
                       HealthCheckPath, Matcher, LoadBalancerArns, TargetType, ProtocolVersion,
                       IpAddressType))
BOOST_DESCRIBE_STRUCT(CreateTargetGroupResponse, (), (TargetGroups))
BOOST_DESCRIBE_STRUCT(DescribeTargetGroupsRequest, (),
                      (LoadBalancerArn, TargetGroupArns, Names, Marker, PageSize))
BOOST_DESCRIBE_STRUCT(DescribeTargetGroupsResponse, (), (TargetGroups, NextMarker))
BOOST_DESCRIBE_STRUCT(ModifyTargetGroupRequest, (),
                      (TargetGroupArn, HealthCheckProtocol, HealthCheckPort, HealthCheckPath,
                       HealthCheckEnabled, HealthCheckIntervalSeconds, HealthCheckTimeoutSeconds,
                       HealthyThresholdCount, UnhealthyThresholdCount, Matcher))
BOOST_DESCRIBE_STRUCT(ModifyTargetGroupResponse, (), (TargetGroups))
BOOST_DESCRIBE_STRUCT(DeleteTargetGroupRequest, (), (TargetGroupArn))
BOOST_DESCRIBE_STRUCT(DeleteTargetGroupResponse, (), ())
BOOST_DESCRIBE_STRUCT(DescribeTargetGroupAttributesRequest, (), (TargetGroupArn))
BOOST_DESCRIBE_STRUCT(TargetGroupAttribute, (), (Key, Value))
BOOST_DESCRIBE_STRUCT(DescribeTargetGroupAttributesResponse, (), (Attributes))
BOOST_DESCRIBE_STRUCT(ModifyTargetGroupAttributesRequest, (), (TargetGroupArn, Attributes))
BOOST_DESCRIBE_STRUCT(ModifyTargetGroupAttributesResponse, (), (Attributes))
BOOST_DESCRIBE_STRUCT(TargetDescription, (), (Id, Port, AvailabilityZone))
BOOST_DESCRIBE_STRUCT(RegisterTargetsRequest, (), (TargetGroupArn, Targets))
BOOST_DESCRIBE_STRUCT(RegisterTargetsResponse, (), ())
BOOST_DESCRIBE_STRUCT(DeregisterTargetsRequest, (), (TargetGroupArn, Targets))
BOOST_DESCRIBE_STRUCT(DeregisterTargetsResponse, (), ())
BOOST_DESCRIBE_STRUCT(DescribeTargetHealthRequest, (), (TargetGroupArn, Targets, Include))
BOOST_DESCRIBE_STRUCT(TargetHealth, (), (State, Reason, Description))
BOOST_DESCRIBE_STRUCT(TargetHealthDescription, (), (Target, HealthCheckPort, TargetHealth))
BOOST_DESCRIBE_STRUCT(DescribeTargetHealthResponse, (), (TargetHealthDescriptions))

}  // namespace sb::aws::elbv2

SB_JSON_TYPE_HERE(sb::aws::elbv2::Matcher)
SB_JSON_TYPE_HERE(sb::aws::elbv2::CreateTargetGroupRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::TargetGroup)
SB_JSON_TYPE_HERE(sb::aws::elbv2::CreateTargetGroupResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeTargetGroupsRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeTargetGroupsResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::ModifyTargetGroupRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::ModifyTargetGroupResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DeleteTargetGroupRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DeleteTargetGroupResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeTargetGroupAttributesRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::TargetGroupAttribute)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeTargetGroupAttributesResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::ModifyTargetGroupAttributesRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::ModifyTargetGroupAttributesResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::TargetDescription)
SB_JSON_TYPE_HERE(sb::aws::elbv2::RegisterTargetsRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::RegisterTargetsResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DeregisterTargetsRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DeregisterTargetsResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeTargetHealthRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::TargetHealth)
SB_JSON_TYPE_HERE(sb::aws::elbv2::TargetHealthDescription)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeTargetHealthResponse)
