#include "cloud/sts/sts.hpp"

#include "aws/model/sts.hpp"

namespace sb::cloud::sts {
namespace {

namespace api = aws::sts;

constexpr const char* kAccount = "000000000000";

Task<gateway::Outcome<api::GetCallerIdentityResponse>> get_caller_identity(
    gateway::Caller caller, api::GetCallerIdentityRequest) {
  api::GetCallerIdentityResponse response;
  response.UserId = caller.access_key;
  response.Account = kAccount;
  response.Arn = std::string("arn:aws:iam::") + kAccount + ":user/saltcloud";
  co_return response;
}

}  // namespace

void attach(gateway::Gateway& gateway) {
  gateway.on<api::GetCallerIdentity>(get_caller_identity);
}

}  // namespace sb::cloud::sts
