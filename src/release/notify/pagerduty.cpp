// PagerDuty's Events API v2. The dedup key makes a second trigger part of the first alert, so
// sending twice wakes nobody twice.
#include <boost/json.hpp>

#include "release/notify/calls.hpp"

namespace sb::release::notify {

namespace {

constexpr std::size_t kSummaryLimit = 1024;
constexpr std::size_t kDetailLimit = 8000;  // of 512 KB for the whole event
// "429: throttled" comes without a word on how long; their guide says minutes.
constexpr auto kThrottleWait = std::chrono::minutes(1);

std::string_view severity_of(Severity severity) {
  switch (severity) {
    case Severity::critical:
      return "critical";
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::info:
    case Severity::success:
      return "info";
  }
  return "error";
}

boost::json::object details(const Message& message, Timestamp now) {
  boost::json::object all{{"text", cut(text_with_delay(message, now), kDetailLimit)},
                          {"message_id", message.id}};
  if (!message.release_id.empty()) all["release_id"] = message.release_id;
  for (const auto& [name, value] : message.facts) all[name] = value;
  return all;
}

}  // namespace

http::ClientRequest pagerduty_call(const Accounts& accounts, const Message& message,
                                   Timestamp now) {
  const bool resolves = message.page == PageAction::resolve;
  boost::json::object body{{"routing_key", accounts.pagerduty_routing_key.reveal()},
                           {"event_action", resolves ? "resolve" : "trigger"},
                           {"dedup_key", message.dedup_key}};
  if (!resolves) {
    auto service = message.facts.find("service");
    body["client"] = "saltctl";
    body["payload"] = boost::json::object{
        {"summary", cut(message.title, kSummaryLimit)},
        {"source",
         service == message.facts.end() ? "saltbitter-" + message.environment : service->second},
        {"severity", severity_of(message.severity)},
        {"timestamp", format_rfc3339(message.at)},
        {"component", "saltbitter"},
        {"group", message.environment},
        {"class", "release"},
        {"custom_details", details(message, now)}};
  }
  return {.method = "POST",
          .url = accounts.pagerduty_url + "/v2/enqueue",
          .headers = {{"Content-Type", "application/json"}},
          .body = boost::json::serialize(body)};
}

Judgement judge_pagerduty(const http::ClientResponse& response, Timestamp now) {
  auto judgement = judge_status("PagerDuty", response, now);
  if (response.status == 429 && judgement.wait < kThrottleWait) judgement.wait = kThrottleWait;
  if (judgement.answer == Answer::refused)
    judgement.why +=
        "; see whether PAGERDUTY_ROUTING_KEY is an Events API v2 key, then: saltctl outbox flush "
        "--dead";
  return judgement;
}

}  // namespace sb::release::notify
