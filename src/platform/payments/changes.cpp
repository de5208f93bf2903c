// What an owner does to a running subscription, and what was paid so far.
#include "base/crypto/crypto.hpp"
#include "platform/payments/service.hpp"
#include "platform/wire/fields.hpp"
#include "platform/wire/json_writer.hpp"
#include "platform/wire/sql.hpp"

namespace sb::platform::payments {

namespace {

// Changes the subscription and, where it is active or over, the account's tier with it.
constexpr const char* kChange =
    "WITH changed AS (UPDATE subscriptions SET tier = coalesce($3, tier),"
    "  status = CASE WHEN $4::boolean THEN 'canceled' ELSE status END,"
    "  cancel_at_period_end = cancel_at_period_end OR $5::boolean, updated_at = now()"
    "  WHERE id = $1 AND user_id = $2 AND status <> 'canceled' RETURNING *),"
    " account AS (UPDATE users u SET subscription_tier = CASE WHEN c.status = 'canceled' THEN 'free' ELSE c.tier END"
    "  FROM changed c WHERE u.id = c.user_id AND c.status IN ('active', 'canceled'))"
    " SELECT id, stripe_subscription_id, tier, status, " SB_SQL_TIME("current_period_end") ", cancel_at_period_end"
    " FROM changed";

Outcome<std::string> answer(const Result<pg::Rows>& rows) {
  if (!rows) return std::unexpected(ApiError(rows.error()));
  if (rows->empty()) return not_found("No such subscription");
  JsonWriter json;
  json.begin_object()
      .member("subscription_id", rows->text(0, 0))
      .member("stripe_subscription_id", rows->text(0, 1));
  json.member("tier", rows->text(0, 2)).member("status", rows->text(0, 3));
  json.member("current_period_end", rows->optional_text(0, 4));
  json.member("cancel_at_period_end", rows->boolean(0, 5)).end_object();
  return json.take();
}

}  // namespace

Task<Outcome<std::string>> Service::change_tier(std::string user_id, std::string subscription_id,
                                                std::string body, Deadline deadline) {
  auto enabled = check_enabled();
  if (!enabled) co_return std::unexpected(std::move(enabled).error());
  auto fields = Fields::parse(body);
  if (!fields) co_return std::unexpected(std::move(fields).error());
  fields->require("tier");
  auto tier = fields->text("tier", 1, 50);
  if (tier && *tier != "premium" && *tier != "elite")
    fields->problem("tier", "must be premium or elite");
  auto valid = fields->finish();
  if (!valid) co_return std::unexpected(std::move(valid).error());
  auto rows = co_await pool_.query(
      kChange,
      {std::move(subscription_id), std::move(user_id), *tier, sql_bool(false), sql_bool(false)},
      deadline);
  co_return answer(rows);
}

Task<Outcome<std::string>> Service::cancel(std::string user_id, std::string subscription_id,
                                           When when, Deadline deadline) {
  auto enabled = check_enabled();
  if (!enabled) co_return std::unexpected(std::move(enabled).error());
  bool is_now = when == When::immediately;
  auto rows = co_await pool_.query(kChange,
                                   {std::move(subscription_id), std::move(user_id), std::nullopt,
                                    sql_bool(is_now), sql_bool(!is_now)},
                                   deadline);
  co_return answer(rows);
}

Task<Outcome<std::string>> Service::payments(std::string user_id, Deadline deadline) {
  auto rows = co_await pool_.query(
      "SELECT jsonb_build_object('payments', coalesce(jsonb_agg(jsonb_build_object('id', id, 'amount', amount,"
      " 'currency', 'usd', 'type', type, 'status', status, 'created_at', " SB_SQL_TIME("created_at") ")"
      " ORDER BY payments.created_at DESC), '[]')) FROM payments WHERE user_id = $1",
      {std::move(user_id)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  co_return std::string(rows->text(0, 0));
}

Task<Result<int>> Service::end_due(Deadline deadline) {
  auto rows = co_await pool_.query(
      "WITH ended AS (UPDATE subscriptions SET status = 'canceled', updated_at = now()"
      "  WHERE cancel_at_period_end AND current_period_end <= now() AND status <> 'canceled' "
      "RETURNING user_id)"
      " UPDATE users SET subscription_tier = 'free' FROM ended WHERE users.id = ended.user_id",
      {}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  co_return static_cast<int>(rows->affected());
}

}  // namespace sb::platform::payments
