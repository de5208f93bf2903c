#include "release/journal/procedures.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json/codec.hpp"

namespace sb::release::journal {

namespace {

constexpr std::string_view kBegun = "procedure_begun";
constexpr std::string_view kEnded = "procedure_ended";

Result<std::optional<ProcedureRecord>> fold(const std::vector<Record>& records) {
  std::optional<ProcedureRecord> found;
  for (const auto& record : records) {
    if (record.type == fmt::format("note:{}", kBegun)) {
      SB_TRY(auto procedure, json::decode<Procedure>(record.body));
      found = ProcedureRecord{std::move(procedure), {}};
    } else if (record.type == fmt::format("note:{}", kEnded) && found) {
      SB_TRY(found->end, json::decode<ProcedureEnd>(record.body));
    }
  }
  return found;
}

}  // namespace

Result<> Procedures::begin(const Procedure& procedure) {
  return journal_.note(procedure.id, kBegun, json::encode(procedure), procedure.at);
}

Result<> Procedures::end(const Procedure& procedure, const ProcedureEnd& end) {
  return journal_.note(procedure.id, kEnded, json::encode(end), end.at);
}

Result<std::optional<ProcedureRecord>> Procedures::find(const std::string& id) {
  SB_TRY(auto records, journal_.records(id));
  return fold(records);
}

Result<std::vector<ProcedureRecord>> Procedures::newest(const std::string& environment,
                                                        std::size_t limit) {
  SB_TRY(auto begun, journal_.notes(kBegun));
  std::ranges::reverse(begun);
  std::vector<ProcedureRecord> found;
  for (const auto& record : begun) {
    if (found.size() == limit) break;
    SB_TRY(auto whole, find(record.release_id));
    if (whole && whole->procedure.environment == environment) found.push_back(*std::move(whole));
  }
  return found;
}

Result<std::optional<Procedure>> Procedures::unfinished(const std::string& environment) {
  SB_TRY(auto begun, journal_.notes(kBegun));
  SB_TRY(auto ended, journal_.notes(kEnded));
  std::optional<Procedure> found;
  for (const auto& record : begun) {
    if (std::ranges::find(ended, record.release_id, &Record::release_id) != ended.end()) continue;
    SB_TRY(auto procedure, json::decode<Procedure>(record.body));
    if (procedure.environment == environment) found = std::move(procedure);
  }
  return found;
}

bool has_ended(Journal& journal, const std::string& release_or_procedure) {
  auto row = journal.find(release_or_procedure);
  if (row && *row) return (*row)->ended_at.has_value();
  auto procedure = Procedures(journal).find(release_or_procedure);
  return procedure && *procedure && (*procedure)->end;
}

}  // namespace sb::release::journal
