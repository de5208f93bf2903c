#include "aws/model/sts.hpp"

namespace sb::aws::sts {

BOOST_DESCRIBE_STRUCT(GetCallerIdentityRequest, (), ())
BOOST_DESCRIBE_STRUCT(GetCallerIdentityResponse, (), (UserId, Account, Arn))

}  // namespace sb::aws::sts

SB_JSON_TYPE_HERE(sb::aws::sts::GetCallerIdentityRequest)
SB_JSON_TYPE_HERE(sb::aws::sts::GetCallerIdentityResponse)
