#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "saltctl/mail.hpp"
#include "saltctl/session.hpp"

namespace sb::saltctl {
namespace {

namespace alerts = release::alerts;

struct Shown {
  alerts::Silence silence;
  bool is_orphan = false;  // no release that is on its way made it
};

// A silence's key begins with the id of its release.
Result<bool> is_orphan(const Places& places, const alerts::Silence& silence) {
  std::error_code ignored;
  if (!std::filesystem::exists(places.journal(), ignored)) return true;
  SB_TRY(auto journal, release::journal::Journal::open(places.journal()));
  SB_TRY(auto unfinished, journal.unfinished(silence.environment));
  return !unfinished || !silence.key.starts_with(unfinished->release_id);
}

Task<Outcome> collect(Invocation& call, std::vector<std::string> names, std::vector<Shown>& all) {
  SB_CO_TRY(auto found, accounts(call.places));
  for (const auto& name : names) {
    SB_CO_TRY(auto opened, alerts::Alerts::open(alerts_options(call.places, name, found)));
    SB_CO_TRY(auto active, co_await opened.active());
    for (auto& silence : active) {
      SB_CO_TRY(bool orphan, is_orphan(call.places, silence));
      all.push_back({std::move(silence), orphan});
    }
  }
  co_return 0;
}

std::expected<std::vector<std::string>, Failure> names_of(Invocation& call) {
  const std::string name = call.arguments.get("ENV");
  if (name.empty()) return environment_names(call.places.environments());
  SB_TRY(auto environment, declared_environment(call.places, name));
  return std::vector{environment.name};
}

std::string as_json(const std::vector<Shown>& all) {
  std::vector<std::string> rows;
  for (const auto& [silence, orphan] : all)
    rows.push_back(fmt::format(
        R"({{"id":{},"environment":{},"key":{},"reason":{},"until":"{}","orphan":{}}})",
        json::quote(silence.id), json::quote(silence.environment), json::quote(silence.key),
        json::quote(silence.reason), format_rfc3339(silence.until), orphan));
  return fmt::format("[{}]", fmt::join(rows, ","));
}

Task<Outcome> clear(Invocation& call, std::vector<std::string> names) {
  std::vector<Shown> all;
  SB_CO_TRY_VOID(co_await collect(call, names, all));
  SB_CO_TRY(auto found, accounts(call.places));
  std::vector<Shown> cleared;
  for (auto& shown : all) {
    if (!shown.is_orphan) continue;
    SB_CO_TRY(auto opened,
              alerts::Alerts::open(alerts_options(call.places, shown.silence.environment, found)));
    SB_CO_TRY_VOID(co_await opened.unsilence(shown.silence.id));
    cleared.push_back(std::move(shown));
  }
  if (call.wants_json) {
    call.out.line(as_json(cleared));
    co_return 0;
  }
  for (const auto& [silence, orphan] : cleared)
    call.out.line(fmt::format("Ended: {} ({}, was to last until {})", silence.reason,
                              silence.environment, format_rfc3339(silence.until)));
  if (cleared.empty())
    call.out.line("No silence was left behind; those of a release that is on its way are kept.");
  co_return 0;
}

}  // namespace

Outcome run_silences(Invocation& call) {
  SB_TRY(auto names, names_of(call));
  std::vector<Shown> all;
  SB_TRY_VOID(run_task(collect(call, names, all)));
  if (call.wants_json) {
    call.out.line(as_json(all));
    return 0;
  }
  if (all.empty()) {
    call.out.line("Nothing is silenced.");
    return 0;
  }
  std::vector<std::vector<std::string>> rows{{"ENVIRONMENT", "UNTIL", "BY", "WHY"}};
  bool has_orphan = false;
  for (const auto& [silence, orphan] : all) {
    rows.push_back({silence.environment, format_rfc3339(silence.until).substr(0, 19), silence.key,
                    orphan ? silence.reason + call.out.paint(Style::yellow, " (left behind)")
                           : silence.reason});
    has_orphan |= orphan;
  }
  call.out.line(format_table(rows));
  if (has_orphan) call.out.line("To end what was left behind: saltctl silences clear");
  return 0;
}

Outcome run_silences_clear(Invocation& call) {
  SB_TRY(auto names, names_of(call));
  return run_task(clear(call, std::move(names)));
}

}  // namespace sb::saltctl
