#include "cloud/secretsmanager/service.hpp"

#include <algorithm>
#include <boost/describe.hpp>
#include <chrono>

#include "base/crypto/crypto.hpp"

namespace sb::cloud::secretsmanager {

using gateway::fault;

BOOST_DESCRIBE_STRUCT(Version, (), (id, created, is_binary, stages))
BOOST_DESCRIBE_STRUCT(Secret, (),
                      (name, suffix, description, kms_key_id, tags, versions, created, changed,
                       marked_for_deletion, deletion_date))

namespace {

constexpr std::string_view kContents = "secretsmanager.content";

struct Sealed {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Sealed, (), (text))

// Names never hold a newline, so no secret's contents begin with another's.
std::string content_prefix(const std::string& name) {
  return name + "\n";
}
std::string sealing_context(const Secret& secret, const std::string& version) {
  return fmt::format("secret:{}-{}:{}", secret.name, secret.suffix, version);
}

std::unexpected<gateway::Fault> not_found() {
  return fault("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
}

}  // namespace

Outcome<std::optional<Service::Content>> Service::content_of(
    const std::optional<std::string>& text, const std::optional<std::string>& binary) {
  if (text && binary)
    return fault("InvalidParameterException",
                 "You can't specify both a binary secret value and a string secret value in the "
                 "same secret.");
  if (!text && !binary) return std::nullopt;
  auto content = binary ? Content{*binary, true} : Content{*text, false};
  auto size = content.data.size();
  if (binary) {
    auto bytes = crypto::from_base64(*binary);
    if (!bytes) return fault("InvalidParameterException", "SecretBinary is not Base64.");
    size = bytes->size();
  }
  if (size > kMaxContentBytes)
    return fault("ValidationException",
                 fmt::format("A secret value can have at most {} bytes.", kMaxContentBytes));
  return content;
}

Outcome<std::optional<Secret>> Service::load(const std::string& name) {
  auto secret = store_.get<Secret>(kSecretKind, name);
  if (!secret && secret.error().code == ErrorCode::not_found) return std::nullopt;
  if (!secret) return std::unexpected(std::move(secret).error());
  if (secret->deletion_date && *secret->deletion_date <= now()) {
    SB_TRY_VOID(destroy(name));
    return std::nullopt;
  }
  return *std::move(secret);
}

Outcome<Secret> Service::find(const std::string& secret_id, Marked marked) {
  for (const auto& candidate : candidates(secret_id)) {
    SB_TRY(auto secret, load(candidate.name));
    if (!secret || (candidate.suffix && *candidate.suffix != secret->suffix)) continue;
    if (secret->deletion_date && marked == Marked::refused)
      return fault("InvalidRequestException",
                   "You can't perform this operation on the secret because it was marked for "
                   "deletion.");
    return *std::move(secret);
  }
  return not_found();
}

Outcome<std::string> Service::read_content(const Secret& secret, const Version& version) {
  SB_TRY(auto sealed, store_.get<Sealed>(kContents, content_prefix(secret.name) + version.id));
  SB_TRY(auto data, kms_.decrypt(sealed.text, sealing_context(secret, version.id)));
  return data;
}

Outcome<void> Service::save_version(Secret& secret, const std::string& id, const Content& content,
                                    std::vector<std::string> stages) {
  auto time = now();
  SB_TRY_VOID(add_version(secret, id, content.is_binary, std::move(stages), time));
  auto gone = prune(secret, time);
  Sealed sealed{kms_.encrypt(content.data, sealing_context(secret, id))};
  SB_TRY_VOID(store_.transaction([&]() -> Result<> {
    for (const auto& old : gone)
      SB_TRY_VOID(store_.erase(kContents, content_prefix(secret.name) + old));
    SB_TRY_VOID(store_.put(kContents, content_prefix(secret.name) + id, sealed));
    return save(secret);
  }));
  return {};
}

Result<> Service::save(const Secret& secret) {
  return store_.put(kSecretKind, secret.name, secret);
}

Result<> Service::destroy(const std::string& name) {
  return store_.transaction([&]() -> Result<> {
    SB_TRY(auto contents, store_.keys(kContents, content_prefix(name)));
    for (const auto& key : contents) SB_TRY_VOID(store_.erase(kContents, key));
    SB_TRY_VOID(store_.erase(kSecretKind, name));
    return {};
  });
}

Result<std::string> Service::value(const std::string& value_from) {
  auto wanted = parse_value_from(value_from);
  api::GetSecretValueRequest request;
  request.SecretId = wanted.secret_id;
  request.VersionId = wanted.version;
  request.VersionStage = wanted.stage;
  auto found = get(request);
  if (!found) {
    const auto& why = found.error();
    auto code = why.cause.value_or(why.code == "ResourceNotFoundException"
                                       ? ErrorCode::not_found
                                       : ErrorCode::failed_precondition);
    return fail(code, why.message, value_from);
  }
  if (found->SecretBinary) {
    auto bytes = crypto::from_base64(*found->SecretBinary);
    if (!bytes) return fail(ErrorCode::data_loss, "a stored secret is damaged", value_from);
    return *std::move(bytes);
  }
  if (wanted.json_key.empty()) return *std::move(found->SecretString);
  return member_of(*found->SecretString, wanted.json_key);
}

Outcome<api::CreateSecretResponse> Service::create(const api::CreateSecretRequest& request) {
  SB_TRY_VOID(check_name(*request.Name));
  auto token = request.ClientRequestToken.value_or(crypto::uuid4());
  SB_TRY_VOID(check_token(token));
  SB_TRY(auto content, content_of(request.SecretString, request.SecretBinary));
  SB_TRY(auto existing, load(*request.Name));
  api::CreateSecretResponse response;
  if (existing) {
    if (existing->deletion_date)
      return fault("InvalidRequestException",
                   "You can't create this secret because a secret with this name is already "
                   "scheduled for deletion.");
    // The same call again (a client that did not hear the first answer) is the same success.
    const auto* version = find_version(*existing, token);
    if (version != nullptr && content) {
      SB_TRY(auto data, read_content(*existing, *version));
      if (data == content->data) {
        response.ARN = arn(*existing);
        response.Name = existing->name;
        response.VersionId = token;
        return response;
      }
    }
    return fault(
        "ResourceExistsException",
        fmt::format("The operation failed because the secret {} already exists.", *request.Name));
  }
  Secret secret;
  secret.name = *request.Name;
  secret.suffix = crypto::random_token(6);
  secret.description = request.Description;
  secret.kms_key_id = request.KmsKeyId;
  for (const auto& tag : request.Tags) secret.tags[tag.Key.value_or("")] = tag.Value.value_or("");
  secret.created = secret.changed = now();
  if (content) {
    SB_TRY_VOID(save_version(secret, token, *content, {}));
    response.VersionId = token;
  } else {
    SB_TRY_VOID(save(secret));
  }
  response.ARN = arn(secret);
  response.Name = secret.name;
  return response;
}

Outcome<api::GetSecretValueResponse> Service::get(const api::GetSecretValueRequest& request) {
  SB_TRY(auto secret, find(*request.SecretId));
  SB_TRY(const auto* version, select(secret, request.VersionId, request.VersionStage));
  SB_TRY(auto data, read_content(secret, *version));
  api::GetSecretValueResponse response;
  response.ARN = arn(secret);
  response.Name = secret.name;
  response.VersionId = version->id;
  (version->is_binary ? response.SecretBinary : response.SecretString) = std::move(data);
  response.VersionStages = version->stages;
  response.CreatedDate = version->created;
  return response;
}

Outcome<api::PutSecretValueResponse> Service::put(const api::PutSecretValueRequest& request) {
  auto token = request.ClientRequestToken.value_or(crypto::uuid4());
  SB_TRY_VOID(check_token(token));
  SB_TRY(auto content, content_of(request.SecretString, request.SecretBinary));
  if (!content)
    return fault("InvalidRequestException",
                 "You must provide either SecretString or SecretBinary.");
  SB_TRY(auto secret, find(*request.SecretId));
  if (const auto* version = find_version(secret, token)) {
    SB_TRY(auto data, read_content(secret, *version));
    if (data != content->data || version->is_binary != content->is_binary)
      return fault("ResourceExistsException",
                   "You can't use ClientRequestToken of an existing version with other content.");
  } else {
    SB_TRY_VOID(save_version(secret, token, *content, request.VersionStages));
  }
  api::PutSecretValueResponse response;
  response.ARN = arn(secret);
  response.Name = secret.name;
  response.VersionId = token;
  response.VersionStages = find_version(secret, token)->stages;
  return response;
}

Outcome<api::UpdateSecretResponse> Service::update(const api::UpdateSecretRequest& request) {
  auto token = request.ClientRequestToken.value_or(crypto::uuid4());
  SB_TRY_VOID(check_token(token));
  SB_TRY(auto content, content_of(request.SecretString, request.SecretBinary));
  SB_TRY(auto secret, find(*request.SecretId));
  if (content && find_version(secret, token) != nullptr)
    return fault("ResourceExistsException",
                 "You can't modify an existing version: a version with this ClientRequestToken "
                 "already exists.");
  if (request.Description) secret.description = request.Description;
  if (request.KmsKeyId) secret.kms_key_id = request.KmsKeyId;
  secret.changed = now();
  api::UpdateSecretResponse response;
  if (content) {
    SB_TRY_VOID(save_version(secret, token, *content, {}));
    response.VersionId = token;
  } else {
    SB_TRY_VOID(save(secret));
  }
  response.ARN = arn(secret);
  response.Name = secret.name;
  return response;
}

Outcome<api::DeleteSecretResponse> Service::erase(const api::DeleteSecretRequest& request) {
  bool is_forced = request.ForceDeleteWithoutRecovery.value_or(false);
  if (is_forced && request.RecoveryWindowInDays)
    return fault("InvalidParameterException",
                 "You can't use ForceDeleteWithoutRecovery in conjunction with "
                 "RecoveryWindowInDays.");
  auto days = request.RecoveryWindowInDays.value_or(30);
  if (days < 7 || days > 30)
    return fault("InvalidParameterException",
                 "RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
  auto time = now();
  api::DeleteSecretResponse response;
  auto secret = find(*request.SecretId, is_forced ? Marked::allowed : Marked::refused);
  if (!secret) {
    // AWS: deleting by force what is not there is no error.
    if (!is_forced || secret.error().cause) return std::unexpected(std::move(secret).error());
    response.Name = *request.SecretId;
    response.DeletionDate = time;
    return response;
  }
  response.ARN = arn(*secret);
  response.Name = secret->name;
  if (is_forced) {
    SB_TRY_VOID(destroy(secret->name));
    response.DeletionDate = time;
    return response;
  }
  secret->marked_for_deletion = time;
  secret->deletion_date = time + std::chrono::hours(24 * days);
  SB_TRY_VOID(save(*secret));
  response.DeletionDate = secret->deletion_date;
  return response;
}

Outcome<api::RestoreSecretResponse> Service::restore(const api::RestoreSecretRequest& request) {
  SB_TRY(auto secret, find(*request.SecretId, Marked::allowed));
  secret.marked_for_deletion.reset();
  secret.deletion_date.reset();
  SB_TRY_VOID(save(secret));
  api::RestoreSecretResponse response;
  response.ARN = arn(secret);
  response.Name = secret.name;
  return response;
}

Outcome<api::UpdateSecretVersionStageResponse> Service::move_stage(
    const api::UpdateSecretVersionStageRequest& request) {
  SB_TRY(auto secret, find(*request.SecretId));
  SB_TRY_VOID(secretsmanager::move_stage(secret, *request.VersionStage, request.MoveToVersionId,
                                         request.RemoveFromVersionId));
  secret.changed = now();
  SB_TRY_VOID(save(secret));
  api::UpdateSecretVersionStageResponse response;
  response.ARN = arn(secret);
  response.Name = secret.name;
  return response;
}

Outcome<api::TagResourceResponse> Service::tag(const api::TagResourceRequest& request) {
  SB_TRY(auto secret, find(*request.SecretId));
  for (const auto& tag : request.Tags) secret.tags[tag.Key.value_or("")] = tag.Value.value_or("");
  SB_TRY_VOID(save(secret));
  return api::TagResourceResponse{};
}

Outcome<api::UntagResourceResponse> Service::untag(const api::UntagResourceRequest& request) {
  SB_TRY(auto secret, find(*request.SecretId));
  for (const auto& key : request.TagKeys) secret.tags.erase(key);
  SB_TRY_VOID(save(secret));
  return api::UntagResourceResponse{};
}

}  // namespace sb::cloud::secretsmanager
