// Looking at secrets without their contents: DescribeSecret, ListSecrets, ListSecretVersionIds.
#include <algorithm>

#include "cloud/secretsmanager/service.hpp"
#include "cloud/store/paging.hpp"

namespace sb::cloud::secretsmanager {

using gateway::fault;

namespace {

std::vector<api::Tag> tags_of(const Secret& secret) {
  std::vector<api::Tag> out;
  for (const auto& [key, value] : secret.tags) {
    api::Tag tag;
    tag.Key = key;
    tag.Value = value;
    out.push_back(std::move(tag));
  }
  return out;
}

std::map<std::string, std::vector<std::string>> stages_of(const Secret& secret) {
  std::map<std::string, std::vector<std::string>> out;
  for (const auto& version : secret.versions)
    if (!version.stages.empty()) out[version.id] = version.stages;
  return out;
}

template <class Entry>
void fill(Entry& entry, const Secret& secret) {
  entry.Name = secret.name;
  entry.Description = secret.description;
  entry.KmsKeyId = secret.kms_key_id;
  entry.LastChangedDate = secret.changed;
  entry.DeletedDate = secret.marked_for_deletion;
  entry.CreatedDate = secret.created;
  entry.Tags = tags_of(secret);
}

Outcome<std::optional<std::string>> page_after(const std::optional<std::string>& token) {
  if (!token || token->empty()) return std::nullopt;
  auto after = from_page_token(*token);
  if (!after) return fault("InvalidNextTokenException", "The NextToken value is invalid.");
  return after;
}

Outcome<std::size_t> page_limit(const std::optional<int>& asked) {
  int limit = asked.value_or(100);
  if (limit < 1 || limit > 100)
    return fault("InvalidParameterException", "MaxResults must be between 1 and 100.");
  return static_cast<std::size_t>(limit);
}

}  // namespace

Outcome<api::DescribeSecretResponse> Service::describe(const api::DescribeSecretRequest& request) {
  SB_TRY(auto secret, find(*request.SecretId, Marked::allowed));
  api::DescribeSecretResponse response;
  fill(response, secret);
  response.ARN = arn(secret);
  response.VersionIdsToStages = stages_of(secret);
  return response;
}

Outcome<api::ListSecretsResponse> Service::list(const api::ListSecretsRequest& request) {
  SB_TRY(auto after, page_after(request.NextToken));
  SB_TRY(auto limit, page_limit(request.MaxResults));
  SB_TRY(auto names, store_.keys(kSecretKind));
  std::vector<Secret> secrets;
  for (const auto& name : names) {
    SB_TRY(auto secret, load(name));
    if (!secret || (secret->deletion_date && !request.IncludePlannedDeletion.value_or(false)))
      continue;
    bool wanted = std::ranges::all_of(request.Filters,
                                      [&](const auto& filter) { return matches(*secret, filter); });
    if (wanted) secrets.push_back(*std::move(secret));
  }
  auto by = request.SortBy.value_or("created-date");
  bool is_descending = request.SortOrder.value_or(by == "name" ? "asc" : "desc") == "desc";
  auto key = [&](const Secret& secret) {
    if (by == "name") return secret.name;
    auto time = by == "last-changed-date" ? secret.changed : secret.created;
    return fmt::format("{:016}/{}", to_unix_ms(time), secret.name);
  };
  auto order = is_descending ? PageOrder::descending : PageOrder::ascending;
  std::ranges::sort(secrets, [&](const Secret& a, const Secret& b) {
    return is_descending ? key(b) < key(a) : key(a) < key(b);
  });
  api::ListSecretsResponse response;
  response.NextToken = take_page(secrets, after, limit, key, order);
  for (const auto& secret : secrets) {
    api::SecretListEntry entry;
    fill(entry, secret);
    entry.ARN = arn(secret);
    entry.SecretVersionsToStages = stages_of(secret);
    response.SecretList.push_back(std::move(entry));
  }
  return response;
}

Outcome<api::ListSecretVersionIdsResponse> Service::list_versions(
    const api::ListSecretVersionIdsRequest& request) {
  SB_TRY(auto after, page_after(request.NextToken));
  SB_TRY(auto limit, page_limit(request.MaxResults));
  SB_TRY(auto secret, find(*request.SecretId, Marked::allowed));
  auto versions = secret.versions;
  if (!request.IncludeDeprecated.value_or(false))
    std::erase_if(versions, [](const Version& version) { return version.stages.empty(); });
  auto key = [](const Version& version) {
    return fmt::format("{:016}/{}", to_unix_ms(version.created), version.id);
  };
  std::ranges::sort(versions, {}, key);
  api::ListSecretVersionIdsResponse response;
  response.NextToken = take_page(versions, after, limit, key);
  for (const auto& version : versions) {
    api::SecretVersionsListEntry entry;
    entry.VersionId = version.id;
    entry.VersionStages = version.stages;
    entry.CreatedDate = version.created;
    response.Versions.push_back(std::move(entry));
  }
  response.ARN = arn(secret);
  response.Name = secret.name;
  return response;
}

}  // namespace sb::cloud::secretsmanager
