// Statuspage: components, and one incident at a time for each environment. An incident of ours
// carries what it is about in its metadata, which is how it is found again after a crash.
#include <fmt/format.h>

#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>

#include "base/json/codec.hpp"
#include "release/notify/calls.hpp"

namespace sb::release::notify {

namespace {

constexpr std::size_t kBodyLimit = 25'000;

struct Mark {
  std::string environment;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(Mark, (), (environment, message))
struct Metadata {
  std::optional<Mark> saltbitter;
};
BOOST_DESCRIBE_STRUCT(Metadata, (), (saltbitter))
struct IncidentSeen {
  std::string id;
  std::optional<Metadata> metadata;
};
BOOST_DESCRIBE_STRUCT(IncidentSeen, (), (id, metadata))

http::ClientRequest call(const Accounts& accounts, std::string method, std::string_view path,
                         std::string body) {
  http::ClientRequest request{
      .method = std::move(method),
      .url =
          fmt::format("{}/v1/pages/{}/{}", accounts.statuspage_url, accounts.statuspage_page, path),
      .headers = {{"Authorization", "OAuth " + accounts.statuspage_key.reveal()}},
      .body = std::move(body)};
  if (!request.body.empty()) request.headers.add("Content-Type", "application/json");
  return request;
}

std::string name_of(ComponentStatus status) {
  return boost::describe::enum_to_string(status, "operational");
}

}  // namespace

http::ClientRequest statuspage_component_call(const Accounts& accounts,
                                              const std::string& component,
                                              ComponentStatus status) {
  boost::json::object body{{"component", boost::json::object{{"status", name_of(status)}}}};
  return call(accounts, "PATCH", "components/" + component, boost::json::serialize(body));
}

http::ClientRequest statuspage_unresolved_call(const Accounts& accounts) {
  return call(accounts, "GET", "incidents/unresolved", "");
}

Result<OpenIncident> find_incident(const std::string& body, const std::string& environment) {
  SB_TRY(auto all, json::decode<std::vector<IncidentSeen>>(body));
  for (const auto& incident : all)
    if (incident.metadata && incident.metadata->saltbitter &&
        incident.metadata->saltbitter->environment == environment)
      return OpenIncident{.id = incident.id, .message = incident.metadata->saltbitter->message};
  return OpenIncident{};
}

http::ClientRequest statuspage_incident_call(const Accounts& accounts, const Message& message,
                                             const OpenIncident& open) {
  const StatusUpdate& update = *message.status;
  const bool resolves = update.incident == IncidentStep::resolve;
  boost::json::object incident{
      {"status", resolves ? "resolved" : update.incident_status},
      {"body", cut(update.body, kBodyLimit)},
      {"metadata",
       boost::json::object{{"saltbitter", boost::json::object{{"environment", message.environment},
                                                              {"message", message.id}}}}}};
  if (!resolves) incident["impact_override"] = update.impact;
  if (open.id.empty()) incident["name"] = "Disturbance of the service";
  if (update.component != ComponentStatus::unchanged && !accounts.statuspage_components.empty()) {
    boost::json::object components;
    boost::json::array ids;
    for (const auto& id : accounts.statuspage_components) {
      components[id] = name_of(update.component);
      ids.emplace_back(id);
    }
    incident["components"] = std::move(components);
    incident["component_ids"] = std::move(ids);
  }
  const std::string body =
      boost::json::serialize(boost::json::object{{"incident", std::move(incident)}});
  return open.id.empty() ? call(accounts, "POST", "incidents", body)
                         : call(accounts, "PATCH", "incidents/" + open.id, body);
}

}  // namespace sb::release::notify
