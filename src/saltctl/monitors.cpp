#include "release/alerts/monitors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "saltctl/mail.hpp"
#include "saltctl/operate.hpp"

namespace sb::saltctl {
namespace {

namespace alerts = release::alerts;
using alerts::ChangeKind;

bool is_write(const alerts::Change& change) {
  return change.kind == ChangeKind::create || change.kind == ChangeKind::update;
}

void show(Console& out, const std::vector<alerts::Change>& changes) {
  for (const auto& change : changes) {
    const std::string name = fmt::format("{} “{}”", change.what, change.name);
    switch (change.kind) {
      case ChangeKind::create:
        out.line(out.paint(Style::green, "+ " + name));
        break;
      case ChangeKind::update:
        out.line(out.paint(Style::yellow, "~ " + name));
        for (const auto& field : change.fields) out.line("    " + field);
        break;
      case ChangeKind::unchanged:
        out.line(out.paint(Style::dim, "= " + name));
        break;
      case ChangeKind::undeclared:
        out.line(out.paint(Style::yellow,
                           fmt::format("? {} is not declared any more; if it is not wanted, "
                                       "delete it in Datadog (id {})",
                                       name, change.id)));
        break;
    }
  }
}

// The declarations are read first, so that a mistake in them is said even without an account.
struct Ready {
  fs::Path folder;
  release::notify::Datadog account;
};

std::expected<Ready, Failure> get_ready(Invocation& call) {
  Ready ready{.folder = call.places.deploy / "datadog", .account = {}};
  SB_TRY(auto monitors, alerts::load_monitors(ready.folder / "monitors"));
  SB_TRY(auto dashboards, alerts::load_dashboards(ready.folder / "dashboards"));
  SB_TRY(auto found, accounts(call.places));
  if (found.datadog.can_manage()) {
    ready.account = found.datadog;
    return ready;
  }
  const bool is_held_back =
      std::ranges::find(found.held_back, "DD_API_KEY") != found.held_back.end();
  return std::unexpected(Failure(
      Error{ErrorCode::failed_precondition,
            fmt::format("{} monitors and {} dashboards are declared and well-formed; {}",
                        monitors.size(), dashboards.size(),
                        is_held_back ? "Datadog's keys are not used in a rehearsal on the local "
                                       "cloud unless SALTBITTER_NOTIFY=real"
                                     : "to compare them with Datadog, set DD_API_KEY and "
                                       "DD_APP_KEY (and DD_SITE)"),
            {}},
      "saltctl monitors diff --help"));
}

Outcome with_hint_of(const Error& error) {
  return std::unexpected(Failure(error, "saltctl monitors diff --help"));
}

}  // namespace

Outcome run_monitors_diff(Invocation& call) {
  auto ready = get_ready(call);
  if (!ready) return std::unexpected(ready.error());
  alerts::Declarations declared(ready->folder, ready->account);
  auto changes = run_task(declared.diff());
  if (!changes) return with_hint_of(changes.error());
  if (call.wants_json) {
    call.out.line(json::encode(*changes));
  } else {
    show(call.out, *changes);
    const auto count = std::ranges::count_if(*changes, is_write);
    call.out.line(count == 0 ? "Datadog has what is declared."
                             : fmt::format("{} to write: saltctl monitors apply", count));
  }
  return std::ranges::any_of(*changes, is_write) ? 1 : 0;
}

Outcome run_monitors_apply(Invocation& call) {
  auto ready = get_ready(call);
  if (!ready) return std::unexpected(ready.error());
  alerts::Declarations declared(ready->folder, ready->account);
  auto changes = run_task(declared.diff());
  if (!changes) return with_hint_of(changes.error());
  Screen screen(call);
  show(screen.console, *changes);
  if (std::ranges::none_of(*changes, is_write)) {
    call.out.line(call.wants_json ? json::encode(*changes) : "Datadog has what is declared.");
    return 0;
  }
  SB_TRY(auto goes_ahead, may_go_ahead(call, screen, "Write these to Datadog?"));
  if (!goes_ahead) return declined();
  auto done = run_task(declared.apply());
  if (!done) return with_hint_of(done.error());
  const auto count = std::ranges::count_if(*done, is_write);
  call.out.line(call.wants_json ? json::encode(*done)
                                : fmt::format("{} written to Datadog.", count));
  return 0;
}

}  // namespace sb::saltctl
