#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/async/spawn.hpp"
#include "saltctl/overview.hpp"
#include "saltctl/provision/local_cloud.hpp"
#include "saltctl/provision/processes.hpp"

namespace sb::saltctl {
namespace {

void add_rows(const Console& out, const Overview& overview,
              std::vector<std::vector<std::string>>& rows) {
  bool is_up = !overview.version.empty();
  rows.push_back({out.paint(Style::bold, overview.environment), overview.service,
                  out.paint(is_up ? Style::green : Style::red, is_up ? "serving" : "not answering"),
                  overview.version, overview.url});
  for (const auto& task : overview.tasks) {
    rows.push_back({"", "task " + task.id.substr(0, 12), task.status, task.revision, task.address});
  }
  rows.push_back({"", "database", overview.database.substr(0, overview.database.find(' ')), "",
                  overview.database.substr(overview.database.rfind(' ') + 1)});
  rows.push_back({"", "cache", overview.cache.substr(0, overview.cache.find(' ')), "",
                  overview.cache.substr(overview.cache.rfind(' ') + 1)});
}

Task<Outcome> show(Invocation& call) {
  std::vector<std::string> names = environment_names(call.places.environments());
  if (call.arguments.has("ENV")) names = {call.arguments.get("ENV")};
  auto access = co_await find_cloud(call.places);
  if (!access && !call.arguments.has("ENV")) {
    // A saltcloud that was killed or hangs leaves behind what serves.
    if (const auto left = cloud_processes(call.places.cloud()).size(); left > 0) {
      auto error = std::move(access).error();
      error.message += fmt::format("; what it started goes on ({} processes)", left);
      co_return std::unexpected(
          Failure(std::move(error), "saltctl up ENV   (one that was up: what runs is adopted)"));
    }
    call.out.line(call.wants_json ? R"({"cloud":null,"environments":[]})"
                                  : "Nothing runs here. Start something: saltctl up");
    co_return 0;
  }
  std::vector<std::string> documents;
  std::vector<std::vector<std::string>> rows{{"ENVIRONMENT", "WHAT", "STATE", "VERSION", "WHERE"}};
  for (const auto& name : names) {
    SB_CO_TRY(auto session, co_await open_session(call.places, name));
    SB_CO_TRY(auto overview, co_await overview_of(session));
    if (!overview.exists) continue;
    documents.push_back(overview_json(overview));
    add_rows(call.out, overview, rows);
  }
  if (call.wants_json) {
    call.out.line(fmt::format(R"({{"cloud":"{}","environments":[{}]}})",
                              access ? access->endpoint : "", fmt::join(documents, ",")));
    co_return 0;
  }
  call.out.line(fmt::format("saltcloud answers on {}\n", access ? access->endpoint : "-"));
  call.out.line(rows.size() > 1 ? format_table(rows)
                                : "No environment is up. Start one: saltctl up production");
  co_return 0;
}

}  // namespace

Outcome run_ps(Invocation& call) {
  return run_task(show(call));
}

}  // namespace sb::saltctl
