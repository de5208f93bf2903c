#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/describe/enum_to_string.hpp>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "saltctl/overview.hpp"
#include "saltctl/release_text.hpp"

namespace sb::saltctl {
namespace {

std::string unfinished_json(const release::EnvironmentStatus& status) {
  if (!status.unfinished) return "null";
  return fmt::format(R"({{"release_id":{},"to_version":{},"stage":"{}"}})",
                     json::quote(status.unfinished->release_id),
                     json::quote(status.unfinished->to_version),
                     boost::describe::enum_to_string(status.unfinished->stage, ""));
}

std::string approvals_json(const std::vector<release::PendingApproval>& waiting) {
  std::vector<std::string> rows;
  for (const auto& pending : waiting) rows.push_back(request_json(pending));
  return fmt::format("[{}]", fmt::join(rows, ","));
}

void print(Invocation& call, const Overview& overview, const release::EnvironmentStatus& status) {
  Console& out = call.out;
  bool is_serving = !overview.version.empty();
  out.line(fmt::format("{}  {}", out.paint(Style::bold, overview.environment),
                       is_serving ? out.paint(Style::green, "serves " + overview.version)
                                  : out.paint(Style::red, "does not answer")));
  std::vector<std::vector<std::string>> rows{
      {"  address", fmt::format("{} ({})", overview.url, overview.address)},
      {"  service", fmt::format("{}, {} of {} tasks run, {}", overview.service, overview.running,
                                overview.desired, overview.rollout)},
      {"  revision", overview.revision},
      {"  image", short_digest(overview.image)},
      {"  database", overview.database},
      {"  cache", overview.cache}};
  if (!overview.missing.empty())
    rows.push_back({"  missing", overview.missing + ": no new task can start"});
  for (const auto& traffic : overview.traffic) {
    rows.push_back(
        {"  traffic", fmt::format("{:>3} % to {} ({} of {} healthy)", traffic.weight_percent,
                                  traffic.target_group, traffic.healthy, traffic.registered)});
  }
  if (status.lock) {
    rows.push_back({"  lock", release::describe(*status.lock, status.lock_holder_is_alive
                                                                  ? release::Holder::alive
                                                                  : release::Holder::dead)});
  }
  if (!status.newest.empty()) {
    const auto& last = status.newest.front();
    const std::string outcome = last.outcome == release::Outcome::none
                                    ? "not ended"
                                    : boost::describe::enum_to_string(last.outcome, "");
    rows.push_back(
        {"  last release", fmt::format("{} to {}: {}{}", last.release_id, last.to_version, outcome,
                                       last.cause.empty() ? "" : " (" + last.cause + ")")});
  }
  out.line(format_table(rows));
  for (const auto& pending : status.waiting) {
    out.line(out.paint(
        Style::yellow,
        fmt::format("{} to {} by {} waits for an approval until {}: saltctl approve {}",
                    pending.request.release_id, pending.request.to_version,
                    pending.request.requested_by, format_rfc3339(pending.expires()).substr(0, 19),
                    overview.environment)));
  }
  if (status.unfinished && status.waiting.empty()) {
    out.line(
        out.paint(Style::yellow, fmt::format("A release is unfinished ({}): saltctl resume {}",
                                             status.unfinished->release_id, overview.environment)));
  }
}

Task<Outcome> show(Invocation& call) {
  auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  auto looked = co_await overview_of(session);
  if (!looked) co_return std::unexpected(with_hint(looked.error(), name));
  auto overview = *std::move(looked);
  const auto config = api_config(session);
  release::Api api(config);
  SB_CO_TRY(auto journal, release::journal::Journal::open(session.places.journal()));
  SB_CO_TRY(auto status, co_await release::read_status(api, config, journal));
  if (call.wants_json)
    call.out.line(fmt::format(R"({{"now":{},"unfinished":{},"approvals":{}}})",
                              overview_json(overview), unfinished_json(status),
                              approvals_json(status.waiting)));
  if (!overview.exists) {
    auto why = fmt::format("{} does not run: {}", name, overview.missing);
    if (status.unfinished)
      why += fmt::format("; a release ({}) is unfinished", status.unfinished->release_id);
    co_return std::unexpected(
        Failure(Error{ErrorCode::not_found, std::move(why), {}}, how_to_make(name)));
  }
  if (!call.wants_json) print(call, overview, status);
  co_return overview.version.empty() ? 1 : 0;
}

}  // namespace

Outcome run_status(Invocation& call) {
  return run_task(show(call));
}

}  // namespace sb::saltctl
