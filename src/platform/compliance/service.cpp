#include "platform/compliance/service.hpp"

#include "platform/wire/json_writer.hpp"
#include "platform/wire/sql.hpp"

namespace sb::platform::compliance {

namespace {

// The caller's own data: no hashes, no tokens, nothing private of other people.
constexpr const char* kDocument =
    "SELECT jsonb_build_object('format_version', '1.0', 'exported_at', " SB_SQL_TIME("now()") ", 'user_data',"
    " jsonb_build_object("
    " 'account', (SELECT to_jsonb(x) FROM (SELECT id, email, verified, subscription_tier, created_at, last_login_at,"
    "   deletion_due_at FROM users WHERE id = $1) x),"
    " 'profile', (SELECT to_jsonb(p) FROM profiles p WHERE user_id = $1),"
    " 'assessment', (SELECT to_jsonb(a) FROM attachment_assessments a WHERE user_id = $1),"
    " 'matches', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (SELECT id, batch_date, compatibility_score,"
    "   compatibility_breakdown, status, created_at FROM matches WHERE user_a_id = $1 ORDER BY created_at) x),"
    " 'messages', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (SELECT id, content, sent_at, read_at,"
    "   from_user_id = $1 AS sent_by_me FROM messages WHERE from_user_id = $1 OR to_user_id = $1 ORDER BY sent_at) x),"
    " 'subscription', (SELECT to_jsonb(x) FROM (SELECT id, tier, status, current_period_end, cancel_at_period_end"
    "   FROM subscriptions WHERE user_id = $1) x),"
    " 'payments', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (SELECT id, amount, type, status, created_at"
    "   FROM payments WHERE user_id = $1 ORDER BY created_at) x),"
    " 'consents', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (SELECT consent_type, granted, consent_text,"
    "   created_at FROM consent_logs WHERE user_id = $1 ORDER BY created_at) x),"
    " 'compliance_log', (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM (SELECT action_type, created_at"
    "   FROM compliance_logs WHERE user_id = $1 ORDER BY created_at) x)))";

// Inserts an open request or finds the one there is; logs only what is new.
constexpr const char* kOpenRequest =
    "WITH made AS ("
    "  INSERT INTO data_requests (user_id, kind, status, due_at) VALUES ($1, $2, $3, now() + $4::interval)"
    "  ON CONFLICT (user_id, kind) WHERE status IN ('processing', 'scheduled') DO NOTHING RETURNING id, status, due_at),"
    " noted AS ("
    "  INSERT INTO compliance_logs (user_id, action_type, framework)"
    "  SELECT $1, 'data_' || $2 || '_requested', 'GDPR' FROM made),"
    " hidden AS ("
    "  UPDATE users SET deletion_due_at = made.due_at FROM made WHERE users.id = $1 AND $2 = 'deletion')"
    " SELECT id, status, " SB_SQL_TIME("due_at") " FROM made"
    " UNION ALL SELECT id, status, " SB_SQL_TIME("due_at") " FROM data_requests"
    " WHERE user_id = $1 AND kind = $2 AND status IN ('processing', 'scheduled')";

std::string answer(const pg::Rows& rows, std::string_view due_name, std::string_view message) {
  JsonWriter json;
  json.begin_object().member("request_id", rows.text(0, 0)).member("status", rows.text(0, 1));
  json.member(due_name, rows.text(0, 2)).member("message", message).end_object();
  return json.take();
}

}  // namespace

Task<Outcome<std::string>> Service::request_export(std::string user_id, Deadline deadline) {
  auto rows = co_await pool_.query(
      kOpenRequest, {std::move(user_id), "export", "processing", "48 hours"}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) co_return token_invalid();
  co_return answer(*rows, "estimated_completion", "Your data is being gathered");
}

Task<Outcome<std::string>> Service::read_export(std::string user_id, std::string request_id,
                                                Deadline deadline) {
  auto known = co_await pool_.query(
      "UPDATE data_requests SET status = 'completed', completed_at = coalesce(completed_at, now())"
      " WHERE id = $1 AND user_id = $2 AND kind = 'export' AND created_at > now() - interval '7 "
      "days' RETURNING id",
      {std::move(request_id), user_id}, deadline);
  if (!known) co_return std::unexpected(std::move(known).error());
  if (known->empty()) co_return not_found("No such export");
  auto rows = co_await pool_.query(kDocument, {std::move(user_id)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  co_return std::string(rows->text(0, 0));
}

Task<Outcome<std::string>> Service::request_deletion(std::string user_id, Deadline deadline) {
  auto rows = co_await pool_.query(
      kOpenRequest, {std::move(user_id), "deletion", "scheduled", "30 days"}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) co_return token_invalid();
  co_return answer(*rows, "deletion_date",
                   "Your account will be deleted; you may change your mind until then");
}

Task<Outcome<std::string>> Service::cancel_deletion(std::string user_id, Deadline deadline) {
  auto rows = co_await pool_.query(
      "WITH cancelled AS (UPDATE data_requests SET status = 'cancelled', completed_at = now()"
      "  WHERE user_id = $1 AND kind = 'deletion' AND status = 'scheduled' RETURNING id),"
      " shown AS (UPDATE users SET deletion_due_at = NULL WHERE id = $1 AND EXISTS (SELECT 1 FROM "
      "cancelled))"
      " SELECT id FROM cancelled",
      {std::move(user_id)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) co_return not_found("No deletion is scheduled");
  JsonWriter json;
  json.begin_object().member("request_id", rows->text(0, 0)).member("status", "cancelled");
  json.member("message", "Your account stays").end_object();
  co_return json.take();
}

Task<Result<int>> Service::erase_due(Deadline deadline) {
  auto rows = co_await pool_.query(
      "WITH erased AS (DELETE FROM users WHERE deletion_due_at <= now() RETURNING id)"
      " INSERT INTO compliance_logs (user_id, action_type, framework) SELECT id, 'account_erased', "
      "'GDPR' FROM erased",
      {}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  co_return static_cast<int>(rows->affected());
}

}  // namespace sb::platform::compliance
