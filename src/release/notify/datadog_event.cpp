// Datadog's event stream: all events of one release are shown as one, by its aggregation key.
#include <boost/json.hpp>

#include "release/notify/calls.hpp"

namespace sb::release::notify {

namespace {

constexpr std::size_t kTitleLimit = 500;
constexpr std::size_t kTextLimit = 4000;
constexpr std::size_t kAggregationLimit = 100;
constexpr std::size_t kTagLimit = 200;
// Datadog refuses events from further back; then it counts as now, and its text says when.
constexpr auto kOldest = std::chrono::hours(17);

std::string_view alert_type(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "info";
    case Severity::success:
      return "success";
    case Severity::warning:
      return "warning";
    case Severity::error:
    case Severity::critical:
      return "error";
  }
  return "info";
}

boost::json::array tags(const Message& message) {
  boost::json::array all;
  auto add = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) all.emplace_back(cut(std::string(key) + ":" + value, kTagLimit));
  };
  add("env", message.environment);
  add("source", "saltctl");
  add("release", message.release_id);
  add("message", message.id);
  for (const char* fact : {"service", "version", "what"})
    if (auto it = message.facts.find(fact); it != message.facts.end()) add(fact, it->second);
  return all;
}

}  // namespace

http::ClientRequest datadog_event_call(const Accounts& accounts, const Message& message,
                                       Timestamp now) {
  boost::json::object body{{"title", cut(message.title, kTitleLimit)},
                           {"text", cut(text_with_delay(message, now), kTextLimit)},
                           {"tags", tags(message)},
                           {"alert_type", alert_type(message.severity)},
                           {"priority", "normal"}};
  if (!message.dedup_key.empty())
    body["aggregation_key"] = message.dedup_key.substr(0, kAggregationLimit);
  if (now - message.at < kOldest) body["date_happened"] = to_unix_ms(message.at) / 1000;
  return {.method = "POST",
          .url = accounts.datadog.base_url + "/api/v1/events",
          .headers = {{"Content-Type", "application/json"},
                      {"DD-API-KEY", accounts.datadog.api_key.reveal()}},
          .body = boost::json::serialize(body)};
}

}  // namespace sb::release::notify
