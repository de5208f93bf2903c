#include "platform/auth/service.hpp"

#include "base/crypto/crypto.hpp"
#include "base/log/log.hpp"
#include "platform/auth/jwt.hpp"
#include "platform/wire/sql.hpp"

namespace sb::platform::auth {

namespace {

constexpr auto kKnownFor = std::chrono::seconds(60);
constexpr auto kSchemaKnownFor = std::chrono::seconds(30);
constexpr std::size_t kMaxKnownUsers = 50'000;
constexpr std::size_t kRefreshTokenBytes = 32;
constexpr int kMaxHashesWaiting = 400;  // four seconds of work for two threads

class Waiting {
 public:
  explicit Waiting(int& count) : count_(count) {
    ++count_;
  }
  ~Waiting() {
    --count_;
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  int& count_;
};

std::string hash_of(const std::string& refresh_token) {
  return sql_bytes(crypto::sha256_hex(refresh_token));
}

std::string failures_key(const std::string& email) {
  return "login:failures:" + crypto::sha256_hex(email);
}

// "Bearer x" to "x"; the scheme's case does not matter (RFC 9110, 11.1).
std::string_view bearer_token(std::string_view header) {
  constexpr std::string_view kScheme = "bearer ";
  if (header.size() <= kScheme.size() || fold_case(header.substr(0, kScheme.size())) != kScheme)
    return {};
  return trim(header.substr(kScheme.size()));
}

}  // namespace

Service::Service(const Config& config, pg::Pool& pool, Counters& counters)
    : config_(config), pool_(pool), counters_(counters) {}

Task<Outcome<std::string>> Service::hash_on_pool(std::string password) {
  if (hashes_waiting_ >= kMaxHashesWaiting)
    co_return unavailable("Too many logins at once, please try again");
  Waiting waiting(hashes_waiting_);
  auto work = [&password] { return crypto::hash_password(password); };
  co_return co_await hashing_.run(work);
}

Task<Outcome<bool>> Service::verify_on_pool(std::string password, std::string hash) {
  if (hashes_waiting_ >= kMaxHashesWaiting)
    co_return unavailable("Too many logins at once, please try again");
  Waiting waiting(hashes_waiting_);
  auto work = [&password, &hash] { return crypto::verify_password(password, hash); };
  co_return co_await hashing_.run(work);
}

Tokens Service::issue(const std::string& user_id, std::string refresh_token) const {
  Timestamp issued = now();
  std::chrono::minutes life(config_.access_token_minutes);
  AccessClaims claims{user_id, issued, issued + life, crypto::uuid4()};
  return {sign_access_token(claims, config_.secret_key), std::move(refresh_token),
          config_.access_token_minutes * 60};
}

Task<Outcome<Account>> Service::sign_up(Registration registration, Deadline deadline) {
  auto hash = co_await hash_on_pool(registration.password);
  if (!hash) co_return std::unexpected(std::move(hash).error());
  // A profile needs both; with one of them only, it comes with the first PUT.
  bool has_profile = registration.name && registration.date_of_birth;
  pg::Params params{registration.email, *std::move(hash), std::nullopt, std::nullopt};
  if (has_profile) {
    params[2] = *registration.name;
    params[3] = format_date(*registration.date_of_birth);
  }
  auto rows = co_await pool_.query(
      "WITH account AS ("
      "  INSERT INTO users (email, password_hash) VALUES ($1, $2)"
      "  ON CONFLICT (lower(email)) DO NOTHING RETURNING id, created_at),"
      " profile AS ("
      "  INSERT INTO profiles (user_id, name, date_of_birth)"
      "  SELECT id, $3::text, $4::date FROM account WHERE $3::text IS NOT NULL)"
      " SELECT id, " SB_SQL_TIME("created_at") " FROM account",
      std::move(params), deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty())
    co_return std::unexpected(
        ApiError(400, "email_already_exists", "This e-mail address is already registered"));
  co_return Account{std::string(rows->text(0, 0)), std::move(registration.email),
                    std::move(registration.name), std::string(rows->text(0, 1))};
}

Task<Outcome<Tokens>> Service::log_in(Login login, Deadline deadline) {
  std::string key = failures_key(login.email);
  Count failures = co_await counters_.get(key);
  if (failures.value >= config_.login_max_failures)
    co_return too_many_requests(failures.seconds_left);

  auto rows =
      co_await pool_.query("SELECT id, password_hash FROM users WHERE lower(email) = lower($1)",
                           {login.email}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty() && dummy_hash_.empty()) {
    auto dummy = co_await hash_on_pool("nobody's password");
    if (!dummy) co_return std::unexpected(std::move(dummy).error());
    dummy_hash_ = *std::move(dummy);
  }
  std::string hash = rows->empty() ? dummy_hash_ : std::string(rows->text(0, 1));
  auto matches = co_await verify_on_pool(login.password, std::move(hash));
  if (!matches) co_return std::unexpected(std::move(matches).error());
  if (rows->empty() || !*matches) {
    co_await counters_.increment(key, config_.login_lock_seconds);
    co_return invalid_credentials();
  }

  std::string user_id(rows->text(0, 0));
  std::string refresh_token = crypto::to_base64url(crypto::random_bytes(kRefreshTokenBytes));
  auto stored = co_await pool_.query(
      "WITH seen AS (UPDATE users SET last_login_at = now() WHERE id = $1 RETURNING id)"
      " INSERT INTO refresh_tokens (user_id, family_id, token_hash, expires_at)"
      " SELECT id, gen_random_uuid(), $2::bytea, now() + make_interval(days => $3::int) FROM seen",
      {user_id, hash_of(refresh_token), std::to_string(config_.refresh_token_days)}, deadline);
  if (!stored) co_return std::unexpected(std::move(stored).error());
  if (failures.value > 0) co_await counters_.erase(key);
  co_await note_active(user_id, deadline);
  co_return issue(user_id, std::move(refresh_token));
}

Task<> Service::note_active(std::string user_id, Deadline deadline) {
  SteadyTime current = std::chrono::steady_clock::now();
  if (current >= ask_for_last_active_) {
    auto rows = co_await pool_.query(
        "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('profiles') AND attname = "
        "'last_active_at'"
        " AND NOT attisdropped",
        {}, deadline);
    has_last_active_ = rows && !rows->empty();
    ask_for_last_active_ = current + kSchemaKnownFor;
  }
  if (!has_last_active_) co_return;
  auto noted = co_await pool_.query("UPDATE profiles SET last_active_at = now() WHERE user_id = $1",
                                    {std::move(user_id)}, deadline);
  if (noted) co_return;
  has_last_active_ = false;  // the column may have been taken away again
  log::warning("cannot note when a person was last active", {{"error", noted.error().text()}});
}

Task<Outcome<Tokens>> Service::refresh(std::string refresh_token, Deadline deadline) {
  std::string spent_hash = hash_of(refresh_token);
  std::string next = crypto::to_base64url(crypto::random_bytes(kRefreshTokenBytes));
  // The row lock of the UPDATE lets exactly one of many simultaneous callers through.
  auto rows = co_await pool_.query(
      "WITH spent AS ("
      "  UPDATE refresh_tokens SET revoked = true, revoked_at = now()"
      "  WHERE token_hash = $1::bytea AND NOT revoked AND expires_at > now() RETURNING user_id, "
      "family_id),"
      " issued AS ("
      "  INSERT INTO refresh_tokens (user_id, family_id, token_hash, expires_at)"
      "  SELECT user_id, family_id, $2::bytea, now() + make_interval(days => $3::int) FROM spent)"
      " SELECT user_id FROM spent",
      {spent_hash, hash_of(next), std::to_string(config_.refresh_token_days)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (!rows->empty()) co_return issue(std::string(rows->text(0, 0)), std::move(next));
  auto verdict = co_await revoke_if_spent(std::move(spent_hash), deadline);
  if (!verdict) co_return std::unexpected(std::move(verdict).error());
  co_return token_invalid();
}

Task<Outcome<>> Service::revoke_if_spent(std::string token_hash, Deadline deadline) {
  auto rows = co_await pool_.query(
      "SELECT family_id, revoked, user_id FROM refresh_tokens WHERE token_hash = $1::bytea",
      {token_hash}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) co_return token_invalid();
  if (!rows->boolean(0, 1)) co_return token_expired();
  log::warning("a spent refresh token came back, its family is revoked",
               {{"user_id", rows->text(0, 2)}});
  auto revoked = co_await pool_.query(
      "UPDATE refresh_tokens SET revoked = true, revoked_at = now() WHERE family_id = $1 AND NOT "
      "revoked",
      {std::string(rows->text(0, 0))}, deadline);
  if (!revoked) co_return std::unexpected(std::move(revoked).error());
  co_return token_invalid();
}

Task<Outcome<>> Service::log_out(std::string user_id, std::string refresh_token,
                                 Deadline deadline) {
  auto rows = co_await pool_.query(
      "WITH session AS (SELECT family_id FROM refresh_tokens WHERE token_hash = $1::bytea AND "
      "user_id = $2),"
      " ended AS (UPDATE refresh_tokens SET revoked = true, revoked_at = now()"
      "  WHERE family_id IN (SELECT family_id FROM session) AND NOT revoked)"
      " SELECT family_id FROM session",
      {hash_of(refresh_token), std::move(user_id)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) co_return not_found("No such session");
  co_return Outcome<>();
}

Task<Outcome<>> Service::log_out_everywhere(std::string user_id, Deadline deadline) {
  auto rows = co_await pool_.query(
      "UPDATE refresh_tokens SET revoked = true, revoked_at = now() WHERE user_id = $1 AND NOT "
      "revoked",
      {std::move(user_id)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  co_return Outcome<>();
}

Task<Outcome<std::string>> Service::authenticate(std::string authorization, Deadline deadline) {
  auto claims = verify_access_token(bearer_token(authorization), config_.secret_key, now());
  if (!claims) {
    if (claims.error() == TokenFault::expired) co_return token_expired();
    co_return token_invalid();
  }
  std::string user_id = fold_case(claims->user_id);
  SteadyTime current = std::chrono::steady_clock::now();
  auto known = known_users_.find(user_id);
  if (known != known_users_.end() && current < known->second) co_return user_id;

  auto rows = co_await pool_.query("SELECT 1 FROM users WHERE id = $1", {user_id}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) {
    known_users_.erase(user_id);
    co_return token_invalid();
  }
  if (known_users_.size() >= kMaxKnownUsers) known_users_.clear();
  known_users_[user_id] = current + kKnownFor;
  co_return user_id;
}

void Service::forget(const std::string& user_id) {
  known_users_.erase(user_id);
}

}  // namespace sb::platform::auth
