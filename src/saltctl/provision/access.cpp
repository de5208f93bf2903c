#include "saltctl/provision/access.hpp"

#include <fmt/format.h>

#include <boost/describe/class.hpp>

#include "aws/client/client.hpp"
#include "base/json/codec.hpp"
#include "base/process/process.hpp"
#include "base/text/text.hpp"
#include "saltctl/provision/local_cloud.hpp"

namespace sb::saltctl {

// What a credential process prints; https://docs.aws.amazon.com/sdkref/latest/guide/
// feature-process-credentials.html
struct ExportedCredentials {
  std::string AccessKeyId;
  std::string SecretAccessKey;
  std::string SessionToken;
};
BOOST_DESCRIBE_STRUCT(ExportedCredentials, (), (AccessKeyId, SecretAccessKey, SessionToken))

namespace {

// Single sign-on and the roles of a machine are asked for over the network.
constexpr auto kPatience = std::chrono::seconds(30);

Error no_credentials(const std::string& why) {
  return {ErrorCode::unauthenticated, "there are no credentials for AWS: " + why, {}};
}

// AWS's own tool knows every way to come by credentials, and asks each.
Task<Result<ExportedCredentials>> exported_credentials() {
  process::SpawnOptions tool;
  tool.argv = {"aws", "configure", "export-credentials", "--format", "process"};
  auto said = co_await process::run(std::move(tool), "", Deadline::after(kPatience));
  if (!said) co_return std::unexpected(no_credentials("the aws CLI: " + said.error().text()));
  if (said->err.contains("Invalid choice"))
    co_return std::unexpected(
        no_credentials("the aws CLI of this machine is too old to hand them on (2.9 does): set "
                       "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"));
  // What the tool says last is what went wrong.
  const auto why = text::last_line(said->err);
  if (said->status.code != 0)
    co_return std::unexpected(no_credentials(why.empty() ? "the aws CLI gave none" : why));
  auto exported = json::decode<ExportedCredentials>(said->out);
  // Without the decoder's words: they may hold what could not be read.
  if (!exported || exported->AccessKeyId.empty() || exported->SecretAccessKey.empty())
    co_return std::unexpected(no_credentials("the aws CLI gave none that can be read"));
  co_return exported;
}

}  // namespace

Task<Result<CloudAccess>> aws_access() {
  const auto config = aws::config_from_environment();
  CloudAccess access{.endpoint = config.endpoint,
                     .access_key = config.access_key,
                     .secret_key = config.secret_key,
                     .session_token = config.session_token,
                     .ca_file = config.ca_file};
  if (!access.access_key.empty() && !access.secret_key.empty()) co_return access;
  SB_CO_TRY(auto exported, co_await exported_credentials());
  access.access_key = std::move(exported.AccessKeyId);
  access.secret_key = std::move(exported.SecretAccessKey);
  access.session_token = std::move(exported.SessionToken);
  co_return access;
}

Task<Result<CloudAccess>> find_access(Places places) {
  if (places.where == Where::aws) co_return co_await aws_access();
  co_return co_await find_cloud(std::move(places));
}

}  // namespace sb::saltctl
