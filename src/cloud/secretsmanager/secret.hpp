// Secrets, their versions and staging labels, as rules without a store. Contents are kept apart
// from what is said here, so that these documents stay small and hold nothing to protect.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model/secretsmanager.hpp"
#include "base/clock/clock.hpp"
#include "cloud/gateway/fault.hpp"

namespace sb::cloud::secretsmanager {

namespace api = aws::secretsmanager;
using gateway::Outcome;

inline constexpr std::string_view kCurrent = "AWSCURRENT";
inline constexpr std::string_view kPrevious = "AWSPREVIOUS";
inline constexpr std::string_view kSecretKind = "secretsmanager.secret";  // in the store
inline constexpr std::size_t kMaxContentBytes = 65'536;

struct Version {
  std::string id;
  Timestamp created{};
  bool is_binary = false;
  std::vector<std::string> stages;  // none: deprecated
};

struct Secret {
  std::string name;
  std::string suffix;  // the six characters that end its ARN
  std::optional<std::string> description;
  std::optional<std::string> kms_key_id;
  std::map<std::string, std::string> tags;
  std::vector<Version> versions;  // oldest first
  Timestamp created{};
  Timestamp changed{};
  std::optional<Timestamp> marked_for_deletion;  // when DeleteSecret was called
  std::optional<Timestamp> deletion_date;        // when it goes
};

Outcome<void> check_name(const std::string& name);
Outcome<void> check_token(const std::string& token);

// Adds a version that takes `stages` from whoever has them; with AWSCURRENT the old current one
// becomes AWSPREVIOUS. The first version is always AWSCURRENT.
Outcome<void> add_version(Secret& secret, const std::string& id, bool is_binary,
                          std::vector<std::string> stages, Timestamp now);
// UpdateSecretVersionStage.
Outcome<void> move_stage(Secret& secret, const std::string& stage,
                         const std::optional<std::string>& to,
                         const std::optional<std::string>& from);
const Version* find_version(const Secret& secret, std::string_view id);
const Version* find_stage(const Secret& secret, std::string_view stage);
// The version that both (or the one given, or AWSCURRENT) mean.
Outcome<const Version*> select(const Secret& secret, const std::optional<std::string>& id,
                               const std::optional<std::string>& stage);
// Forgets deprecated versions beyond what AWS keeps, none younger than a day; returns their ids.
std::vector<std::string> prune(Secret& secret, Timestamp now);

// What a SecretId may mean: a name, a whole ARN, or an ARN without its suffix.
struct Candidate {
  std::string name;
  std::optional<std::string> suffix;  // must be this one
};
std::vector<Candidate> candidates(std::string_view secret_id);

// ECS' valueFrom: arn:...:secret:NAME-SUFFIX:json-key:stage:version, the last three optional.
struct ValueFrom {
  std::string secret_id;
  std::string json_key;
  std::optional<std::string> stage;
  std::optional<std::string> version;
};
ValueFrom parse_value_from(std::string_view text);
// The member of a JSON object as a task sees it. Error not_found or invalid_argument; the message
// never quotes the secret.
Result<std::string> member_of(std::string_view json, const std::string& key);

bool matches(const Secret& secret, const api::Filter& filter);

}  // namespace sb::cloud::secretsmanager
