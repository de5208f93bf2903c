#include "github/home.hpp"

#include "base/crypto/crypto.hpp"
#include "base/json/codec.hpp"

namespace sb::github {

namespace {

bool is_plain_name(const std::string& name) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return !name.empty() && name.front() != '.' &&
         name.find_first_not_of(kAllowed) == std::string::npos;
}

// curl takes "localhost" for every name below it as well: github.localhost would get no proxy.
std::string without_localhost(const std::string& no_proxy) {
  std::string out;
  std::size_t from = 0;
  while (from <= no_proxy.size()) {
    auto comma = std::min(no_proxy.find(',', from), no_proxy.size());
    auto entry = no_proxy.substr(from, comma - from);
    std::erase(entry, ' ');
    from = comma + 1;
    if (entry.empty() || entry == "localhost" || entry == ".localhost" || entry == "*") continue;
    out += (out.empty() ? "" : ",") + entry;
  }
  return out;
}

}  // namespace

Home Home::at(const fs::Path& root) {
  std::error_code ignored;
  return {std::filesystem::absolute(root, ignored).lexically_normal()};
}

Result<> Home::prepare() const {
  SB_TRY_VOID(fs::make_directories(root, 0755));
  return fs::make_directories(github(), 0700);
}

Result<fs::FileLock> Home::lock() const {
  auto held = fs::FileLock::acquire(github() / "salthub.lock");
  if (held || held.error().code != ErrorCode::conflict) return held;
  return fail(ErrorCode::conflict, "another salthub serves this home: stop it first",
              root.string());
}

Result<Config> Home::config() const {
  auto path = github() / "config.json";
  auto text = fs::read_file(path);
  if (!text && text.error().code == ErrorCode::not_found) {
    Config config;
    config.path = {fs::executable_directory().string()};
    SB_TRY_VOID(fs::write_file(path, json::encode(config) + "\n", 0600));
    return config;
  }
  if (!text) return std::unexpected(std::move(text).error());
  auto config = json::decode<Config>(*text);
  if (!config) return std::unexpected(std::move(config).error().in(path.string()));
  if (!is_plain_name(config->owner) || !is_plain_name(config->repository))
    return fail(ErrorCode::invalid_argument,
                "owner and repository must be plain names, as on GitHub", path.string());
  if (config->approval_timeout_minutes < 1)
    return fail(ErrorCode::invalid_argument, "approval_timeout_minutes must be at least 1",
                path.string());
  return config;
}

Result<std::string> Home::token() const {
  auto path = github() / "token";
  auto text = fs::read_file(path);
  if (text && text->size() >= 40) return text->substr(0, text->find('\n'));
  if (text || text.error().code == ErrorCode::not_found) {
    auto made = "salthub_" + crypto::random_token(40);
    SB_TRY_VOID(fs::write_file(path, made + "\n", 0600));
    return made;
  }
  return std::unexpected(std::move(text).error());
}

Result<std::optional<Record>> Home::read_record() const {
  auto text = fs::read_file(github() / "salthub.json");
  if (!text && text.error().code == ErrorCode::not_found) return std::nullopt;
  if (!text) return std::unexpected(std::move(text).error());
  SB_TRY(auto record, json::decode<Record>(*text));
  return record;
}

Result<> Home::write_record(const Record& record) const {
  return fs::write_file(github() / "salthub.json", json::encode(record) + "\n", 0644);
}

Result<Record> Home::running() const {
  SB_TRY(auto record, read_record());
  if (record && process::is_alive(record->identity())) return *record;
  return fail(
      ErrorCode::unavailable,
      "no salthub serves this home: start one with 'salthub serve --home " + root.string() + "'");
}

Result<std::map<std::string, std::string>> shell_variables(const Home& home, const Record& record,
                                                           const std::string& no_proxy) {
  auto folder = home.github() / "gh";
  SB_TRY(auto token, home.token());
  SB_TRY_VOID(fs::make_directories(folder, 0700));
  auto settings =
      "git_protocol: https\nprompt: enabled\nhttp_unix_socket: " + json::quote(record.socket) +
      "\n";
  SB_TRY_VOID(fs::write_file(folder / "config.yml", settings, 0600));
  std::map<std::string, std::string> out = {
      {"GH_CONFIG_DIR", folder.string()},
      {"GH_HOST", "github.localhost"},
      {"GH_TOKEN", token},
      {"GH_NO_UPDATE_NOTIFIER", "1"},
      {"GIT_CONFIG_COUNT", "3"},
      {"GIT_CONFIG_KEY_0", "url.http://github.localhost/.insteadOf"},
      {"GIT_CONFIG_VALUE_0", "https://github.com/"},
      {"GIT_CONFIG_KEY_1", "http.http://github.localhost/.proxy"},
      {"GIT_CONFIG_VALUE_1", fmt::format("http://127.0.0.1:{}", record.port)},
      {"GIT_CONFIG_KEY_2", "http.http://github.localhost/.extraHeader"},
      {"GIT_CONFIG_VALUE_2", "Authorization: Bearer " + token},
  };
  auto rest = without_localhost(no_proxy);
  if (rest != no_proxy) out["NO_PROXY"] = out["no_proxy"] = rest;
  return out;
}

}  // namespace sb::github
