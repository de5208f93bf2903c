#include <fmt/format.h>

#include <csignal>

#include "base/async/signals.hpp"
#include "base/async/spawn.hpp"
#include "release/runner/present.hpp"
#include "saltctl/session.hpp"
#include "saltctl/watch_panel.hpp"

namespace sb::saltctl {
namespace {

using release::analysis::Reading;
using release::analysis::Verdict;

constexpr int kBreach = 1;
constexpr auto kPause = std::chrono::seconds(1);

void show(Invocation& call, const Reading& reading, bool is_last) {
  Console& out = call.out;
  if (call.wants_json) return out.line(reading_json(reading));
  if (!out.traits().is_terminal && !is_last) return out.line(watch_line(reading));
  auto lines = watch_panel(reading, out);
  if (!is_last) return out.live(std::move(lines));
  for (const auto& line : lines) out.line(line);
}

Task<> stop_on_signal(bool& is_stopping) {
  co_await wait_for_signal({SIGINT, SIGTERM, SIGHUP});
  is_stopping = true;
}

Task<Outcome> watch(Invocation& call) {
  auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  SB_CO_TRY(auto resources, co_await need_resources(session));
  release::Present present(engine_config(session, resources));
  const bool is_once = call.arguments.has("--once");
  bool is_stopping = false;
  if (!is_once) spawn_logged(co_await current_executor(), "signal", stop_on_signal(is_stopping));
  for (;;) {
    auto reading = co_await present.look();
    if (!reading) co_return std::unexpected(with_hint(std::move(reading).error(), name));
    show(call, *reading, is_once || is_stopping);
    if (is_once || is_stopping) co_return reading->verdict == Verdict::fail ? kBreach : 0;
    for (auto end = Deadline::after(kPause); !is_stopping && !end.has_passed();)
      co_await sleep_for(std::chrono::milliseconds(50));
    if (is_stopping) call.out.end_live();
  }
}

}  // namespace

Outcome run_watch(Invocation& call) {
  return run_task(watch(call));
}

}  // namespace sb::saltctl
