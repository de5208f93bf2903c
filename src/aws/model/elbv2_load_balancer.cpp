#include "aws/model/elbv2_load_balancer.hpp"

namespace sb::aws::elbv2 {

BOOST_DESCRIBE_STRUCT(SubnetMapping, (),
                      (SubnetId, AllocationId, PrivateIPv4Address, IPv6Address,
                       SourceNatIpv6Prefix))
BOOST_DESCRIBE_STRUCT(Tag, (), (Key, Value))
BOOST_DESCRIBE_STRUCT(CreateLoadBalancerRequest, (),
                      (Name, Subnets, SubnetMappings, SecurityGroups, Scheme, Tags, Type,
                       IpAddressType))
BOOST_DESCRIBE_STRUCT(LoadBalancerState, (), (Code, Reason))
BOOST_DESCRIBE_STRUCT(LoadBalancerAddress, (),
                      (IpAddress, AllocationId, PrivateIPv4Address, IPv6Address))
BOOST_DESCRIBE_STRUCT(AvailabilityZone, (),
                      (ZoneName, SubnetId, OutpostId, LoadBalancerAddresses, SourceNatIpv6Prefixes))
BOOST_DESCRIBE_STRUCT(LoadBalancer, (),
                      (LoadBalancerArn, DNSName, CanonicalHostedZoneId, CreatedTime,
                       LoadBalancerName, Scheme, VpcId, State, Type, AvailabilityZones,
                       SecurityGroups, IpAddressType))
BOOST_DESCRIBE_STRUCT(CreateLoadBalancerResponse, (), (LoadBalancers))
BOOST_DESCRIBE_STRUCT(DescribeLoadBalancersRequest, (), (LoadBalancerArns, Names, Marker, PageSize))
BOOST_DESCRIBE_STRUCT(DescribeLoadBalancersResponse, (), (LoadBalancers, NextMarker))
BOOST_DESCRIBE_STRUCT(DeleteLoadBalancerRequest, (), (LoadBalancerArn))
BOOST_DESCRIBE_STRUCT(DeleteLoadBalancerResponse, (), ())
BOOST_DESCRIBE_STRUCT(DescribeLoadBalancerAttributesRequest, (), (LoadBalancerArn))
BOOST_DESCRIBE_STRUCT(LoadBalancerAttribute, (), (Key, Value))
BOOST_DESCRIBE_STRUCT(DescribeLoadBalancerAttributesResponse, (), (Attributes))
BOOST_DESCRIBE_STRUCT(ModifyLoadBalancerAttributesRequest, (), (LoadBalancerArn, Attributes))
BOOST_DESCRIBE_STRUCT(ModifyLoadBalancerAttributesResponse, (), (Attributes))
BOOST_DESCRIBE_STRUCT(AddTagsRequest, (), (ResourceArns, Tags))
BOOST_DESCRIBE_STRUCT(AddTagsResponse, (), ())
BOOST_DESCRIBE_STRUCT(RemoveTagsRequest, (), (ResourceArns, TagKeys))
BOOST_DESCRIBE_STRUCT(RemoveTagsResponse, (), ())
BOOST_DESCRIBE_STRUCT(DescribeTagsRequest, (), (ResourceArns))
BOOST_DESCRIBE_STRUCT(TagDescription, (), (ResourceArn, Tags))
BOOST_DESCRIBE_STRUCT(DescribeTagsResponse, (), (TagDescriptions))

}  // namespace sb::aws::elbv2

SB_JSON_TYPE_HERE(sb::aws::elbv2::SubnetMapping)
SB_JSON_TYPE_HERE(sb::aws::elbv2::Tag)
SB_JSON_TYPE_HERE(sb::aws::elbv2::CreateLoadBalancerRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::LoadBalancerState)
SB_JSON_TYPE_HERE(sb::aws::elbv2::LoadBalancerAddress)
SB_JSON_TYPE_HERE(sb::aws::elbv2::AvailabilityZone)
SB_JSON_TYPE_HERE(sb::aws::elbv2::LoadBalancer)
SB_JSON_TYPE_HERE(sb::aws::elbv2::CreateLoadBalancerResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeLoadBalancersRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeLoadBalancersResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DeleteLoadBalancerRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DeleteLoadBalancerResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeLoadBalancerAttributesRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::LoadBalancerAttribute)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeLoadBalancerAttributesResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::ModifyLoadBalancerAttributesRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::ModifyLoadBalancerAttributesResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::AddTagsRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::AddTagsResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::RemoveTagsRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::RemoveTagsResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeTagsRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::TagDescription)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeTagsResponse)
