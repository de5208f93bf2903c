// Handlers of the API: read the request, call the domain, write the answer.
#include <charconv>

#include "base/crypto/crypto.hpp"
#include "platform/api/routes.hpp"
#include "platform/wire/json_writer.hpp"

namespace sb::platform {

namespace {

using Answer = Outcome<http::Response>;

Answer refuse(ApiError error) {
  return std::unexpected(std::move(error));
}

std::string message_json(std::string_view message) {
  JsonWriter json;
  json.begin_object().member("message", message).end_object();
  return json.take();
}

std::string tokens_json(const auth::Tokens& tokens) {
  JsonWriter json;
  json.begin_object()
      .member("access_token", tokens.access_token)
      .member("refresh_token", tokens.refresh_token);
  json.member("token_type", "bearer").member("expires_in", tokens.expires_in_seconds).end_object();
  return json.take();
}

Outcome<> check_uuid(const std::string& text, const char* name) {
  if (!crypto::is_uuid(text)) return invalid_field(name, "must be a UUID");
  return {};
}

Outcome<std::size_t> read_limit(const std::string& query) {
  constexpr std::size_t kDefault = 10;
  auto text = http::query_value(query, "limit");
  if (!text) return kDefault;
  std::size_t limit = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (error != std::errc() || end != text->data() + text->size() || limit < 1 || limit > 50)
    return invalid_field("limit", "must be a whole number from 1 to 50");
  return limit;
}

void count(Services& services, const payments::Effects& effects) {
  if (effects.payment_succeeded) services.metrics.add("saltbitter_payments_succeeded_total", {});
  if (effects.payment_failed) services.metrics.add("saltbitter_payments_failed_total", {});
}

Task<Answer> write_profile(Services& services, Call call, profiles::Write how, int status) {
  auto written = co_await services.profiles.write(call.user_id, std::move(call.request.body), how,
                                                  call.deadline);
  if (!written) co_return refuse(std::move(written).error());
  co_await services.matching.forget(call.user_id);
  auto view = co_await services.profiles.own_view(call.user_id, call.deadline);
  if (!view) co_return refuse(std::move(view).error());
  JsonWriter json;
  json.begin_object().member("message", status == 201 ? "Profile created" : "Profile saved");
  json.raw_member("profile", *view).end_object();
  co_return http::Response::json(status, json.take());
}

}  // namespace

Task<Answer> post_register(Services& services, Call call) {
  auto registration = auth::read_registration(call.request.body, date_of(now()));
  if (!registration) co_return refuse(std::move(registration).error());
  auto account = co_await services.auth.sign_up(*std::move(registration), call.deadline);
  if (!account) co_return refuse(std::move(account).error());
  JsonWriter json;
  json.begin_object().member("user_id", account->user_id).member("email", account->email);
  json.member("name", account->name).member("created_at", account->created_at).end_object();
  co_return http::Response::json(201, json.take());
}

Task<Answer> post_login(Services& services, Call call) {
  auto login = auth::read_login(call.request.body);
  if (!login) co_return refuse(std::move(login).error());
  auto tokens = co_await services.auth.log_in(*std::move(login), call.deadline);
  if (!tokens) co_return refuse(std::move(tokens).error());
  co_return http::Response::json(200, tokens_json(*tokens));
}

Task<Answer> post_refresh(Services& services, Call call) {
  auto token = auth::read_refresh_token(call.request.body);
  if (!token) co_return refuse(std::move(token).error());
  auto tokens = co_await services.auth.refresh(*std::move(token), call.deadline);
  if (!tokens) co_return refuse(std::move(tokens).error());
  co_return http::Response::json(200, tokens_json(*tokens));
}

Task<Answer> post_logout(Services& services, Call call) {
  Outcome<> done;
  if (call.request.body.empty()) {
    done = co_await services.auth.log_out_everywhere(call.user_id, call.deadline);
  } else {
    auto token = auth::read_refresh_token(call.request.body);
    if (!token) co_return refuse(std::move(token).error());
    done = co_await services.auth.log_out(call.user_id, *std::move(token), call.deadline);
  }
  if (!done) co_return refuse(std::move(done).error());
  co_return http::Response::json(200, message_json("Logged out"));
}

Task<Answer> get_me(Services& services, Call call) {
  auto rows = co_await services.pool.query(
      "SELECT id, email, verified, subscription_tier FROM users WHERE id = $1", {call.user_id},
      call.deadline);
  if (!rows) co_return refuse(std::move(rows).error());
  if (rows->empty()) co_return token_invalid();
  JsonWriter json;
  json.begin_object().member("user_id", rows->text(0, 0)).member("email", rows->text(0, 1));
  json.member("verified", rows->boolean(0, 2))
      .member("subscription_tier", rows->text(0, 3))
      .end_object();
  co_return http::Response::json(200, json.take());
}

Task<Answer> get_profile(Services& services, Call call) {
  auto view = co_await services.profiles.own_view(std::move(call.user_id), call.deadline);
  if (!view) co_return refuse(std::move(view).error());
  co_return http::Response::json(200, *std::move(view));
}

Task<Answer> put_profile(Services& services, Call call) {
  return write_profile(services, std::move(call), profiles::Write::upsert, 200);
}

Task<Answer> post_profile(Services& services, Call call) {
  return write_profile(services, std::move(call), profiles::Write::create, 201);
}

Task<Answer> get_public_profile(Services& services, Call call) {
  auto valid = check_uuid(call.parameters[0], "user_id");
  if (!valid) co_return refuse(std::move(valid).error());
  auto view = co_await services.profiles.public_view(std::move(call.user_id),
                                                     std::move(call.parameters[0]), call.deadline);
  if (!view) co_return refuse(std::move(view).error());
  co_return http::Response::json(200, *std::move(view));
}

Task<Answer> post_photo(Services& services, Call call) {
  std::string content_type(call.request.headers.get("Content-Type"));
  auto added = co_await services.photos.add(std::move(call.user_id), std::move(content_type),
                                            std::move(call.request.body), call.deadline);
  if (!added) co_return refuse(std::move(added).error());
  co_return http::Response::json(201, *std::move(added));
}

Task<Answer> delete_photo(Services& services, Call call) {
  auto valid = check_uuid(call.parameters[0], "photo_id");
  if (!valid) co_return refuse(std::move(valid).error());
  auto removed = co_await services.photos.remove(std::move(call.user_id),
                                                 fold_case(call.parameters[0]), call.deadline);
  if (!removed) co_return refuse(std::move(removed).error());
  co_return http::Response::json(200, *std::move(removed));
}

Task<Answer> get_photo(Services& services, Call call) {
  auto file = co_await services.photos.read(std::move(call.parameters[0]));
  if (!file) co_return refuse(std::move(file).error());
  http::Response response = http::Response::text(200, std::move(file->bytes));
  response.headers.set("Content-Type", std::move(file->content_type));
  response.headers.set("Cache-Control", "public, max-age=86400, immutable");
  co_return response;
}

Task<Answer> get_assessment(Services&, Call) {
  co_return http::Response::json(200, attachment::Store::questionnaire());
}

Task<Answer> post_assessment(Services& services, Call call) {
  auto stored = co_await services.attachment.submit(call.user_id, std::move(call.request.body),
                                                    std::move(call.client_address), call.deadline);
  if (!stored) co_return refuse(std::move(stored).error());
  co_await services.matching.forget(std::move(call.user_id));
  co_return http::Response::json(201, *std::move(stored));
}

Task<Answer> get_results(Services& services, Call call) {
  auto valid = check_uuid(call.parameters[0], "user_id");
  if (!valid) co_return refuse(std::move(valid).error());
  if (fold_case(call.parameters[0]) != call.user_id)
    co_return forbidden("Results are seen by their owner only");
  auto results = co_await services.attachment.results(std::move(call.user_id), call.deadline);
  if (!results) co_return refuse(std::move(results).error());
  co_return http::Response::json(200, *std::move(results));
}

Task<Answer> get_matches(Services& services, Call call) {
  auto limit = read_limit(call.request.query);
  if (!limit) co_return refuse(std::move(limit).error());
  auto daily = co_await services.matching.daily(std::move(call.user_id), *limit, call.deadline);
  if (!daily) co_return refuse(std::move(daily).error());
  if (daily->generated > 0)
    services.metrics.add("saltbitter_matches_generated_total", {},
                         static_cast<double>(daily->generated));
  co_return http::Response::json(200, std::move(daily->json));
}

Task<Answer> post_like(Services& services, Call call) {
  auto valid = check_uuid(call.parameters[0], "match_id");
  if (!valid) co_return refuse(std::move(valid).error());
  auto liked = co_await services.matching.like(std::move(call.user_id),
                                               std::move(call.parameters[0]), call.deadline);
  if (!liked) co_return refuse(std::move(liked).error());
  if (liked->is_new_mutual) services.metrics.add("saltbitter_mutual_matches_total", {});
  JsonWriter json;
  json.begin_object().member("status", "liked").member("mutual_match", liked->is_mutual);
  json.member("message", liked->is_mutual ? "It's a match!" : "Like saved").end_object();
  co_return http::Response::json(200, json.take());
}

Task<Answer> post_pass(Services& services, Call call) {
  auto valid = check_uuid(call.parameters[0], "match_id");
  if (!valid) co_return refuse(std::move(valid).error());
  auto passed = co_await services.matching.pass(std::move(call.user_id),
                                                std::move(call.parameters[0]), call.deadline);
  if (!passed) co_return refuse(std::move(passed).error());
  JsonWriter json;
  json.begin_object()
      .member("status", "passed")
      .member("message", "You will not see this match again")
      .end_object();
  co_return http::Response::json(200, json.take());
}

Task<Answer> post_subscription(Services& services, Call call) {
  auto made = co_await services.payments.subscribe(call.user_id, std::move(call.request.body),
                                                   call.deadline);
  if (!made) co_return refuse(std::move(made).error());
  services.metrics.add("saltbitter_subscriptions_created_total", {{"tier", made->tier}});
  count(services, made->effects);
  co_await services.matching.forget(std::move(call.user_id));
  co_return http::Response::json(201, std::move(made->json));
}

Task<Answer> get_subscription(Services& services, Call call) {
  auto current = co_await services.payments.current(std::move(call.user_id), call.deadline);
  if (!current) co_return refuse(std::move(current).error());
  co_return http::Response::json(200, *std::move(current));
}

Task<Answer> post_webhook(Services& services, Call call) {
  std::string signature(call.request.headers.get("Stripe-Signature"));
  auto effects = co_await services.payments.receive(std::move(signature),
                                                    std::move(call.request.body), call.deadline);
  if (!effects) co_return refuse(std::move(effects).error());
  count(services, *effects);
  if (!effects->changed_tier_of.empty())
    co_await services.matching.forget(effects->changed_tier_of);
  co_return http::Response::json(200, R"({"status":"success"})");
}

Task<Answer> post_export(Services& services, Call call) {
  auto asked = co_await services.compliance.request_export(std::move(call.user_id), call.deadline);
  if (!asked) co_return refuse(std::move(asked).error());
  co_return http::Response::json(202, *std::move(asked));
}

Task<Answer> get_export(Services& services, Call call) {
  auto valid = check_uuid(call.parameters[0], "request_id");
  if (!valid) co_return refuse(std::move(valid).error());
  auto document = co_await services.compliance.read_export(
      std::move(call.user_id), std::move(call.parameters[0]), call.deadline);
  if (!document) co_return refuse(std::move(document).error());
  co_return http::Response::json(200, *std::move(document));
}

Task<Answer> delete_account(Services& services, Call call) {
  auto asked =
      co_await services.compliance.request_deletion(std::move(call.user_id), call.deadline);
  if (!asked) co_return refuse(std::move(asked).error());
  co_return http::Response::json(202, *std::move(asked));
}

Task<Answer> post_keep_account(Services& services, Call call) {
  auto kept = co_await services.compliance.cancel_deletion(std::move(call.user_id), call.deadline);
  if (!kept) co_return refuse(std::move(kept).error());
  co_return http::Response::json(200, *std::move(kept));
}

}  // namespace sb::platform
