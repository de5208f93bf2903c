// Profiles in PostgreSQL, and as their owner sees them.
#pragma once

#include <string>

#include "base/pg/pg.hpp"
#include "platform/profiles/profile.hpp"

namespace sb::platform::profiles {

enum class Write { create, upsert };

class Store {
 public:
  explicit Store(pg::Pool& pool) : pool_(pool) {}

  // The owner's view as JSON text; 404 when there is no profile yet.
  Task<Outcome<std::string>> own_view(std::string user_id, Deadline deadline);
  // What others see: no exact place, no birthday. 404 for nobody, when either has blocked the
  // other, and for an account that is about to be deleted.
  Task<Outcome<std::string>> public_view(std::string viewer_id, std::string user_id,
                                         Deadline deadline);
  // Applies the change in `body` under a lock on the account; `create` refuses when a profile
  // exists.
  Task<Outcome<>> write(std::string user_id, std::string body, Write how, Deadline deadline);

 private:
  Task<Outcome<>> write_locked(pg::Connection& connection, const std::string& user_id,
                               std::string body, Write how, Deadline deadline);

  pg::Pool& pool_;
};

}  // namespace sb::platform::profiles
