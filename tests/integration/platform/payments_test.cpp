#include "platform/payments/webhook.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api_server.hpp"
#include "base/clock/clock.hpp"

namespace sb::testing {
namespace {

Reply deliver(const ApiServer& server, const std::string& body,
              const std::string& secret = "whsec_integration") {
  std::string signature = platform::payments::sign(body, secret, to_unix_ms(now()) / 1000);
  return server.ask({"POST", "/webhooks/stripe", body, "", {{"Stripe-Signature", signature}}});
}

std::string tier_of(const ApiServer& server, const Member& member) {
  return server.psql("SELECT subscription_tier FROM users WHERE id = '" + member.id + "'");
}

TEST(Subscriptions, settle_locally_and_raise_the_tier) {
  ApiServer server;
  Member ann = join_for_matching(server, "ann");
  EXPECT_EQ(server.get("/api/subscriptions/me", ann.access_token).at("/tier"), "free");

  Reply made = server.post("/api/subscriptions", R"({"tier":"premium"})", ann.access_token);
  Reply current = server.get("/api/subscriptions/me", ann.access_token);

  EXPECT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.at("/stripe_subscription_id").substr(0, 4), "sub_");
  EXPECT_EQ(current.at("/status"), "active");
  EXPECT_EQ(current.at("/tier"), "premium");
  EXPECT_EQ(server.get("/api/profiles/me", ann.access_token).at("/subscription_tier"), "premium");
  EXPECT_EQ(server.psql("SELECT amount FROM payments"), "12.99");
}

TEST(Subscriptions, of_many_at_once_exactly_one_is_made) {
  ApiServer server;
  Member ann = join(server, "ann");
  std::vector<Ask> asks(
      6, {"POST", "/api/subscriptions", R"({"tier":"elite"})", ann.access_token, {}});

  auto replies = server.ask_all(asks);

  EXPECT_EQ(count_status(replies, 201), 1);
  EXPECT_EQ(count_status(replies, 400), 5);
  EXPECT_EQ(server.psql("SELECT count(*) FROM payments"), "1");
}

TEST(Subscriptions, a_declined_card_changes_nothing) {
  ApiServer server;
  Member ann = join(server, "ann");

  Reply declined = server.post("/api/subscriptions",
                               R"({"tier":"premium","payment_method_id":"pm_card_chargeDeclined"})",
                               ann.access_token);

  EXPECT_EQ(declined.status, 402);
  EXPECT_EQ(declined.at("/details/decline_code"), "generic_decline");
  EXPECT_EQ(server.psql("SELECT count(*) FROM subscriptions"), "0");
  EXPECT_EQ(server.post("/api/subscriptions", R"({"tier":"gold"})", ann.access_token).status, 400);
}

TEST(Subscriptions, are_off_by_default) {
  ApiServer server({{"ENABLE_PAYMENTS", "false"}});
  Member ann = join(server, "ann");

  EXPECT_EQ(server.post("/api/subscriptions", R"({"tier":"premium"})", ann.access_token).status,
            503);
  EXPECT_EQ(server.get("/api/subscriptions/me", ann.access_token).error(), "service_unavailable");
}

TEST(Webhooks, must_be_signed) {
  ApiServer server;

  EXPECT_EQ(server.post("/webhooks/stripe", "{}").status, 400);
  EXPECT_EQ(deliver(server, R"({"id":"e","type":"x"})", "wrong").status, 400);
  EXPECT_EQ(deliver(server, "not json").status, 400);
  EXPECT_EQ(deliver(server, R"({"id":"e","type":"x"})").text, R"({"status":"success"})");
}

TEST(Webhooks, follow_a_subscription_to_its_end) {
  ApiServer server;
  Member ann = join(server, "ann");
  Reply waiting =
      server.post("/api/subscriptions",
                  R"({"tier":"premium","payment_method_id":"pm_card_authenticationRequired"})",
                  ann.access_token);
  std::string id = waiting.at("/stripe_subscription_id");
  EXPECT_EQ(waiting.at("/status"), "incomplete");
  EXPECT_EQ(tier_of(server, ann), "free");
  std::int64_t t = to_unix_ms(now()) / 1000;

  std::string paid = platform::payments::payment_succeeded_event("evt_1", id, "in_1", 1299, t);
  EXPECT_EQ(deliver(server, paid).status, 200);
  EXPECT_EQ(deliver(server, paid).status, 200) << "again changes nothing";
  EXPECT_EQ(tier_of(server, ann), "premium");
  EXPECT_EQ(server.psql("SELECT count(*) FROM payments"), "1");

  std::string failed = fmt::format(
      R"({{"id":"evt_2","type":"invoice.payment_failed","created":{},"data":{{"object":{{"id":"in_2","subscription":"{}"}}}}}})",
      t - 60, id);
  deliver(server, failed);
  EXPECT_EQ(server.psql("SELECT status FROM subscriptions"), "active") << "older news";

  std::string deleted = fmt::format(
      R"({{"id":"evt_3","type":"customer.subscription.deleted","created":{},"data":{{"object":{{"id":"{}"}}}}}})",
      t + 1, id);
  deliver(server, deleted);
  EXPECT_EQ(tier_of(server, ann), "free");
  EXPECT_EQ(server.get("/api/subscriptions/me", ann.access_token).at("/tier"), "free");
  EXPECT_EQ(server.post("/api/subscriptions", R"({"tier":"elite"})", ann.access_token).status, 201);
  EXPECT_EQ(tier_of(server, ann), "elite");
}

}  // namespace
}  // namespace sb::testing
