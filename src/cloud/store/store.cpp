#include "cloud/store/store.hpp"

namespace sb::cloud {

namespace {

constexpr std::string_view kSchema = R"sql(
CREATE TABLE document (
  kind TEXT NOT NULL,
  key  TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE TABLE counter (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) WITHOUT ROWID;
)sql";

// The smallest text that is greater than every text beginning with `prefix`, in SQLite's byte
// order; empty when there is none.
std::string end_of_prefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

struct Range {
  std::string sql;
  std::vector<sqlite::Value> parameters;
};

Range select_range(std::string_view columns, std::string_view kind, std::string_view prefix) {
  Range range{fmt::format("SELECT {} FROM document WHERE kind = ?", columns), {std::string(kind)}};
  if (!prefix.empty()) {
    range.sql += " AND key >= ?";
    range.parameters.emplace_back(std::string(prefix));
    if (auto end = end_of_prefix(prefix); !end.empty()) {
      range.sql += " AND key < ?";
      range.parameters.emplace_back(std::move(end));
    }
  }
  range.sql += " ORDER BY key";
  return range;
}

}  // namespace

Result<Store> Store::open(const fs::Path& folder) {
  SB_TRY_VOID(fs::make_directories(folder, 0700));
  SB_TRY(auto database, sqlite::Database::open(folder / "cloud.db", {kSchema}));
  return Store(folder, std::move(database));
}

Result<> Store::put_text(std::string_view kind, std::string_view key, std::string text) {
  return database_.execute(
      "INSERT INTO document (kind, key, body) VALUES (?, ?, ?) "
      "ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
      {std::string(kind), std::string(key), std::move(text)});
}

Result<> Store::insert_text(std::string_view kind, std::string_view key, std::string text) {
  auto inserted = database_.execute("INSERT INTO document (kind, key, body) VALUES (?, ?, ?)",
                                    {std::string(kind), std::string(key), std::move(text)});
  if (!inserted && inserted.error().code == ErrorCode::already_exists)
    return fail(ErrorCode::already_exists, fmt::format("the {} exists already", kind),
                std::string(key));
  return inserted;
}

Result<std::string> Store::get_text(std::string_view kind, std::string_view key) {
  std::optional<std::string> text;
  SB_TRY_VOID(database_.query("SELECT body FROM document WHERE kind = ? AND key = ?",
                              {std::string(kind), std::string(key)},
                              [&](const sqlite::Row& row) { text = row.text(0); }));
  if (!text) return fail(ErrorCode::not_found, fmt::format("no such {}", kind), std::string(key));
  return *std::move(text);
}

Result<std::vector<std::pair<std::string, std::string>>> Store::list_text(
    std::string_view kind, std::string_view key_prefix) {
  auto range = select_range("key, body", kind, key_prefix);
  std::vector<std::pair<std::string, std::string>> rows;
  SB_TRY_VOID(database_.query(range.sql, range.parameters, [&](const sqlite::Row& row) {
    rows.emplace_back(row.text(0), row.text(1));
  }));
  return rows;
}

Result<std::vector<std::string>> Store::keys(std::string_view kind, std::string_view key_prefix) {
  auto range = select_range("key", kind, key_prefix);
  std::vector<std::string> out;
  SB_TRY_VOID(database_.query(range.sql, range.parameters,
                              [&](const sqlite::Row& row) { out.push_back(row.text(0)); }));
  return out;
}

Result<bool> Store::contains(std::string_view kind, std::string_view key) {
  bool found = false;
  SB_TRY_VOID(database_.query("SELECT 1 FROM document WHERE kind = ? AND key = ?",
                              {std::string(kind), std::string(key)},
                              [&](const sqlite::Row&) { found = true; }));
  return found;
}

Result<bool> Store::erase(std::string_view kind, std::string_view key) {
  SB_TRY_VOID(database_.execute("DELETE FROM document WHERE kind = ? AND key = ?",
                                {std::string(kind), std::string(key)}));
  return database_.changes() > 0;
}

Result<std::int64_t> Store::next_number(std::string_view name) {
  std::int64_t value = 0;
  SB_TRY_VOID(database_.query(
      "INSERT INTO counter (name, value) VALUES (?, 1) "
      "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
      {std::string(name)}, [&](const sqlite::Row& row) { value = row.integer(0); }));
  return value;
}

std::unexpected<Error> Store::unreadable(std::string_view kind, std::string_view key,
                                         const Error& error) {
  return fail(ErrorCode::data_loss,
              fmt::format("a stored {} cannot be read: {}", kind, error.text()), std::string(key));
}

}  // namespace sb::cloud
