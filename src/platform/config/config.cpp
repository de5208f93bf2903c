#include "platform/config/config.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>

#include "base/json/codec.hpp"

#ifndef SB_VERSION
#define SB_VERSION "1.0.0+dev"
#endif

namespace sb::platform {

namespace {

constexpr std::string_view kDevelopmentSecret = "development-only-secret-key-0123456789abcdef";
constexpr std::size_t kMinSecretBytes = 32;

class Reader {
 public:
  explicit Reader(const Environment& environment) : environment_(environment) {}

  void text(const char* name, std::string& out) {
    if (auto found = environment_.find(name); found != environment_.end() && !found->second.empty())
      out = found->second;
  }
  void integer(const char* name, int& out, int min, int max) {
    std::string value;
    text(name, value);
    if (value.empty()) return;
    int number = 0;
    auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || number < min ||
        number > max) {
      problem(name, fmt::format("must be a whole number from {} to {}", min, max));
    } else {
      out = number;
    }
  }
  void boolean(const char* name, bool& out) {
    std::string value;
    text(name, value);
    if (value.empty()) return;
    if (value == "true" || value == "True" || value == "1") {
      out = true;
    } else if (value == "false" || value == "False" || value == "0") {
      out = false;
    } else {
      problem(name, "must be true or false");
    }
  }
  void list(const char* name, std::vector<std::string>& out) {
    std::string value;
    text(name, value);
    if (value.empty()) return;
    if (value.front() == '[') {
      auto parsed = json::decode<std::vector<std::string>>(value);
      if (!parsed) return problem(name, "must be a JSON list of strings");
      out = *std::move(parsed);
      return;
    }
    out.clear();
    for (std::size_t at = 0; at <= value.size();) {
      std::size_t comma = std::min(value.find(',', at), value.size());
      std::string item = value.substr(at, comma - at);
      item.erase(0, item.find_first_not_of(' '));
      if (!item.empty()) out.push_back(std::move(item));
      at = comma + 1;
    }
  }
  void problem(const char* name, std::string text) {
    if (!problem_) problem_ = Error{ErrorCode::invalid_argument, std::move(text), name};
  }
  std::optional<Error> first_problem() const {
    return problem_;
  }

 private:
  const Environment& environment_;
  std::optional<Error> problem_;
};

void check_secret(Config& config, Reader& reader) {
  if (config.is_production() &&
      (config.secret_key.size() < kMinSecretBytes || config.secret_key == kDevelopmentSecret))
    reader.problem("SECRET_KEY", "production needs a secret of its own of at least 32 bytes");
  if (config.secret_key.empty()) config.secret_key = kDevelopmentSecret;
  // One secret less to set up: locally the webhook's is derived from nothing that leaves the
  // process.
  if (config.stripe_webhook_secret.empty())
    config.stripe_webhook_secret = "whsec_" + config.secret_key;
}

void check_payments(const Environment& environment, Config& config, Reader& reader) {
  Reader quiet(environment);
  std::string key;
  std::string provider;
  quiet.text("STRIPE_API_KEY", key);
  quiet.text("PAYMENTS_PROVIDER", provider);
  bool is_test_key = key.empty() || key.starts_with("sk_test_");
  if (provider.empty()) provider = is_test_key ? "local" : "stripe";
  if (provider != "local" && provider != "stripe")
    return reader.problem("PAYMENTS_PROVIDER", "must be local or stripe");
  if (provider == "local" && key.starts_with("sk_live_"))
    return reader.problem("PAYMENTS_PROVIDER", "local payments are refused with a live Stripe key");
  config.payments_provider =
      provider == "local" ? PaymentsProvider::local : PaymentsProvider::stripe;
}

std::string unquote(std::string value) {
  bool is_quoted = value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
                   value.back() == value.front();
  if (is_quoted) return value.substr(1, value.size() - 2);
  if (auto comment = value.find(" #"); comment != std::string::npos) value.resize(comment);
  value.resize(value.find_last_not_of(" \t") + 1);
  return value;
}

}  // namespace

