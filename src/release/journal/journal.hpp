// The journal: what happened to every release, append-only, written down before it is acted on.
// Records are versioned and hash-chained over the whole file, so that a change made later shows.
// Beside it the ledger: which task definitions proved good, which bad.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock/clock.hpp"
#include "base/error/error.hpp"
#include "base/fs/fs.hpp"
#include "base/sqlite/sqlite.hpp"
#include "release/engine/engine.hpp"

namespace sb::release::journal {

struct ReleaseRow {
  std::string release_id;
  std::string environment;
  Kind kind = Kind::deploy;
  std::string from_version;
  std::string to_version;
  std::string requested_by;
  Timestamp started_at{};
  std::optional<Timestamp> ended_at;
  Stage stage = Stage::created;
  Outcome outcome = Outcome::none;
  std::string cause;
};

struct LedgerRow {
  std::string environment;
  std::string task_definition;  // ARN
  std::string version;
  std::string schema;  // head when it was judged
  Verdict verdict = Verdict::unproven;
  std::string release_id;
  std::string reason;
  Timestamp at{};
};

struct Record {
  std::int64_t position = 0;  // in the file, from 1
  std::string release_id;
  std::int64_t seq = 0;  // in the release, from 1
  Timestamp at{};
  std::string type;
  std::string body;  // JSON
  std::int64_t version = 1;
  std::string hash;  // hex
};

struct AuditReport {
  std::int64_t records = 0;
  std::string head;          // hash of the newest record
  std::string first_damage;  // empty: the chain holds
};

// "rel-20261122-102030-4f2a": what a record is kept under, of a release ("rel"), an emergency
// ("emg") or a procedure ("op").
std::string new_id(std::string_view kind, Timestamp at);

class Journal {
 public:
  static Result<Journal> open(const fs::Path& path);

  // The first record of a release: its plan. Error already_exists for a known id, conflict when the
  // environment has an unfinished release (subject: its id).
  Result<> begin(const Plan& plan, Timestamp at);
  // One event and what it made of the release, in one transaction. When it ended the release, the
  // ledger gets the verdict in the same transaction.
  Result<> append(const Event& event, const State& after);
  // The release as its records tell it.
  Result<State> load(const std::string& release_id);
  Result<std::vector<Event>> events(const std::string& release_id);
  Result<std::vector<Record>> records(const std::string& release_id);
  // Of all releases, in the order of the file: for whoever follows the journal.
  Result<std::vector<Record>> records_after(std::int64_t position);
  // The last record from before `at`; 0 when there is none.
  Result<std::int64_t> position_before(Timestamp at);
  // Something that is no event of the engine (a broken lock): kept for the audit.
  Result<> note(const std::string& release_id, std::string_view type, std::string_view json,
                Timestamp at);
  // All notes of one type, in the order of the file.
  Result<std::vector<Record>> notes(std::string_view type);

  Result<std::optional<ReleaseRow>> unfinished(const std::string& environment);
  Result<std::optional<ReleaseRow>> find(const std::string& release_id);
  Result<std::vector<ReleaseRow>> newest(const std::string& environment, std::size_t limit);

  // The newest word on each task definition, newest first.
  Result<std::vector<LedgerRow>> ledger(const std::string& environment, std::size_t limit);
  Result<std::optional<LedgerRow>> verdict_of(const std::string& environment,
                                              const std::string& task_definition);
  // The newest good one that is none of `except` and was not found bad since.
  Result<std::optional<LedgerRow>> last_good(const std::string& environment,
                                             const std::vector<std::string>& except);
  // Task definitions that a rollback left and nobody released again since.
  Result<std::vector<std::string>> left_by_rollbacks(const std::string& environment);

  Result<AuditReport> audit();

 private:
  explicit Journal(sqlite::Database database) : database_(std::move(database)) {}
  Result<> add_record(const std::string& release_id, std::string_view type, std::string_view body,
                      Timestamp at);
  Result<> update_row(const State& state, Timestamp at);

  sqlite::Database database_;
};

}  // namespace sb::release::journal
