#include "aws/model/elbv2_listener.hpp"

namespace sb::aws::elbv2 {

BOOST_DESCRIBE_STRUCT(Certificate, (), (CertificateArn, IsDefault))
BOOST_DESCRIBE_STRUCT(RedirectActionConfig, (), (Protocol, Port, Host, Path, Query, StatusCode))
BOOST_DESCRIBE_STRUCT(FixedResponseActionConfig, (), (MessageBody, StatusCode, ContentType))
BOOST_DESCRIBE_STRUCT(TargetGroupTuple, (), (TargetGroupArn, Weight))
BOOST_DESCRIBE_STRUCT(TargetGroupStickinessConfig, (), (Enabled, DurationSeconds))
BOOST_DESCRIBE_STRUCT(ForwardActionConfig, (), (TargetGroups, TargetGroupStickinessConfig))
BOOST_DESCRIBE_STRUCT(Action, (),
                      (Type, TargetGroupArn, Order, RedirectConfig, FixedResponseConfig,
                       ForwardConfig))
BOOST_DESCRIBE_STRUCT(CreateListenerRequest, (),
                      (LoadBalancerArn, Protocol, Port, SslPolicy, Certificates, DefaultActions,
                       AlpnPolicy, Tags))
BOOST_DESCRIBE_STRUCT(Listener, (),
                      (ListenerArn, LoadBalancerArn, Port, Protocol, Certificates, SslPolicy,
                       DefaultActions, AlpnPolicy))
BOOST_DESCRIBE_STRUCT(CreateListenerResponse, (), (Listeners))
BOOST_DESCRIBE_STRUCT(DescribeListenersRequest, (),
                      (LoadBalancerArn, ListenerArns, Marker, PageSize))
BOOST_DESCRIBE_STRUCT(DescribeListenersResponse, (), (Listeners, NextMarker))
BOOST_DESCRIBE_STRUCT(ModifyListenerRequest, (),
                      (ListenerArn, Port, Protocol, SslPolicy, Certificates, DefaultActions,
                       AlpnPolicy))
BOOST_DESCRIBE_STRUCT(ModifyListenerResponse, (), (Listeners))
BOOST_DESCRIBE_STRUCT(DeleteListenerRequest, (), (ListenerArn))
BOOST_DESCRIBE_STRUCT(DeleteListenerResponse, (), ())
BOOST_DESCRIBE_STRUCT(DescribeListenerAttributesRequest, (), (ListenerArn))
BOOST_DESCRIBE_STRUCT(ListenerAttribute, (), (Key, Value))
BOOST_DESCRIBE_STRUCT(DescribeListenerAttributesResponse, (), (Attributes))
BOOST_DESCRIBE_STRUCT(AddListenerCertificatesRequest, (), (ListenerArn, Certificates))
BOOST_DESCRIBE_STRUCT(AddListenerCertificatesResponse, (), (Certificates))
BOOST_DESCRIBE_STRUCT(RemoveListenerCertificatesRequest, (), (ListenerArn, Certificates))
BOOST_DESCRIBE_STRUCT(RemoveListenerCertificatesResponse, (), ())
BOOST_DESCRIBE_STRUCT(DescribeListenerCertificatesRequest, (), (ListenerArn, Marker, PageSize))
BOOST_DESCRIBE_STRUCT(DescribeListenerCertificatesResponse, (), (Certificates, NextMarker))

}  // namespace sb::aws::elbv2

SB_JSON_TYPE_HERE(sb::aws::elbv2::Certificate)
SB_JSON_TYPE_HERE(sb::aws::elbv2::RedirectActionConfig)
SB_JSON_TYPE_HERE(sb::aws::elbv2::FixedResponseActionConfig)
SB_JSON_TYPE_HERE(sb::aws::elbv2::TargetGroupTuple)
SB_JSON_TYPE_HERE(sb::aws::elbv2::TargetGroupStickinessConfig)
SB_JSON_TYPE_HERE(sb::aws::elbv2::ForwardActionConfig)
SB_JSON_TYPE_HERE(sb::aws::elbv2::Action)
SB_JSON_TYPE_HERE(sb::aws::elbv2::CreateListenerRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::Listener)
SB_JSON_TYPE_HERE(sb::aws::elbv2::CreateListenerResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeListenersRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeListenersResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::ModifyListenerRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::ModifyListenerResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DeleteListenerRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DeleteListenerResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeListenerAttributesRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::ListenerAttribute)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeListenerAttributesResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::AddListenerCertificatesRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::AddListenerCertificatesResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::RemoveListenerCertificatesRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::RemoveListenerCertificatesResponse)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeListenerCertificatesRequest)
SB_JSON_TYPE_HERE(sb::aws::elbv2::DescribeListenerCertificatesResponse)
