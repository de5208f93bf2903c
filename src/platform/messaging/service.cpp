#include "platform/messaging/service.hpp"

#include "base/crypto/crypto.hpp"
#include "platform/wire/fields.hpp"
#include "platform/wire/json_writer.hpp"
#include "platform/wire/sql.hpp"
#include "platform/wire/text.hpp"

namespace sb::platform::messaging {

namespace {

#define SB_MESSAGE_JSON(m)                                                                  \
  "jsonb_build_object('id', " m ".id, 'from_user_id', " m ".from_user_id, 'to_user_id', " m \
  ".to_user_id,"                                                                            \
  " 'content', " m                                                                          \
  ".content, 'read_at', " SB_SQL_TIME(m ".read_at") ", 'sent_at', " SB_SQL_TIME(m ".sent_at") ")"

// Nothing is written unless the pair is mutual; the second row says whether a block is why.
constexpr const char* kSend =
    "WITH sent AS (INSERT INTO messages (from_user_id, to_user_id, content) SELECT $1, $2, $3"
    "  WHERE EXISTS (SELECT 1 FROM matches WHERE user_a_id = $1 AND user_b_id = $2 AND status = "
    "'matched')"
    "  AND NOT EXISTS (SELECT 1 FROM user_blocks WHERE (blocker_id = $1 AND blocked_id = $2)"
    "   OR (blocker_id = $2 AND blocked_id = $1)) RETURNING *)"
    " SELECT " SB_MESSAGE_JSON("sent") " FROM sent";

constexpr const char* kConversations =
    "SELECT coalesce(jsonb_agg(jsonb_build_object('user_id', other, 'last_message', last, 'unread_count', unread)"
    "  ORDER BY sent_at DESC), '[]') FROM ("
    " SELECT DISTINCT ON (other) other, " SB_MESSAGE_JSON("m") " last, m.sent_at,"
    "  (SELECT count(*) FROM messages u WHERE u.to_user_id = $1 AND u.from_user_id = other AND u.read_at IS NULL) unread"
    " FROM (SELECT *, CASE WHEN from_user_id = $1 THEN to_user_id ELSE from_user_id END other FROM messages"
    "  WHERE from_user_id = $1 OR to_user_id = $1) m ORDER BY other, m.sent_at DESC) newest";

constexpr const char* kConversation =
    "WITH seen AS (UPDATE messages SET read_at = now() WHERE to_user_id = $1 AND from_user_id = $2 AND read_at IS NULL)"
    " SELECT (SELECT count(*) FROM messages WHERE (from_user_id = $1 AND to_user_id = $2)"
    "  OR (from_user_id = $2 AND to_user_id = $1)),"
    " (SELECT coalesce(jsonb_agg(" SB_MESSAGE_JSON("m") " ORDER BY m.sent_at DESC, m.id), '[]') FROM ("
    "  SELECT * FROM messages WHERE (from_user_id = $1 AND to_user_id = $2) OR (from_user_id = $2 AND to_user_id = $1)"
    "  ORDER BY sent_at DESC, id LIMIT $3::int OFFSET $4::int) m)";

}  // namespace

Task<Outcome<std::string>> Service::send(std::string user_id, std::string body, Deadline deadline) {
  auto fields = Fields::parse(body);
  if (!fields) co_return std::unexpected(std::move(fields).error());
  fields->require("to_user_id");
  fields->require("content");
  auto to = fields->text("to_user_id", 1, 100);
  auto content = fields->text("content", 1, kMaxContent);
  if (to && !crypto::is_uuid(*to)) fields->problem("to_user_id", "must be a UUID");
  if (to && fold_case(*to) == user_id) fields->problem("to_user_id", "must be somebody else");
  auto valid = fields->finish();
  if (!valid) co_return std::unexpected(std::move(valid).error());
  auto rows = co_await pool_.query(kSend, {std::move(user_id), *std::move(to), *std::move(content)},
                                   deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) co_return forbidden("Messages are for mutual matches");
  co_return std::string(rows->text(0, 0));
}

Task<Outcome<std::string>> Service::conversations(std::string user_id, Deadline deadline) {
  auto rows = co_await pool_.query(kConversations, {std::move(user_id)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  co_return std::string(rows->text(0, 0));
}

Task<Outcome<std::string>> Service::conversation(std::string user_id, std::string other_id,
                                                 Page page, Deadline deadline) {
  std::int64_t offset = static_cast<std::int64_t>(page.number - 1) * page.size;
  auto rows = co_await pool_.query(
      kConversation,
      {std::move(user_id), std::move(other_id), std::to_string(page.size), std::to_string(offset)},
      deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  std::int64_t total = rows->integer(0, 0);
  JsonWriter json;
  json.begin_object()
      .raw_member("messages", rows->text(0, 1))
      .member("total", total)
      .member("page", page.number);
  json.member("page_size", page.size).member("has_more", offset + page.size < total).end_object();
  co_return json.take();
}

}  // namespace sb::platform::messaging
