#include "release/runner/present.hpp"

#include <algorithm>

namespace sb::release {

namespace {
constexpr auto kProbeLimit = std::chrono::seconds(2);
constexpr std::int64_t kLeastSeconds = 30;
constexpr std::int64_t kLeastPeriods = 5;
}  // namespace

Task<bool> is_ready(http::Client& client, std::string url) {
  http::ClientRequest request;
  request.url = std::move(url) + "/ready";
  auto response = co_await client.send(std::move(request), Deadline::after(kProbeLimit));
  co_return response && response->status == 200;
}

Present::Present(EnvironmentConfig config)
    : config_(std::move(config)),
      api_(config_),
      service_(api_, config_.cluster, config_.service),
      metrics_(api_, service_, config_),
      probe_({.ca_file = config_.ca_file, .connect_to = config_.connect_to}) {}

Task<Result<analysis::Reading>> Present::look() {
  const Timestamp at = now();
  const std::int64_t period = config_.metric_period_seconds;
  const std::int64_t stretch = std::max(kLeastSeconds, kLeastPeriods * period);
  const std::int64_t delay = config_.metric_delay();
  const Timestamp began = at - std::chrono::seconds(stretch + delay);
  analysis::Watch watch({.limits = config_.limits,
                         .began = began,
                         .watch_seconds = stretch,
                         .longest_seconds = stretch,
                         .period_seconds = period,
                         .delay_seconds = delay});
  SB_CO_TRY(auto targets, co_await metrics_.find_present_targets());
  SB_CO_TRY(auto seen, co_await metrics_.read(targets, began - std::chrono::seconds(2 * stretch),
                                              at + std::chrono::seconds(1)));
  seen.database = co_await metrics_.database();
  auto reading = watch.look(now(), seen);
  if (!seen.database || !watch.is_connection_count_silent(at)) co_return reading;
  seen.database->is_ready = co_await is_ready(probe_, config_.url);
  co_return watch.look(now(), seen);
}

}  // namespace sb::release
