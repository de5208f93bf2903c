#include "release/journal/journal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include "base/crypto/crypto.hpp"
#include "base/json/codec.hpp"
#include "release/engine/codec.hpp"
#include "release/journal/schema.hpp"

namespace sb::release::journal {

namespace {

using sqlite::Row;

constexpr std::int64_t kRecordVersion = 1;
constexpr std::string_view kReleaseColumns =
    "id, environment, kind, from_version, to_version, requested_by, started_at, ended_at, stage, "
    "outcome, cause";
constexpr std::string_view kLedgerColumns =
    "environment, task_definition, version, schema_head, verdict, release_id, reason, at";
constexpr std::string_view kRecordColumns =
    "position, release_id, seq, at, type, body, version, hash";

template <class T>
T enum_from(const std::string& text, T fallback) {
  T value = fallback;
  boost::describe::enum_from_string(text.c_str(), value);
  return value;
}
template <class T>
std::string enum_text(T value) {
  return boost::describe::enum_to_string(value, "?");
}

ReleaseRow release_row(const Row& row) {
  ReleaseRow r;
  r.release_id = row.text(0);
  r.environment = row.text(1);
  r.kind = enum_from(row.text(2), Kind::deploy);
  r.from_version = row.text(3);
  r.to_version = row.text(4);
  r.requested_by = row.text(5);
  r.started_at = from_unix_ms(row.integer(6));
  if (!row.is_null(7)) r.ended_at = from_unix_ms(row.integer(7));
  r.stage = enum_from(row.text(8), Stage::created);
  r.outcome = enum_from(row.text(9), Outcome::none);
  r.cause = row.text(10);
  return r;
}

LedgerRow ledger_row(const Row& row) {
  return {.environment = row.text(0),
          .task_definition = row.text(1),
          .version = row.text(2),
          .schema = row.text(3),
          .verdict = enum_from(row.text(4), Verdict::unproven),
          .release_id = row.text(5),
          .reason = row.text(6),
          .at = from_unix_ms(row.integer(7))};
}

Record record_row(const Row& row) {
  return {.position = row.integer(0),
          .release_id = row.text(1),
          .seq = row.integer(2),
          .at = from_unix_ms(row.integer(3)),
          .type = row.text(4),
          .body = row.text(5),
          .version = row.integer(6),
          .hash = row.text(7)};
}

// Every part is preceded by its length, so that no two records hash alike.
std::string chain(const std::string& previous, const Record& record) {
  std::string text;
  for (const std::string& part : {previous, record.release_id, std::to_string(record.seq),
                                  std::to_string(to_unix_ms(record.at)), record.type, record.body,
                                  std::to_string(record.version)})
    text += fmt::format("{}:{},", part.size(), part);
  return crypto::sha256_hex(text);
}

}  // namespace

std::string new_id(std::string_view kind, Timestamp at) {
  const auto time = format_basic(at);  // 20261122T102030Z
  return fmt::format("{}-{}-{}-{}", kind, time.substr(0, 8), time.substr(9, 6),
                     crypto::random_hex(4));
}

Result<Journal> Journal::open(const fs::Path& path) {
  SB_TRY_VOID(fs::make_directories(path.parent_path(), 0700));
  SB_TRY(auto database, sqlite::Database::open(path, kMigrations));
  return Journal(std::move(database));
}

Result<> Journal::add_record(const std::string& release_id, std::string_view type,
                             std::string_view body, Timestamp at) {
  Record record{.release_id = release_id,
                .at = at,
                .type = std::string(type),
                .body = std::string(body),
                .version = kRecordVersion};
  std::string previous;
  SB_TRY_VOID(database_.query("SELECT position, hash FROM records ORDER BY position DESC LIMIT 1",
                              {}, [&](const Row& row) {
                                record.position = row.integer(0);
                                previous = row.text(1);
                              }));
  SB_TRY_VOID(database_.query("SELECT COALESCE(MAX(seq), 0) FROM records WHERE release_id = ?",
                              {release_id}, [&](const Row& row) { record.seq = row.integer(0); }));
  ++record.position;
  ++record.seq;
  return database_.execute(
      "INSERT INTO records (position, release_id, seq, at, type, body, version, hash) VALUES (?, "
      "?, ?, ?, ?, ?, ?, ?)",
      {record.position, record.release_id, record.seq, to_unix_ms(record.at), record.type,
       record.body, record.version, chain(previous, record)});
}

Result<> Journal::begin(const Plan& plan, Timestamp at) {
  return database_.transaction([&]() -> Result<> {
    SB_TRY(auto known, find(plan.release_id));
    if (known)
      return fail(ErrorCode::already_exists, "a release of this id is in the journal",
                  plan.release_id);
    SB_TRY(auto open_one, unfinished(plan.environment));
    if (open_one)
      return fail(ErrorCode::conflict,
                  fmt::format("an earlier release of {} has not ended: `saltctl resume {}` ends it",
                              plan.environment, plan.environment),
                  open_one->release_id);
    SB_TRY_VOID(
        database_.execute("INSERT INTO releases (id, environment, kind, from_version, to_version, "
                          "requested_by, started_at, stage, "
                          "outcome, cause) VALUES (?, ?, ?, ?, ?, ?, ?, 'created', 'none', '')",
                          {plan.release_id, plan.environment, enum_text(plan.kind),
                           plan.from_version, plan.to_version, plan.requested_by, to_unix_ms(at)}));
    return add_record(plan.release_id, "plan", encode_plan(plan), at);
  });
}

Result<> Journal::append(const Event& event, const State& after) {
  return database_.transaction([&]() -> Result<> {
    SB_TRY_VOID(add_record(after.plan.release_id, type_name(event.body), encode_body(event.body),
                           event.at));
    return update_row(after, event.at);
  });
}

Result<> Journal::update_row(const State& state, Timestamp at) {
  const Plan& plan = state.plan;
  const bool has_ended = state.stage == Stage::ended;
  SB_TRY_VOID(database_.execute(
      "UPDATE releases SET stage = ?, outcome = ?, cause = ?, ended_at = ? WHERE id = ?",
      {enum_text(state.stage), enum_text(state.outcome), state.cause,
       has_ended ? sqlite::Value(to_unix_ms(at)) : sqlite::Value(), plan.release_id}));
  // Nothing is said of a task definition that never ran.
  const bool was_tried = has_ended && !state.forward.deployment.empty();
  if (!was_tried) return {};
  SB_TRY_VOID(database_.execute(
      "INSERT OR REPLACE INTO ledger (release_id, environment, task_definition, version, "
      "schema_head, verdict, reason, "
      "at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {plan.release_id, plan.environment, state.forward.task_definition, plan.to_version,
       plan.schema_to, enum_text(state.verdict), state.cause, to_unix_ms(at)}));
  return {};
}

