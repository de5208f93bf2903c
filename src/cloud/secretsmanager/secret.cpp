#include "cloud/secretsmanager/secret.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <chrono>

#include "base/json/codec.hpp"
#include "cloud/store/arn.hpp"

namespace sb::cloud::secretsmanager {

using gateway::fault;

namespace {

constexpr std::size_t kMaxVersions = 100;
constexpr std::size_t kMaxStages = 20;
constexpr std::size_t kSuffixBytes = 6;
constexpr std::chrono::hours kYoungest(24);

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool has(const std::vector<std::string>& stages, std::string_view stage) {
  return std::ranges::find(stages, stage) != stages.end();
}

void take_stage(Secret& secret, std::string_view stage) {
  for (auto& version : secret.versions)
    std::erase_if(version.stages, [&](const auto& s) { return s == stage; });
}

// Before AWSCURRENT leaves it, the current version becomes the previous one.
void demote_current(Secret& secret) {
  const auto* current = find_stage(secret, kCurrent);
  if (current == nullptr) return;
  auto id = current->id;
  take_stage(secret, kPrevious);
  take_stage(secret, kCurrent);
  for (auto& version : secret.versions)
    if (version.id == id) version.stages.emplace_back(kPrevious);
}

}  // namespace

Outcome<void> check_name(const std::string& name) {
  bool is_good = !name.empty() && name.size() <= 512 && std::ranges::all_of(name, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("/_+=.@-!").find(c) != std::string_view::npos;
  });
  if (!is_good)
    return fault("ValidationException",
                 "Invalid name. Must be a valid name containing alphanumeric characters, or any of "
                 "the following: -/_+=.@!");
  return {};
}

Outcome<void> check_token(const std::string& token) {
  if (token.size() < 32 || token.size() > 64)
    return fault("InvalidParameterException", "ClientRequestToken must be 32-64 characters long.");
  return {};
}

Outcome<void> add_version(Secret& secret, const std::string& id, bool is_binary,
                          std::vector<std::string> stages, Timestamp now) {
  if (stages.size() > kMaxStages)
    return fault("InvalidParameterException",
                 fmt::format("A version can have at most {} staging labels.", kMaxStages));
  if (stages.empty() || (secret.versions.empty() && !has(stages, kCurrent)))
    stages.emplace_back(kCurrent);
  if (has(stages, kCurrent)) demote_current(secret);
  for (const auto& stage : stages) take_stage(secret, stage);
  secret.versions.push_back(
      {.id = id, .created = now, .is_binary = is_binary, .stages = std::move(stages)});
  secret.changed = now;
  return {};
}

Outcome<void> move_stage(Secret& secret, const std::string& stage,
                         const std::optional<std::string>& to,
                         const std::optional<std::string>& from) {
  auto invalid = [](std::string message) {
    return fault("InvalidParameterException", std::move(message));
  };
  const auto* holder = find_stage(secret, stage);
  if (from && (holder == nullptr || holder->id != *from))
    return invalid(
        fmt::format("The parameter RemoveFromVersionId does not match: staging label {} "
                    "is not attached to version {}.",
                    stage, *from));
  if (to && find_version(secret, *to) == nullptr)
    return fault("ResourceNotFoundException",
                 "Secrets Manager can't find the specified secret version.");
  if (to && holder != nullptr && holder->id == *to) return {};
  if (to && holder != nullptr && !from)
    return invalid(
        fmt::format("The parameter RemoveFromVersionId can't be empty. Staging label {} "
                    "is currently attached to version {}, so you must explicitly "
                    "reference that version in RemoveFromVersionId.",
                    stage, holder->id));
  if (!to && !from) return invalid("Say MoveToVersionId, RemoveFromVersionId or both.");
  if (!to && stage == kCurrent)
    return invalid(
        "You can only move staging label AWSCURRENT to a different secret version. It can't be "
        "completely removed.");
  if (to && stage == kCurrent) demote_current(secret);
  take_stage(secret, stage);
  if (!to) return {};
  for (auto& version : secret.versions)
    if (version.id == *to) version.stages.push_back(stage);
  return {};
}

const Version* find_version(const Secret& secret, std::string_view id) {
  auto found = std::ranges::find(secret.versions, id, &Version::id);
  return found == secret.versions.end() ? nullptr : &*found;
}

const Version* find_stage(const Secret& secret, std::string_view stage) {
  for (const auto& version : secret.versions)
    if (has(version.stages, stage)) return &version;
  return nullptr;
}

