// Where configuration is kept: a secret of Secrets Manager (one JSON document, many keys) or a
// parameter of Parameter Store (one key). Both keep their old versions, which is the way back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/client/client.hpp"
#include "base/clock/clock.hpp"
#include "release/config/values.hpp"

namespace sb::release::config {

struct Source {
  enum class Store { secret, parameter };
  Store store = Store::parameter;
  std::string id;                 // the secret's name, or the parameter's whole name
  std::vector<std::string> keys;  // of a parameter: exactly one

  std::string_view store_name() const {
    return store == Store::secret ? "Secrets Manager" : "Parameter Store";
  }
};

struct Version {
  std::string id;                   // a secret's version id; a parameter's number
  std::vector<std::string> labels;  // AWSCURRENT, AWSPREVIOUS, …
  std::optional<Timestamp> at;
  std::string by;  // empty: the store does not say
  bool is_current = false;
};

struct Document {
  std::string version;
  std::optional<Timestamp> at;
  Values values;
};

class Store {
 public:
  explicit Store(aws::Client& client) : client_(client) {}

  // `version`: an id, or a label of a secret; empty: the current one. Error not_found.
  Task<Result<Document>> read(Source source, std::string version = {});
  // Newest first. At most what the stores keep (about a hundred).
  Task<Result<std::vector<Version>>> versions(Source source);
  // A new version with this key set and everything else as it is, also what others set at the same
  // moment. `seen`: what the key held when the caller decided, nothing where it was not there;
  // Error conflict when it holds something else by now. Returns the new version's id.
  Task<Result<std::string>> set(Source source, std::string key, std::string value,
                                std::optional<std::string> seen);
  // Back to what `version` holds. A secret's label is moved; a parameter gets the old value as a
  // new version. Error conflict when `seen`, the current version when the caller decided, is not
  // current any more. Returns the id of what is current then.
  Task<Result<std::string>> make_current(Source source, std::string version, std::string seen);

 private:
  Task<Result<std::string>> set_parameter(Source source, std::string key, std::string value,
                                          std::optional<std::string> seen);

  aws::Client& client_;
};

// The newest version before the current one; nothing when there is none.
const Version* previous_of(const std::vector<Version>& versions);

}  // namespace sb::release::config
