#include "aws/protocol/service.hpp"

#include <array>

namespace sb::aws {
namespace {

constexpr ItemName kRdsItems[] = {
    {"DBInstances", "DBInstance", true},
    {"DBParameterGroups", "DBParameterGroup", true},
    {"DBSecurityGroups", "DBSecurityGroupName", false},
    {"DBSecurityGroups", "DBSecurityGroup", true},
    {"DBSnapshots", "DBSnapshot", true},
    {"EventCategories", "EventCategory", false},
    {"Events", "Event", true},
    {"Filters", "Filter", true},
    {"ReadReplicaDBInstanceIdentifiers", "ReadReplicaDBInstanceIdentifier", false},
    {"StatusInfos", "DBInstanceStatusInfo", true},
    {"Subnets", "Subnet", true},
    {"TagList", "Tag", true},
    {"Tags", "Tag", true},
    {"Values", "Value", false},
    {"VpcSecurityGroupIds", "VpcSecurityGroupId", false},
    {"VpcSecurityGroups", "VpcSecurityGroupMembership", true},
};

constexpr ItemName kElastiCacheItems[] = {
    {"CacheClusters", "CacheCluster", true},
    {"CacheNodeIdsToReboot", "CacheNodeId", false},
    {"CacheNodeIdsToRemove", "CacheNodeId", false},
    {"CacheNodes", "CacheNode", true},
    {"CacheSecurityGroupNames", "CacheSecurityGroupName", false},
    {"CacheSecurityGroups", "CacheSecurityGroup", true},
    {"MemberClusters", "ClusterId", false},
    {"NewAvailabilityZones", "PreferredAvailabilityZone", false},
    {"NodeGroupMembers", "NodeGroupMember", true},
    {"NodeGroups", "NodeGroup", true},
    {"PreferredAvailabilityZones", "PreferredAvailabilityZone", false},
    {"ReplicationGroups", "ReplicationGroup", true},
    {"SecurityGroupIds", "SecurityGroupId", false},
    {"SnapshotArns", "SnapshotArn", false},
    {"TagList", "Tag", true},
    {"Tags", "Tag", true},
};

constexpr std::string_view kJson10 = "application/x-amz-json-1.0";
constexpr std::string_view kJson11 = "application/x-amz-json-1.1";
constexpr std::string_view kForm = "application/x-www-form-urlencoded; charset=utf-8";

constexpr std::array kServices{
    Service{.id = "ecs",
            .title = "Amazon ECS",
            .signing_name = "ecs",
            .endpoint_name = "ecs",
            .target_prefix = "AmazonEC2ContainerServiceV20141113",
            .content_type = kJson11,
            .missing_parameter = "InvalidParameterException",
            .invalid_parameter = "InvalidParameterException",
            .throttled = "ThrottlingException",
            .server_error = "ServerException"},
    Service{.id = "elbv2",
            .title = "Elastic Load Balancing v2",
            .signing_name = "elasticloadbalancing",
            .endpoint_name = "elasticloadbalancing",
            .api_version = "2015-12-01",
            .xml_namespace = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
            .content_type = kForm,
            .missing_parameter = "ValidationError",
            .invalid_parameter = "ValidationError",
            .throttled = "Throttling",
            .server_error = "InternalFailure"},
    Service{.id = "rds",
            .title = "Amazon RDS",
            .signing_name = "rds",
            .endpoint_name = "rds",
            .api_version = "2014-10-31",
            .xml_namespace = "http://rds.amazonaws.com/doc/2014-10-31/",
            .content_type = kForm,
            .item_names = kRdsItems,
            .missing_parameter = "MissingParameter",
            .invalid_parameter = "InvalidParameterValue",
            .throttled = "Throttling",
            .server_error = "InternalFailure"},
    Service{.id = "elasticache",
            .title = "Amazon ElastiCache",
            .signing_name = "elasticache",
            .endpoint_name = "elasticache",
            .api_version = "2015-02-02",
            .xml_namespace = "http://elasticache.amazonaws.com/doc/2015-02-02/",
            .content_type = kForm,
            .item_names = kElastiCacheItems,
            .missing_parameter = "MissingParameter",
            .invalid_parameter = "InvalidParameterValue",
            .throttled = "Throttling",
            .server_error = "InternalFailure"},
    Service{.id = "ssm",
            .title = "Systems Manager",
            .signing_name = "ssm",
            .endpoint_name = "ssm",
            .target_prefix = "AmazonSSM",
            .content_type = kJson11,
            .missing_parameter = "ValidationException",
            .invalid_parameter = "ValidationException",
            .throttled = "ThrottlingException",
            .server_error = "InternalServerError"},
    Service{.id = "secretsmanager",
            .title = "Secrets Manager",
            .signing_name = "secretsmanager",
            .endpoint_name = "secretsmanager",
            .target_prefix = "secretsmanager",
            .content_type = kJson11,
            .missing_parameter = "ValidationException",
            .invalid_parameter = "InvalidParameterException",
            .throttled = "ThrottlingException",
            .server_error = "InternalServiceError"},
    Service{.id = "logs",
            .title = "CloudWatch Logs",
            .signing_name = "logs",
            .endpoint_name = "logs",
            .target_prefix = "Logs_20140328",
            .content_type = kJson11,
            .missing_parameter = "InvalidParameterException",
            .invalid_parameter = "InvalidParameterException",
            .throttled = "ThrottlingException",
            .server_error = "ServiceUnavailableException"},
    // Speaks both: recent clients send JSON 1.0 (ours too), older ones Query.
    Service{.id = "cloudwatch",
            .title = "CloudWatch",
            .signing_name = "monitoring",
            .endpoint_name = "monitoring",
            .api_version = "2010-08-01",
            .xml_namespace = "http://monitoring.amazonaws.com/doc/2010-08-01/",
            .target_prefix = "GraniteServiceVersion20100801",
            .content_type = kJson10,
            .missing_parameter = "MissingParameter",
            .invalid_parameter = "InvalidParameterValue",
            .throttled = "Throttling",
            .server_error = "InternalServiceError"},
    Service{.id = "sts",
            .title = "AWS STS",
            .signing_name = "sts",
            .endpoint_name = "sts",
            .api_version = "2011-06-15",
            .xml_namespace = "https://sts.amazonaws.com/doc/2011-06-15/",
            .content_type = kForm,
            .missing_parameter = "MissingParameter",
            .invalid_parameter = "ValidationError",
            .throttled = "Throttling",
            .server_error = "InternalFailure"},
};

}  // namespace

std::string_view Service::item_name(std::string_view member, const json::Type& element) const {
  bool of_structures = element.kind == json::Kind::structure;
  for (const auto& name : item_names)
    if (name.member == member && name.of_structures == of_structures) return name.item;
  return "member";
}

std::span<const Service> services() {
  return kServices;
}

const Service* find_service(std::string_view id) {
  for (const auto& service : kServices)
    if (service.id == id) return &service;
  return nullptr;
}

const Service* find_service_by_target(std::string_view target_prefix) {
  for (const auto& service : kServices)
    if (service.speaks_json() && service.target_prefix == target_prefix) return &service;
  return nullptr;
}

const Service* find_service_by_version(std::string_view api_version,
                                       std::string_view signing_name) {
  const Service* found = nullptr;
  for (const auto& service : kServices) {
    if (!service.speaks_query() || service.api_version != api_version) continue;
    if (service.signing_name == signing_name) return &service;
    if (!found) found = &service;
  }
  return found;
}

}  // namespace sb::aws
