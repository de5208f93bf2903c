#include "integration/notify/statuspage.hpp"

#include <fmt/format.h>

#include <set>

namespace sb::release::fake {

namespace {

const std::set<std::string> kComponentStates{"operational", "degraded_performance",
                                             "partial_outage", "major_outage", "under_maintenance"};
const std::set<std::string> kIncidentStates{"investigating", "identified", "monitoring",
                                            "resolved"};
const std::set<std::string> kImpacts{"none", "minor", "major", "critical"};

http::Response invalid(std::string_view what) {
  return refuse(422, fmt::format(R"({{"error":["{}"]}})", what));
}

std::string text_of(const boost::json::object& o, std::string_view key) {
  const auto* found = o.if_contains(key);
  return found && found->is_string() ? std::string(found->as_string()) : "";
}

}  // namespace

Contract StatusPage::contract() {
  return [this](const http::Request& request) -> http::Response {
    if (request.headers.get("Authorization") != "OAuth " + key)
      return refuse(401, R"({"error":"Could not authenticate"})");
    const std::string base = "/v1/pages/" + page + "/";
    if (!request.path.starts_with(base)) return refuse(404, R"({"error":"not found"})");
    const std::string path = request.path.substr(base.size());
    if (path == "incidents/unresolved" && request.method == "GET") return unresolved();
    if (path.starts_with("components/") && request.method == "PATCH")
      return component(request, path.substr(11));
    if (path == "incidents" && request.method == "POST") return incident(request, "");
    if (path.starts_with("incidents/") && request.method == "PATCH")
      return incident(request, path.substr(10));
    return refuse(404, R"({"error":"not found"})");
  };
}

http::Response StatusPage::component(const http::Request& request, const std::string& id) {
  if (!components.contains(id)) return refuse(404, R"({"error":"no such component"})");
  auto body = boost::json::parse(request.body).as_object();
  const std::string status = text_of(body.at("component").as_object(), "status");
  if (!kComponentStates.contains(status)) return invalid("status is invalid");
  components[id] = status;
  return http::Response::json(200, fmt::format(R"({{"id":"{}"}})", id));
}

http::Response StatusPage::incident(const http::Request& request, const std::string& id) {
  auto body = boost::json::parse(request.body).as_object();
  if (!body.contains("incident")) return invalid("incident is missing");
  auto wanted = body.at("incident").as_object();
  if (id.empty() && text_of(wanted, "name").empty()) return invalid("name is missing");
  if (!kIncidentStates.contains(text_of(wanted, "status"))) return invalid("status is invalid");
  if (wanted.contains("impact_override") && !kImpacts.contains(text_of(wanted, "impact_override")))
    return invalid("impact is invalid");
  for (const auto& [name, entry] : wanted.at("metadata").as_object())
    if (!entry.is_object()) return invalid("metadata's values must be objects");
  if (const auto* named = wanted.if_contains("components"))
    for (const auto& [component, status] : named->as_object()) {
      if (!components.contains(component) ||
          !kComponentStates.contains(std::string(status.as_string())))
        return invalid("components is invalid");
      components[component] = status.as_string();
    }
  if (id.empty()) {
    incidents.push_back(
        {.id = fmt::format("inc{}", incidents.size() + 1), .body = wanted, .updates = 1});
    return http::Response::json(201, fmt::format(R"({{"id":"{}"}})", incidents.back().id));
  }
  for (auto& incident : incidents) {
    if (incident.id != id) continue;
    for (const auto& [name, entry] : wanted) incident.body[name] = entry;
    ++incident.updates;
    return http::Response::json(200, fmt::format(R"({{"id":"{}"}})", id));
  }
  return refuse(404, R"({"error":"no such incident"})");
}

http::Response StatusPage::unresolved() const {
  boost::json::array open;
  for (const auto& incident : incidents) {
    if (text_of(incident.body, "status") == "resolved") continue;
    auto shown = incident.body;
    shown["id"] = incident.id;
    open.push_back(std::move(shown));
  }
  // Somebody else's, without our mark.
  open.push_back(boost::json::object{{"id", "theirs"}, {"name", "DNS"}, {"metadata", {}}});
  return http::Response::json(200, boost::json::serialize(open));
}

}  // namespace sb::release::fake
