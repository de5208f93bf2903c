// Alerts that do not matter during a release are silenced for its time, and only those: Datadog
// downtimes on monitors that opted in by the tag `deploy:mute`. Every silence has an end of its
// own, so that a crash unsilences too. Without a Datadog account a local stand-in keeps the
// silences, over the monitors declared in deploy/datadog/monitors.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/async/task.hpp"
#include "base/clock/clock.hpp"
#include "release/notify/accounts.hpp"

namespace sb::release::alerts {

inline constexpr std::string_view kMuteTag = "deploy:mute";
inline constexpr std::string_view kCriticalTag = "critical";

struct Silence {
  std::string id;  // Datadog's, or "local-…"
  std::string key;
  std::string environment;
  std::string reason;
  Timestamp until{};
  std::vector<std::string> kept;  // the critical monitors that were checked to go on alerting
};

struct AlertsOptions {
  std::string environment;      // "production": the scope
  std::string environment_tag;  // the value of monitors' `env` tag; empty: `environment`
  notify::Datadog datadog;      // with both keys: the real one
  fs::Path store;               // home/release/silences.db, for the stand-in
  fs::Path monitors;            // deploy/datadog/monitors, for the stand-in
  std::string ca_file;
  Duration call_timeout = std::chrono::seconds(5);
};

class Alerts {
 public:
  static Result<Alerts> open(AlertsOptions options);
  Alerts(Alerts&&) noexcept;
  ~Alerts();

  // Idempotent under `key` (the release's id): what is there already is prolonged or returned.
  // failed_precondition when a critical monitor would be covered or is alerting at this moment;
  // then nothing is silenced. An environment without monitors that may be silenced has nothing to
  // silence: then the id is empty, and that is success.
  Task<Result<Silence>> silence(std::string key, std::string reason, Timestamp until);
  // Already gone is success.
  Task<Result<>> unsilence(std::string id);
  // Those that saltctl made for this environment and that have not ended, oldest first.
  Task<Result<std::vector<Silence>>> active();

  bool is_local() const;

 private:
  struct Impl;
  explicit Alerts(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sb::release::alerts
