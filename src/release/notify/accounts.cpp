#include "release/notify/accounts.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <map>

#include "base/json/codec.hpp"

namespace sb::release::notify {

namespace {

using Values = std::map<std::string, std::string>;

constexpr std::array kSecrets = {"SLACK_WEBHOOK_DEPLOYS",
                                 "SLACK_WEBHOOK_INCIDENTS",
                                 "PAGERDUTY_ROUTING_KEY",
                                 "DD_API_KEY",
                                 "DD_APP_KEY",
                                 "STATUSPAGE_API_KEY",
                                 "WEBHOOK_URL",
                                 "WEBHOOK_SECRET"};
constexpr std::array kPlain = {
    "SLACK_API_URL",      "PAGERDUTY_API_URL",  "DD_SITE",
    "DD_API_URL",         "STATUSPAGE_PAGE_ID", "STATUSPAGE_COMPONENT_IDS",
    "STATUSPAGE_API_URL", "SALTBITTER_NOTIFY"};

std::optional<std::string> from_process(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

Result<Values> read_accounts_file(const fs::Path& file) {
  struct stat facts{};
  if (file.empty() || stat(file.c_str(), &facts) != 0) return Values{};
  if ((facts.st_mode & 0077U) != 0)
    return fail(
        ErrorCode::permission_denied,
        fmt::format("others may read the keys in it; close it first: chmod 600 {}", file.string()),
        file.string());
  SB_TRY(auto text, fs::read_file(file));
  auto values = json::decode<Values>(text);
  // The parser's words may quote what it read.
  if (!values)
    return fail(ErrorCode::invalid_argument,
                "is not a JSON object of texts, like {\"SLACK_WEBHOOK_DEPLOYS\": \"https://…\"}",
                file.string());
  return values;
}

// "https://host:port" and the rest.
struct Url {
  std::string origin;
  std::string host;
  std::string rest;
  bool is_https = false;
};
std::optional<Url> split(const std::string& url) {
  Url parts;
  const auto scheme = url.find("://");
  if (scheme == std::string::npos) return std::nullopt;
  parts.is_https = url.starts_with("https://");
  if (!parts.is_https && !url.starts_with("http://")) return std::nullopt;
  const auto begin = scheme + 3;
  const auto end = std::min(url.find_first_of("/?#", begin), url.size());
  parts.origin = url.substr(0, end);
  parts.rest = url.substr(end);
  std::string authority = url.substr(begin, end - begin);
  if (authority.empty() || authority.contains('@')) return std::nullopt;
  parts.host = authority.starts_with('[') ? authority.substr(0, authority.find(']') + 1)
                                          : authority.substr(0, authority.find(':'));
  const bool is_name = std::ranges::all_of(parts.host, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
  });
  if (parts.host.empty() || !is_name) return std::nullopt;
  return parts;
}

bool is_this_machine(const std::string& host) {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

// Reads names, checks what they hold, and says what is wrong by name alone.
class Reader {
 public:
  Reader(Values values, bool is_rehearsal)
      : values_(std::move(values)),
        is_held_back_(is_rehearsal && get("SALTBITTER_NOTIFY") != "real") {}

  std::string get(const std::string& name, const std::string& fallback = {}) const {
    auto it = values_.find(name);
    return it == values_.end() ? fallback : it->second;
  }
  // A base address: without path, https unless it is on this machine.
  std::string base(const std::string& name, const std::string& fallback) {
    std::string url = get(name, fallback);
    while (url.ends_with('/')) url.pop_back();
    if (!check(name, url)) return fallback;
    return url;
  }
  // A secret address; empty when it may not be used here.
  Secret secret_url(const std::string& name, const std::string& other_origin) {
    std::string url = get(name);
    if (url.empty() || !check(name, url)) return {};
    if (!other_origin.empty()) url = other_origin + split(url)->rest;
    return allowed(name, url) ? Secret(url) : Secret();
  }
  Secret key(const std::string& name, const std::string& base_url) {
    std::string value = get(name);
    if (value.empty() || !allowed(name, base_url)) return {};
    const bool is_clean = std::ranges::all_of(value, [](char c) { return c > ' ' && c < 0x7f; });
    if (!is_clean) problem(name, "holds spaces or characters that no key has");
    return is_clean ? Secret(value) : Secret();
  }
  void problem(const std::string& name, std::string_view what) {
    if (!problem_) problem_ = Error{ErrorCode::invalid_argument, std::string(what), name};
  }
  Result<Accounts> done(Accounts accounts) {
    if (problem_) return std::unexpected(*problem_);
    accounts.held_back = std::move(held_back_);
    return accounts;
  }

 private:
  bool check(const std::string& name, const std::string& url) {
    auto parts = split(url);
    if (!parts) {
      problem(name, "is not an http(s) address");
      return false;
    }
    if (!parts->is_https && !is_this_machine(parts->host)) {
      problem(name, "must be https: what is sent there is secret");
      return false;
    }
    return true;
  }
  bool allowed(const std::string& name, const std::string& url) {
    if (!is_held_back_) return true;
    auto parts = split(url);
    if (parts && is_this_machine(parts->host)) return true;
    held_back_.push_back(name);
    return false;
  }

  Values values_;
  bool is_held_back_;
  std::vector<std::string> held_back_;
  std::optional<Error> problem_;
};

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (char c : text + ",") {
    if (c != ',' && c != ' ') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

bool is_identifier(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
}

void read_status_page(Reader& reader, Accounts& accounts) {
  accounts.statuspage_url = reader.base("STATUSPAGE_API_URL", "https://api.statuspage.io");
  accounts.statuspage_key = reader.key("STATUSPAGE_API_KEY", accounts.statuspage_url);
  accounts.statuspage_page = reader.get("STATUSPAGE_PAGE_ID");
  accounts.statuspage_components = words_of(reader.get("STATUSPAGE_COMPONENT_IDS"));
  if (!accounts.statuspage_key) return;
  if (!is_identifier(accounts.statuspage_page))
    reader.problem("STATUSPAGE_PAGE_ID", "must name the page, as STATUSPAGE_API_KEY is set");
  for (const auto& id : accounts.statuspage_components)
    if (!is_identifier(id))
      reader.problem("STATUSPAGE_COMPONENT_IDS", "holds something that is no component's id");
}

}  // namespace

bool Accounts::has(Channel channel) const {
  switch (channel) {
    case Channel::deploys:
      return static_cast<bool>(slack_deploys);
    case Channel::incidents:
      return static_cast<bool>(slack_incidents);
    case Channel::page:
      return static_cast<bool>(pagerduty_routing_key);
    case Channel::event:
      return datadog.can_submit();
    case Channel::status_page:
      return static_cast<bool>(statuspage_key);
    case Channel::webhook:
      return static_cast<bool>(webhook_url);
  }
  return false;
}

std::string Accounts::redact(std::string text) const {
  auto hide = [&text](const std::string& secret) {
    if (secret.size() < 6) return;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at))
      text.replace(at, secret.size(), "***");
  };
  for (const Secret* url : {&slack_deploys, &slack_incidents, &webhook_url}) {
    hide(url->reveal());
    if (auto parts = split(url->reveal())) hide(parts->rest);
  }
  for (const Secret* key : {&pagerduty_routing_key, &datadog.api_key, &datadog.app_key,
                            &statuspage_key, &webhook_secret})
    hide(key->reveal());
  return text;
}

Result<Accounts> load_accounts(const AccountsFrom& from) {
  SB_TRY(auto values, read_accounts_file(from.file));
  auto add = [&](const char* name) {
    if (auto value = from.variable ? from.variable(name) : from_process(name))
      values[name] = *std::move(value);
  };
  for (const char* name : kSecrets) add(name);
  for (const char* name : kPlain) add(name);
  Reader reader(std::move(values), from.is_rehearsal);

  Accounts accounts;
  const std::string slack =
      reader.get("SLACK_API_URL").empty() ? "" : reader.base("SLACK_API_URL", "");
  accounts.slack_deploys = reader.secret_url("SLACK_WEBHOOK_DEPLOYS", slack);
  accounts.slack_incidents = reader.secret_url("SLACK_WEBHOOK_INCIDENTS", slack);
  accounts.pagerduty_url = reader.base("PAGERDUTY_API_URL", "https://events.pagerduty.com");
  accounts.pagerduty_routing_key = reader.key("PAGERDUTY_ROUTING_KEY", accounts.pagerduty_url);
  accounts.datadog.base_url =
      reader.base("DD_API_URL", "https://api." + reader.get("DD_SITE", "datadoghq.com"));
  accounts.datadog.api_key = reader.key("DD_API_KEY", accounts.datadog.base_url);
  accounts.datadog.app_key = reader.key("DD_APP_KEY", accounts.datadog.base_url);
  read_status_page(reader, accounts);
  accounts.webhook_url = reader.secret_url("WEBHOOK_URL", "");
  accounts.webhook_secret = Secret(reader.get("WEBHOOK_SECRET"));
  if (accounts.webhook_url && accounts.webhook_secret.reveal().size() < 16)
    reader.problem("WEBHOOK_SECRET",
                   "must hold at least 16 characters, as WEBHOOK_URL is set: openssl rand -hex 32");
  return reader.done(std::move(accounts));
}

}  // namespace sb::release::notify
