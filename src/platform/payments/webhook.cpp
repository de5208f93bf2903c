#include "platform/payments/webhook.hpp"

#include <boost/json.hpp>
#include <charconv>

#include "base/crypto/crypto.hpp"
#include "base/json/codec.hpp"
#include "platform/wire/json_writer.hpp"

namespace sb::platform::payments {

namespace {

constexpr std::int64_t kToleranceSeconds = 300;

using Object = boost::json::object;

const Object* object_at(const Object* outer, std::string_view name) {
  const auto* value = outer == nullptr ? nullptr : outer->if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

std::string text_at(const Object* object, std::string_view name) {
  const auto* value = object == nullptr ? nullptr : object->if_contains(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

std::int64_t integer_at(const Object* object, std::string_view name) {
  const auto* value = object == nullptr ? nullptr : object->if_contains(name);
  const auto* number = value == nullptr ? nullptr : value->if_int64();
  return number == nullptr ? 0 : *number;
}

// items.data[0].price.id
std::string price_of(const Object* subscription) {
  const Object* items = object_at(subscription, "items");
  const auto* data = items == nullptr ? nullptr : items->if_contains("data");
  const auto* list = data == nullptr ? nullptr : data->if_array();
  if (list == nullptr || list->empty()) return {};
  return text_at(object_at((*list)[0].if_object(), "price"), "id");
}

std::string tier_of(const Object* subscription) {
  std::string tier = text_at(object_at(subscription, "metadata"), "tier");
  if (tier == "premium" || tier == "elite") return tier;
  std::string price = price_of(subscription);
  if (price == "price_premium_monthly") return "premium";
  return price == "price_elite_monthly" ? "elite" : "";
}

std::string stored_status(const std::string& status) {
  if (status == "trialing") return "active";
  if (status == "incomplete_expired") return "canceled";
  for (const char* known : {"incomplete", "active", "past_due", "canceled", "unpaid"})
    if (status == known) return status;
  return {};
}

EventKind kind_of(std::string_view type) {
  if (type == "invoice.payment_succeeded") return EventKind::payment_succeeded;
  if (type == "invoice.payment_failed") return EventKind::payment_failed;
  if (type == "customer.subscription.updated") return EventKind::subscription_updated;
  if (type == "customer.subscription.deleted") return EventKind::subscription_deleted;
  return EventKind::other;
}

std::optional<std::int64_t> parse_seconds(std::string_view text) {
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string sign(std::string_view body, std::string_view secret, std::int64_t unix_seconds) {
  std::string time = std::to_string(unix_seconds);
  std::string signed_text = time + "." + std::string(body);
  return "t=" + time + ",v1=" + crypto::to_hex(crypto::hmac_sha256(secret, signed_text));
}

bool is_signed(std::string_view header, std::string_view body, std::string_view secret,
               std::int64_t now_seconds) {
  std::optional<std::int64_t> time;
  std::string_view time_text;
  std::vector<std::string_view> signatures;
  for (std::size_t at = 0; at < header.size();) {
    std::size_t comma = std::min(header.find(',', at), header.size());
    std::string_view item = header.substr(at, comma - at);
    at = comma + 1;
    while (item.starts_with(' ')) item.remove_prefix(1);
    if (item.starts_with("t=")) {
      time_text = item.substr(2);
      time = parse_seconds(time_text);
    } else if (item.starts_with("v1=")) {
      signatures.push_back(item.substr(3));
    }
  }
  // Compared without a difference that could overflow: the time is anybody's text.
  if (!time || *time < now_seconds - kToleranceSeconds || *time > now_seconds + kToleranceSeconds)
    return false;
  std::string signed_text = std::string(time_text) + "." + std::string(body);
  std::string expected = crypto::to_hex(crypto::hmac_sha256(secret, signed_text));
  bool matches = false;
  for (std::string_view signature : signatures)
    matches |= crypto::constant_time_equal(signature, expected);
  return matches;
}

Outcome<Event> read_event(std::string_view body) {
  auto value = json::parse(body);
  const Object* root = value ? value->if_object() : nullptr;
  if (root == nullptr) return invalid_input("The body is not a JSON object");
  Event event;
  event.id = text_at(root, "id");
  event.type = text_at(root, "type");
  if (event.id.empty() || event.type.empty()) return invalid_input("The event has no id or type");
  event.kind = kind_of(event.type);
  event.created_seconds = integer_at(root, "created");
  const Object* object = object_at(object_at(root, "data"), "object");
  if (event.kind == EventKind::payment_succeeded || event.kind == EventKind::payment_failed) {
    event.subscription = text_at(object, "subscription");
    event.invoice = text_at(object, "id");
    event.amount_cents = integer_at(object, "amount_paid");
    event.period_end_seconds = integer_at(object, "period_end");
  } else if (event.kind != EventKind::other) {
    event.subscription = text_at(object, "id");
    event.status = stored_status(text_at(object, "status"));
    event.tier = tier_of(object);
    event.period_end_seconds = integer_at(object, "current_period_end");
    const auto* cancel = object == nullptr ? nullptr : object->if_contains("cancel_at_period_end");
    if (cancel != nullptr && cancel->is_bool()) event.cancel_at_period_end = cancel->get_bool();
  }
  return event;
}

std::string payment_succeeded_event(std::string_view event_id, std::string_view subscription,
                                    std::string_view invoice, std::int64_t amount_cents,
                                    std::int64_t created_seconds) {
  JsonWriter json;
  json.begin_object()
      .member("id", event_id)
      .member("object", "event")
      .member("type", "invoice.payment_succeeded");
  json.member("created", created_seconds).key("data").begin_object().key("object").begin_object();
  json.member("id", invoice).member("object", "invoice").member("subscription", subscription);
  json.member("amount_paid", amount_cents).member("currency", "usd");
  json.end_object().end_object().end_object();
  return json.take();
}

}  // namespace sb::platform::payments
