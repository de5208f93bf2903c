#include "release/alerts/alerts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "release/alerts/silencer.hpp"

namespace sb::release::alerts {

struct Alerts::Impl {
  AlertsOptions options;
  std::unique_ptr<Silencer> silencer;
};

namespace {

// Without an `env` tag a monitor is everybody's.
bool concerns(const MonitorSeen& monitor, const std::string& environment) {
  const bool names_one =
      std::ranges::any_of(monitor.tags, [](const auto& tag) { return tag.starts_with("env:"); });
  return !names_one || monitor.has_tag("env:" + environment);
}

}  // namespace

// A critical monitor that carries the mute tag would be silenced too; one that alerts already says
// that this is no time to look away; and without any, nobody would see the release break things.
Result<> check_critical(const std::vector<MonitorSeen>& monitors, const std::string& environment) {
  bool found_one = false;
  for (const auto& monitor : monitors) {
    if (!concerns(monitor, environment)) continue;
    found_one = true;
    if (monitor.has_tag(kMuteTag))
      return fail(ErrorCode::failed_precondition,
                  fmt::format("the monitor \u201c{}\u201d is tagged both {} and {}, so it would be "
                              "silenced; take {} off it, or: saltctl monitors apply",
                              monitor.name, kCriticalTag, kMuteTag, kMuteTag));
    if (monitor.state == "Alert")
      return fail(ErrorCode::failed_precondition,
                  fmt::format("the critical monitor \u201c{}\u201d alerts at this moment; nothing "
                              "is silenced",
                              monitor.name));
  }
  if (!found_one)
    return fail(ErrorCode::failed_precondition,
                fmt::format("no monitor of {} is tagged {}, so nothing is silenced: saltctl "
                            "monitors apply",
                            environment, kCriticalTag));
  return {};
}

Result<Alerts> Alerts::open(AlertsOptions options) {
  if (options.environment.empty())
    return fail(ErrorCode::invalid_argument, "alerts need an environment", "environment");
  if (options.environment_tag.empty()) options.environment_tag = options.environment;
  auto impl = std::make_unique<Impl>();
  if (options.datadog.can_manage()) {
    impl->silencer = datadog_silencer(options);
  } else {
    SB_TRY(impl->silencer, local_silencer(options));
  }
  impl->options = std::move(options);
  return Alerts(std::move(impl));
}

Alerts::Alerts(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Alerts::Alerts(Alerts&&) noexcept = default;
Alerts::~Alerts() = default;

bool Alerts::is_local() const {
  return !impl_->options.datadog.can_manage();
}

Task<Result<Silence>> Alerts::silence(std::string key, std::string reason, Timestamp until) {
  if (key.empty() || until <= now())
    co_return fail(ErrorCode::invalid_argument, "a silence needs a key and an end in the future");
  const std::string& environment = impl_->options.environment_tag;
  SB_CO_TRY(auto mutable_ones, co_await impl_->silencer->monitors(std::string(kMuteTag)));
  std::erase_if(mutable_ones, [&](const auto& monitor) { return !concerns(monitor, environment); });
  if (mutable_ones.empty()) co_return Silence{};
  SB_CO_TRY(auto monitors, co_await impl_->silencer->monitors(std::string(kCriticalTag)));
  std::erase_if(monitors, [&](const auto& monitor) { return !concerns(monitor, environment); });
  SB_CO_TRY_VOID(check_critical(monitors, environment));
  Silence wanted{.id = {},
                 .key = std::move(key),
                 .environment = impl_->options.environment,
                 .reason = std::move(reason),
                 .until = until,
                 .kept = {}};
  for (const auto& monitor : monitors) wanted.kept.push_back(monitor.name);
  // Made before a crash, or by an attempt whose answer was lost.
  SB_CO_TRY(auto present, co_await impl_->silencer->active());
  for (const auto& silence : present) {
    if (silence.key != wanted.key) continue;
    wanted.id = silence.id;
    if (silence.until < until) SB_CO_TRY_VOID(co_await impl_->silencer->prolong(wanted));
    wanted.until = std::max(silence.until, until);
    co_return wanted;
  }
  SB_CO_TRY(wanted.id, co_await impl_->silencer->create(wanted));
  co_return wanted;
}

Task<Result<>> Alerts::unsilence(std::string id) {
  if (id.empty()) co_return Result<>{};
  co_return co_await impl_->silencer->remove(std::move(id));
}

Task<Result<std::vector<Silence>>> Alerts::active() {
  co_return co_await impl_->silencer->active();
}

}  // namespace sb::release::alerts