Result<Config> read_config(const Environment& environment) {
  Config config;
  Reader reader(environment);
  int port = config.port;
  config.version = SB_VERSION;
  reader.text("ENVIRONMENT", config.environment);
  reader.text("SALTBITTER_VERSION", config.version);
  reader.text("LOG_LEVEL", config.log_level);
  reader.text("HOST", config.host);
  reader.integer("PORT", port, 0, 65535);
  reader.text("DATABASE_URL", config.database_url);
  reader.integer("DATABASE_POOL_SIZE", config.database_pool_size, 1, 200);
  reader.text("REDIS_URL", config.redis_url);
  reader.text("SALTBITTER_MIN_SCHEMA", config.min_schema);
  reader.text("SECRET_KEY", config.secret_key);
  reader.integer("JWT_ACCESS_TOKEN_EXPIRE_MINUTES", config.access_token_minutes, 1, 24 * 60);
  reader.integer("JWT_REFRESH_TOKEN_EXPIRE_DAYS", config.refresh_token_days, 1, 365);
  reader.integer("LOGIN_MAX_FAILURES", config.login_max_failures, 1, 1000);
  reader.integer("LOGIN_LOCK_SECONDS", config.login_lock_seconds, 1, 86400);
  reader.boolean("REQUIRE_EMAIL_VERIFICATION", config.require_email_verification);
  reader.integer("RATE_LIMIT_PER_MINUTE", config.rate_limit_per_minute, 0, 1'000'000);
  reader.integer("RATE_LIMIT_AUTH_PER_MINUTE", config.rate_limit_auth_per_minute, 0, 1'000'000);
  reader.integer("RATE_LIMIT_PHOTO_PER_MINUTE", config.rate_limit_photo_per_minute, 0, 1'000'000);
  reader.list("TRUSTED_PROXIES", config.trusted_proxies);
  reader.list("BACKEND_CORS_ORIGINS", config.cors_origins);
  reader.integer("MATCH_CACHE_TTL_SECONDS", config.match_cache_seconds, 0, 7 * 86400);
  reader.boolean("ENABLE_PAYMENTS", config.enable_payments);
  reader.text("STRIPE_WEBHOOK_SECRET", config.stripe_webhook_secret);
  reader.integer("PRICE_PREMIUM_CENTS", config.price_premium_cents, 1, 1'000'000);
  reader.integer("PRICE_ELITE_CENTS", config.price_elite_cents, 1, 1'000'000);
  reader.text("PHOTO_DIR", config.photo_dir);
  reader.text("PHOTO_BASE_URL", config.photo_base_url);
  reader.text("SALTBITTER_FAULTS", config.faults);
  reader.integer("DRAIN_SECONDS", config.drain_seconds, 1, 600);
  reader.boolean("RUN_WORKER", config.run_worker);
  config.port = static_cast<std::uint16_t>(port);
  check_secret(config, reader);
  check_payments(environment, config, reader);
  if (auto problem = reader.first_problem()) return std::unexpected(*std::move(problem));
  return config;
}

Result<Environment> parse_dotenv(const std::string& text) {
  Environment out;
  int line_number = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    at = end + 1;
    ++line_number;
    line.erase(0, line.find_first_not_of(" \t"));
    if (line.starts_with("export ")) line.erase(0, 7);
    line.resize(line.find_last_not_of(" \t\r") + 1);
    if (line.empty() || line.front() == '#') continue;
    auto equals = line.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(ErrorCode::invalid_argument, fmt::format("line {} is not KEY=value", line_number),
                  ".env");
    std::string name = line.substr(0, equals);
    name.resize(name.find_last_not_of(" \t") + 1);
    std::string value = line.substr(equals + 1);
    value.erase(0, value.find_first_not_of(" \t"));
    out[name] = unquote(std::move(value));
  }
  return out;
}

Result<Environment> process_environment(const fs::Path& folder) {
  Environment out;
  if (auto text = fs::read_file(folder / ".env")) {
    SB_TRY(out, parse_dotenv(*text));
  } else if (text.error().code != ErrorCode::not_found) {
    return std::unexpected(std::move(text.error()).in("cannot read .env"));
  }
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string_view text = *entry;
    auto equals = text.find('=');
    if (equals != std::string_view::npos)
      out[std::string(text.substr(0, equals))] = text.substr(equals + 1);
  }
  return out;
}

}  // namespace sb::platform
