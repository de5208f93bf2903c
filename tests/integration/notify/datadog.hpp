// Datadog's management API, as far as monitors, dashboards and downtimes go, as strict as it is.
#pragma once

#include <boost/json.hpp>

#include <map>
#include <string>

#include "integration/notify/receiver.hpp"

namespace sb::release::fake {

struct DatadogAccount {
  std::string api_key = "dd-api-key-0123456789abcdef";
  std::string app_key = "dd-app-key-0123456789abcdef";
  std::map<std::int64_t, boost::json::object> monitors;
  std::map<std::string, boost::json::object> dashboards;
  std::map<std::string, boost::json::object> downtimes;  // attributes; "status" among them
  int writes = 0;

  Contract contract();

 private:
  http::Response monitor(const http::Request& request, const std::string& path);
  http::Response dashboard(const http::Request& request, const std::string& path);
  http::Response downtime(const http::Request& request, const std::string& id);
  http::Response list_downtimes(const http::Request& request) const;
};

}  // namespace sb::release::fake
