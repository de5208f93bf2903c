// Slack's incoming webhooks: the channel is bound to the URL, the URL is the secret, and the answer
// is a word of plain text.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "release/notify/calls.hpp"

namespace sb::release::notify {

namespace {

constexpr std::size_t kSectionLimit = 3000;
constexpr std::size_t kBlockIdLimit = 255;

// Slack's own escape, for all text that is not markup; it also keeps "<!channel>" from ringing
// everybody.
std::string escape(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

// Cut before escaping, so that no entity is cut in two; an entity is at most five bytes.
std::string escape_within(const std::string& text, std::size_t limit) {
  std::string escaped = escape(text);
  for (std::size_t keep = limit; escaped.size() > limit; keep -= keep / 8)
    escaped = escape(cut(text, keep));
  return escaped;
}

std::string_view mark(Severity severity) {
  switch (severity) {
    case Severity::info:
      return ":information_source:";
    case Severity::success:
      return ":white_check_mark:";
    case Severity::warning:
      return ":warning:";
    case Severity::error:
      return ":x:";
    case Severity::critical:
      return ":rotating_light:";
  }
  return "";
}

boost::json::object markdown(std::string text) {
  return {{"type", "mrkdwn"}, {"text", std::move(text)}};
}

}  // namespace

http::ClientRequest slack_call(const Accounts& accounts, const Message& message, Timestamp now) {
  const std::string title = escape_within(message.title, 300);
  const std::string text = escape_within(text_with_delay(message, now), kSectionLimit - 400);
  const std::string where =
      message.release_id.empty()
          ? message.environment
          : fmt::format("{} \u00b7 {}", message.environment, message.release_id);
  boost::json::object section{{"type", "section"},
                              {"text", markdown(fmt::format("*{}*\n{}", title, text))}};
  // The receiver's way to tell a message that was sent twice.
  if (message.id.size() <= kBlockIdLimit) section["block_id"] = message.id;
  boost::json::object context{
      {"type", "context"},
      {"elements", boost::json::array{markdown(escape_within(
                       fmt::format("{} \u00b7 {}", where, format_rfc3339(message.at)), 1000))}}};
  boost::json::object body{{"text", fmt::format("{} {}\n{}", mark(message.severity), title, text)},
                           {"blocks", boost::json::array{std::move(section), std::move(context)}}};
  const Secret& url =
      message.channel == Channel::incidents ? accounts.slack_incidents : accounts.slack_deploys;
  return {.method = "POST",
          .url = url.reveal(),
          .headers = {{"Content-Type", "application/json"}},
          .body = boost::json::serialize(body)};
}

Judgement judge_slack(const Message& message, const http::ClientResponse& response, Timestamp now) {
  // A portal or proxy in between answers 200 with a page of its own.
  if (response.status == 200 && response.body != "ok")
    return {.answer = Answer::retry,
            .wait = {},
            .why = "something that is not Slack answered in its place"};
  auto judgement = judge_status("Slack", response, now);
  if (judgement.answer == Answer::refused) {
    const bool incidents = message.channel == Channel::incidents;
    judgement.why += fmt::format(
        "; make a new webhook for {}, put it into {}, then: saltctl outbox flush --dead",
        name_of(message.channel), incidents ? "SLACK_WEBHOOK_INCIDENTS" : "SLACK_WEBHOOK_DEPLOYS");
  }
  return judgement;
}

}  // namespace sb::release::notify
