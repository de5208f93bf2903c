// Where silences live: Datadog's downtimes, or a file of our own. Private to this folder.
#pragma once

#include "release/alerts/alerts.hpp"
#include "release/alerts/datadog_api.hpp"

namespace sb::release::alerts {

inline constexpr std::string_view kLocalPrefix = "local-";  // ids of the stand-in's silences

class Silencer {
 public:
  virtual ~Silencer() = default;
  // Those that carry the tag, of any environment.
  virtual Task<Result<std::vector<MonitorSeen>>> monitors(std::string tag) = 0;
  // Ours, of the environment, not ended.
  virtual Task<Result<std::vector<Silence>>> active() = 0;
  virtual Task<Result<std::string>> create(Silence wanted) = 0;  // its id
  virtual Task<Result<>> prolong(Silence silence) = 0;
  virtual Task<Result<>> remove(std::string id) = 0;  // already gone is success
};

std::unique_ptr<Silencer> datadog_silencer(const AlertsOptions& options);
Result<std::unique_ptr<Silencer>> local_silencer(const AlertsOptions& options);

// Why nothing may be silenced now, or nothing.
Result<> check_critical(const std::vector<MonitorSeen>& monitors, const std::string& environment);

}  // namespace sb::release::alerts
