#include "saltctl/shell/shell.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

#include "saltctl/shell/tools.hpp"

namespace sb::saltctl {
namespace {

// Anything that could lead the AWS tools to another account or another endpoint, or psql elsewhere.
constexpr std::array kCleared = {"AWS_PROFILE",
                                 "AWS_DEFAULT_PROFILE",
                                 "AWS_SESSION_TOKEN",
                                 "AWS_SECURITY_TOKEN",
                                 "AWS_ROLE_ARN",
                                 "AWS_WEB_IDENTITY_TOKEN_FILE",
                                 "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                 "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                                 "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                                 "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
                                 "PGHOST",
                                 "PGHOSTADDR",
                                 "PGPORT",
                                 "PGUSER",
                                 "PGPASSWORD",
                                 "PGDATABASE",
                                 "PGSERVICE",
                                 "PGSERVICEFILE",
                                 "PGSSLMODE",
                                 "PGOPTIONS"};

std::string inherited_value(const std::map<std::string, std::string>& inherited,
                            const std::string& name, std::string otherwise = {}) {
  auto it = inherited.find(name);
  return it == inherited.end() || it->second.empty() ? std::move(otherwise) : it->second;
}

// Our folder first and once, also in a shell inside a shell; another environment's folder goes.
std::string path_in_front(const fs::Path& own, const fs::Path& shells,
                          const std::string& inherited) {
  std::string path = own.string();
  auto siblings = shells.string() + "/";
  for (std::size_t at = 0; at < inherited.size();) {
    auto end = std::min(inherited.find(':', at), inherited.size());
    auto entry = inherited.substr(at, end - at);
    if (!entry.empty() && !entry.starts_with(siblings)) path += ":" + entry;
    at = end + 1;
  }
  return path;
}

std::string no_proxy(const ShellSettings& settings, const std::string& inherited) {
  std::vector<std::string> names{"127.0.0.1", "localhost", "::1"};
  for (const auto& route : settings.routes) {
    if (std::ranges::find(names, route.host) == names.end()) names.push_back(route.host);
  }
  auto text = fmt::format("{}", fmt::join(names, ","));
  if (inherited.starts_with(text)) return inherited;
  return inherited.empty() ? text : text + "," + inherited;
}

}  // namespace

bool is_loopback_url(std::string_view url) {
  for (std::string_view scheme : {"http://", "https://"}) {
    if (!url.starts_with(scheme)) continue;
    auto host = url.substr(scheme.size());
    host = host.substr(0, host.find_first_of("/?#"));
    if (host.contains('@')) return false;
    if (host.starts_with("[::1]")) return true;
    host = host.substr(0, host.find(':'));
    bool is_numeric = host.find_first_not_of("0123456789.") == std::string_view::npos;
    return host == "localhost" || (is_numeric && host.starts_with("127."));
  }
  return false;
}

Result<ShellVariables> shell_variables(const ShellSettings& settings,
                                       const std::map<std::string, std::string>& inherited) {
  if (!is_loopback_url(settings.endpoint)) {
    return fail(ErrorCode::permission_denied,
                "a saltctl shell only leads to a cloud on this machine, not to", settings.endpoint);
  }
  ShellVariables variables;
  auto bundle = (settings.folder / "ca-bundle.pem").string();
  auto proxy_free = no_proxy(settings, inherited_value(inherited, "NO_PROXY"));
  variables.set = {
      {"PATH", path_in_front(settings.folder / "bin", settings.folder.parent_path(),
                             inherited_value(inherited, "PATH", "/usr/local/bin:/usr/bin:/bin"))},
      {"SALTBITTER_ENVIRONMENT", settings.environment},
      {"SALT_AWS_ENDPOINT", settings.endpoint},
      {"SALT_SHELL_FOLDER", settings.folder.string()},
      {"AWS_ENDPOINT_URL", settings.endpoint},
      {"AWS_ACCESS_KEY_ID", settings.access_key},
      {"AWS_SECRET_ACCESS_KEY", settings.secret_key},
      {"AWS_REGION", settings.region},
      {"AWS_DEFAULT_REGION", settings.region},
      {"AWS_CONFIG_FILE", (settings.folder / "aws-config").string()},
      {"AWS_SHARED_CREDENTIALS_FILE", (settings.folder / "aws-credentials").string()},
      {"AWS_PAGER", ""},
      {"AWS_EC2_METADATA_DISABLED", "true"},
      {"AWS_MAX_ATTEMPTS", "2"},
      {"AWS_DISABLE_HOST_PREFIX_INJECTION", "true"},
      {"AWS_CA_BUNDLE", bundle},
      {"ALEMBIC_CONFIG", (settings.folder / "alembic.ini").string()},
      {"CURL_HOME", settings.folder.string()},
      {"CURL_CA_BUNDLE", bundle},
      {"SSL_CERT_FILE", bundle},
      {"REQUESTS_CA_BUNDLE", bundle},
      {"PYTHONPATH", path_in_front(settings.folder / "python", settings.folder.parent_path(),
                                   inherited_value(inherited, "PYTHONPATH"))},
      {"NO_PROXY", proxy_free},
      {"no_proxy", proxy_free},
  };
  if (!settings.database_url.empty()) variables.set["DATABASE_URL"] = settings.database_url;
  if (!settings.redis_url.empty()) variables.set["REDIS_URL"] = settings.redis_url;
  for (const auto& [name, value] : inherited) {
    bool is_service_endpoint = name.starts_with("AWS_ENDPOINT_URL_");
    bool is_listed = std::ranges::find(kCleared, name) != kCleared.end();
    if (is_service_endpoint || is_listed) variables.cleared.push_back(name);
  }
  return variables;
}

Result<> write_shell_folder(const ShellSettings& settings) {
  const auto& folder = settings.folder;
  SB_TRY_VOID(fs::make_directories(folder / "bin", 0700));
  SB_TRY_VOID(fs::make_directories(folder / "python", 0700));
  SB_TRY_VOID(fs::write_file(folder / "bin" / "aws", aws_shim(), 0755));
  SB_TRY_VOID(fs::write_file(folder / "python" / "sitecustomize.py", python_site()));
  SB_TRY_VOID(fs::write_file(folder / "bin" / "alembic", alembic_shim(settings), 0755));
  for (const char* program : {"saltctl", "saltbitter", "salthub", "session-manager-plugin"}) {
    SB_TRY_VOID(fs::write_file(folder / "bin" / program, program_shim(settings, program), 0755));
  }
  SB_TRY_VOID(fs::write_file(folder / "alembic.ini", alembic_settings(settings)));
  SB_TRY_VOID(fs::write_file(folder / ".curlrc", curl_settings(settings)));
  SB_TRY_VOID(fs::write_file(folder / "aws-config", aws_config(settings)));
  SB_TRY_VOID(fs::write_file(folder / "aws-credentials", "", 0600));
  SB_TRY_VOID(fs::write_file(folder / "bashrc", bashrc(settings)));
  SB_TRY(auto bundle, certificate_bundle(settings));
  return fs::write_file(folder / "ca-bundle.pem", bundle);
}

std::string shell_quoted(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string as_script(const ShellVariables& variables) {
  std::string script;
  for (const auto& name : variables.cleared) script += fmt::format("unset {}\n", name);
  for (const auto& [name, value] : variables.set) {
    script += fmt::format("export {}={}\n", name, shell_quoted(value));
  }
  return script;
}

std::map<std::string, std::string> exports_of(std::string_view script) {
  constexpr std::string_view kExport = "export ";
  constexpr std::string_view kQuote = "'\\''";
  std::map<std::string, std::string> variables;
  while (!script.empty()) {
    auto line = script.substr(0, script.find('\n'));
    script.remove_prefix(std::min(line.size() + 1, script.size()));
    auto equals = line.find("='");
    bool is_whole = equals != std::string_view::npos && equals + 2 < line.size();
    if (!line.starts_with(kExport) || !is_whole || line.back() != '\'') continue;
    std::string value(line.substr(equals + 2, line.size() - equals - 3));
    for (auto at = value.find(kQuote); at != std::string::npos; at = value.find(kQuote, at + 1))
      value.replace(at, kQuote.size(), "'");
    variables[std::string(line.substr(kExport.size(), equals - kExport.size()))] = value;
  }
  return variables;
}

}  // namespace sb::saltctl
