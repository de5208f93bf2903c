#include "integration/notify/datadog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/clock/clock.hpp"
#include "base/crypto/crypto.hpp"

namespace sb::release::fake {

namespace {

namespace json = boost::json;

http::Response errors(int status, std::string_view why) {
  return refuse(status, fmt::format(R"({{"errors":["{}"]}})", why));
}

http::Response ok(int status, const json::value& body) {
  return http::Response::json(status, json::serialize(body));
}

std::string text_of(const json::object& o, std::string_view key) {
  const auto* found = o.if_contains(key);
  return found && found->is_string() ? std::string(found->as_string()) : "";
}

bool has_tags(const json::object& monitor, const std::string& wanted) {
  const auto& tags = monitor.at("tags").as_array();
  return std::ranges::find(tags, json::value(wanted)) != tags.end();
}

// What Datadog finds wrong with a monitor.
std::string problem_with(const json::object& m) {
  const std::string query = text_of(m, "query");
  if (text_of(m, "name").empty() || text_of(m, "type").empty() || query.empty())
    return "The value provided for parameter is invalid";
  const double threshold = m.at("options").at("thresholds").at("critical").to_number<double>();
  const double compared = std::stod(query.substr(query.find_last_of("<>") + 1));
  if (threshold != compared) return "Alert threshold does not match that used in the query";
  return "";
}

std::string problem_with_downtime(const json::object& attributes) {
  if (text_of(attributes, "scope").empty()) return "scope is required";
  const auto& identifier = attributes.at("monitor_identifier").as_object();
  if (identifier.size() != 1) return "exactly one of monitor_id and monitor_tags";
  if (identifier.at("monitor_tags").as_array().empty()) return "monitor_tags must not be empty";
  const auto end = parse_rfc3339(text_of(attributes.at("schedule").as_object(), "end"));
  if (!end || *end <= now()) return "end must be in the future";
  return "";
}

}  // namespace

Contract DatadogAccount::contract() {
  return [this](const http::Request& request) -> http::Response {
    if (request.headers.get("DD-API-KEY") != api_key ||
        request.headers.get("DD-APPLICATION-KEY") != app_key)
      return errors(403, "Forbidden");
    if (!request.body.empty() && request.headers.get("Content-Type") != "application/json")
      return errors(415, "Unsupported media type");
    const std::string v1 = "/api/v1/";
    const std::string down = "/api/v2/downtime";
    if (request.path.starts_with(v1 + "monitor")) return monitor(request, request.path.substr(15));
    if (request.path.starts_with(v1 + "dashboard"))
      return dashboard(request, request.path.substr(17));
    if (request.path == down && request.method == "GET") return list_downtimes(request);
    if (request.path == down || request.path.starts_with(down + "/"))
      return downtime(request, request.path == down ? "" : request.path.substr(down.size() + 1));
    return errors(404, "Not found");
  };
}

http::Response DatadogAccount::monitor(const http::Request& request, const std::string& path) {
  if (request.method == "GET" && path.empty()) {
    const auto wanted = http::query_value(request.query, "monitor_tags").value_or("");
    json::array found;
    for (const auto& [id, monitor] : monitors)
      if (has_tags(monitor, wanted)) found.push_back(monitor);
    return ok(200, found);
  }
  auto body = json::parse(request.body).as_object();
  if (auto why = problem_with(body); !why.empty()) return errors(400, why);
  if (request.method == "POST" && path == "/validate") return ok(200, json::object());
  std::int64_t id = 0;
  if (request.method == "POST" && path.empty()) {
    id = 1000 + static_cast<std::int64_t>(monitors.size());
  } else if (request.method == "PUT" && path.size() > 1) {
    id = std::stoll(path.substr(1));
    if (!monitors.contains(id)) return errors(404, "Monitor not found");
  } else {
    return errors(405, "Method not allowed");
  }
  // What it adds by itself must not look like a difference afterwards.
  body["id"] = id;
  body["overall_state"] = "OK";
  body["creator"] = json::object{{"email", "ops@saltbitter.example"}};
  body["options"].as_object()["silenced"] = json::object();
  monitors[id] = body;
  ++writes;
  return ok(200, body);
}

http::Response DatadogAccount::dashboard(const http::Request& request, const std::string& path) {
  const std::string id = path.empty() ? "" : path.substr(1);
  if (request.method == "GET" && id.empty()) {
    json::array all;
    for (const auto& [key, board] : dashboards)
      all.push_back(
          {{"id", key}, {"title", board.at("title")}, {"description", board.at("description")}});
    return ok(200, json::object{{"dashboards", std::move(all)}});
  }
  if (request.method == "GET")
    return dashboards.contains(id) ? ok(200, dashboards.at(id)) : errors(404, "Not found");
  auto body = json::parse(request.body).as_object();
  if (text_of(body, "title").empty() || !body.contains("widgets")) return errors(400, "Invalid");
  const std::string key = id.empty() ? fmt::format("abc-{}", dashboards.size()) : id;
  if (!id.empty() && !dashboards.contains(id)) return errors(404, "Not found");
  body["id"] = key;
  body["author_handle"] = "ops@saltbitter.example";
  for (auto& widget : body.at("widgets").as_array()) widget.as_object()["id"] = 7;
  dashboards[key] = body;
  ++writes;
  return ok(200, body);
}

http::Response DatadogAccount::downtime(const http::Request& request, const std::string& id) {
  if (request.method == "DELETE") {
    if (!downtimes.contains(id) || text_of(downtimes.at(id), "status") == "canceled")
      return errors(404, "Downtime not found");
    downtimes.at(id)["status"] = "canceled";
    return http::Response::text(204, "");
  }
  auto data = json::parse(request.body).as_object().at("data").as_object();
  if (text_of(data, "type") != "downtime") return errors(400, "type must be downtime");
  auto wanted = data.at("attributes").as_object();
  if (request.method == "PATCH") {
    if (!downtimes.contains(id)) return errors(404, "Downtime not found");
    if (text_of(data, "id") != id) return errors(400, "id does not match");
    for (const auto& [name, value] : wanted) downtimes.at(id)[name] = value;
    return ok(200, json::object{{"data", {{"id", id}, {"attributes", downtimes.at(id)}}}});
  }
  if (auto why = problem_with_downtime(wanted); !why.empty()) return errors(400, why);
  const std::string fresh = crypto::uuid4();
  wanted["status"] = "active";
  downtimes[fresh] = wanted;
  return ok(200,
            json::object{{"data", {{"id", fresh}, {"type", "downtime"}, {"attributes", wanted}}}});
}

http::Response DatadogAccount::list_downtimes(const http::Request& request) const {
  const auto limit = std::stoul(http::query_value(request.query, "page[limit]").value_or("30"));
  const auto offset = std::stoul(http::query_value(request.query, "page[offset]").value_or("0"));
  const bool current = http::query_value(request.query, "current_only") == "true";
  json::array all;
  for (const auto& [id, attributes] : downtimes)
    if (!current || text_of(attributes, "status") == "active")
      all.push_back({{"id", id}, {"type", "downtime"}, {"attributes", attributes}});
  json::array page;
  for (std::size_t i = offset; i < all.size() && page.size() < limit; ++i) page.push_back(all[i]);
  return ok(200, json::object{{"data", std::move(page)}});
}

}  // namespace sb::release::fake
