#include "release/notify/calls.hpp"

#include <gmock/gmock.h>

#include "base/crypto/crypto.hpp"
#include "base/json/codec.hpp"

namespace sb::release::notify {
namespace {

using std::chrono::seconds;
using ::testing::EndsWith;
using ::testing::HasSubstr;

const Timestamp kNow = *parse_rfc3339("2026-11-22T10:20:30Z");

http::ClientResponse answer(int status, http::Headers headers = {}, std::string body = {}) {
  return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

TEST(Answers, say_how_long_to_wait_in_each_of_their_spellings) {
  EXPECT_EQ(wait_asked_for(answer(429, {{"Retry-After", "30"}}), kNow), seconds(30));
  EXPECT_EQ(wait_asked_for(answer(429, {{"retry-after", "1.5"}}), kNow), seconds(2));
  EXPECT_EQ(wait_asked_for(answer(503, {{"Retry-After", "Sun, 22 Nov 2026 10:21:30 GMT"}}), kNow),
            seconds(60));
  EXPECT_EQ(wait_asked_for(answer(429, {{"X-RateLimit-Reset", "12"}}), kNow), seconds(12));
  EXPECT_EQ(wait_asked_for(answer(429, {{"X-RateLimit-Reset", "1795342840"}}), kNow).count() >= 0,
            true);
  EXPECT_EQ(wait_asked_for(answer(429), kNow), seconds(0));
  EXPECT_EQ(wait_asked_for(answer(429, {{"Retry-After", "soon"}}), kNow), seconds(0));
  EXPECT_EQ(wait_asked_for(answer(429, {{"Retry-After", "-5"}}), kNow), seconds(0));
  EXPECT_EQ(wait_asked_for(answer(429, {{"Retry-After", "999999999"}}), kNow),
            std::chrono::hours(24));
}

TEST(Answers, are_retried_only_when_the_same_request_may_be_taken_later) {
  for (int status : {200, 201, 202, 204})
    EXPECT_EQ(judge_status("X", answer(status), kNow).answer, Answer::accepted) << status;
  for (int status : {408, 420, 425, 429, 500, 502, 503, 504})
    EXPECT_EQ(judge_status("X", answer(status), kNow).answer, Answer::retry) << status;
  for (int status : {301, 400, 401, 403, 404, 410, 413, 422})
    EXPECT_EQ(judge_status("X", answer(status), kNow).answer, Answer::refused) << status;
}

TEST(Answers, of_something_in_slacks_place_do_not_count) {
  auto judgement = judge_slack({}, answer(200, {}, "<html>Log in to the hotel's network"), kNow);

  EXPECT_EQ(judgement.answer, Answer::retry);
}

TEST(Answers, of_pagerdutys_throttle_wait_a_minute_at_least) {
  EXPECT_GE(judge_pagerduty(answer(429), kNow).wait, seconds(60));
}

TEST(Cut, keeps_characters_whole) {
  EXPECT_EQ(cut("short", 10), "short");
  for (std::size_t limit = 3; limit < 12; ++limit) {
    auto text = cut("aüüüüüüüüüü", limit);
    EXPECT_LE(text.size(), limit);
    EXPECT_TRUE(json::is_valid_utf8(text)) << limit;
  }
}

TEST(LateMessages, say_when_it_happened) {
  Message message;
  message.text = "It is done.";
  message.at = kNow - std::chrono::hours(2);

  EXPECT_THAT(text_with_delay(message, kNow),
              EndsWith("it happened at 2026-11-22T08:20:30.000Z.)"));
  EXPECT_EQ(text_with_delay(message, message.at + seconds(5)), "It is done.");
}

TEST(DatadogEvents, leave_out_a_moment_that_would_be_refused) {
  Accounts accounts;
  Message message;
  message.at = kNow - std::chrono::hours(20);

  auto late = datadog_event_call(accounts, message, kNow);
  message.at = kNow;
  auto punctual = datadog_event_call(accounts, message, kNow);

  EXPECT_FALSE(late.body.contains("date_happened"));
  EXPECT_THAT(punctual.body, HasSubstr("date_happened"));
}

TEST(WebhookSignature, covers_time_and_body) {
  const auto signature = webhook_signature("key", 1'763'806'830, "{}");

  EXPECT_EQ(signature,
            "t=1763806830,v1=" + crypto::to_hex(crypto::hmac_sha256("key", "1763806830.{}")));
  EXPECT_NE(signature, webhook_signature("key", 1'763'806'831, "{}"));
  EXPECT_NE(signature, webhook_signature("key", 1'763'806'830, "{ }"));
}

}  // namespace
}  // namespace sb::release::notify
