// Assessments in PostgreSQL, and as they are answered.
#pragma once

#include <string>

#include "base/pg/pg.hpp"
#include "platform/attachment/assessment.hpp"

namespace sb::platform::attachment {

class Store {
 public:
  explicit Store(pg::Pool& pool) : pool_(pool) {}

  // The questionnaire as JSON: ids, texts and the scale; not what is measured by which.
  static std::string questionnaire();
  // Scores and stores. 400 without consent (given now or on file), 429 within 90 days of the last
  // one.
  Task<Outcome<std::string>> submit(std::string user_id, std::string body,
                                    std::string client_address, Deadline deadline);
  // 404 when there is none yet.
  Task<Outcome<std::string>> results(std::string user_id, Deadline deadline);

 private:
  Task<Outcome<bool>> has_consent(std::string user_id, Deadline deadline);

  pg::Pool& pool_;
};

}  // namespace sb::platform::attachment
