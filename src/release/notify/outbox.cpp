#include "release/notify/outbox.hpp"

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include "base/json/codec.hpp"

namespace sb::release::notify {

namespace {

using sqlite::Row;

const std::vector<std::string_view> kMigrations = {R"sql(
CREATE TABLE messages (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  channel TEXT NOT NULL,
  environment TEXT NOT NULL,
  dedup_key TEXT NOT NULL,
  page TEXT NOT NULL,
  incident TEXT NOT NULL,
  body TEXT NOT NULL,
  delivery TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  tried_at INTEGER,
  done_at INTEGER,
  detail TEXT NOT NULL
);
CREATE INDEX messages_by_delivery ON messages (delivery, position);
CREATE INDEX messages_by_dedup_key ON messages (dedup_key, position);
CREATE TABLE channels (
  channel TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  was_told_to_wait INTEGER NOT NULL,
  last_error TEXT NOT NULL
);
CREATE TABLE cursor (only INTEGER PRIMARY KEY CHECK (only = 1), position INTEGER NOT NULL);
)sql"};

constexpr std::string_view kSelect =
    "SELECT position, body, delivery, attempts, tried_at, done_at, detail FROM messages ";

template <class T>
std::string text_of(T value) {
  return boost::describe::enum_to_string(value, "?");
}

// A row that cannot be read is shown as one that says so, rather than hiding all others.
Entry entry_of(const Row& row) {
  Entry entry;
  entry.position = row.integer(0);
  if (auto message = json::decode<Message>(row.text(1))) {
    entry.message = *std::move(message);
  } else {
    entry.message.title = "unreadable: " + message.error().text();
  }
  boost::describe::enum_from_string(row.text(2).c_str(), entry.delivery);
  entry.attempts = row.integer(3);
  if (!row.is_null(4)) entry.tried_at = from_unix_ms(row.integer(4));
  if (!row.is_null(5)) entry.done_at = from_unix_ms(row.integer(5));
  entry.detail = row.text(6);
  return entry;
}

}  // namespace

Result<Outbox> Outbox::open(const fs::Path& file) {
  SB_TRY_VOID(fs::make_directories(file.parent_path(), 0700));
  SB_TRY(auto database, sqlite::Database::open(file, kMigrations));
  return Outbox(std::move(database));
}

Result<bool> Outbox::put(const Message& message) {
  if (message.id.empty()) return fail(ErrorCode::invalid_argument, "a message needs an id", "id");
  const auto incident = message.status ? message.status->incident : IncidentStep::none;
  SB_TRY_VOID(database_.execute(
      "INSERT OR IGNORE INTO messages (id, channel, environment, dedup_key, page, incident, body, "
      "delivery, attempts, detail) VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', 0, '')",
      {message.id, text_of(message.channel), message.environment, message.dedup_key,
       text_of(message.page), text_of(incident), json::encode(message)}));
  return database_.changes() > 0;
}

Result<std::optional<std::int64_t>> Outbox::cursor() {
  std::optional<std::int64_t> position;
  SB_TRY_VOID(database_.query("SELECT position FROM cursor", {},
                              [&](const Row& row) { position = row.integer(0); }));
  return position;
}

Result<std::int64_t> Outbox::put_through(const std::vector<Message>& messages,
                                         std::int64_t cursor) {
  std::int64_t added = 0;
  SB_TRY_VOID(database_.transaction([&]() -> Result<> {
    added = 0;
    for (const auto& message : messages) {
      SB_TRY(bool is_new, put(message));
      if (is_new) ++added;
    }
    // Two processes may be at it; the one that is behind must not take the cursor back.
    return database_.execute(
        "INSERT INTO cursor (only, position) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET "
        "position = MAX(position, excluded.position)",
        {cursor});
  }));
  return added;
}

Result<OpenTrouble> Outbox::open_trouble(const std::string& environment) {
  OpenTrouble open;
  SB_TRY_VOID(database_.query(
      "SELECT DISTINCT dedup_key FROM messages AS t WHERE environment = ? AND page = 'trigger' AND "
      "NOT EXISTS (SELECT 1 FROM messages AS r WHERE r.page = 'resolve' AND r.dedup_key = "
      "t.dedup_key AND r.position > t.position) ORDER BY dedup_key",
      {environment}, [&](const Row& row) { open.pages.push_back(row.text(0)); }));
  SB_TRY_VOID(database_.query(
      "SELECT incident FROM messages WHERE environment = ? AND channel = 'status_page' AND "
      "incident <> 'none' ORDER BY position DESC LIMIT 1",
      {environment}, [&](const Row& row) { open.incident = row.text(0) == "open"; }));
  return open;
}

Result<std::vector<Entry>> Outbox::pending() {
  std::vector<Entry> entries;
  SB_TRY_VOID(database_.query(
      std::string(kSelect) + "WHERE delivery = 'pending' ORDER BY position LIMIT 1000", {},
      [&](const Row& row) { entries.push_back(entry_of(row)); }));
  return entries;
}

Result<ChannelHealth> Outbox::health(Channel channel) {
  ChannelHealth health{.channel = channel};
  SB_TRY_VOID(
      database_.query("SELECT failures, not_before, was_told_to_wait, last_error FROM channels "
                      "WHERE channel = ?",
                      {text_of(channel)}, [&](const Row& row) {
                        health.failures = row.integer(0);
                        health.not_before = from_unix_ms(row.integer(1));
                        health.was_told_to_wait = row.integer(2) != 0;
                        health.last_error = row.text(3);
                      }));
  return health;
}

Result<> Outbox::begin_attempt(std::int64_t position, Timestamp at) {
  return database_.execute(
      "UPDATE messages SET attempts = attempts + 1, tried_at = ? WHERE position = ?",
      {to_unix_ms(at), position});
}

Result<> Outbox::delivered(std::int64_t position, Timestamp at, const std::string& detail) {
  return database_.transaction([&]() -> Result<> {
    SB_TRY_VOID(database_.execute(
        "DELETE FROM channels WHERE channel = (SELECT channel FROM messages WHERE position = ?)",
        {position}));
    return database_.execute(
        "UPDATE messages SET delivery = 'delivered', done_at = ?, detail = ? WHERE position = ?",
        {to_unix_ms(at), detail, position});
  });
}

Result<> Outbox::to_inbox(std::int64_t position, Timestamp at) {
  return database_.execute(
      "UPDATE messages SET delivery = 'inbox', done_at = ?, detail = '' WHERE position = ?",
      {to_unix_ms(at), position});
}

Result<> Outbox::dead(std::int64_t position, Timestamp at, const std::string& why) {
  return database_.execute(
      "UPDATE messages SET delivery = 'dead', done_at = ?, detail = ? WHERE position = ?",
      {to_unix_ms(at), why, position});
}

Result<> Outbox::failed(std::int64_t position, const ChannelHealth& health) {
  return database_.transaction([&]() -> Result<> {
    SB_TRY_VOID(
        database_.execute("INSERT OR REPLACE INTO channels (channel, failures, not_before, "
                          "was_told_to_wait, last_error) VALUES (?, ?, ?, ?, ?)",
                          {text_of(health.channel), health.failures, to_unix_ms(health.not_before),
                           std::int64_t{health.was_told_to_wait}, health.last_error}));
    return database_.execute("UPDATE messages SET detail = ? WHERE position = ?",
                             {health.last_error, position});
  });
}

Result<> Outbox::revive(std::int64_t position) {
  return database_.execute(
      "UPDATE messages SET delivery = 'pending', attempts = 0, done_at = NULL WHERE position = ? "
      "AND delivery = 'dead'",
      {position});
}

Result<std::vector<Entry>> Outbox::entries(std::optional<Delivery> only, std::size_t limit) {
  std::vector<Entry> entries;
  std::vector<sqlite::Value> parameters;
  std::string where;
  if (only) {
    where = "WHERE delivery = ? ";
    parameters.emplace_back(text_of(*only));
  }
  parameters.emplace_back(static_cast<std::int64_t>(limit));
  SB_TRY_VOID(database_.query(std::string(kSelect) + where + "ORDER BY position DESC LIMIT ?",
                              parameters,
                              [&](const Row& row) { entries.push_back(entry_of(row)); }));
  return entries;
}

Result<std::optional<Entry>> Outbox::find(const std::string& id) {
  std::optional<Entry> found;
  SB_TRY_VOID(database_.query(std::string(kSelect) + "WHERE id = ?", {id},
                              [&](const Row& row) { found = entry_of(row); }));
  return found;
}

Result<Outbox::Counts> Outbox::counts() {
  Counts counts;
  SB_TRY_VOID(database_.query(
      "SELECT delivery, COUNT(*) FROM messages GROUP BY delivery", {}, [&](const Row& row) {
        Delivery delivery{};
        if (!boost::describe::enum_from_string(row.text(0).c_str(), delivery)) return;
        auto& count = delivery == Delivery::pending     ? counts.pending
                      : delivery == Delivery::delivered ? counts.delivered
                      : delivery == Delivery::inbox     ? counts.inbox
                                                        : counts.dead;
        count = row.integer(1);
      }));
  return counts;
}

}  // namespace sb::release::notify
