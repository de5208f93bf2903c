// Handlers of what people do with each other and with their account: messages, blocks, reports,
// consents, running subscriptions.
#include <charconv>

#include "base/crypto/crypto.hpp"
#include "platform/api/routes.hpp"

namespace sb::platform {

namespace {

using Answer = Outcome<http::Response>;

Answer refuse(ApiError error) {
  return std::unexpected(std::move(error));
}

Answer answer(int status, Outcome<std::string> json) {
  if (!json) return refuse(std::move(json).error());
  return http::Response::json(status, *std::move(json));
}

Outcome<> check_uuid(const std::string& text, const char* name) {
  if (!crypto::is_uuid(text)) return invalid_field(name, "must be a UUID");
  return {};
}

Outcome<int> read_number(const std::string& query, const char* name, int fallback, int max) {
  auto text = http::query_value(query, name);
  if (!text) return fallback;
  int number = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size() || number < 1 || number > max)
    return invalid_field(name, "must be a whole number from 1 to " + std::to_string(max));
  return number;
}

}  // namespace

Task<Answer> put_subscription(Services& services, Call call) {
  auto valid = check_uuid(call.parameters[0], "subscription_id");
  if (!valid) co_return refuse(std::move(valid).error());
  auto changed = co_await services.payments.change_tier(
      call.user_id, std::move(call.parameters[0]), std::move(call.request.body), call.deadline);
  if (changed) co_await services.matching.forget(std::move(call.user_id));
  co_return answer(200, std::move(changed));
}

Task<Answer> delete_subscription(Services& services, Call call) {
  auto valid = check_uuid(call.parameters[0], "subscription_id");
  if (!valid) co_return refuse(std::move(valid).error());
  std::string immediately = http::query_value(call.request.query, "immediately").value_or("false");
  if (immediately != "true" && immediately != "false")
    co_return invalid_field("immediately", "must be true or false");
  auto when = immediately == "true" ? payments::When::immediately : payments::When::at_period_end;
  auto cancelled = co_await services.payments.cancel(call.user_id, std::move(call.parameters[0]),
                                                     when, call.deadline);
  if (cancelled) co_await services.matching.forget(std::move(call.user_id));
  co_return answer(200, std::move(cancelled));
}

Task<Answer> get_payments(Services& services, Call call) {
  co_return answer(200,
                   co_await services.payments.payments(std::move(call.user_id), call.deadline));
}

Task<Answer> post_consent(Services& services, Call call) {
  auto recorded = co_await services.compliance.record_consent(
      std::move(call.user_id), std::move(call.request.body), std::move(call.client_address),
      call.deadline);
  co_return answer(201, std::move(recorded));
}

Task<Answer> get_consents(Services& services, Call call) {
  co_return answer(200,
                   co_await services.compliance.consents(std::move(call.user_id), call.deadline));
}

Task<Answer> get_conversations(Services& services, Call call) {
  co_return answer(
      200, co_await services.messaging.conversations(std::move(call.user_id), call.deadline));
}

Task<Answer> get_conversation(Services& services, Call call) {
  auto valid = check_uuid(call.parameters[0], "user_id");
  if (!valid) co_return refuse(std::move(valid).error());
  auto number = read_number(call.request.query, "page", 1, 1'000'000);
  if (!number) co_return refuse(std::move(number).error());
  auto size = read_number(call.request.query, "page_size", 50, messaging::kMaxPageSize);
  if (!size) co_return refuse(std::move(size).error());
  messaging::Page page{*number, *size};
  auto read = co_await services.messaging.conversation(
      std::move(call.user_id), std::move(call.parameters[0]), page, call.deadline);
  co_return answer(200, std::move(read));
}

Task<Answer> post_message(Services& services, Call call) {
  auto sent = co_await services.messaging.send(std::move(call.user_id),
                                               std::move(call.request.body), call.deadline);
  if (sent) services.metrics.add("saltbitter_messages_sent_total", {});
  co_return answer(201, std::move(sent));
}

Task<Answer> post_block(Services& services, Call call) {
  auto valid = check_uuid(call.parameters[0], "user_id");
  if (!valid) co_return refuse(std::move(valid).error());
  auto blocked =
      co_await services.moderation.block(call.user_id, call.parameters[0], call.deadline);
  if (!blocked) co_return refuse(std::move(blocked).error());
  co_await services.matching.forget(std::move(call.user_id));
  co_await services.matching.forget(fold_case(call.parameters[0]));
  co_return http::Response::json(201, R"({"status":"blocked"})");
}

Task<Answer> delete_block(Services& services, Call call) {
  auto valid = check_uuid(call.parameters[0], "user_id");
  if (!valid) co_return refuse(std::move(valid).error());
  auto unblocked =
      co_await services.moderation.unblock(call.user_id, call.parameters[0], call.deadline);
  if (!unblocked) co_return refuse(std::move(unblocked).error());
  http::Response response;
  response.status = 204;
  co_return response;
}

Task<Answer> post_report(Services& services, Call call) {
  auto reported = co_await services.moderation.report(std::move(call.user_id),
                                                      std::move(call.request.body), call.deadline);
  co_return answer(201, std::move(reported));
}

}  // namespace sb::platform
