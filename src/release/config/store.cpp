#include "release/config/store.hpp"

#include <algorithm>

#include "aws/client/call.hpp"
#include "aws/model/secretsmanager.hpp"
#include "aws/model/ssm.hpp"
#include "base/crypto/crypto.hpp"

namespace sb::release::config {

namespace sm = aws::secretsmanager;
namespace ssm = aws::ssm;

namespace {

constexpr std::string_view kCurrent = "AWSCURRENT";
constexpr std::string_view kPrevious = "AWSPREVIOUS";

bool has_label(const Version& version, std::string_view label) {
  return std::ranges::find(version.labels, label) != version.labels.end();
}

Task<Result<sm::GetSecretValueResponse>> get_secret(aws::Client& client, std::string id,
                                                    std::string version) {
  sm::GetSecretValueRequest request;
  request.SecretId = std::move(id);
  // Version ids are UUIDs; labels are words.
  if (crypto::is_uuid(version))
    request.VersionId = std::move(version);
  else if (!version.empty())
    request.VersionStage = std::move(version);
  co_return co_await aws::call<sm::GetSecretValue>(client, std::move(request));
}

Task<Result<std::vector<Version>>> secret_versions(aws::Client& client, std::string id) {
  std::vector<Version> versions;
  std::optional<std::string> token;
  do {
    sm::ListSecretVersionIdsRequest request;
    request.SecretId = id;
    request.IncludeDeprecated = true;
    request.NextToken = token;
    SB_CO_TRY(auto reply, co_await aws::call<sm::ListSecretVersionIds>(client, std::move(request)));
    for (const auto& entry : reply.Versions) {
      Version version{.id = entry.VersionId.value_or(""), .labels = entry.VersionStages};
      version.at = entry.CreatedDate;
      version.is_current = has_label(version, kCurrent);
      versions.push_back(std::move(version));
    }
    token = reply.NextToken;
  } while (token);
  co_return versions;
}

Task<Result<std::vector<Version>>> parameter_versions(aws::Client& client, std::string name) {
  std::vector<Version> versions;
  std::optional<std::string> token;
  do {
    ssm::GetParameterHistoryRequest request;
    request.Name = name;
    request.NextToken = token;
    SB_CO_TRY(auto reply, co_await aws::call<ssm::GetParameterHistory>(client, std::move(request)));
    for (const auto& entry : reply.Parameters) {
      Version version{.id = std::to_string(entry.Version.value_or(0)), .labels = entry.Labels};
      version.at = entry.LastModifiedDate;
      version.by = entry.LastModifiedUser.value_or("");
      versions.push_back(std::move(version));
    }
    token = reply.NextToken;
  } while (token);
  auto newest = std::ranges::max_element(
      versions, {}, [](const Version& version) { return std::stoll(version.id); });
  if (newest != versions.end()) newest->is_current = true;
  co_return versions;
}

}  // namespace

const Version* previous_of(const std::vector<Version>& versions) {
  for (const auto& version : versions)
    if (has_label(version, kPrevious)) return &version;
  bool has_passed_current = false;
  for (const auto& version : versions) {
    if (has_passed_current && !version.is_current) return &version;
    has_passed_current |= version.is_current;
  }
  return nullptr;
}

Task<Result<Document>> Store::read(Source source, std::string version) {
  Document document;
  if (source.store == Source::Store::secret) {
    SB_CO_TRY(auto reply, co_await get_secret(client_, source.id, std::move(version)));
    document.version = reply.VersionId.value_or("");
    document.at = reply.CreatedDate;
    SB_CO_TRY(document.values, members_of(reply.SecretString.value_or(""), source.id));
    co_return document;
  }
  ssm::GetParameterRequest request;
  request.Name = version.empty() ? source.id : source.id + ":" + version;
  request.WithDecryption = true;
  SB_CO_TRY(auto reply, co_await aws::call<ssm::GetParameter>(client_, std::move(request)));
  if (!reply.Parameter) co_return fail(ErrorCode::not_found, "no such parameter", source.id);
  document.version = std::to_string(reply.Parameter->Version.value_or(0));
  document.at = reply.Parameter->LastModifiedDate;
  document.values[source.keys.front()] = reply.Parameter->Value.value_or("");
  co_return document;
}

Task<Result<std::vector<Version>>> Store::versions(Source source) {
  std::vector<Version> found;
  if (source.store == Source::Store::secret) {
    SB_CO_TRY(found, co_await secret_versions(client_, source.id));
  } else {
    SB_CO_TRY(found, co_await parameter_versions(client_, source.id));
  }
  std::ranges::sort(found, [](const Version& a, const Version& b) {
    if (a.at != b.at) return a.at > b.at;
    return a.is_current && !b.is_current;
  });
  co_return found;
}

Task<Result<std::string>> Store::put_parameter(std::string name, std::string value) {
  ssm::PutParameterRequest request;
  request.Name = std::move(name);
  request.Value = std::move(value);
  request.Type = "SecureString";
  request.Overwrite = true;
  SB_CO_TRY(auto reply, co_await aws::call<ssm::PutParameter>(client_, std::move(request)));
  co_return std::to_string(reply.Version.value_or(0));
}

Task<Result<std::string>> Store::set(Source source, std::string key, std::string value) {
  if (source.store == Source::Store::parameter)
    co_return co_await put_parameter(source.id, std::move(value));
  SB_CO_TRY(auto current, co_await get_secret(client_, source.id, ""));
  SB_CO_TRY(auto document, with_member(current.SecretString.value_or("{}"), key, value, source.id));
  sm::PutSecretValueRequest request;
  request.SecretId = source.id;
  request.ClientRequestToken = crypto::uuid4();
  request.SecretString = std::move(document);
  SB_CO_TRY(auto reply, co_await aws::call<sm::PutSecretValue>(client_, std::move(request)));
  co_return reply.VersionId.value_or("");
}

Task<Result<std::string>> Store::make_current(Source source, std::string version) {
  if (source.store == Source::Store::parameter) {
    SB_CO_TRY(auto old, co_await read(source, std::move(version)));
    co_return co_await put_parameter(source.id, old.values[source.keys.front()]);
  }
  SB_CO_TRY(auto current, co_await get_secret(client_, source.id, ""));
  sm::UpdateSecretVersionStageRequest request;
  request.SecretId = source.id;
  request.VersionStage = std::string(kCurrent);
  request.MoveToVersionId = version;
  request.RemoveFromVersionId = current.VersionId;
  SB_CO_TRY(auto reply,
            co_await aws::call<sm::UpdateSecretVersionStage>(client_, std::move(request)));
  co_return version;
}

}  // namespace sb::release::config
