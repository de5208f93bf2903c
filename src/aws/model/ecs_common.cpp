#include "aws/model/ecs_common.hpp"

namespace sb::aws::ecs {

BOOST_DESCRIBE_STRUCT(Tag, (), (key, value))
BOOST_DESCRIBE_STRUCT(KeyValuePair, (), (name, value))
BOOST_DESCRIBE_STRUCT(Failure, (), (arn, reason, detail))
BOOST_DESCRIBE_STRUCT(Secret, (), (name, valueFrom))
BOOST_DESCRIBE_STRUCT(LogConfiguration, (), (logDriver, options, secretOptions))
BOOST_DESCRIBE_STRUCT(AwsVpcConfiguration, (), (subnets, securityGroups, assignPublicIp))
BOOST_DESCRIBE_STRUCT(NetworkConfiguration, (), (awsvpcConfiguration))
BOOST_DESCRIBE_STRUCT(CapacityProviderStrategyItem, (), (capacityProvider, weight, base))
BOOST_DESCRIBE_STRUCT(PlacementConstraint, (), (type, expression))
BOOST_DESCRIBE_STRUCT(PlacementStrategy, (), (type, field))
BOOST_DESCRIBE_STRUCT(Attachment, (), (id, type, status, details))
BOOST_DESCRIBE_STRUCT(Attribute, (), (name, value, targetType, targetId))
BOOST_DESCRIBE_STRUCT(EphemeralStorage, (), (sizeInGiB))
BOOST_DESCRIBE_STRUCT(ResourceRequirement, (), (value, type))
BOOST_DESCRIBE_STRUCT(EnvironmentFile, (), (value, type))

}  // namespace sb::aws::ecs

SB_JSON_TYPE_HERE(sb::aws::ecs::Tag)
SB_JSON_TYPE_HERE(sb::aws::ecs::KeyValuePair)
SB_JSON_TYPE_HERE(sb::aws::ecs::Failure)
SB_JSON_TYPE_HERE(sb::aws::ecs::Secret)
SB_JSON_TYPE_HERE(sb::aws::ecs::LogConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::AwsVpcConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::NetworkConfiguration)
SB_JSON_TYPE_HERE(sb::aws::ecs::CapacityProviderStrategyItem)
SB_JSON_TYPE_HERE(sb::aws::ecs::PlacementConstraint)
SB_JSON_TYPE_HERE(sb::aws::ecs::PlacementStrategy)
SB_JSON_TYPE_HERE(sb::aws::ecs::Attachment)
SB_JSON_TYPE_HERE(sb::aws::ecs::Attribute)
SB_JSON_TYPE_HERE(sb::aws::ecs::EphemeralStorage)
SB_JSON_TYPE_HERE(sb::aws::ecs::ResourceRequirement)
SB_JSON_TYPE_HERE(sb::aws::ecs::EnvironmentFile)
