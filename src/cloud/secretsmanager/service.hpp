// Secrets Manager. Contents are sealed in the store and leave it only through GetSecretValue and
// value().
#pragma once

#include <string>

#include "cloud/gateway/fault.hpp"
#include "cloud/secretsmanager/secret.hpp"
#include "cloud/store/arn.hpp"
#include "cloud/store/kms.hpp"
#include "cloud/store/store.hpp"

namespace sb::cloud::gateway {
class Gateway;
}

namespace sb::cloud::secretsmanager {

class Service {
 public:
  Service(Store& store, const Kms& kms, Arns arns)
      : store_(store), kms_(kms), arns_(std::move(arns)) {}

  void attach(gateway::Gateway& gateway);

  // What an ECS container's `valueFrom` means (ARN with optional :json-key:stage:version), or the
  // whole secret of that name. Errors: not_found, failed_precondition (marked for deletion),
  // invalid_argument (not a JSON object).
  Result<std::string> value(const std::string& value_from);

  Outcome<api::CreateSecretResponse> create(const api::CreateSecretRequest& request);
  Outcome<api::GetSecretValueResponse> get(const api::GetSecretValueRequest& request);
  Outcome<api::PutSecretValueResponse> put(const api::PutSecretValueRequest& request);
  Outcome<api::UpdateSecretResponse> update(const api::UpdateSecretRequest& request);
  Outcome<api::DescribeSecretResponse> describe(const api::DescribeSecretRequest& request);
  Outcome<api::ListSecretsResponse> list(const api::ListSecretsRequest& request);
  Outcome<api::DeleteSecretResponse> erase(const api::DeleteSecretRequest& request);
  Outcome<api::RestoreSecretResponse> restore(const api::RestoreSecretRequest& request);
  Outcome<api::UpdateSecretVersionStageResponse> move_stage(
      const api::UpdateSecretVersionStageRequest& request);
  Outcome<api::ListSecretVersionIdsResponse> list_versions(
      const api::ListSecretVersionIdsRequest& request);
  Outcome<api::TagResourceResponse> tag(const api::TagResourceRequest& request);
  Outcome<api::UntagResourceResponse> untag(const api::UntagResourceRequest& request);

 private:
  struct Content {
    std::string data;
    bool is_binary = false;
  };
  enum class Marked { refused, allowed };  // for deletion

  static Outcome<std::optional<Content>> content_of(const std::optional<std::string>& text,
                                                    const std::optional<std::string>& binary);
  Outcome<std::optional<Secret>> load(const std::string& name);
  Outcome<Secret> find(const std::string& secret_id, Marked marked = Marked::refused);
  Outcome<std::string> read_content(const Secret& secret, const Version& version);
  // Adds the content as a new version and saves both, or neither.
  Outcome<void> save_version(Secret& secret, const std::string& id, const Content& content,
                             std::vector<std::string> stages);
  Result<> save(const Secret& secret);
  Result<> destroy(const std::string& name);
  std::string arn(const Secret& secret) const {
    return arns_.secret(secret.name, secret.suffix);
  }

  Store& store_;
  const Kms& kms_;
  Arns arns_;
};

}  // namespace sb::cloud::secretsmanager
