#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/describe/enum_to_string.hpp>

#include "base/json/codec.hpp"
#include "release/engine/codec.hpp"
#include "release/gates/checklist.hpp"
#include "release/journal/journal.hpp"
#include "release/notify/outbox.hpp"
#include "saltctl/mail.hpp"
#include "saltctl/procedure.hpp"
#include "saltctl/release_run.hpp"
#include "saltctl/release_text.hpp"
#include "saltctl/release_view.hpp"

namespace sb::saltctl {
namespace {

namespace rel = release;

struct Moment {
  Timestamp at{};
  std::string what;
};

// Everything that is kept of one release.
struct Record {
  rel::State state;
  std::vector<Moment> timeline;
  std::vector<rel::Box> boxes;
  std::vector<rel::notify::Entry> messages;  // oldest first
};

// What the release was doing, each time that it changed, and what went wrong on the way.
std::vector<Moment> timeline_of(const rel::Plan& plan, const std::vector<rel::Event>& events) {
  std::vector<Moment> moments;
  rel::State state = rel::initial(plan);
  std::string last;
  for (const auto& event : events) {
    state = rel::step(state, event).state;
    if (const auto* failed = std::get_if<rel::ActionFailed>(&event.body))
      moments.push_back({event.at, fmt::format("! {}{}", failed->message,
                                               failed->retryable ? " (tried again)" : "")});
    if (const auto* resumed = std::get_if<rel::Resumed>(&event.body))
      moments.push_back({event.at, "resumed by " + resumed->by});
    std::string now = !state.is_interrupted      ? rel::progress(state)
                      : state.last_error.empty() ? "interrupted"
                                                 : "interrupted: " + state.last_error;
    if (now == last) continue;
    moments.push_back({event.at, now});
    last = std::move(now);
  }
  return moments;
}

Result<std::vector<rel::notify::Entry>> messages_of(const Places& places, const std::string& id) {
  std::vector<rel::notify::Entry> found;
  std::error_code ignored;
  if (!std::filesystem::exists(outbox_file(places), ignored)) return found;
  SB_TRY(auto outbox, rel::notify::Outbox::open(outbox_file(places)));
  SB_TRY(auto entries, outbox.entries(std::nullopt, 10'000));
  for (auto it = entries.rbegin(); it != entries.rend(); ++it)
    if (it->message.release_id == id) found.push_back(*it);
  return found;
}

Result<rel::journal::Journal> open_journal(const Places& places, const std::string& id) {
  std::error_code ignored;
  if (!std::filesystem::exists(places.journal(), ignored))
    return fail(ErrorCode::not_found, "there is no journal of releases yet", id);
  return rel::journal::Journal::open(places.journal());
}

Result<Record> read_record(const Places& places, rel::journal::Journal& journal,
                           const std::string& id) {
  Record record;
  SB_TRY(record.state, journal.load(id));
  SB_TRY(auto events, journal.events(id));
  record.timeline = timeline_of(record.state.plan, events);
  record.boxes = rel::gates::checklist(record.state);
  SB_TRY(record.messages, messages_of(places, id));
  return record;
}

std::string time_of(Timestamp at) {
  return format_rfc3339(at).substr(0, 19);
}

std::string approval_line(const rel::State& state) {
  const auto& approval = state.approval;
  if (!state.plan.approval.required) return "not asked for";
  if (!approval.asked_at) return "not asked for yet";
  if (approval.state == rel::ApprovalState::waiting)
    return fmt::format("asked for, expires at {}", time_of(*approval.expires_at));
  return fmt::format("{} by {} at {}{}{}",
                     boost::describe::enum_to_string(approval.state, "answered"), approval.by,
                     time_of(*approval.answered_at),
                     approval.how.empty() ? "" : " (" + approval.how + ")",
                     approval.reason.empty() ? "" : ": " + approval.reason);
}

std::string alerts_line(const rel::State& state) {
  if (state.silence_id.empty()) return "none was silenced";
  return fmt::format("{} at {}; kept: {}",
                     state.may_be_silenced ? "silenced, and come back by themselves"
                                           : "restored; their silence would have ended",
                     time_of(*state.silenced_until),
                     state.kept_alerts.empty()
                         ? "none declared"
                         : fmt::format("{}", fmt::join(state.kept_alerts, ", ")));
}

void print_head(Console& out, const rel::State& state) {
  const auto& plan = state.plan;
  out.line(out.paint(Style::bold, plan.release_id) + "  " + rel::describe(state) + "\n");
  std::vector<std::vector<std::string>> rows{
      {"  version",
       fmt::format("{} → {}", plan.from_version.empty() ? "nothing" : plan.from_version,
                   plan.to_version)},
      {"  image", plan.image},
      {"  by", plan.requested_by + (plan.reason.empty() ? "" : ": " + plan.reason)},
      {"  approval", approval_line(state)},
      {"  plan digest", rel::approval::plan_digest(plan)},
      {"  migrations",
       plan.migrations.empty() ? "none" : fmt::format("{}", fmt::join(plan.migrations, ", "))},
      {"  alerts", alerts_line(state)}};
  if (!plan.schema_note.empty()) rows.push_back({"  schema", plan.schema_note});
  if (state.snapshot_taken) rows.push_back({"  snapshot", plan.snapshot_id()});
  if (auto shift = state.timings.shift_ms())
    rows.push_back({"  traffic", fmt::format("moved in {} ms", *shift)});
  if (auto back = state.timings.rollback_ms(); back && state.outcome != rel::Outcome::complete)
    rows.push_back({"  taken back", fmt::format("in {} ms", *back)});
  for (const auto& warning : state.warnings) rows.push_back({"  warning", warning});
  out.line(format_table(rows));
}

void print(Console& out, const Record& record) {
  print_head(out, record.state);
  out.line("\n" + boxes_text(record.boxes, "", out));
  out.line("\n" + out.paint(Style::bold, "Timeline"));
  for (const auto& moment : record.timeline)
    out.line(fmt::format("  {}  {}", format_rfc3339(moment.at).substr(11, 12), moment.what));
  out.line("\n" + out.paint(Style::bold, "Messages"));
  std::vector<std::vector<std::string>> rows;
  for (const auto& entry : record.messages)
    rows.push_back({"  " + time_of(entry.message.at),
                    std::string(rel::notify::name_of(entry.message.channel)), entry.message.title,
                    boost::describe::enum_to_string(entry.delivery, "")});
  out.line(rows.empty() ? "  none" : format_table(rows));
  for (const auto& box : record.boxes)
    if (box.id == "rollback-plan" && !box.proof.empty()) out.line("\n" + box.proof);
}

std::string as_json(const Record& record) {
  std::vector<std::string> moments;
  for (const auto& moment : record.timeline)
    moments.push_back(fmt::format(R"({{"at":{},"what":{}}})",
                                  json::quote(format_rfc3339(moment.at)),
                                  json::quote(moment.what)));
  std::vector<std::string> messages;
  for (const auto& entry : record.messages)
    messages.push_back(fmt::format(R"({{"delivery":"{}","detail":{},"message":{}}})",
                                   boost::describe::enum_to_string(entry.delivery, ""),
                                   json::quote(entry.detail), json::encode(entry.message)));
  rel::Report report{.release_id = record.state.plan.release_id,
                     .environment = record.state.plan.environment,
                     .from_version = record.state.plan.from_version,
                     .to_version = record.state.plan.to_version,
                     .outcome = record.state.outcome,
                     .sentence = rel::describe(record.state),
                     .state = record.state};
  return fmt::format(
      R"({{"release":{},"digest":"{}","plan":{},"approval":{},"alerts":{{"silence_id":{},)"
      R"("until":{},"kept":[{}],"may_be_silenced":{}}},"boxes":{},"timeline":[{}],"messages":[{}],)"
      R"("warnings":[{}]}})",
      report_json(report), rel::approval::plan_digest(record.state.plan),
      rel::encode_plan(record.state.plan), json::quote(approval_line(record.state)),
      json::quote(record.state.silence_id),
      record.state.silenced_until ? json::quote(format_rfc3339(*record.state.silenced_until))
                                  : "null",
      [&] {
        std::vector<std::string> kept;
        for (const auto& name : record.state.kept_alerts) kept.push_back(json::quote(name));
        return fmt::format("{}", fmt::join(kept, ","));
      }(),
      record.state.may_be_silenced, boxes_json(record.boxes), fmt::join(moments, ","),
      fmt::join(messages, ","),
      [&] {
        std::vector<std::string> warnings;
        for (const auto& warning : record.state.warnings) warnings.push_back(json::quote(warning));
        return fmt::format("{}", fmt::join(warnings, ","));
      }());
}

Outcome show_procedure(Invocation& call, const rel::journal::ProcedureRecord& record) {
  const auto& procedure = record.procedure;
  if (call.wants_json) {
    call.out.line(fmt::format(R"({{"procedure":{},"end":{}}})", json::encode(procedure),
                              record.end ? json::encode(*record.end) : "null"));
    return 0;
  }
  call.out.line(call.out.paint(Style::bold, procedure.id) + "  " + describe(procedure) + "\n");
  std::vector<std::vector<std::string>> rows{{"  by", procedure.by},
                                             {"  begun", time_of(procedure.at)}};
  for (const auto& [name, value] : procedure.facts)
    if (!value.empty()) rows.push_back({"  " + name, value});
  rows.push_back({"  ended", record.end ? time_of(record.end->at) : "not yet"});
  if (record.end) rows.push_back({"  outcome", record.end->outcome});
  if (record.end && !record.end->why.empty()) rows.push_back({"  because", record.end->why});
  call.out.line(format_table(rows));
  if (!record.end) call.out.line("     try: saltctl resume " + procedure.environment);
  return 0;
}

}  // namespace

Outcome run_show(Invocation& call) {
  const auto id = call.arguments.get("RELEASE");
  const std::string next = "saltctl history production";
  auto journal = open_journal(call.places, id);
  if (!journal) return std::unexpected(Failure(journal.error(), next));
  SB_TRY(auto procedure, rel::journal::Procedures(*journal).find(id));
  if (procedure) return show_procedure(call, *procedure);
  auto record = read_record(call.places, *journal, id);
  if (!record) return std::unexpected(Failure(record.error(), next));
  if (call.wants_json)
    call.out.line(as_json(*record));
  else if (call.arguments.has("--boxes"))
    call.out.line(boxes_text(record->boxes, "", call.out));
  else
    print(call.out, *record);
  return 0;
}

}  // namespace sb::saltctl
