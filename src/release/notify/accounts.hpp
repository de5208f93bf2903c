// Which outside services there are, and the keys to them. Read from the environment or from
// home/release/accounts.json (0600, same names); never from argv, and never printed: a Secret has
// no way out but `reveal`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error/error.hpp"
#include "base/fs/fs.hpp"
#include "release/notify/message.hpp"

namespace sb::release::notify {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  const std::string& reveal() const {
    return value_;
  }
  explicit operator bool() const {
    return !value_.empty();
  }

 private:
  std::string value_;
};

struct Datadog {
  Secret api_key;
  Secret app_key;        // for everything but submitting
  std::string base_url;  // "https://api.datadoghq.com"

  bool can_submit() const {
    return static_cast<bool>(api_key);
  }
  bool can_manage() const {
    return api_key && app_key;
  }
};

struct Accounts {
  Secret slack_deploys;  // the whole webhook URL is the secret
  Secret slack_incidents;
  Secret pagerduty_routing_key;
  std::string pagerduty_url;
  Datadog datadog;
  Secret statuspage_key;
  std::string statuspage_page;
  std::vector<std::string> statuspage_components;  // ids
  std::string statuspage_url;
  Secret webhook_url;
  Secret webhook_secret;  // the HMAC key

  // Names of variables that are set but not used, because this is a rehearsal on the local cloud.
  std::vector<std::string> held_back;

  bool has(Channel channel) const;
  // `text` without any of the secrets above: for what others' answers and errors say.
  std::string redact(std::string text) const;
};

struct AccountsFrom {
  fs::Path file;  // accounts.json; absent is fine
  // A rehearsal on the local cloud uses real services only where it is told to
  // (SALTBITTER_NOTIFY=real); receivers on this machine always.
  bool is_rehearsal = false;
  std::function<std::optional<std::string>(const std::string&)> variable;  // empty: getenv
};
// Errors name the variable or file and what is wrong with it, never its value.
Result<Accounts> load_accounts(const AccountsFrom& from);

}  // namespace sb::release::notify
