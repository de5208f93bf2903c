#include "integration/notify/receiver.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <set>

#include "base/clock/clock.hpp"
#include "base/crypto/crypto.hpp"
#include "base/text/text.hpp"

namespace sb::release::fake {

namespace {

using boost::json::object;
using boost::json::value;

// Throws what ends the request with the service's own words.
struct Refusal {
  int status;
  std::string body;
};

std::string text_at(const object& o, std::string_view key, std::size_t limit, const Refusal& no) {
  const auto* found = o.if_contains(key);
  if (!found || !found->is_string() || found->as_string().empty()) throw no;
  std::string text(found->as_string());
  if (text.size() > limit) throw no;
  return text;
}

object body_of(const http::Request& request, const Refusal& no) {
  boost::system::error_code error;
  auto parsed = boost::json::parse(request.body, error);
  if (error || !parsed.is_object()) throw no;
  return parsed.as_object();
}

void need(bool holds, const Refusal& no) {
  if (!holds) throw no;
}

bool is_json(const http::Request& request) {
  return request.headers.get("Content-Type").starts_with("application/json");
}

template <class Check>
Contract contract(Check check) {
  return [check](const http::Request& request) -> http::Response {
    try {
      return check(request);
    } catch (const Refusal& refusal) {
      return refuse(refusal.status, refusal.body);
    }
  };
}

void check_block(const object& block, std::set<std::string>& ids) {
  const Refusal no{400, "invalid_blocks"};
  const std::string type = text_at(block, "type", 20, no);
  if (const auto* id = block.if_contains("block_id")) {
    need(id->is_string() && id->as_string().size() <= 255, no);
    need(ids.insert(std::string(id->as_string())).second, no);
  }
  if (type == "section") {
    const auto& text = block.at("text").as_object();
    need(text.at("type").as_string() == "mrkdwn", no);
    text_at(text, "text", 3000, no);
  } else {
    need(type == "context" && block.at("elements").as_array().size() <= 10, no);
  }
}

}  // namespace

http::Response refuse(int status, std::string body) {
  return http::Response::json(status, std::move(body));
}

Receiver::Receiver(Executor executor, Contract contract)
    : contract_(std::move(contract)),
      released_(executor),
      server_(executor, [this](http::Request request) { return handle(std::move(request)); }) {
  auto port = server_.listen("127.0.0.1", 0);
  EXPECT_TRUE(port.has_value());
  port_ = port.value_or(0);
}

void Receiver::answer_next(http::Response response, int times) {
  for (int i = 0; i < times; ++i) troubles_.push_back({.answer = response});
}

void Receiver::hang_next() {
  troubles_.push_back({});
}

void Receiver::lose_next_answer() {
  troubles_.push_back({.answer = {}, .takes_it = true});
}

Task<http::Response> Receiver::handle(http::Request request) {
  seen.push_back(request);
  if (!troubles_.empty()) {
    Trouble trouble = troubles_.front();
    troubles_.pop_front();
    if (trouble.answer) co_return *trouble.answer;
    if (trouble.takes_it) {
      contract_(request);
      accepted.push_back(request);
    }
    co_await released_.wait(Deadline::after(std::chrono::seconds(60)));
    co_return refuse(503, "released");
  }
  auto response = contract_(request);
  if (response.status < 300)
    accepted.push_back(std::move(request));
  else
    refusals.push_back(fmt::format("{} {}: {} {}", request.method, request.target, response.status,
                                   response.body));
  co_return response;
}

Task<> Receiver::stop() {
  released_.notify_all();
  co_await server_.stop(Deadline::after(std::chrono::seconds(2)));
}

Contract slack(std::string path) {
  return contract([path](const http::Request& request) {
    need(request.method == "POST", {405, "method_not_allowed"});
    need(request.path == path, {404, "no_service"});
    need(is_json(request), {400, "invalid_payload"});
    const auto body = body_of(request, {400, "invalid_payload"});
    const std::string text = text_at(body, "text", 40'000, {400, "no_text"});
    // Unescaped, these ring everybody or make links of what is no link.
    for (const auto& word : {"<!", "<@", "<http", "<script"})
      need(!request.body.contains(word), {400, "invalid_payload"});
    std::set<std::string> ids;
    const auto& blocks = body.at("blocks").as_array();
    need(!blocks.empty() && blocks.size() <= 50, {400, "invalid_blocks"});
    for (const auto& block : blocks) check_block(block.as_object(), ids);
    return http::Response::text(200, "ok");
  });
}

Contract pagerduty(std::string routing_key) {
  return contract([routing_key](const http::Request& request) {
    const Refusal no{400, R"({"status":"invalid event","message":"Event object is invalid"})"};
    need(request.method == "POST" && request.path == "/v2/enqueue", {404, "{}"});
    need(is_json(request) && request.body.size() <= 512 * 1024, no);
    const auto body = body_of(request, no);
    need(text_at(body, "routing_key", 32, no) == routing_key && routing_key.size() == 32, no);
    const std::string action = text_at(body, "event_action", 20, no);
    const std::string dedup = text_at(body, "dedup_key", 255, no);
    if (action == "trigger") {
      const auto& payload = body.at("payload").as_object();
      text_at(payload, "summary", 1024, no);
      text_at(payload, "source", 255, no);
      const std::string severity = text_at(payload, "severity", 10, no);
      need(std::set<std::string>{"critical", "error", "warning", "info"}.contains(severity), no);
      need(parse_rfc3339(text_at(payload, "timestamp", 40, no)).has_value(), no);
      need(payload.at("custom_details").is_object(), no);
    } else {
      need(action == "resolve" || action == "acknowledge", no);
    }
    return http::Response::json(
        202, fmt::format(R"({{"status":"success","message":"Event processed","dedup_key":"{}"}})",
                         dedup));
  });
}

Contract datadog_events(std::string api_key) {
  return contract([api_key](const http::Request& request) {
    need(request.method == "POST" && request.path == "/api/v1/events",
         {404, R"({"errors":["Not found"]})"});
    need(request.headers.get("DD-API-KEY") == api_key, {403, R"({"errors":["Forbidden"]})"});
    const Refusal no{400, R"({"errors":["Invalid event"]})"};
    const auto body = body_of(request, no);
    text_at(body, "title", 500, no);
    text_at(body, "text", 4000, no);
    const std::string type = text_at(body, "alert_type", 20, no);
    need(std::set<std::string>{"error", "warning", "info", "success"}.contains(type), no);
    for (const auto& tag : body.at("tags").as_array())
      need(tag.is_string() && tag.as_string().size() <= 200, no);
    if (body.contains("aggregation_key")) text_at(body, "aggregation_key", 100, no);
    if (const auto* happened = body.if_contains("date_happened")) {
      need(happened->is_int64(), no);
      const auto age = to_unix_ms(now()) / 1000 - happened->as_int64();
      need(age < 18 * 3600 && age > -2 * 3600, no);
    }
    return http::Response::json(202, R"({"status":"ok","event":{"id":1}})");
  });
}

Contract signed_webhook(std::string secret) {
  return contract([secret](const http::Request& request) {
    const std::string signature(request.headers.get("X-SaltBitter-Signature"));
    const auto comma = signature.find(",v1=");
    need(signature.starts_with("t=") && comma != std::string::npos, {401, "unsigned"});
    const std::string time = signature.substr(2, comma - 2);
    const std::string expected =
        crypto::to_hex(crypto::hmac_sha256(secret, time + "." + request.body));
    need(crypto::constant_time_equal(expected, signature.substr(comma + 4)), {401, "forged"});
    const auto age = to_unix_ms(now()) / 1000 - std::stoll(time);
    need(age >= -5 && age < 300, {401, "played again"});
    const auto body = body_of(request, {400, "not json"});
    need(text_at(body, "id", 300, {400, "id"}) == request.headers.get("X-SaltBitter-Delivery"),
         {400, "id"});
    for (const char* member : {"what", "title", "text", "environment", "severity", "at"})
      text_at(body, member, 100'000, {400, member});
    return http::Response::text(204, "");
  });
}

}  // namespace sb::release::fake
