// Folds the journal as it grows, and derives the messages of each event. Private to this folder.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "release/journal/journal.hpp"
#include "release/notify/outbox.hpp"

namespace sb::release::notify {

class Follower {
 public:
  explicit Follower(Audiences audiences) : audiences_(std::move(audiences)) {}
  // The number of new messages in the outbox.
  Result<std::int64_t> catch_up(journal::Journal& journal, Outbox& outbox, Timestamp now);

 private:
  Result<> find_place(journal::Journal& journal, Outbox& outbox, Timestamp now);
  Result<std::int64_t> put(const journal::Record& record, std::vector<Message> messages,
                           Outbox& outbox);
  Result<> begin_at(journal::Journal& journal, const std::string& release_id,
                    std::int64_t position);
  std::optional<std::vector<Message>> derive(const journal::Record& record);

  Audiences audiences_;
  std::int64_t position_ = 0;           // up to here the states below are folded
  std::optional<std::int64_t> cursor_;  // the outbox's, when we looked last
  std::map<std::string, State> states_;
};

}  // namespace sb::release::notify
