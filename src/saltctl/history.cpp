// `saltctl history`: releases, and what operators did between them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>

#include "base/json/codec.hpp"
#include "base/text/text.hpp"
#include "saltctl/procedure.hpp"

namespace sb::saltctl {
namespace {

constexpr std::size_t kLimit = 50;

struct Row {
  std::string id;
  std::string kind;
  std::string from;
  std::string to;
  std::string revision;  // as `saltctl rollback --to` takes it; empty: it never ran
  std::string by;
  Timestamp started_at{};
  std::optional<Timestamp> ended_at;
  std::string outcome;
  std::string cause;
};

Row row_of(const release::journal::ReleaseRow& release) {
  return {.id = release.release_id,
          .kind = boost::describe::enum_to_string(release.kind, ""),
          .from = release.from_version,
          .to = release.to_version,
          .revision = {},
          .by = release.requested_by,
          .started_at = release.started_at,
          .ended_at = release.ended_at,
          .outcome = boost::describe::enum_to_string(release.outcome, ""),
          .cause = release.cause};
}

Row row_of(const release::journal::ProcedureRecord& record) {
  const auto& procedure = record.procedure;
  Row row{.id = procedure.id,
          .kind = procedure.what,
          .from = procedure.fact(procedure_facts::kFrom),
          .to = subject_of(procedure),
          .revision = {},
          .by = procedure.by,
          .started_at = procedure.at,
          .ended_at = {},
          .outcome = "none",
          .cause = {}};
  if (!record.end) return row;
  row.ended_at = record.end->at;
  row.outcome = record.end->outcome;
  row.cause = record.end->why;
  return row;
}

Result<std::vector<Row>> read_rows(const Places& places, const std::string& environment) {
  std::vector<Row> rows;
  std::error_code ignored;
  if (!std::filesystem::exists(places.journal(), ignored)) return rows;
  SB_TRY(auto journal, release::journal::Journal::open(places.journal()));
  SB_TRY(auto releases, journal.newest(environment, kLimit));
  SB_TRY(auto procedures, release::journal::Procedures(journal).newest(environment, kLimit));
  SB_TRY(auto ledger, journal.ledger(environment, kLimit));
  for (const auto& release : releases) {
    rows.push_back(row_of(release));
    // Each revision beside the last release that judged it.
    auto judged =
        std::ranges::find(ledger, release.release_id, &release::journal::LedgerRow::release_id);
    if (judged != ledger.end()) rows.back().revision = text::last_part(judged->task_definition);
  }
  for (const auto& procedure : procedures) rows.push_back(row_of(procedure));
  std::ranges::sort(rows, std::ranges::greater{}, &Row::started_at);
  if (rows.size() > kLimit) rows.resize(kLimit);
  return rows;
}

std::string as_json(const Row& row) {
  return fmt::format(
      R"({{"release_id":{},"kind":"{}","from_version":{},"to_version":{},"revision":{},"requested_by":{},"started_at":"{}",)"
      R"("ended_at":{},"outcome":"{}","cause":{}}})",
      json::quote(row.id), row.kind, json::quote(row.from), json::quote(row.to),
      json::quote(row.revision), json::quote(row.by), format_rfc3339(row.started_at),
      row.ended_at ? json::quote(format_rfc3339(*row.ended_at)) : "null", row.outcome,
      json::quote(row.cause));
}

}  // namespace

Outcome run_history(Invocation& call) {
  SB_TRY(auto environment, declared_environment(call.places, call.arguments.get("ENV")));
  SB_TRY(auto found, read_rows(call.places, environment.name));
  if (call.wants_json) {
    std::vector<std::string> rows;
    for (const auto& row : found) rows.push_back(as_json(row));
    call.out.line(fmt::format("[{}]", fmt::join(rows, ",")));
    return 0;
  }
  if (found.empty()) {
    call.out.line(fmt::format("No release yet. Make one: saltctl deploy {}", environment.name));
    return 0;
  }
  std::vector<std::vector<std::string>> rows{
      {"ID", "STARTED", "KIND", "FROM", "TO", "REVISION", "BY", "OUTCOME", ""}};
  for (const auto& row : found) {
    bool is_good = row.outcome == "complete";
    rows.push_back({row.id, format_rfc3339(row.started_at).substr(0, 19), row.kind,
                    row.from.empty() ? "-" : row.from, row.to,
                    row.revision.empty() ? "-" : row.revision, row.by,
                    call.out.paint(is_good ? Style::green : Style::yellow,
                                   row.outcome == "none" ? "not ended" : row.outcome),
                    row.cause});
  }
  call.out.line(format_table(rows));
  return 0;
}

}  // namespace sb::saltctl
