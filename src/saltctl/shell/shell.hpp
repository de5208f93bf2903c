// A shell in which the runbook's commands work as written, aimed at one environment: variables to
// set and to clear, and a folder of small programs and settings in front of everything else. Only
// files below that folder are written; nothing outside the shell changes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/fs/fs.hpp"

namespace sb::saltctl {

struct HostRoute {
  std::string host;     // "api.saltbitter.com"
  std::string address;  // where it really is here; empty: nowhere
  std::uint16_t port = 0;
};

struct ShellSettings {
  std::string environment;
  std::string region;
  std::string endpoint;  // of the AWS API; must be loopback
  std::string access_key;
  std::string secret_key;
  std::string database_url;  // empty: not known (no database yet)
  std::string redis_url;
  std::vector<HostRoute> routes;  // of every declared host, so that no name leads out by accident
  fs::Path ca_file;               // the local authority's certificate; may be absent
  fs::Path programs;              // build/bin
  fs::Path revisions;             // db/revisions
  fs::Path folder;                // home/shell/ENV
};

struct ShellVariables {
  std::map<std::string, std::string> set;
  std::vector<std::string> cleared;
};

// What the shell has that `inherited` has not. Error permission_denied when the endpoint is not
// loopback.
Result<ShellVariables> shell_variables(const ShellSettings& settings,
                                       const std::map<std::string, std::string>& inherited);
// Writes the folder: bin/aws, bin/alembic, bin/session-manager-plugin, .curlrc, aws-config,
// ca-bundle.pem, bashrc. Private (0700).
Result<> write_shell_folder(const ShellSettings& settings);
// Lines for eval: "export A='b'" and "unset C".
std::string as_script(const ShellVariables& variables);
// 'it'\''s'
std::string shell_quoted(std::string_view text);
// The variables of a script of such export lines; other lines count for nothing.
std::map<std::string, std::string> exports_of(std::string_view script);
// http or https to 127.0.0.0/8, localhost or ::1.
bool is_loopback_url(std::string_view url);

}  // namespace sb::saltctl
