#include "platform/payments/service.hpp"

#include <fmt/format.h>

#include "base/clock/clock.hpp"
#include "base/crypto/crypto.hpp"
#include "platform/wire/fields.hpp"
#include "platform/wire/json_writer.hpp"
#include "platform/wire/sql.hpp"

namespace sb::platform::payments {

namespace {

constexpr std::string_view kSettles = "pm_card_visa";
constexpr std::string_view kDeclines = "pm_card_chargeDeclined";
constexpr std::string_view kWaits = "pm_card_authenticationRequired";

std::int64_t now_seconds() {
  return to_unix_ms(now()) / 1000;
}

pg::Param seconds_param(std::int64_t seconds) {
  if (seconds <= 0) return std::nullopt;
  return std::to_string(seconds);
}

template <class T>
Task<Outcome<T>> finish(pg::Connection& connection, Outcome<T> outcome, Deadline deadline) {
  auto ended = co_await connection.execute(outcome ? "COMMIT" : "ROLLBACK", deadline);
  if (outcome && !ended) co_return std::unexpected(std::move(ended).error());
  co_return outcome;
}

struct Order {
  std::string tier;
  std::string method;
};

Outcome<Order> read_order(std::string_view body) {
  SB_TRY(Fields fields, Fields::parse(body));
  fields.require("tier");
  auto tier = fields.text("tier", 1, 50);
  if (tier && *tier != "premium" && *tier != "elite")
    fields.problem("tier", "must be premium or elite");
  std::string method = fields.text("payment_method_id", 1, 255).value_or(std::string(kSettles));
  SB_TRY_VOID(fields.finish());
  return Order{*std::move(tier), std::move(method)};
}

}  // namespace

Outcome<> Service::check_enabled() const {
  if (!options_.is_enabled) return unavailable("Subscriptions are not available at the moment");
  return {};
}

Task<Outcome<Subscribed>> Service::subscribe(std::string user_id, std::string body,
                                             Deadline deadline) {
  auto enabled = check_enabled();
  if (!enabled) co_return std::unexpected(std::move(enabled).error());
  if (!options_.is_local)
    co_return unavailable("This payment processor cannot be reached from here");
  auto order = read_order(body);
  if (!order) co_return std::unexpected(std::move(order).error());
  if (order->method == kDeclines)
    co_return payment_required("The card was declined", {{"decline_code", "generic_decline"}});
  if (order->method != kSettles && order->method != kWaits)
    co_return invalid_field("payment_method_id", "is not a known payment method");

  auto lease = co_await pool_.acquire(deadline);
  if (!lease) co_return std::unexpected(std::move(lease).error());
  pg::Connection& connection = **lease;
  auto begun = co_await connection.execute("BEGIN", deadline);
  if (!begun) co_return std::unexpected(std::move(begun).error());
  auto outcome = co_await subscribe_locked(connection, std::move(user_id), std::move(order->tier),
                                           std::move(order->method), deadline);
  co_return co_await finish(connection, std::move(outcome), deadline);
}

// One transaction for the order and its settlement: a second order at the same time waits on the
// unique user id, and then finds a live subscription.
Task<Outcome<Subscribed>> Service::subscribe_locked(pg::Connection& connection, std::string user_id,
                                                    std::string tier, std::string method,
                                                    Deadline deadline) {
  std::string processor_id = "sub_" + crypto::random_token(24);
  auto rows = co_await connection.query(
      "INSERT INTO subscriptions AS s (user_id, tier, stripe_subscription_id, stripe_customer_id, "
      "status)"
      " VALUES ($1, $2, $3, $4, 'incomplete') ON CONFLICT (user_id) DO UPDATE SET tier = "
      "excluded.tier,"
      " stripe_subscription_id = excluded.stripe_subscription_id, status = 'incomplete', "
      "last_event_at = NULL,"
      " current_period_start = NULL, current_period_end = NULL, cancel_at_period_end = false, "
      "updated_at = now()"
      " WHERE s.status IN ('canceled', 'incomplete') RETURNING id",
      {user_id, tier, processor_id, "cus_" + crypto::random_token(14)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) co_return invalid_input("You already have a subscription");

  Subscribed out;
  std::string status = "incomplete";
  if (method == kSettles) {
    int cents = tier == "elite" ? options_.elite_cents : options_.premium_cents;
    std::string event =
        payment_succeeded_event("evt_" + crypto::random_token(24), processor_id,
                                "in_" + crypto::random_token(24), cents, now_seconds());
    std::string signature = sign(event, options_.webhook_secret, now_seconds());
    auto settled =
        co_await receive_on(connection, std::move(signature), std::move(event), deadline);
    if (!settled) co_return std::unexpected(std::move(settled).error());
    out.effects = *std::move(settled);
    status = "active";
  }
  JsonWriter json;
  json.begin_object()
      .member("subscription_id", rows->text(0, 0))
      .member("stripe_subscription_id", processor_id);
  json.member("client_secret",
              fmt::format("pi_{}_secret_{}", crypto::random_token(24), crypto::random_token(24)));
  json.member("status", status).member("tier", tier).end_object();
  out.json = json.take();
  out.tier = std::move(tier);
  co_return out;
}

Task<Outcome<std::string>> Service::current(std::string user_id, Deadline deadline) {
  auto enabled = check_enabled();
  if (!enabled) co_return std::unexpected(std::move(enabled).error());
  auto rows = co_await pool_.query(
      "SELECT id, stripe_subscription_id, tier, status, " SB_SQL_TIME("current_period_end")
          ", cancel_at_period_end FROM subscriptions WHERE user_id = $1 AND status <> 'canceled'",
      {std::move(user_id)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  JsonWriter json;
  json.begin_object();
  if (rows->empty()) {
    json.member("subscription_id", nullptr).member("stripe_subscription_id", nullptr);
    json.member("tier", "free").member("status", "active").member("current_period_end", nullptr);
    json.member("cancel_at_period_end", false).end_object();
  } else {
    json.member("subscription_id", rows->text(0, 0))
        .member("stripe_subscription_id", rows->text(0, 1));
    json.member("tier", rows->text(0, 2)).member("status", rows->text(0, 3));
    json.member("current_period_end", rows->optional_text(0, 4));
    json.member("cancel_at_period_end", rows->boolean(0, 5)).end_object();
  }
  co_return json.take();
}

Task<Outcome<Effects>> Service::receive(std::string signature, std::string body,
                                        Deadline deadline) {
  auto lease = co_await pool_.acquire(deadline);
  if (!lease) co_return std::unexpected(std::move(lease).error());
  pg::Connection& connection = **lease;
  auto begun = co_await connection.execute("BEGIN", deadline);
  if (!begun) co_return std::unexpected(std::move(begun).error());
  auto outcome = co_await receive_on(connection, std::move(signature), std::move(body), deadline);
  co_return co_await finish(connection, std::move(outcome), deadline);
}

Task<Outcome<Effects>> Service::receive_on(pg::Connection& connection, std::string signature,
                                           std::string body, Deadline deadline) {
  if (!is_signed(signature, body, options_.webhook_secret, now_seconds()))
    co_return invalid_input("The signature is missing, wrong or too old");
  auto event = read_event(body);
  if (!event) co_return std::unexpected(std::move(event).error());
  auto first = co_await connection.query(
      "INSERT INTO webhook_events (id, type, processed_at) VALUES ($1, $2, now()) ON CONFLICT (id) "
      "DO NOTHING"
      " RETURNING id",
      {event->id, event->type}, deadline);
  if (!first) co_return std::unexpected(std::move(first).error());
  if (first->empty()) co_return Effects{};
  co_return co_await apply(connection, *std::move(event), deadline);
}

Task<Outcome<Effects>> Service::apply(pg::Connection& connection, Event event, Deadline deadline) {
  Effects effects;
  if (event.kind == EventKind::other) co_return effects;
  auto rows = co_await connection.query(
      "SELECT id, user_id, tier, status, last_event_at IS NOT NULL AND $2::bigint IS NOT NULL"
      " AND to_timestamp($2::bigint) < last_event_at FROM subscriptions WHERE "
      "stripe_subscription_id = $1 FOR UPDATE",
      {event.subscription, seconds_param(event.created_seconds)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) co_return effects;
  std::string id(rows->text(0, 0));
  std::string user_id(rows->text(0, 1));
  std::string tier = event.tier.empty() ? std::string(rows->text(0, 2)) : event.tier;
  bool is_old_news = rows->boolean(0, 4) || rows->text(0, 3) == "canceled";

  if (event.kind == EventKind::payment_succeeded) {
    effects.payment_succeeded = true;
    auto paid = co_await connection.query(
        "INSERT INTO payments (user_id, amount, type, stripe_invoice_id, status)"
        " VALUES ($1, $2::numeric / 100, 'subscription', $3, 'succeeded') ON CONFLICT "
        "(stripe_invoice_id) DO NOTHING",
        {user_id, std::to_string(std::max<std::int64_t>(event.amount_cents, 0)),
         event.invoice.empty() ? pg::Param() : pg::Param(event.invoice)},
        deadline);
    if (!paid) co_return std::unexpected(std::move(paid).error());
  }
  effects.payment_failed = event.kind == EventKind::payment_failed;
  if (is_old_news) co_return effects;

  std::string status = event.status;
  if (event.kind == EventKind::payment_succeeded) status = "active";
  if (event.kind == EventKind::payment_failed) status = "past_due";
  if (event.kind == EventKind::subscription_deleted) status = "canceled";
  if (status.empty()) status = rows->text(0, 3);
  pg::Param cancel;
  if (event.cancel_at_period_end) cancel = sql_bool(*event.cancel_at_period_end);
  auto changed = co_await connection.query(
      "UPDATE subscriptions SET status = $2, tier = $3, cancel_at_period_end = "
      "coalesce($4::boolean,"
      " cancel_at_period_end), last_event_at = coalesce(to_timestamp($5::bigint), now()), "
      "updated_at = now(),"
      " current_period_start = CASE WHEN $7::boolean THEN now() ELSE current_period_start END,"
      " current_period_end = coalesce(to_timestamp($6::bigint),"
      "  CASE WHEN $7::boolean THEN now() + interval '1 month' ELSE current_period_end END) WHERE "
      "id = $1",
      {id, status, tier, cancel, seconds_param(event.created_seconds),
       seconds_param(event.period_end_seconds),
       sql_bool(event.kind == EventKind::payment_succeeded)},
      deadline);
  if (!changed) co_return std::unexpected(std::move(changed).error());
  // A late payment keeps its tier; only the end of the subscription takes it away.
  std::string user_tier = status == "canceled" ? "free" : (status == "active" ? tier : "");
  if (user_tier.empty()) co_return effects;
  auto user = co_await connection.query(
      "UPDATE users SET subscription_tier = $2, updated_at = now() WHERE id = $1 AND "
      "subscription_tier <> $2",
      {user_id, user_tier}, deadline);
  if (!user) co_return std::unexpected(std::move(user).error());
  if (user->affected() > 0) effects.changed_tier_of = std::move(user_id);
  co_return effects;
}

}  // namespace sb::platform::payments
