// Handlers that tell about the service itself.
#include <fmt/format.h>

#include "base/log/log.hpp"
#include "platform/api/routes.hpp"
#include "platform/api/schema.hpp"
#include "platform/faults/faults.hpp"
#include "platform/wire/json_writer.hpp"

namespace sb::platform {

namespace {

using Answer = Outcome<http::Response>;

constexpr auto kCheckTimeout = std::chrono::seconds(2);

struct Check {
  bool is_ok = false;
  std::string text;
  std::string why;  // for the log: more than anybody who asks is told
};

Task<Check> check_schema(Services& services) {
  auto rows = co_await services.pool.query("SELECT version_num FROM alembic_version", {},
                                           Deadline::after(kCheckTimeout));
  constexpr std::string_view kNoSuchTable = "42P01";
  if (!rows && rows.error().subject == kNoSuchTable) co_return Check{false, "schema missing"};
  if (!rows) co_return Check{false, "unreachable", rows.error().text()};
  std::string_view required = services.config.min_schema.empty()
                                  ? kMinimumRevision
                                  : std::string_view(services.config.min_schema);
  std::string_view current = rows->empty() ? std::string_view() : rows->text(0, 0);
  if (!is_at_or_past(current, required))
    co_return Check{false, "schema behind",
                    fmt::format("the database is at {}, this version needs {} or later: alembic "
                                "upgrade head",
                                current.empty() ? "no revision" : current, required)};
  co_return Check{true, "ok"};
}

Task<Check> check_redis(Services& services) {
  if (!services.redis) co_return Check{true, "not configured"};
  redis::Command ping{"PING"};
  auto reply = co_await services.redis->command(std::move(ping), Deadline::after(kCheckTimeout));
  if (!reply) co_return Check{false, "unreachable"};
  co_return Check{true, "ok"};
}

}  // namespace

Task<Answer> get_root(Services& services, Call) {
  JsonWriter json;
  json.begin_object().member("name", "SaltBitter API").member("version", services.config.version);
  json.member("status", "online").member("docs", "/docs").end_object();
  co_return http::Response::json(200, json.take());
}

Task<Answer> get_health(Services&, Call) {
  co_return http::Response::json(200, R"({"status":"healthy"})");
}

Task<Answer> get_ready(Services& services, Call) {
  Check postgres = co_await check_schema(services);
  Check redis = co_await check_redis(services);
  auto faults = parse_faults(services.config.faults);
  bool is_refused = faults && faults->never_ready;
  bool is_ready = postgres.is_ok && !is_refused;
  std::string_view status = !is_ready ? "unavailable" : (redis.is_ok ? "ready" : "degraded");
  if (!is_ready)
    log::warning("not ready",
                 {{"postgres", postgres.text},
                  {"why", postgres.is_ok ? "the fault never_ready was asked for" : postgres.why}});
  JsonWriter json;
  json.begin_object().member("status", status).key("checks").begin_object();
  json.member("postgres", postgres.text).member("redis", redis.text);
  if (is_refused) json.member("faults", "never_ready");
  json.end_object().end_object();
  co_return http::Response::json(is_ready ? 200 : 503, json.take());
}

Task<Answer> get_metrics(Services& services, Call) {
  services.metrics.set("saltbitter_http_requests_in_flight", {}, services.requests_in_flight);
  auto in_use = static_cast<double>(services.pool.in_use());
  services.metrics.set("saltbitter_db_connections", {{"state", "in_use"}}, in_use);
  services.metrics.set("saltbitter_db_connections", {{"state", "idle"}},
                       static_cast<double>(services.pool.open()) - in_use);
  http::Response response = http::Response::text(200, services.metrics.text());
  response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  co_return response;
}

Task<Answer> get_openapi(Services&, Call) {
  co_return http::Response::json(200, openapi_document());
}

// JSON is YAML 1.2.
Task<Answer> get_openapi_yaml(Services&, Call) {
  http::Response response = http::Response::text(200, openapi_document());
  response.headers.set("Content-Type", "application/yaml");
  co_return response;
}

Task<Answer> get_docs(Services&, Call) {
  std::string page =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>SaltBitter API</title>"
      "<style>body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 "
      "1em}td{padding:.2em 1em .2em 0}"
      "code{font-size:95%}</style><h1>SaltBitter API</h1><p>Machine-readable: <a "
      "href=\"/openapi.json\">openapi.json"
      "</a>.</p><table>";
  for (const Route& route : routes()) {
    page += "<tr><td><code>" + std::string(route.method) + "</code><td><code>" +
            std::string(route.path) + "</code><td>" + std::string(route.summary);
    page += route.access == Access::bearer ? "<td>token" : "<td>";
  }
  page += "</table></html>\n";
  http::Response response = http::Response::text(200, std::move(page));
  response.headers.set("Content-Type", "text/html; charset=utf-8");
  response.headers.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  co_return response;
}

}  // namespace sb::platform