Outcome<const Version*> select(const Secret& secret, const std::optional<std::string>& id,
                               const std::optional<std::string>& stage) {
  if (id) {
    const auto* version = find_version(secret, *id);
    if (version == nullptr)
      return fault("ResourceNotFoundException",
                   fmt::format("Secrets Manager can't find the specified secret value for "
                               "VersionId: {}",
                               *id));
    if (stage && !has(version->stages, *stage))
      return fault("InvalidRequestException",
                   "You provided a VersionStage that is not associated to the provided VersionId.");
    return version;
  }
  auto wanted = stage.value_or(std::string(kCurrent));
  const auto* version = find_stage(secret, wanted);
  if (version == nullptr)
    return fault("ResourceNotFoundException",
                 fmt::format("Secrets Manager can't find the specified secret value for staging "
                             "label: {}",
                             wanted));
  return version;
}

std::vector<std::string> prune(Secret& secret, Timestamp now) {
  std::vector<std::string> gone;
  for (auto it = secret.versions.begin();
       it != secret.versions.end() && secret.versions.size() > kMaxVersions;) {
    if (it->stages.empty() && now - it->created > kYoungest) {
      gone.push_back(it->id);
      it = secret.versions.erase(it);
    } else {
      ++it;
    }
  }
  return gone;
}

std::vector<Candidate> candidates(std::string_view secret_id) {
  auto arn = parse_arn(secret_id);
  constexpr std::string_view kPrefix = "secret:";
  if (!arn || arn->service != "secretsmanager" || !arn->resource.starts_with(kPrefix))
    return {{std::string(secret_id), {}}};
  auto rest = arn->resource.substr(kPrefix.size());
  std::vector<Candidate> out;
  if (rest.size() > kSuffixBytes + 1 && rest[rest.size() - kSuffixBytes - 1] == '-')
    out.push_back({std::string(rest.substr(0, rest.size() - kSuffixBytes - 1)),
                   std::string(rest.substr(rest.size() - kSuffixBytes))});
  out.push_back({std::string(rest), {}});
  return out;
}

ValueFrom parse_value_from(std::string_view text) {
  ValueFrom out{std::string(text), {}, {}, {}};
  auto arn = parse_arn(text);
  if (!arn) return out;
  // resource: "secret:NAME[:json-key[:stage[:version]]]"; empty parts mean the default.
  std::vector<std::string_view> parts;
  auto rest = arn->resource;
  for (;;) {
    auto colon = rest.find(':');
    parts.push_back(rest.substr(0, colon));
    if (colon == std::string_view::npos) break;
    rest.remove_prefix(colon + 1);
  }
  if (parts.size() < 3 || parts[0] != "secret") return out;
  auto name_end = static_cast<std::size_t>(parts[1].data() + parts[1].size() - text.data());
  out.secret_id = text.substr(0, name_end);
  out.json_key = parts[2];
  if (parts.size() > 3 && !parts[3].empty()) out.stage = parts[3];
  if (parts.size() > 4 && !parts[4].empty()) out.version = parts[4];
  return out;
}

Result<std::string> member_of(std::string_view json, const std::string& key) {
  auto parsed = json::parse(json);
  if (!parsed || !parsed->is_object())
    return fail(ErrorCode::invalid_argument,
                "retrieved secret from Secrets Manager is not a JSON object with keys", key);
  const auto* member = parsed->as_object().if_contains(key);
  if (member == nullptr)
    return fail(ErrorCode::not_found,
                "retrieved secret from Secrets Manager did not contain json key " + key, key);
  if (const auto* text = member->if_string()) return std::string(text->data(), text->size());
  return boost::json::serialize(*member);
}

bool matches(const Secret& secret, const api::Filter& filter) {
  auto any = [&](std::string_view text, bool by_prefix) {
    return std::ranges::any_of(filter.Values, [&](std::string_view value) {
      bool negated = value.starts_with('!');
      if (negated) value.remove_prefix(1);
      auto haystack = lower(text);
      auto needle = lower(value);
      bool found =
          by_prefix ? haystack.starts_with(needle) : haystack.find(needle) != std::string::npos;
      return found != negated;
    });
  };
  auto any_tag = [&](bool by_key) {
    return std::ranges::any_of(
        secret.tags, [&](const auto& tag) { return any(by_key ? tag.first : tag.second, true); });
  };
  auto key = filter.Key.value_or("");
  if (key == "name") return any(secret.name, true);
  if (key == "description") return any(secret.description.value_or(""), false);
  if (key == "tag-key") return any_tag(true);
  if (key == "tag-value") return any_tag(false);
  if (key == "all")
    return any(secret.name, false) || any(secret.description.value_or(""), false) ||
           any_tag(true) || any_tag(false);
  return false;  // no secret here has a primary region elsewhere or an owning service
}

}  // namespace sb::cloud::secretsmanager
