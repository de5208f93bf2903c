// Messages between people who like each other.
#pragma once

#include <string>

#include "base/pg/pg.hpp"
#include "platform/wire/api_error.hpp"

namespace sb::platform::messaging {

inline constexpr std::size_t kMaxContent = 5000;
inline constexpr int kMaxPageSize = 100;

struct Page {
  int number = 1;
  int size = 50;
};

class Service {
 public:
  explicit Service(pg::Pool& pool) : pool_(pool) {}

  // 403 unless the two are a mutual match and neither has blocked the other.
  Task<Outcome<std::string>> send(std::string user_id, std::string body, Deadline deadline);
  // The newest message of each conversation, and how many are unread.
  Task<Outcome<std::string>> conversations(std::string user_id, Deadline deadline);
  // Newest first; what the other wrote counts as read from then on.
  Task<Outcome<std::string>> conversation(std::string user_id, std::string other_id, Page page,
                                          Deadline deadline);

 private:
  pg::Pool& pool_;
};

}  // namespace sb::platform::messaging
