// SQLite for journals and state: WAL, synchronous=FULL, foreign keys on, busy timeout 5 s.
// Used on one thread; calls are short and block.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error/error.hpp"
#include "base/fs/fs.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace sb::sqlite {

using Value = std::variant<std::monostate, std::int64_t, double, std::string>;

class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;  // empty for NULL
  bool is_null(int column) const;

 private:
  sqlite3_stmt* statement_;
};

class Database {
 public:
  // Created 0600. `migrations` are scripts applied in order, each in a transaction; how many have
  // been is kept in user_version. Errors: data_loss (not a database, damaged, or from a newer
  // program), resource_exhausted (disk full), permission_denied.
  static Result<Database> open(const fs::Path& path,
                               const std::vector<std::string_view>& migrations);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  // One statement with ? parameters. Statements are prepared once and kept.
  Result<> execute(std::string_view sql, const std::vector<Value>& parameters = {});
  // Calls `each` for every row.
  Result<> query(std::string_view sql, const std::vector<Value>& parameters,
                 const std::function<void(const Row&)>& each);
  // Runs `body` in BEGIN IMMEDIATE .. COMMIT; rolls back when it fails or throws. A nested call is
  // a savepoint: its failure undoes its own part, its success counts when the outer one commits.
  Result<> transaction(const std::function<Result<>()>& body);
  std::int64_t changes() const;  // rows changed by the last execute
  std::int64_t last_insert_rowid() const;

 private:
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sb::sqlite
