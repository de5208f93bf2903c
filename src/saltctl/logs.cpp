#include <fmt/format.h>

#include <charconv>
#include <csignal>
#include <set>

#include "aws/model/logs.hpp"
#include "base/async/spawn.hpp"
#include "base/clock/clock.hpp"
#include "base/json/codec.hpp"
#include "base/text/text.hpp"
#include "saltctl/session.hpp"

namespace sb::saltctl {
namespace {

namespace logs = aws::logs;

struct Cursor {
  std::int64_t start_ms = 0;   // of the next look
  std::set<std::string> seen;  // events at start_ms that were shown
};

void show(Invocation& call, const logs::FilteredLogEvent& event) {
  auto at = from_unix_ms(event.timestamp.value_or(0));
  auto stream = event.logStreamName.value_or("");
  if (call.wants_json) {
    call.out.line(json::encode(event));
    return;
  }
  auto task = text::last_part(stream).substr(0, 8);
  call.out.line(fmt::format("{} {} {}", call.out.paint(Style::dim, format_rfc3339(at)),
                            call.out.paint(Style::cyan, task), event.message.value_or("")));
}

Task<Result<>> look(Invocation& call, Session& session, Cursor& cursor) {
  std::optional<std::string> token;
  do {
    logs::FilterLogEventsRequest request;
    request.logGroupName = session.environment.log_group;
    request.startTime = cursor.start_ms;
    request.interleaved = true;
    request.nextToken = token;
    if (call.arguments.has("--filter")) request.filterPattern = call.arguments.get("--filter");
    SB_CO_TRY(auto page, co_await session.client->call<logs::FilterLogEvents>(
                             std::move(request), Deadline::after(std::chrono::seconds(30))));
    for (const auto& event : page.events) {
      auto id = event.eventId.value_or("");
      auto at = event.timestamp.value_or(0);
      if (cursor.seen.contains(id)) continue;
      show(call, event);
      if (at > cursor.start_ms) {
        cursor.start_ms = at;
        cursor.seen.clear();
      }
      cursor.seen.insert(id);
    }
    token = page.nextToken;
  } while (token);
  co_return Result<>{};
}

Task<> stop_on_signal(bool& is_stopping) {
  co_await wait_for_signal({SIGINT, SIGTERM});
  is_stopping = true;
}

Task<Outcome> tail(Invocation& call) {
  auto name = call.arguments.get("ENV", "development");
  auto since = call.arguments.get("--since", "10");
  int minutes = 0;
  auto [end, error] = std::from_chars(since.data(), since.data() + since.size(), minutes);
  if (error != std::errc() || end != since.data() + since.size() || minutes < 0) {
    co_return std::unexpected(
        Failure(Error{ErrorCode::invalid_argument, "--since takes a number of minutes, not", since},
                "saltctl logs --help", 2));
  }
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  Cursor cursor;
  cursor.start_ms = to_unix_ms(now()) - minutes * std::int64_t{60'000};
  bool is_following = call.arguments.has("--follow");
  bool is_stopping = false;
  if (is_following)
    spawn_logged(co_await current_executor(), "signal", stop_on_signal(is_stopping));
  do {
    auto looked = co_await look(call, session, cursor);
    if (!looked) co_return std::unexpected(with_hint(looked.error(), name));
    if (is_following) co_await sleep_for(std::chrono::milliseconds(300));
  } while (is_following && !is_stopping);
  co_return 0;
}

}  // namespace

Outcome run_logs(Invocation& call) {
  return run_task(tail(call));
}

}  // namespace sb::saltctl
