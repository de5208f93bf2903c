// Accounts and sessions: register, log in, rotate refresh tokens, log out, and say who is calling.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "base/async/spawn.hpp"
#include "base/pg/pg.hpp"
#include "platform/auth/credentials.hpp"
#include "platform/config/config.hpp"
#include "platform/limits/counters.hpp"
#include "platform/wire/api_error.hpp"

namespace sb::platform::auth {

struct Account {
  std::string user_id;
  std::string email;
  std::optional<std::string> name;
  std::string created_at;
};

struct Tokens {
  std::string access_token;
  std::string refresh_token;
  int expires_in_seconds = 0;
};

class Service {
 public:
  Service(const Config& config, pg::Pool& pool, Counters& counters);

  // 400 email_already_exists for an address that is taken, also when two ask at once.
  Task<Outcome<Account>> sign_up(Registration registration, Deadline deadline);
  // Wrong password and unknown address give the same answer in comparable time; after
  // LOGIN_MAX_FAILURES within LOGIN_LOCK_SECONDS the address is locked, known or not.
  Task<Outcome<Tokens>> log_in(Login login, Deadline deadline);
  // Each refresh token works once. A spent one that comes back revokes its whole family.
  Task<Outcome<Tokens>> refresh(std::string refresh_token, Deadline deadline);
  Task<Outcome<>> log_out(std::string user_id, std::string refresh_token, Deadline deadline);
  Task<Outcome<>> log_out_everywhere(std::string user_id, Deadline deadline);

  // The caller's user id, from "Bearer <access token>". That the account still exists is asked at
  // most once a minute.
  Task<Outcome<std::string>> authenticate(std::string authorization, Deadline deadline);
  void forget(const std::string& user_id);  // the account is gone

 private:
  // 503 when too many wait already: a flood of logins must not grow without end.
  Task<Outcome<std::string>> hash_on_pool(std::string password);
  Task<Outcome<bool>> verify_on_pool(std::string password, std::string hash);
  Tokens issue(const std::string& user_id, std::string refresh_token) const;
  Task<> note_active(std::string user_id, Deadline deadline);
  Task<Outcome<>> revoke_if_spent(std::string token_hash, Deadline deadline);

  const Config& config_;
  pg::Pool& pool_;
  Counters& counters_;
  // Two at once: each hash takes 19 MiB and a core.
  BlockingPool hashing_{2};
  int hashes_waiting_ = 0;
  std::string dummy_hash_;  // of no one's password, made on first need
  // profiles.last_active_at came with a later revision: used where it is there, asked for now and
  // then.
  bool has_last_active_ = false;
  SteadyTime ask_for_last_active_ = SteadyTime::min();
  std::unordered_map<std::string, SteadyTime> known_users_;  // until when not to ask again
};

}  // namespace sb::platform::auth
