// A person's rights over their data: a copy of it, and its deletion thirty days after asking.
#pragma once

#include <string>

#include "base/pg/pg.hpp"
#include "platform/wire/api_error.hpp"

namespace sb::platform::compliance {

class Service {
 public:
  explicit Service(pg::Pool& pool) : pool_(pool) {}

  // An open request is answered again, not made twice.
  Task<Outcome<std::string>> request_export(std::string user_id, Deadline deadline);
  // The document itself; 404 for a request that is not the caller's.
  Task<Outcome<std::string>> read_export(std::string user_id, std::string request_id,
                                         Deadline deadline);
  // Hidden from matching at once, erased when due.
  Task<Outcome<std::string>> request_deletion(std::string user_id, Deadline deadline);
  Task<Outcome<std::string>> cancel_deletion(std::string user_id, Deadline deadline);
  Task<Outcome<std::string>> record_consent(std::string user_id, std::string body,
                                            std::string client_address, Deadline deadline);
  Task<Outcome<std::string>> consents(std::string user_id, Deadline deadline);
  // Erases the accounts whose time has come. Payments stay, without the person.
  Task<Result<int>> erase_due(Deadline deadline);

 private:
  pg::Pool& pool_;
};

}  // namespace sb::platform::compliance
