// The journal's tables. Scripts are only ever added: the file remembers how many it has seen.
#pragma once

#include <string_view>
#include <vector>

namespace sb::release::journal {

inline const std::vector<std::string_view> kMigrations = {R"sql(
CREATE TABLE records (
  position INTEGER PRIMARY KEY,
  release_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  body TEXT NOT NULL,
  version INTEGER NOT NULL,
  hash TEXT NOT NULL,
  UNIQUE (release_id, seq)
);
CREATE TRIGGER records_are_append_only_1 BEFORE UPDATE ON records
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER records_are_append_only_2 BEFORE DELETE ON records
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TABLE releases (
  id TEXT PRIMARY KEY,
  environment TEXT NOT NULL,
  kind TEXT NOT NULL,
  from_version TEXT NOT NULL,
  to_version TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  stage TEXT NOT NULL,
  outcome TEXT NOT NULL,
  cause TEXT NOT NULL
);
CREATE INDEX releases_by_environment ON releases (environment, started_at);
CREATE TABLE ledger (
  release_id TEXT PRIMARY KEY,
  environment TEXT NOT NULL,
  task_definition TEXT NOT NULL,
  version TEXT NOT NULL,
  schema_head TEXT NOT NULL,
  verdict TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX ledger_by_task_definition ON ledger (environment, task_definition, at);
)sql"};

}  // namespace sb::release::journal