Result<> Journal::note(const std::string& release_id, std::string_view type, std::string_view json,
                       Timestamp at) {
  return database_.transaction(
      [&] { return add_record(release_id, fmt::format("note:{}", type), json, at); });
}

Result<std::vector<Record>> Journal::notes(std::string_view type) {
  std::vector<Record> all;
  SB_TRY_VOID(database_.query(
      fmt::format("SELECT {} FROM records WHERE type = ? ORDER BY position", kRecordColumns),
      {fmt::format("note:{}", type)}, [&](const Row& row) { all.push_back(record_row(row)); }));
  return all;
}

Result<State> Journal::load(const std::string& release_id) {
  SB_TRY(auto all, records(release_id));
  std::optional<State> state;
  for (const auto& record : all) {
    if (record.version > kRecordVersion)
      return fail(ErrorCode::data_loss, "the journal was written by a newer program", release_id);
    if (record.type == "plan") {
      SB_TRY(Plan plan, decode_plan(record.body));
      state = initial(std::move(plan));
    } else if (!record.type.starts_with("note:") && state) {
      SB_TRY(EventBody body, decode_body(record.type, record.body));
      state = step(*state, Event{record.at, std::move(body)}).state;
    }
  }
  if (!state) return fail(ErrorCode::not_found, "no such release in the journal", release_id);
  return *std::move(state);
}

Result<std::vector<Event>> Journal::events(const std::string& release_id) {
  SB_TRY(auto all, records(release_id));
  std::vector<Event> events;
  for (const auto& record : all) {
    if (record.type == "plan" || record.type.starts_with("note:")) continue;
    SB_TRY(EventBody body, decode_body(record.type, record.body));
    events.push_back({record.at, std::move(body)});
  }
  return events;
}

Result<std::vector<Record>> Journal::records(const std::string& release_id) {
  std::vector<Record> all;
  SB_TRY_VOID(database_.query(
      fmt::format("SELECT {} FROM records WHERE release_id = ? ORDER BY seq", kRecordColumns),
      {release_id}, [&](const Row& row) { all.push_back(record_row(row)); }));
  return all;
}

Result<std::vector<Record>> Journal::records_after(std::int64_t position) {
  std::vector<Record> all;
  SB_TRY_VOID(database_.query(
      fmt::format("SELECT {} FROM records WHERE position > ? ORDER BY position", kRecordColumns),
      {position}, [&](const Row& row) { all.push_back(record_row(row)); }));
  return all;
}

Result<std::int64_t> Journal::position_before(Timestamp at) {
  std::int64_t position = 0;
  SB_TRY_VOID(database_.query("SELECT COALESCE(MAX(position), 0) FROM records WHERE at < ?",
                              {to_unix_ms(at)},
                              [&](const Row& row) { position = row.integer(0); }));
  return position;
}

