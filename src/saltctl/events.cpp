#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "saltctl/operate.hpp"

namespace sb::saltctl {
namespace {

namespace operate = release::operate;

std::string as_json(const aws::ecs::ServiceEvent& event) {
  return fmt::format(R"({{"id":{},"at":{},"message":{}}})", json::quote(event.id.value_or("")),
                     event.createdAt ? json::quote(format_rfc3339(*event.createdAt)) : "null",
                     json::quote(event.message.value_or("")));
}

Task<Outcome> show(Invocation& call) {
  auto name = call.arguments.get("ENV");
  auto text = call.arguments.get("--last", "10");
  std::size_t limit = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size() || limit == 0) {
    co_return std::unexpected(
        Failure(Error{ErrorCode::invalid_argument, "--last takes a number of events, not", text},
                "saltctl events --help", 2));
  }
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  auto service = co_await operate::describe_service(*session.client, service_ref(session));
  if (!service) co_return std::unexpected(with_hint(service.error(), name));
  auto deployment = co_await operate::newest_deployment(*session.client, service_ref(session));
  std::vector<std::string> rows;
  for (std::size_t i = std::min(limit, service->events.size()); i-- > 0;) {
    const auto& event = service->events[i];  // newest first in the answer, oldest first here
    if (call.wants_json) {
      rows.push_back(as_json(event));
      continue;
    }
    auto at = event.createdAt ? format_rfc3339(*event.createdAt).substr(0, 19) + "Z" : "-";
    call.out.line(
        fmt::format("{}  {}", call.out.paint(Style::dim, at), event.message.value_or("")));
  }
  if (call.wants_json) {
    call.out.line(fmt::format("[{}]", fmt::join(rows, ",")));
    co_return 0;
  }
  if (service->events.empty()) call.out.line("ECS has no event of this service.");
  if (deployment && *deployment && operate::is_in_progress(**deployment))
    call.out.line(call.out.paint(
        Style::yellow, "A deployment is in progress: " + operate::describe(**deployment)));
  co_return 0;
}

}  // namespace

Outcome run_events(Invocation& call) {
  return run_task(show(call));
}

}  // namespace sb::saltctl
