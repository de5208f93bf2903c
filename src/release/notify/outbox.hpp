// The durable outbox: what is to be told, and what became of it. SQLite (WAL, FULL) in
// home/release/outbox.db, 0600. A message is in it before anything is sent, and stays as history
// afterwards; so a crash, a full disk at Slack or a week of silence loses nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error/error.hpp"
#include "base/fs/fs.hpp"
#include "base/sqlite/sqlite.hpp"
#include "release/notify/message.hpp"
#include "release/notify/projection.hpp"

namespace sb::release::notify {

enum class Delivery {
  pending,    // waits to be sent
  delivered,  // the service said yes
  inbox,      // no account for its channel: it is read with `saltctl inbox`
  dead,       // the service refused it for good, or it was given up: `saltctl outbox` says why
};
BOOST_DESCRIBE_ENUM(Delivery, pending, delivered, inbox, dead)

struct Entry {
  std::int64_t position = 0;  // order of arrival
  Message message;
  Delivery delivery = Delivery::pending;
  std::int64_t attempts = 0;
  std::optional<Timestamp> tried_at;
  std::optional<Timestamp> done_at;
  std::string detail;  // why it waits or is dead; never a secret
};

// How a channel's receiver does. While it waits, so do all its messages.
struct ChannelHealth {
  Channel channel = Channel::deploys;
  std::int64_t failures = 0;  // in a row
  Timestamp not_before{};
  bool was_told_to_wait = false;  // by Retry-After and the like, so that a person's hurry does not
                                  // count either
  std::string last_error;
};

class Outbox {
 public:
  static Result<Outbox> open(const fs::Path& file);

  // Idempotent: false when a message of this id is there already (and nothing is changed).
  Result<bool> put(const Message& message);

  // --- what was derived from the journal so far
  Result<std::optional<std::int64_t>> cursor();
  // The messages and the new cursor, in one transaction. The number that was new.
  Result<std::int64_t> put_through(const std::vector<Message>& messages, std::int64_t cursor);
  Result<OpenTrouble> open_trouble(const std::string& environment);

  // --- delivery
  Result<std::vector<Entry>> pending();  // oldest first
  Result<ChannelHealth> health(Channel channel);
  Result<> begin_attempt(std::int64_t position, Timestamp at);
  Result<> delivered(std::int64_t position, Timestamp at, const std::string& detail);
  Result<> to_inbox(std::int64_t position, Timestamp at);
  Result<> dead(std::int64_t position, Timestamp at, const std::string& why);
  // The message stays pending; its channel is left alone until `health.not_before`.
  Result<> failed(std::int64_t position, const ChannelHealth& health);
  Result<> revive(std::int64_t position);  // a dead one is tried again

  // --- for people; newest first
  Result<std::vector<Entry>> entries(std::optional<Delivery> only, std::size_t limit);
  Result<std::optional<Entry>> find(const std::string& id);
  struct Counts {
    std::int64_t pending = 0, delivered = 0, inbox = 0, dead = 0;
  };
  Result<Counts> counts();

 private:
  explicit Outbox(sqlite::Database database) : database_(std::move(database)) {}
  sqlite::Database database_;
};

}  // namespace sb::release::notify
