// saltcloud's command line.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/fs/fs.hpp"
#include "base/log/log.hpp"

namespace sb::cloud {

struct ServeOptions {
  fs::Path home;
  std::string address = "127.0.0.1";
  std::uint16_t port = 4566;  // 0: a free one
  std::string region = "us-west-2";
  fs::Path log_file;  // empty: stderr
  log::Level log_level = log::Level::info;
};

struct StopOptions {
  fs::Path home;
  bool children = false;  // end tasks, databases, caches and the load balancer too
  bool volumes = false;   // and delete the home's cloud data
};

struct HelpOptions {};
struct VersionOptions {};

using Command = std::variant<ServeOptions, StopOptions, HelpOptions, VersionOptions>;

// `arguments` without the program's name. `default_home`: $SALTBITTER_HOME or .saltbitter. Error
// invalid_argument, with what to say instead.
Result<Command> parse_command(const std::vector<std::string>& arguments,
                              const fs::Path& default_home);
std::string usage();
std::string version();

}  // namespace sb::cloud
