// The payment processor's events: signed, parsed, and what each one means. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/wire/api_error.hpp"

namespace sb::platform::payments {

// "t=<unix>,v1=<hex>": HMAC-SHA256 over "<t>.<body>".
std::string sign(std::string_view body, std::string_view secret, std::int64_t unix_seconds);
// True for any matching v1 that is at most 300 s from `now_seconds`. Constant time.
bool is_signed(std::string_view header, std::string_view body, std::string_view secret,
               std::int64_t now_seconds);

enum class EventKind {
  payment_succeeded,
  payment_failed,
  subscription_updated,
  subscription_deleted,
  other
};

struct Event {
  std::string id;
  std::string type;
  EventKind kind = EventKind::other;
  std::int64_t created_seconds = 0;  // 0: not said
  std::string subscription;          // "sub_…"
  std::string invoice;               // "in_…"
  std::int64_t amount_cents = 0;
  std::string status;  // of the subscription, as we store it; empty: not said
  std::optional<bool> cancel_at_period_end;
  std::string tier;  // premium, elite or empty: not said
  std::int64_t period_end_seconds = 0;
};

// 400 for what is not an event at all; unknown types are `other`.
Outcome<Event> read_event(std::string_view body);

// The event that the local processor sends when a card was charged.
std::string payment_succeeded_event(std::string_view event_id, std::string_view subscription,
                                    std::string_view invoice, std::int64_t amount_cents,
                                    std::int64_t created_seconds);

}  // namespace sb::platform::payments
