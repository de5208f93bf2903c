#include "github/store.hpp"

#include "base/json/codec.hpp"

namespace sb::github {

namespace {

const std::vector<std::string_view> kMigrations = {R"sql(
  CREATE TABLE workflows (id INTEGER PRIMARY KEY AUTOINCREMENT, file TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
  CREATE TABLE runs (id INTEGER PRIMARY KEY, workflow_id INTEGER NOT NULL REFERENCES workflows(id),
                     number INTEGER NOT NULL, status TEXT NOT NULL, document TEXT NOT NULL,
                     UNIQUE (workflow_id, number));
  CREATE INDEX unfinished_runs ON runs(id) WHERE status <> 'completed';
  CREATE TABLE pulls (number INTEGER PRIMARY KEY, document TEXT NOT NULL);
  CREATE TABLE branches (name TEXT PRIMARY KEY, sha TEXT NOT NULL);
)sql"};

constexpr std::int64_t kFirstRunId = 1000001;

template <class T>
Result<std::vector<T>> decode_all(const std::vector<std::string>& documents) {
  std::vector<T> out;
  for (const auto& document : documents) {
    auto value = json::decode<T>(document);
    if (!value)
      return fail(ErrorCode::data_loss,
                  "github.db holds what cannot be read: " + value.error().text());
    out.push_back(*std::move(value));
  }
  return out;
}

bool fits(const Run& run, const RunFilter& filter) {
  return (filter.branch.empty() || run.branch == filter.branch) &&
         (filter.event.empty() || run.event == filter.event) &&
         (filter.status.empty() || run.status == filter.status || run.conclusion == filter.status);
}

}  // namespace

Result<Store> Store::open(const fs::Path& path) {
  SB_TRY(auto database, sqlite::Database::open(path, kMigrations));
  return Store(std::move(database));
}

Result<std::int64_t> Store::number(std::string_view sql,
                                   const std::vector<sqlite::Value>& parameters) {
  std::int64_t value = 0;
  SB_TRY_VOID(
      database_.query(sql, parameters, [&](const sqlite::Row& row) { value = row.integer(0); }));
  return value;
}

Result<WorkflowEntry> Store::workflow(const std::string& file, const std::string& name) {
  SB_TRY_VOID(
      database_.execute("INSERT INTO workflows(file, name) VALUES (?, ?) ON CONFLICT(file) DO "
                        "UPDATE SET name = excluded.name",
                        {file, name}));
  SB_TRY(auto id, number("SELECT id FROM workflows WHERE file = ?", {file}));
  return WorkflowEntry{id, file, name};
}

Result<std::vector<WorkflowEntry>> Store::workflows() {
  std::vector<WorkflowEntry> out;
  SB_TRY_VOID(database_.query(
      "SELECT id, file, name FROM workflows ORDER BY id", {},
      [&](const sqlite::Row& row) { out.push_back({row.integer(0), row.text(1), row.text(2)}); }));
  return out;
}

Result<std::int64_t> Store::next_run_id() {
  return number("SELECT max(?, coalesce(max(id), 0) + 1) FROM runs", {kFirstRunId});
}

Result<std::int64_t> Store::next_run_number(std::int64_t workflow_id) {
  return number("SELECT coalesce(max(number), 0) + 1 FROM runs WHERE workflow_id = ?",
                {workflow_id});
}

Result<> Store::put(const Run& run) {
  return database_.execute(
      "INSERT INTO runs(id, workflow_id, number, status, document) VALUES (?, ?, ?, ?, ?) "
      "ON CONFLICT(id) DO UPDATE SET status = excluded.status, document = excluded.document",
      {run.id, run.workflow_id, run.number, run.status, json::encode(run)});
}

Result<Run> Store::run(std::int64_t id) {
  std::vector<std::string> documents;
  SB_TRY_VOID(database_.query("SELECT document FROM runs WHERE id = ?", {id},
                              [&](const sqlite::Row& row) { documents.push_back(row.text(0)); }));
  if (documents.empty()) return fail(ErrorCode::not_found, "no such run", std::to_string(id));
  SB_TRY(auto runs, decode_all<Run>(documents));
  return std::move(runs.front());
}

Result<std::vector<Run>> Store::runs(const RunFilter& filter) {
  std::vector<std::string> documents;
  auto keep = [&](const sqlite::Row& row) { documents.push_back(row.text(0)); };
  if (filter.workflow_id)
    SB_TRY_VOID(database_.query("SELECT document FROM runs WHERE workflow_id = ? ORDER BY id DESC",
                                {*filter.workflow_id}, keep));
  else
    SB_TRY_VOID(database_.query("SELECT document FROM runs ORDER BY id DESC", {}, keep));
  SB_TRY(auto all, decode_all<Run>(documents));
  std::erase_if(all, [&](const Run& run) { return !fits(run, filter); });
  return all;
}

Result<std::vector<std::int64_t>> Store::unfinished() {
  std::vector<std::int64_t> ids;
  SB_TRY_VOID(database_.query("SELECT id FROM runs WHERE status <> 'completed' ORDER BY id", {},
                              [&](const sqlite::Row& row) { ids.push_back(row.integer(0)); }));
  return ids;
}

Result<std::int64_t> Store::next_pull_number() {
  return number("SELECT coalesce(max(number), 0) + 1 FROM pulls", {});
}

Result<> Store::put(const Pull& pull) {
  return database_.execute(
      "INSERT INTO pulls(number, document) VALUES (?, ?) "
      "ON CONFLICT(number) DO UPDATE SET document = excluded.document",
      {pull.number, json::encode(pull)});
}

Result<Pull> Store::pull(std::int64_t number) {
  SB_TRY(auto all, pulls());
  for (auto& pull : all)
    if (pull.number == number) return std::move(pull);
  return fail(ErrorCode::not_found, "no such pull request", std::to_string(number));
}

Result<std::vector<Pull>> Store::pulls() {
  std::vector<std::string> documents;
  SB_TRY_VOID(database_.query("SELECT document FROM pulls ORDER BY number DESC", {},
                              [&](const sqlite::Row& row) { documents.push_back(row.text(0)); }));
  return decode_all<Pull>(documents);
}

Result<std::map<std::string, std::string>> Store::seen_branches() {
  std::map<std::string, std::string> out;
  SB_TRY_VOID(database_.query("SELECT name, sha FROM branches", {},
                              [&](const sqlite::Row& row) { out[row.text(0)] = row.text(1); }));
  return out;
}

Result<> Store::set_seen_branches(const std::map<std::string, std::string>& branches) {
  return transaction([&]() -> Result<> {
    SB_TRY_VOID(database_.execute("DELETE FROM branches"));
    for (const auto& [name, sha] : branches)
      SB_TRY_VOID(database_.execute("INSERT INTO branches(name, sha) VALUES (?, ?)", {name, sha}));
    return {};
  });
}

}  // namespace sb::github
