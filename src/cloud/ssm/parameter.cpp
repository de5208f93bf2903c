#include "cloud/ssm/parameter.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <regex>

#include "cloud/store/arn.hpp"

namespace sb::cloud::ssm {

using gateway::fault;

namespace {

constexpr std::size_t kMaxNameBytes = 2048;
constexpr std::ptrdiff_t kMaxLevels = 15;
constexpr std::size_t kStandardBytes = 4096;
constexpr std::size_t kAdvancedBytes = 8192;
constexpr std::size_t kMaxLabels = 10;

std::unexpected<gateway::Fault> invalid(std::string message) {
  return fault("ValidationException", std::move(message));
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-' ||
         c == '/';
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Outcome<std::string> choose_tier(const std::optional<Parameter>& existing,
                                 const api::PutParameterRequest& request) {
  auto size = request.Value->size();
  bool was_advanced = existing && existing->latest().tier == "Advanced";
  auto asked = request.Tier.value_or(was_advanced ? "Advanced" : "Standard");
  if (asked == "Intelligent-Tiering")
    asked = was_advanced || size > kStandardBytes ? "Advanced" : "Standard";
  if (asked != "Standard" && asked != "Advanced")
    return invalid(
        fmt::format("Value '{}' at 'tier' failed to satisfy constraint: Member must "
                    "satisfy enum value set: [Standard, Advanced, Intelligent-Tiering]",
                    asked));
  if (was_advanced && asked == "Standard")
    return invalid(
        "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from "
        "the advanced-parameter tier to the standard-parameter tier.");
  auto limit = asked == "Standard" ? kStandardBytes : kAdvancedBytes;
  if (size > limit)
    return invalid(
        fmt::format("{} tier parameters support a maximum parameter value of {} "
                    "characters.",
                    asked, limit));
  return asked;
}

Outcome<std::string> choose_type(const std::optional<Parameter>& existing,
                                 const api::PutParameterRequest& request) {
  if (request.Type && *request.Type != "String" && *request.Type != "StringList" &&
      *request.Type != kSecureString)
    return fault("UnsupportedParameterType",
                 fmt::format("The parameter type {} is not supported.", *request.Type));
  if (!existing) {
    if (!request.Type) return invalid("A parameter type is required when you create a parameter.");
    return *request.Type;
  }
  const auto& type = existing->latest().type;
  if (request.Type && *request.Type != type)
    return fault("HierarchyTypeMismatchException",
                 fmt::format("The parameter {} has the type {}; it can't be changed to {}. Create "
                             "a new parameter with a unique name.",
                             existing->name, type, *request.Type));
  return type;
}

Outcome<void> check_pattern(const std::string& pattern, const std::string& value) {
  try {
    if (std::regex_match(value, std::regex(pattern))) return {};
  } catch (const std::regex_error&) {
    return fault("InvalidAllowedPatternException",
                 fmt::format("Invalid allowed pattern: {}", pattern));
  }
  return fault("ParameterPatternMismatchException",
               fmt::format("Parameter value failed to satisfy the pattern: {}", pattern));
}

Outcome<void> check_put(const std::optional<Parameter>& existing,
                        const api::PutParameterRequest& request) {
  if (auto named = check_name(*request.Name); !named) return named;
  bool overwrite = request.Overwrite.value_or(false);
  if (existing && !overwrite)
    return fault("ParameterAlreadyExists",
                 "The parameter already exists. To overwrite this value, set the overwrite option "
                 "in the request to true.");
  if (overwrite && !request.Tags.empty())
    return invalid(
        "Invalid request: tags and overwrite can't be used together. To create a parameter with "
        "tags, please remove overwrite flag. To update tags for an existing parameter, please use "
        "AddTagsToResource or RemoveTagsFromResource.");
  if (request.Value->empty()) return invalid("Parameter value must not be empty.");
  if (request.Value->find("{{") != std::string::npos)
    return invalid(
        "Parameter value can't nest another parameter. Do not use \"{{}}\" in the value.");
  if (request.Policies && !request.Policies->empty() && *request.Policies != "[]")
    return fault("UnsupportedOperationException", "saltcloud has no parameter policies.");
  auto data_type = request.DataType.value_or("text");
  if (data_type != "text" && data_type != "aws:ec2:image" && data_type != "aws:ssm:integration")
    return invalid(fmt::format("The data type {} is not supported.", data_type));
  return {};
}

}  // namespace

Outcome<void> check_name(const std::string& name) {
  if (name.empty() || name.size() > kMaxNameBytes)
    return invalid(fmt::format("Parameter name must have 1 to {} characters.", kMaxNameBytes));
  if (!std::ranges::all_of(name, is_name_character))
    return invalid(
        "Parameter name: may only contain the symbols and letters a-zA-Z0-9_.-/ and no spaces.");
  if (name.find('/') != std::string::npos && name.front() != '/')
    return invalid("Parameter name must be a fully qualified name.");
  if (name.back() == '/' || name.find("//") != std::string::npos)
    return invalid("Parameter name must not have empty levels.");
  auto first = lower(name.front() == '/' ? name.substr(1) : name);
  if (first.starts_with("aws") || first.starts_with("ssm"))
    return invalid("Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).");
  if (std::ranges::count(name, '/') > kMaxLevels)
    return fault("HierarchyLevelLimitExceededException",
                 fmt::format("A parameter hierarchy can have at most {} levels.", kMaxLevels));
  return {};
}

Outcome<Parameter> put(std::optional<Parameter> existing, const api::PutParameterRequest& request,
                       Timestamp now, const std::string& caller) {
  SB_TRY_VOID(check_put(existing, request));
  SB_TRY(auto type, choose_type(existing, request));
  SB_TRY(auto tier, choose_tier(existing, request));
  if (request.AllowedPattern && !request.AllowedPattern->empty())
    SB_TRY_VOID(check_pattern(*request.AllowedPattern, *request.Value));

  Parameter parameter;
  if (existing) {
    parameter = *std::move(existing);
  } else {
    parameter.name = *request.Name;
    for (const auto& tag : request.Tags)
      parameter.tags[tag.Key.value_or("")] = tag.Value.value_or("");
  }
  auto& versions = parameter.versions;
  if (versions.size() >= kMaxVersions) {
    if (!versions.front().labels.empty())
      return fault("ParameterMaxVersionLimitExceeded",
                   fmt::format("You attempted to create a new version of {}, but the oldest "
                               "version, {}, has a label and can't be deleted. Move the label to "
                               "another version and try again.",
                               parameter.name, versions.front().number));
    versions.erase(versions.begin());
  }
  Version version{.number = versions.empty() ? 1 : versions.back().number + 1,
                  .type = type,
                  .value = *request.Value,
                  .modified = now,
                  .modified_by = caller,
                  .description = request.Description,
                  .allowed_pattern = request.AllowedPattern,
                  .key_id = request.KeyId,
                  .tier = tier,
                  .data_type = request.DataType.value_or("text"),
                  .labels = {}};
  if (!version.description && !versions.empty()) version.description = versions.back().description;
  if (type == kSecureString && !version.key_id) version.key_id = "alias/aws/ssm";
  versions.push_back(std::move(version));
  return parameter;
}

Reference parse_reference(std::string_view text) {
  Reference reference;
  bool is_arn = false;
  if (auto arn = parse_arn(text); arn && arn->resource.starts_with("parameter/")) {
    text = arn->resource.substr(std::string_view("parameter").size());
    is_arn = true;
  }
  auto colon = text.find(':');
  if (colon != std::string_view::npos) {
    reference.selector = text.substr(colon);
    text = text.substr(0, colon);
  }
  reference.names.emplace_back(text);
  if (is_arn) reference.names.emplace_back(text.substr(1));
  return reference;
}

Outcome<const Version*> select(const Parameter& parameter, std::string_view selector) {
  if (selector.empty()) return &parameter.latest();
  auto wanted = selector.substr(1);
  if (is_number(wanted)) {
    std::int64_t number = 0;
    std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
    for (const auto& version : parameter.versions)
      if (version.number == number) return &version;
    return fault("ParameterVersionNotFound",
                 fmt::format("Systems Manager could not find version {} of {}. Verify the version "
                             "and try again.",
                             wanted, parameter.name));
  }
  for (const auto& version : parameter.versions)
    if (std::ranges::find(version.labels, wanted) != version.labels.end()) return &version;
  return fault("ParameterVersionNotFound",
               fmt::format("Systems Manager could not find label {} of {}. Verify the label and "
                           "try again.",
                           wanted, parameter.name));
}

Outcome<std::vector<std::string>> label(Parameter& parameter, std::int64_t number,
                                        const std::vector<std::string>& labels) {
  auto target = std::ranges::find(parameter.versions, number, &Version::number);
  if (target == parameter.versions.end())
    return fault("ParameterVersionNotFound",
                 fmt::format("Systems Manager could not find version {} of {}. Verify the version "
                             "and try again.",
                             number, parameter.name));
  std::vector<std::string> refused;
  for (const auto& name : labels) {
    auto small = lower(name);
    bool is_valid = !name.empty() && name.size() <= 100 && !is_number(name.substr(0, 1)) &&
                    !small.starts_with("aws") && !small.starts_with("ssm") &&
                    name.find('/') == std::string::npos &&
                    std::ranges::all_of(name, is_name_character);
    if (!is_valid) {
      refused.push_back(name);
      continue;
    }
    for (auto& version : parameter.versions) std::erase(version.labels, name);
    target->labels.push_back(name);
  }
  if (target->labels.size() > kMaxLabels)
    return fault("ParameterVersionLabelLimitExceeded",
                 fmt::format("A parameter version can have a maximum of {} labels.", kMaxLabels));
  return refused;
}

bool is_below(std::string_view name, std::string_view path, bool recursive) {
  std::string prefix(path);
  if (!prefix.ends_with('/')) prefix += '/';
  if (!name.starts_with(prefix)) return false;
  return recursive || name.substr(prefix.size()).find('/') == std::string_view::npos;
}

Outcome<void> check_filters(const std::vector<api::ParameterStringFilter>& filters, bool by_path) {
  for (const auto& filter : filters) {
    auto key = filter.Key.value_or("");
    bool is_tag = key.starts_with("tag:");
    bool is_known = by_path ? key == "Type" || key == "KeyId" || key == "Label"
                            : is_tag || key == "Type" || key == "KeyId" || key == "Name" ||
                                  key == "Path" || key == "Tier" || key == "DataType";
    if (!is_known)
      return fault("InvalidFilterKey",
                   fmt::format("The filter key {} is not valid for this operation.", key));
    auto option = filter.Option.value_or(key == "Path" ? "OneLevel" : "Equals");
    bool is_known_option = key == "Path" ? option == "OneLevel" || option == "Recursive"
                                         : option == "Equals" || option == "BeginsWith" ||
                                               (key == "Name" && option == "Contains");
    if (!is_known_option)
      return fault("InvalidFilterOption",
                   fmt::format("The filter option {} is not valid for {}.", option, key));
    if (filter.Values.empty() && !is_tag)
      return fault("InvalidFilterValue", fmt::format("The filter {} has no values.", key));
  }
  return {};
}

bool matches(const Parameter& parameter, const api::ParameterStringFilter& filter) {
  const auto& key = *filter.Key;
  const auto& version = parameter.latest();
  auto option = filter.Option.value_or("Equals");
  auto any = [&](const std::string& text) {
    return std::ranges::any_of(filter.Values, [&](const std::string& value) {
      if (option == "BeginsWith") return text.starts_with(value);
      if (option == "Contains") return text.find(value) != std::string::npos;
      return text == value;
    });
  };
  if (key.starts_with("tag:")) {
    auto tag = parameter.tags.find(key.substr(4));
    return tag != parameter.tags.end() && (filter.Values.empty() || any(tag->second));
  }
  if (key == "Path")
    return std::ranges::any_of(filter.Values, [&](const std::string& path) {
      return is_below(parameter.name, path, option == "Recursive");
    });
  if (key == "Label") return std::ranges::any_of(version.labels, any);
  if (key == "Type") return any(version.type);
  if (key == "KeyId") return version.key_id && any(*version.key_id);
  if (key == "Tier") return any(version.tier);
  if (key == "DataType") return any(version.data_type);
  return any(parameter.name);
}

}  // namespace sb::cloud::ssm
