#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "base/log/log.hpp"
#include "migrate/command.hpp"
#include "platform/api/routes.hpp"
#include "platform/cli/commands.hpp"

namespace sb::platform::cli {

namespace {

constexpr const char* kUsage =
    "Usage: saltbitter COMMAND\n"
    "  serve                      answer the API on HOST:PORT (127.0.0.1:8000)\n"
    "  worker                     do the daily work\n"
    "  generate-matches           make today's matches for everybody, then end\n"
    "  migrate ARGS...            change the schema (the same as `alembic ARGS...`)\n"
    "  seed --demo                the account of the smoke tests, and company for it "
    "[--rehearsal]\n"
    "  seed --profiles N          N made-up people [--assessed] [--rehearsal]\n"
    "  check                      can the database and the cache be reached from here\n"
    "  rows TABLE[.COLUMN]...     how many there are\n"
    "  cache clear [--counters]   remove what was cached; counters are rate limits and failed "
    "logins\n"
    "  openapi                    print the API's description\n"
    "  version                    print the version\n"
    "Configuration comes from the environment and from .env; DATABASE_URL is needed by most "
    "commands.\n";

Result<Config> load() {
  SB_TRY(Environment environment, process_environment("."));
  SB_TRY(Config config, read_config(environment));
  if (!config.database_url.empty()) config.database_url = migrate::libpq_url(config.database_url);
  return config;
}

void configure_log(const Config& config) {
  log::configure({.service = "saltbitter",
                  .environment = config.environment,
                  .level = log::parse_level(config.log_level),
                  .fd = 1});
}

// .env is ours to read; the migration engine reads the environment itself.
int run_migrate(const Arguments& arguments) {
  auto environment = process_environment(".");
  if (!environment) return complain(environment.error());
  for (const auto& [name, value] : *environment) ::setenv(name.c_str(), value.c_str(), 0);
  return migrate::main(arguments);
}

int run_with_database(const std::string& command, const Arguments& arguments) {
  auto config = load();
  if (!config) return complain(config.error());
  if (config->database_url.empty())
    return complain({ErrorCode::invalid_argument,
                     "set it to postgresql://user:password@host:5432/database", "DATABASE_URL"});
  configure_log(*config);
  if (command == "seed") return seed(*std::move(config), arguments);
  if (command == "rows") return rows(*std::move(config), arguments);
  if (command == "cache") return cache(*std::move(config), arguments);
  if (!arguments.empty()) {
    fmt::print(stderr, "saltbitter {}: unexpected argument {}\n", command, arguments.front());
    return 2;
  }
  if (command == "serve") return serve(*std::move(config));
  if (command == "worker") return work(*std::move(config));
  if (command == "check") return check(*std::move(config));
  return generate_matches(*std::move(config));
}

}  // namespace

int complain(const Error& error) {
  fmt::print(
      stderr, "saltbitter: {}\n",
      error.subject.empty() ? error.message : fmt::format("{}: {}", error.subject, error.message));
  return 2;
}

int main(const std::string& program, const Arguments& arguments) {
  std::string name = program.substr(program.rfind('/') + 1);
  if (name == "alembic") return run_migrate(arguments);
  if (arguments.empty()) {
    fmt::print(stderr, "{}", kUsage);
    return 2;
  }
  const std::string& command = arguments.front();
  Arguments rest(arguments.begin() + 1, arguments.end());
  if (command == "help" || command == "--help" || command == "-h") {
    fmt::print("{}", kUsage);
    return 0;
  }
  if (command == "migrate") return run_migrate(rest);
  if (command == "openapi") {
    fmt::print("{}\n", openapi_document());
    return 0;
  }
  if (command == "version" || command == "--version") {
    auto config = load();
    if (!config) return complain(config.error());
    fmt::print("saltbitter {}\n", config->version);
    return 0;
  }
  for (const char* known :
       {"serve", "worker", "generate-matches", "seed", "check", "rows", "cache"})
    if (command == known) return run_with_database(command, rest);
  fmt::print(stderr, "saltbitter: no such command: {}\n{}", command, kUsage);
  return 2;
}

}  // namespace sb::platform::cli
