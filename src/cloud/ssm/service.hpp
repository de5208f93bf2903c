// SSM's Parameter Store. SecureString values are sealed in the store and shown as ciphertext unless
// decryption is asked for.
#pragma once

#include <functional>
#include <string>

#include "cloud/gateway/fault.hpp"
#include "cloud/ssm/parameter.hpp"
#include "cloud/store/arn.hpp"
#include "cloud/store/kms.hpp"
#include "cloud/store/store.hpp"

namespace sb::cloud::gateway {
class Gateway;
}

namespace sb::cloud::ssm {

class Service {
 public:
  Service(Store& store, const Kms& kms, Arns arns)
      : store_(store), kms_(kms), arns_(std::move(arns)) {}

  void attach(gateway::Gateway& gateway);

  // The decrypted value of the newest (or selected) version, for tasks that are about to start.
  // Error not_found (subject: the reference).
  Result<std::string> value(const std::string& name_or_arn);

  Outcome<api::PutParameterResponse> put(const api::PutParameterRequest& request);
  Outcome<api::GetParameterResponse> get(const api::GetParameterRequest& request);
  Outcome<api::GetParametersResponse> get_many(const api::GetParametersRequest& request);
  Outcome<api::GetParametersByPathResponse> get_by_path(
      const api::GetParametersByPathRequest& request);
  Outcome<api::GetParameterHistoryResponse> history(const api::GetParameterHistoryRequest& request);
  Outcome<api::DescribeParametersResponse> describe(const api::DescribeParametersRequest& request);
  Outcome<api::DeleteParameterResponse> erase(const api::DeleteParameterRequest& request);
  Outcome<api::DeleteParametersResponse> erase_many(const api::DeleteParametersRequest& request);
  Outcome<api::LabelParameterVersionResponse> label(
      const api::LabelParameterVersionRequest& request);
  Outcome<api::AddTagsToResourceResponse> add_tags(const api::AddTagsToResourceRequest& request);
  Outcome<api::RemoveTagsFromResourceResponse> remove_tags(
      const api::RemoveTagsFromResourceRequest& request);
  Outcome<api::ListTagsForResourceResponse> list_tags(
      const api::ListTagsForResourceRequest& request);

 private:
  struct Found {
    Parameter parameter;
    Version version;
  };
  Outcome<Parameter> load(const Reference& reference);
  Outcome<Found> find(const std::string& reference);
  Outcome<Parameter> load_tagged(const std::optional<std::string>& type,
                                 const std::optional<std::string>& id);
  Outcome<std::string> shown_value(const Parameter& parameter, const Version& version,
                                   bool decrypted) const;
  Outcome<api::Parameter> shown(const Parameter& parameter, const Version& version,
                                bool decrypted) const;

  Store& store_;
  const Kms& kms_;
  Arns arns_;
};

}  // namespace sb::cloud::ssm
