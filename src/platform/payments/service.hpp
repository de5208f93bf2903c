// Subscriptions in payment test mode. The local processor never opens a socket: it signs its own
// event and hands it to the same receiver that a real processor's webhook reaches.
#pragma once

#include <optional>
#include <string>

#include "base/pg/pg.hpp"
#include "platform/payments/webhook.hpp"

namespace sb::platform::payments {

struct Options {
  bool is_enabled = false;
  bool is_local = true;  // otherwise the processor is Stripe, whose side is not built yet
  std::string webhook_secret;
  int premium_cents = 1299;
  int elite_cents = 2999;
};

// What happened besides the answer: for metrics, and for whoever caches by tier.
struct Effects {
  std::string changed_tier_of;  // a user id
  bool payment_succeeded = false;
  bool payment_failed = false;
};

enum class When { immediately, at_period_end };

struct Subscribed {
  std::string json;
  std::string tier;
  Effects effects;
};

class Service {
 public:
  Service(pg::Pool& pool, Options options) : pool_(pool), options_(std::move(options)) {}

  Task<Outcome<Subscribed>> subscribe(std::string user_id, std::string body, Deadline deadline);
  // The new tier holds at once; the next invoice settles the difference.
  Task<Outcome<std::string>> change_tier(std::string user_id, std::string subscription_id,
                                         std::string body, Deadline deadline);
  Task<Outcome<std::string>> cancel(std::string user_id, std::string subscription_id, When when,
                                    Deadline deadline);
  Task<Outcome<std::string>> payments(std::string user_id, Deadline deadline);
  // Ends the subscriptions that were cancelled and whose paid time is over.
  Task<Result<int>> end_due(Deadline deadline);
  Task<Outcome<std::string>> current(std::string user_id, Deadline deadline);
  // 400 for a wrong signature or body; otherwise done once for each event id.
  Task<Outcome<Effects>> receive(std::string signature, std::string body, Deadline deadline);

 private:
  Task<Outcome<Subscribed>> subscribe_locked(pg::Connection& connection, std::string user_id,
                                             std::string tier, std::string method,
                                             Deadline deadline);
  Task<Outcome<Effects>> receive_on(pg::Connection& connection, std::string signature,
                                    std::string body, Deadline deadline);
  Task<Outcome<Effects>> apply(pg::Connection& connection, Event event, Deadline deadline);
  Outcome<> check_enabled() const;

  pg::Pool& pool_;
  Options options_;
};

}  // namespace sb::platform::payments
