// Any address that takes JSON. Signed over time and body, so that a receiver can refuse what is not
// ours and what is played again.
#include <fmt/format.h>

#include "base/crypto/crypto.hpp"
#include "base/json/codec.hpp"
#include "release/notify/calls.hpp"

namespace sb::release::notify {

namespace {

struct WebhookBody {
  std::string id;
  std::string what;
  Severity severity = Severity::info;
  std::string environment;
  std::string release_id;
  std::string title;
  std::string text;
  std::map<std::string, std::string> facts;
  std::string at;  // RFC 3339
};
BOOST_DESCRIBE_STRUCT(WebhookBody, (),
                      (id, what, severity, environment, release_id, title, text, facts, at))

}  // namespace

std::string webhook_signature(const std::string& secret, std::int64_t unix_seconds,
                              const std::string& body) {
  return fmt::format(
      "t={},v1={}", unix_seconds,
      crypto::to_hex(crypto::hmac_sha256(secret, fmt::format("{}.{}", unix_seconds, body))));
}

http::ClientRequest webhook_call(const Accounts& accounts, const Message& message, Timestamp now) {
  auto what = message.facts.find("what");
  const std::string body =
      json::encode(WebhookBody{.id = message.id,
                               .what = what == message.facts.end() ? message.topic : what->second,
                               .severity = message.severity,
                               .environment = message.environment,
                               .release_id = message.release_id,
                               .title = message.title,
                               .text = message.text,
                               .facts = message.facts,
                               .at = format_rfc3339(message.at)});
  return {.method = "POST",
          .url = accounts.webhook_url.reveal(),
          .headers = {{"Content-Type", "application/json"},
                      {"X-SaltBitter-Delivery", message.id},
                      {"X-SaltBitter-Signature", webhook_signature(accounts.webhook_secret.reveal(),
                                                                   to_unix_ms(now) / 1000, body)}},
          .body = body};
}

}  // namespace sb::release::notify
