// What the platform is told by its environment, read once at the start and passed down by value.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error/error.hpp"
#include "base/fs/fs.hpp"

namespace sb::platform {

using Environment = std::map<std::string, std::string>;

enum class PaymentsProvider { local, stripe };

struct Config {
  std::string environment = "development";
  std::string version;  // "1.2.0+abc1234", in X-SaltBitter-Version
  std::string log_level = "info";

  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;
  std::string database_url;
  int database_pool_size = 16;
  std::string redis_url;  // empty: no cache, limits counted in the process
  std::string
      min_schema;  // the revision that readiness asks for; empty: the one we were written for

  std::string secret_key;
  int access_token_minutes = 15;
  int refresh_token_days = 7;
  int login_max_failures = 5;
  int login_lock_seconds = 900;
  bool require_email_verification = false;

  int rate_limit_per_minute = 100;  // 0: off
  int rate_limit_auth_per_minute = 10;
  int rate_limit_photo_per_minute = 5;
  std::vector<std::string> trusted_proxies;  // CIDR
  std::vector<std::string> cors_origins = {"http://localhost:3000", "http://localhost:8000"};

  int match_cache_seconds = 86400;  // 0: off
  bool enable_payments = false;
  PaymentsProvider payments_provider = PaymentsProvider::local;
  std::string stripe_webhook_secret;
  int price_premium_cents = 1299;
  int price_elite_cents = 2999;

  std::string photo_dir;  // empty: no uploads
  std::string photo_base_url = "/photos";

  std::string faults;
  int drain_seconds = 30;
  bool run_worker = false;  // `serve` also does the daily work

  bool is_production() const {
    return environment == "production";
  }
};

// Pure. Every problem is one sentence that names the variable.
Result<Config> read_config(const Environment& environment);
// KEY=value lines; '#' comments, `export `, and single or double quotes are understood.
Result<Environment> parse_dotenv(const std::string& text);
// This process's environment over the .env file of `folder`, if there is one.
Result<Environment> process_environment(const fs::Path& folder);

}  // namespace sb::platform
