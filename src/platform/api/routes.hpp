// The table of routes: one line each, with everything that is true of a route before it is handled.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/message.hpp"
#include "platform/api/services.hpp"
#include "platform/wire/api_error.hpp"

namespace sb::platform {

// One request on its way through a handler.
struct Call {
  http::Request request;
  std::string user_id;                  // set on routes that ask for a bearer token
  std::vector<std::string> parameters;  // of the path
  std::string client_address;
  Deadline deadline = Deadline::never();
};

enum class Access { open, bearer };
enum class Limit { none, standard, credentials, photo };
enum class Body { none, json, raw, photo };

using Handler = Task<Outcome<http::Response>> (*)(Services&, Call);

struct Route {
  std::string_view method;
  std::string_view path;
  Handler handler;
  Access access;
  Limit limit;
  Body body;
  std::string_view summary;
};

std::span<const Route> routes();

// Handlers, by file.
Task<Outcome<http::Response>> get_root(Services&, Call);
Task<Outcome<http::Response>> get_health(Services&, Call);
Task<Outcome<http::Response>> get_ready(Services&, Call);
Task<Outcome<http::Response>> get_metrics(Services&, Call);
Task<Outcome<http::Response>> get_openapi(Services&, Call);
Task<Outcome<http::Response>> get_openapi_yaml(Services&, Call);
Task<Outcome<http::Response>> get_docs(Services&, Call);

Task<Outcome<http::Response>> post_register(Services&, Call);
Task<Outcome<http::Response>> post_login(Services&, Call);
Task<Outcome<http::Response>> post_refresh(Services&, Call);
Task<Outcome<http::Response>> post_logout(Services&, Call);
Task<Outcome<http::Response>> get_me(Services&, Call);

Task<Outcome<http::Response>> get_profile(Services&, Call);
Task<Outcome<http::Response>> put_profile(Services&, Call);
Task<Outcome<http::Response>> post_profile(Services&, Call);

Task<Outcome<http::Response>> get_public_profile(Services&, Call);
Task<Outcome<http::Response>> post_photo(Services&, Call);
Task<Outcome<http::Response>> delete_photo(Services&, Call);
Task<Outcome<http::Response>> get_photo(Services&, Call);

Task<Outcome<http::Response>> get_assessment(Services&, Call);
Task<Outcome<http::Response>> post_assessment(Services&, Call);
Task<Outcome<http::Response>> get_results(Services&, Call);

Task<Outcome<http::Response>> get_matches(Services&, Call);
Task<Outcome<http::Response>> post_like(Services&, Call);
Task<Outcome<http::Response>> post_pass(Services&, Call);

Task<Outcome<http::Response>> post_subscription(Services&, Call);
Task<Outcome<http::Response>> get_subscription(Services&, Call);
Task<Outcome<http::Response>> post_webhook(Services&, Call);

Task<Outcome<http::Response>> post_export(Services&, Call);
Task<Outcome<http::Response>> get_export(Services&, Call);
Task<Outcome<http::Response>> delete_account(Services&, Call);
Task<Outcome<http::Response>> post_keep_account(Services&, Call);

Task<Outcome<http::Response>> put_subscription(Services&, Call);
Task<Outcome<http::Response>> delete_subscription(Services&, Call);
Task<Outcome<http::Response>> get_payments(Services&, Call);
Task<Outcome<http::Response>> post_consent(Services&, Call);
Task<Outcome<http::Response>> get_consents(Services&, Call);
Task<Outcome<http::Response>> get_conversations(Services&, Call);
Task<Outcome<http::Response>> get_conversation(Services&, Call);
Task<Outcome<http::Response>> post_message(Services&, Call);
Task<Outcome<http::Response>> post_block(Services&, Call);
Task<Outcome<http::Response>> delete_block(Services&, Call);
Task<Outcome<http::Response>> post_report(Services&, Call);

// The OpenAPI 3.1 description of routes(), as JSON.
std::string openapi_document();

}  // namespace sb::platform
