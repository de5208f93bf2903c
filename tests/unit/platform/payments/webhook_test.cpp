#include "platform/payments/webhook.hpp"

#include <gtest/gtest.h>

namespace sb::platform::payments {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;
constexpr const char* kSecret = "whsec_test";

TEST(WebhookSignature, holds_for_five_minutes_either_way) {
  std::string header = sign("{}", kSecret, kNow);

  EXPECT_TRUE(is_signed(header, "{}", kSecret, kNow));
  EXPECT_TRUE(is_signed(header, "{}", kSecret, kNow + 300));
  EXPECT_FALSE(is_signed(header, "{}", kSecret, kNow + 301));
  EXPECT_TRUE(is_signed(header, "{}", kSecret, kNow - 300));
  EXPECT_FALSE(is_signed(header, "{}", kSecret, kNow - 301));
}

TEST(WebhookSignature, covers_body_time_and_secret) {
  std::string header = sign("{}", kSecret, kNow);

  EXPECT_FALSE(is_signed(header, "{ }", kSecret, kNow));
  EXPECT_FALSE(is_signed(header, "{}", "other", kNow));
  std::string moved = header;
  moved.replace(moved.find("t=1800000000"), 12, "t=1800000001");
  EXPECT_FALSE(is_signed(moved, "{}", kSecret, kNow));
}

TEST(WebhookSignature, any_of_several_may_match) {
  std::string header = sign("{}", kSecret, kNow);
  std::string good = header.substr(header.find("v1="));

  EXPECT_TRUE(is_signed("t=1800000000,v1=00,v0=x," + good, "{}", kSecret, kNow));
}

TEST(WebhookSignature, malformed_headers_do_not_match) {
  for (const char* header :
       {"", "t=1800000000", "v1=00", "t=x,v1=00", "t=9223372036854775807,v1=00", ",,,", "t=,v1="})
    EXPECT_FALSE(is_signed(header, "{}", kSecret, kNow)) << header;
}

TEST(WebhookEvent, our_own_reads_back) {
  auto event = read_event(payment_succeeded_event("evt_1", "sub_1", "in_1", 1299, kNow));

  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, EventKind::payment_succeeded);
  EXPECT_EQ(event->subscription, "sub_1");
  EXPECT_EQ(event->invoice, "in_1");
  EXPECT_EQ(event->amount_cents, 1299);
  EXPECT_EQ(event->created_seconds, kNow);
}

TEST(WebhookEvent, an_update_says_status_tier_and_cancellation) {
  auto event = read_event(
      R"({"id":"evt_2","type":"customer.subscription.updated","data":{"object":{"id":"sub_1",
    "status":"trialing","cancel_at_period_end":true,"items":{"data":[{"price":{"id":"price_elite_monthly"}}]}}}})");

  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, EventKind::subscription_updated);
  EXPECT_EQ(event->subscription, "sub_1");
  EXPECT_EQ(event->status, "active");
  EXPECT_EQ(event->tier, "elite");
  EXPECT_EQ(event->cancel_at_period_end, true);
}

TEST(WebhookEvent, strange_shapes_are_refused_or_harmless) {
  for (const char* body : {"", "[]", "{}", R"({"id":"x"})", R"({"id":1,"type":"y"})"})
    EXPECT_FALSE(read_event(body));
  auto event = read_event(R"({"id":"x","type":"invoice.payment_failed","data":[]})");
  ASSERT_TRUE(event);
  EXPECT_TRUE(event->subscription.empty());
  EXPECT_EQ(read_event(R"({"id":"x","type":"charge.refunded"})")->kind, EventKind::other);
}

}  // namespace
}  // namespace sb::platform::payments
