#include "cloud/ssm/service.hpp"

#include <algorithm>
#include <boost/describe.hpp>
#include <set>

#include "cloud/store/paging.hpp"

namespace sb::cloud::ssm {

using gateway::fault;

BOOST_DESCRIBE_STRUCT(Version, (),
                      (number, type, value, modified, modified_by, description, allowed_pattern,
                       key_id, tier, data_type, labels))
BOOST_DESCRIBE_STRUCT(Parameter, (), (name, versions, tags))

namespace {

constexpr std::string_view kKind = "ssm.parameter";

std::string sealing_context(const std::string& name, std::int64_t version) {
  return fmt::format("ssm:{}:{}", name, version);
}

std::unexpected<gateway::Fault> not_found(std::string_view reference) {
  return fault("ParameterNotFound", fmt::format("Parameter {} not found.", reference));
}

Outcome<std::optional<std::string>> page_after(const std::optional<std::string>& token) {
  if (!token || token->empty()) return std::nullopt;
  auto after = from_page_token(*token);
  if (!after) return fault("InvalidNextToken", "The specified token is not valid.");
  return after;
}

Outcome<std::size_t> page_limit(const std::optional<int>& asked, int most, int usual) {
  int limit = asked.value_or(usual);
  if (limit < 1 || limit > most)
    return fault("ValidationException",
                 fmt::format("Value '{}' at 'maxResults' failed to satisfy constraint: Member must "
                             "be between 1 and {}",
                             limit, most));
  return static_cast<std::size_t>(limit);
}

// The filters of the older member, in the words of the newer one.
std::vector<api::ParameterStringFilter> all_filters(const api::DescribeParametersRequest& request) {
  auto filters = request.ParameterFilters;
  for (const auto& old : request.Filters) {
    api::ParameterStringFilter filter;
    filter.Key = old.Key;
    filter.Values = old.Values;
    if (old.Key == "Name") filter.Option = "BeginsWith";
    filters.push_back(std::move(filter));
  }
  return filters;
}

template <class Entry>
void fill_description(Entry& entry, const Parameter& parameter, const Version& version) {
  entry.Name = parameter.name;
  entry.Type = version.type;
  entry.KeyId = version.key_id;
  entry.LastModifiedDate = version.modified;
  entry.LastModifiedUser = version.modified_by;
  entry.Description = version.description;
  entry.AllowedPattern = version.allowed_pattern;
  entry.Version = version.number;
  entry.Tier = version.tier;
  entry.DataType = version.data_type;
}

bool match_all(const Parameter& parameter, const std::vector<api::ParameterStringFilter>& filters) {
  return std::ranges::all_of(filters, [&](const auto& f) { return matches(parameter, f); });
}

}  // namespace

Outcome<Parameter> Service::load(const Reference& reference) {
  for (const auto& name : reference.names) {
    auto parameter = store_.get<Parameter>(kKind, name);
    if (parameter) return *std::move(parameter);
    if (parameter.error().code != ErrorCode::not_found)
      return std::unexpected(std::move(parameter).error());
  }
  return not_found(reference.names.front());
}

Outcome<Service::Found> Service::find(const std::string& text) {
  auto reference = parse_reference(text);
  SB_TRY(auto parameter, load(reference));
  SB_TRY(const auto* selected, select(parameter, reference.selector));
  Version version = *selected;
  return Found{std::move(parameter), std::move(version)};
}

Outcome<std::string> Service::shown_value(const Parameter& parameter, const Version& version,
                                          bool decrypted) const {
  if (version.type != kSecureString || !decrypted) return version.value;
  SB_TRY(auto value, kms_.decrypt(version.value, sealing_context(parameter.name, version.number)));
  return value;
}

Outcome<api::Parameter> Service::shown(const Parameter& parameter, const Version& version,
                                       bool decrypted) const {
  SB_TRY(auto value, shown_value(parameter, version, decrypted));
  api::Parameter out;
  out.Name = parameter.name;
  out.Type = version.type;
  out.Value = std::move(value);
  out.Version = version.number;
  out.LastModifiedDate = version.modified;
  out.ARN = arns_.parameter(parameter.name);
  out.DataType = version.data_type;
  return out;
}

Result<std::string> Service::value(const std::string& name_or_arn) {
  auto found = find(name_or_arn);
  if (!found) {
    auto code = found.error().cause.value_or(ErrorCode::not_found);
    return fail(code, found.error().message, name_or_arn);
  }
  auto value = shown_value(found->parameter, found->version, true);
  if (!value) return fail(ErrorCode::data_loss, value.error().message, name_or_arn);
  return *std::move(value);
}

Outcome<api::PutParameterResponse> Service::put(const api::PutParameterRequest& request) {
  std::optional<Parameter> existing;
  auto loaded = store_.get<Parameter>(kKind, *request.Name);
  if (loaded)
    existing = *std::move(loaded);
  else if (loaded.error().code != ErrorCode::not_found)
    return std::unexpected(std::move(loaded).error());
  if (!existing) {
    SB_TRY(auto names, store_.keys(kKind));
    if (names.size() >= kMaxParameters)
      return fault("ParameterLimitExceeded",
                   fmt::format("An account can have at most {} parameters.", kMaxParameters));
  }
  SB_TRY(auto parameter, ssm::put(std::move(existing), request, now(), arns_.caller()));
  auto& version = parameter.versions.back();
  if (version.type == kSecureString)
    version.value = kms_.encrypt(version.value, sealing_context(parameter.name, version.number));
  SB_TRY_VOID(store_.put(kKind, parameter.name, parameter));

  api::PutParameterResponse response;
  response.Version = version.number;
  response.Tier = version.tier;
  return response;
}

Outcome<api::GetParameterResponse> Service::get(const api::GetParameterRequest& request) {
  SB_TRY(auto found, find(*request.Name));
  SB_TRY(auto parameter,
         shown(found.parameter, found.version, request.WithDecryption.value_or(false)));
  if (auto selector = parse_reference(*request.Name).selector; !selector.empty())
    parameter.Selector = selector;
  api::GetParameterResponse response;
  response.Parameter = std::move(parameter);
  return response;
}

Outcome<api::GetParametersResponse> Service::get_many(const api::GetParametersRequest& request) {
  if (request.Names.empty() || request.Names.size() > 10)
    return fault("ValidationException",
                 "Value at 'names' failed to satisfy constraint: Member must have length between "
                 "1 and 10");
  std::set<std::string> seen;
  api::GetParametersResponse response;
  for (const auto& name : request.Names) {
    if (!seen.insert(name).second)
      return fault("ValidationException",
                   fmt::format("The parameter {} was asked for more than once.", name));
    api::GetParameterRequest one;
    one.Name = name;
    one.WithDecryption = request.WithDecryption;
    auto found = get(one);
    if (found)
      response.Parameters.push_back(*std::move(found->Parameter));
    else if (found.error().cause)
      return std::unexpected(std::move(found).error());
    else
      response.InvalidParameters.push_back(name);
  }
  return response;
}

Outcome<api::GetParametersByPathResponse> Service::get_by_path(
    const api::GetParametersByPathRequest& request) {
  if (!request.Path->starts_with('/'))
    return fault("ValidationException",
                 "The parameter path must begin with a forward slash: /path/to/parameters.");
  SB_TRY_VOID(check_filters(request.ParameterFilters, true));
  SB_TRY(auto after, page_after(request.NextToken));
  SB_TRY(auto limit, page_limit(request.MaxResults, 10, 10));
  SB_TRY(auto rows, store_.list<Parameter>(kKind, *request.Path));
  std::erase_if(rows, [&](const auto& row) {
    return !is_below(row.first, *request.Path, request.Recursive.value_or(false)) ||
           !match_all(row.second, request.ParameterFilters);
  });
  api::GetParametersByPathResponse response;
  response.NextToken = take_page(rows, after, limit, [](const auto& row) { return row.first; });
  for (const auto& [name, parameter] : rows) {
    SB_TRY(auto entry,
           shown(parameter, parameter.latest(), request.WithDecryption.value_or(false)));
    response.Parameters.push_back(std::move(entry));
  }
  return response;
}

Outcome<api::GetParameterHistoryResponse> Service::history(
    const api::GetParameterHistoryRequest& request) {
  SB_TRY(auto after, page_after(request.NextToken));
  SB_TRY(auto limit, page_limit(request.MaxResults, 50, 50));
  SB_TRY(auto parameter, load(parse_reference(*request.Name)));
  auto versions = parameter.versions;
  api::GetParameterHistoryResponse response;
  response.NextToken = take_page(versions, after, limit, [](const Version& version) {
    return fmt::format("{:012}", version.number);
  });
  for (const auto& version : versions) {
    api::ParameterHistory entry;
    fill_description(entry, parameter, version);
    SB_TRY(entry.Value, shown_value(parameter, version, request.WithDecryption.value_or(false)));
    entry.Labels = version.labels;
    response.Parameters.push_back(std::move(entry));
  }
  return response;
}

Outcome<api::DescribeParametersResponse> Service::describe(
    const api::DescribeParametersRequest& request) {
  auto filters = all_filters(request);
  SB_TRY_VOID(check_filters(filters, false));
  SB_TRY(auto after, page_after(request.NextToken));
  SB_TRY(auto limit, page_limit(request.MaxResults, 50, 50));
  SB_TRY(auto rows, store_.list<Parameter>(kKind));
  std::erase_if(rows, [&](const auto& row) { return !match_all(row.second, filters); });
  api::DescribeParametersResponse response;
  response.NextToken = take_page(rows, after, limit, [](const auto& row) { return row.first; });
  for (const auto& [name, parameter] : rows) {
    api::ParameterMetadata entry;
    fill_description(entry, parameter, parameter.latest());
    entry.ARN = arns_.parameter(name);
    response.Parameters.push_back(std::move(entry));
  }
  return response;
}

Outcome<api::DeleteParameterResponse> Service::erase(const api::DeleteParameterRequest& request) {
  SB_TRY(auto parameter, load(parse_reference(*request.Name)));
  SB_TRY_VOID(store_.erase(kKind, parameter.name));
  return api::DeleteParameterResponse{};
}

Outcome<api::DeleteParametersResponse> Service::erase_many(
    const api::DeleteParametersRequest& request) {
  if (request.Names.empty() || request.Names.size() > 10)
    return fault("ValidationException",
                 "Value at 'names' failed to satisfy constraint: Member must have length between "
                 "1 and 10");
  api::DeleteParametersResponse response;
  SB_TRY_VOID(store_.transaction([&]() -> Result<> {
    for (const auto& name : request.Names) {
      SB_TRY(bool existed, store_.erase(kKind, name));
      (existed ? response.DeletedParameters : response.InvalidParameters).push_back(name);
    }
    return {};
  }));
  return response;
}

Outcome<api::LabelParameterVersionResponse> Service::label(
    const api::LabelParameterVersionRequest& request) {
  SB_TRY(auto parameter, load(parse_reference(*request.Name)));
  auto version = request.ParameterVersion.value_or(parameter.latest().number);
  api::LabelParameterVersionResponse response;
  SB_TRY(response.InvalidLabels, ssm::label(parameter, version, request.Labels));
  response.ParameterVersion = version;
  SB_TRY_VOID(store_.put(kKind, parameter.name, parameter));
  return response;
}

Outcome<Parameter> Service::load_tagged(const std::optional<std::string>& type,
                                        const std::optional<std::string>& id) {
  if (type != "Parameter")
    return fault("InvalidResourceType",
                 fmt::format("saltcloud has no resources of the type {}.", type.value_or("")));
  auto parameter = load(parse_reference(*id));
  if (!parameter && !parameter.error().cause)
    return fault("InvalidResourceId", fmt::format("The resource {} does not exist.", *id));
  return parameter;
}

Outcome<api::AddTagsToResourceResponse> Service::add_tags(
    const api::AddTagsToResourceRequest& request) {
  SB_TRY(auto parameter, load_tagged(request.ResourceType, request.ResourceId));
  for (const auto& tag : request.Tags)
    parameter.tags[tag.Key.value_or("")] = tag.Value.value_or("");
  SB_TRY_VOID(store_.put(kKind, parameter.name, parameter));
  return api::AddTagsToResourceResponse{};
}

Outcome<api::RemoveTagsFromResourceResponse> Service::remove_tags(
    const api::RemoveTagsFromResourceRequest& request) {
  SB_TRY(auto parameter, load_tagged(request.ResourceType, request.ResourceId));
  for (const auto& key : request.TagKeys) parameter.tags.erase(key);
  SB_TRY_VOID(store_.put(kKind, parameter.name, parameter));
  return api::RemoveTagsFromResourceResponse{};
}

Outcome<api::ListTagsForResourceResponse> Service::list_tags(
    const api::ListTagsForResourceRequest& request) {
  SB_TRY(auto parameter, load_tagged(request.ResourceType, request.ResourceId));
  api::ListTagsForResourceResponse response;
  for (const auto& [key, value] : parameter.tags) {
    api::Tag tag;
    tag.Key = key;
    tag.Value = value;
    response.TagList.push_back(std::move(tag));
  }
  return response;
}

}  // namespace sb::cloud::ssm
