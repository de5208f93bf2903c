#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/describe/enum_to_string.hpp>

#include "base/json/codec.hpp"
#include "release/journal/journal.hpp"
#include "saltctl/session.hpp"

namespace sb::saltctl {
namespace {

std::string as_json(const release::journal::ReleaseRow& row) {
  return fmt::format(
      R"({{"release_id":{},"kind":"{}","from_version":{},"to_version":{},"requested_by":{},"started_at":"{}",)"
      R"("ended_at":{},"outcome":"{}","cause":{}}})",
      json::quote(row.release_id), boost::describe::enum_to_string(row.kind, ""),
      json::quote(row.from_version), json::quote(row.to_version), json::quote(row.requested_by),
      format_rfc3339(row.started_at),
      row.ended_at ? json::quote(format_rfc3339(*row.ended_at)) : "null",
      boost::describe::enum_to_string(row.outcome, ""), json::quote(row.cause));
}

}  // namespace

Outcome run_history(Invocation& call) {
  SB_TRY(auto environment, declared_environment(call.places, call.arguments.get("ENV")));
  std::vector<release::journal::ReleaseRow> releases;
  std::error_code ignored;
  if (std::filesystem::exists(call.places.journal(), ignored)) {
    SB_TRY(auto journal, release::journal::Journal::open(call.places.journal()));
    SB_TRY(releases, journal.newest(environment.name, 50));
  }
  if (call.wants_json) {
    std::vector<std::string> rows;
    for (const auto& row : releases) rows.push_back(as_json(row));
    call.out.line(fmt::format("[{}]", fmt::join(rows, ",")));
    return 0;
  }
  if (releases.empty()) {
    call.out.line(fmt::format("No release yet. Make one: saltctl deploy {}", environment.name));
    return 0;
  }
  std::vector<std::vector<std::string>> rows{
      {"RELEASE", "STARTED", "KIND", "FROM", "TO", "BY", "OUTCOME", ""}};
  for (const auto& row : releases) {
    bool is_good = row.outcome == release::Outcome::complete;
    rows.push_back({row.release_id, format_rfc3339(row.started_at).substr(0, 19),
                    boost::describe::enum_to_string(row.kind, ""),
                    row.from_version.empty() ? "-" : row.from_version, row.to_version,
                    row.requested_by,
                    call.out.paint(is_good ? Style::green : Style::yellow,
                                   boost::describe::enum_to_string(row.outcome, "")),
                    row.cause});
  }
  call.out.line(format_table(rows));
  return 0;
}

}  // namespace sb::saltctl
