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
// Of a version that is not current yet. Each writer's takes it from the one before.
constexpr std::string_view kPending = "SALTCTLPENDING";
constexpr int kAttempts = 20;  // each that fails is somebody else's that went through

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

Task<Result<std::string>> put_parameter(aws::Client& client, std::string name, std::string value) {
  ssm::PutParameterRequest request;
  request.Name = std::move(name);
  request.Value = std::move(value);
  request.Type = "SecureString";
  request.Overwrite = true;
  SB_CO_TRY(auto reply, co_await aws::call<ssm::PutParameter>(client, std::move(request)));
  co_return std::to_string(reply.Version.value_or(0));
}

Task<Result<std::string>> put_pending(aws::Client& client, std::string id, std::string document) {
  sm::PutSecretValueRequest request;
  request.SecretId = std::move(id);
  request.ClientRequestToken = crypto::uuid4();
  request.SecretString = std::move(document);
  request.VersionStages = {std::string(kPending)};
  SB_CO_TRY(auto reply, co_await aws::call<sm::PutSecretValue>(client, std::move(request)));
  co_return reply.VersionId.value_or("");
}

// Secrets Manager's one compare-and-set: the label moves only while the version it is taken from
// holds it. False: another is current by now.
Task<Result<bool>> move_current(aws::Client& client, std::string id, std::string from,
                                std::string to) {
  sm::UpdateSecretVersionStageRequest request;
  request.SecretId = id;
  request.VersionStage = std::string(kCurrent);
  request.MoveToVersionId = to;
  request.RemoveFromVersionId = from;
  auto moved = co_await aws::call<sm::UpdateSecretVersionStage>(client, std::move(request));
  if (moved) co_return true;
  // Refused, or done and the answer lost: what is current tells.
  SB_CO_TRY(auto current, co_await get_secret(client, id, ""));
  if (current.VersionId == to) co_return true;
  if (current.VersionId != from) co_return false;
  co_return std::unexpected(std::move(moved).error());
}

// Only tidies up: a label that stays behind is taken by the next writer.
Task<> drop_pending(aws::Client& client, std::string id, std::string version) {
  sm::UpdateSecretVersionStageRequest request;
  request.SecretId = std::move(id);
  request.VersionStage = std::string(kPending);
  request.RemoveFromVersionId = std::move(version);
  [[maybe_unused]] auto dropped =
      co_await aws::call<sm::UpdateSecretVersionStage>(client, std::move(request));
}

Error changed_meanwhile(const std::string& what) {
  return Error{ErrorCode::conflict, "somebody else changed it meanwhile; look again", what};
}

Result<> check_unchanged(const Values& values, const std::string& key,
                         const std::optional<std::string>& seen) {
  auto there = values.find(key);
  bool is_as_seen = there == values.end() ? !seen : seen == there->second;
  if (!is_as_seen) return std::unexpected(changed_meanwhile(key));
  return {};
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

// Parameter Store has no compare-and-set. A parameter is one key, so a race can only be about the
// very same value, and the history keeps both.
Task<Result<std::string>> Store::set_parameter(Source source, std::string key, std::string value,
                                               std::optional<std::string> seen) {
  auto current = co_await read(source);
  if (!current && !aws::is_missing(current.error()))
    co_return std::unexpected(std::move(current).error());
  SB_CO_TRY_VOID(check_unchanged(current ? current->values : Values{}, key, seen));
  co_return co_await put_parameter(client_, source.id, std::move(value));
}

Task<Result<std::string>> Store::set(Source source, std::string key, std::string value,
                                     std::optional<std::string> seen) {
  if (source.store == Source::Store::parameter)
    co_return co_await set_parameter(std::move(source), std::move(key), std::move(value),
                                     std::move(seen));
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    SB_CO_TRY(auto current, co_await get_secret(client_, source.id, ""));
    auto text = current.SecretString.value_or("{}");
    SB_CO_TRY(auto members, members_of(text, source.id));
    SB_CO_TRY_VOID(check_unchanged(members, key, seen));
    SB_CO_TRY(auto document, with_member(text, key, value, source.id));
    SB_CO_TRY(auto version, co_await put_pending(client_, source.id, std::move(document)));
    SB_CO_TRY(auto is_current,
              co_await move_current(client_, source.id, current.VersionId.value_or(""), version));
    if (!is_current) continue;
    co_await drop_pending(client_, source.id, version);
    co_return version;
  }
  co_return fail(ErrorCode::conflict, "others keep changing it at the same time", source.id);
}

Task<Result<std::string>> Store::make_current(Source source, std::string version,
                                              std::string seen) {
  if (source.store == Source::Store::parameter) {
    SB_CO_TRY(auto old, co_await read(source, std::move(version)));
    SB_CO_TRY(auto current, co_await read(source));
    if (current.version != seen) co_return std::unexpected(changed_meanwhile(source.id));
    co_return co_await put_parameter(client_, source.id, old.values[source.keys.front()]);
  }
  SB_CO_TRY(auto is_current, co_await move_current(client_, source.id, std::move(seen), version));
  if (!is_current) co_return std::unexpected(changed_meanwhile(source.id));
  co_return version;
}

}  // namespace sb::release::config
