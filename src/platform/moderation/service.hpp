// Blocks and reports.
#pragma once

#include <string>

#include "base/pg/pg.hpp"
#include "platform/wire/api_error.hpp"

namespace sb::platform::moderation {

class Service {
 public:
  explicit Service(pg::Pool& pool) : pool_(pool) {}

  // 400 for oneself or a second time, 404 for nobody.
  Task<Outcome<>> block(std::string user_id, std::string other_id, Deadline deadline);
  Task<Outcome<>> unblock(std::string user_id, std::string other_id, Deadline deadline);
  Task<Outcome<std::string>> report(std::string user_id, std::string body, Deadline deadline);

 private:
  pg::Pool& pool_;
};

}  // namespace sb::platform::moderation
