// Statuspage, as far as a release needs it: components, unresolved incidents, its refusals.
#pragma once

#include <boost/json.hpp>

#include <map>
#include <string>

#include "integration/notify/receiver.hpp"

namespace sb::release::fake {

struct StatusPage {
  std::string page = "kctbh9vrtdwd";
  std::string key = "statuspage-key-0123456789";
  std::map<std::string, std::string> components{{"api1", "operational"}, {"web1", "operational"}};
  struct Incident {
    std::string id;
    boost::json::object body;
    int updates = 0;
  };
  std::vector<Incident> incidents;

  Contract contract();
  std::string status_of(const std::string& id) const {
    for (const auto& incident : incidents)
      if (incident.id == id) return std::string(incident.body.at("status").as_string());
    return "";
  }

 private:
  http::Response component(const http::Request& request, const std::string& id);
  http::Response incident(const http::Request& request, const std::string& id);
  http::Response unresolved() const;
};

}  // namespace sb::release::fake