Result<std::optional<ReleaseRow>> Journal::unfinished(const std::string& environment) {
  std::optional<ReleaseRow> found;
  SB_TRY_VOID(database_.query(fmt::format("SELECT {} FROM releases WHERE environment = ? AND "
                                          "ended_at IS NULL ORDER BY started_at DESC LIMIT 1",
                                          kReleaseColumns),
                              {environment}, [&](const Row& row) { found = release_row(row); }));
  return found;
}

Result<std::optional<ReleaseRow>> Journal::find(const std::string& release_id) {
  std::optional<ReleaseRow> found;
  SB_TRY_VOID(database_.query(fmt::format("SELECT {} FROM releases WHERE id = ?", kReleaseColumns),
                              {release_id}, [&](const Row& row) { found = release_row(row); }));
  return found;
}

Result<std::vector<ReleaseRow>> Journal::newest(const std::string& environment, std::size_t limit) {
  std::vector<ReleaseRow> rows;
  SB_TRY_VOID(database_.query(fmt::format("SELECT {} FROM releases WHERE environment = ? ORDER BY "
                                          "started_at DESC, rowid DESC LIMIT ?",
                                          kReleaseColumns),
                              {environment, static_cast<std::int64_t>(limit)},
                              [&](const Row& row) { rows.push_back(release_row(row)); }));
  return rows;
}

Result<std::vector<LedgerRow>> Journal::ledger(const std::string& environment, std::size_t limit) {
  std::vector<LedgerRow> rows;
  SB_TRY_VOID(database_.query(fmt::format("SELECT {} FROM ledger AS l WHERE environment = ? AND at "
                                          "= (SELECT MAX(at) FROM ledger WHERE "
                                          "environment = l.environment AND task_definition = "
                                          "l.task_definition) ORDER BY at DESC LIMIT ?",
                                          kLedgerColumns),
                              {environment, static_cast<std::int64_t>(limit)},
                              [&](const Row& row) { rows.push_back(ledger_row(row)); }));
  return rows;
}

Result<std::optional<LedgerRow>> Journal::verdict_of(const std::string& environment,
                                                     const std::string& task_definition) {
  std::optional<LedgerRow> found;
  SB_TRY_VOID(database_.query(fmt::format("SELECT {} FROM ledger WHERE environment = ? AND "
                                          "task_definition = ? ORDER BY at DESC LIMIT 1",
                                          kLedgerColumns),
                              {environment, task_definition},
                              [&](const Row& row) { found = ledger_row(row); }));
  return found;
}

Result<std::optional<LedgerRow>> Journal::last_good(const std::string& environment,
                                                    const std::vector<std::string>& except) {
  // A later try that proved nothing takes nothing from what was proven before.
  std::optional<LedgerRow> found;
  SB_TRY_VOID(database_.query(
      fmt::format(
          "SELECT {} FROM ledger AS l WHERE environment = ? AND verdict = 'good' AND NOT EXISTS "
          "(SELECT 1 FROM ledger AS b WHERE b.environment = l.environment AND "
          "b.task_definition = l.task_definition AND b.verdict = 'bad' AND b.at >= l.at) "
          "ORDER BY at DESC",
          kLedgerColumns),
      {environment}, [&](const Row& row) {
        auto good = ledger_row(row);
        if (!found && std::ranges::find(except, good.task_definition) == except.end())
          found = std::move(good);
      }));
  return found;
}

Result<std::vector<std::string>> Journal::left_by_rollbacks(const std::string& environment) {
  std::vector<std::string> left;
  SB_TRY(auto rows, newest(environment, 200));
  for (const auto& row : rows) {
    if (row.kind != Kind::rollback || row.outcome != Outcome::complete || !row.ended_at) continue;
    SB_TRY(auto state, load(row.release_id));
    SB_TRY(auto verdict, verdict_of(environment, state.plan.from_task_definition));
    if (!verdict || verdict->at <= *row.ended_at) left.push_back(state.plan.from_task_definition);
  }
  return left;
}

Result<AuditReport> Journal::audit() {
  AuditReport report;
  SB_TRY_VOID(database_.query(
      fmt::format("SELECT {} FROM records ORDER BY position", kRecordColumns), {},
      [&](const Row& row) {
        if (!report.first_damage.empty()) return;
        Record record = record_row(row);
        ++report.records;
        if (record.position != report.records)
          report.first_damage = fmt::format("record {} is missing", report.records);
        else if (chain(report.head, record) != record.hash)
          report.first_damage = fmt::format("record {} ({} of {}) is not what was written",
                                            record.position, record.type, record.release_id);
        report.head = record.hash;
      }));
  return report;
}

}  // namespace sb::release::journal
