#include "base/sqlite/sqlite.hpp"

#include <fcntl.h>
#include <sqlite3.h>

#include <cerrno>
#include <unordered_map>
#include <utility>

#include "base/error/check.hpp"

namespace sb::sqlite {

namespace {

constexpr int kBusyTimeoutMs = 5000;
constexpr std::size_t kMaxCachedStatements = 256;

struct CloseDatabase {
  void operator()(sqlite3* handle) const {
    sqlite3_close_v2(handle);
  }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
  }
};
using Handle = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

bool is_out_of_space(int system_error) {
  return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

ErrorCode constraint_code(int extended) {
  bool is_unique = extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY;
  return is_unique ? ErrorCode::already_exists : ErrorCode::failed_precondition;
}

Error error_of(sqlite3* handle, int result, const std::string& path) {
  int system_error = handle ? sqlite3_system_errno(handle) : 0;
  auto error = [&](ErrorCode code, std::string_view what) {
    std::string text(what);
    text += ": ";
    text += handle ? sqlite3_errmsg(handle) : sqlite3_errstr(result);
    return Error{code, std::move(text), path};
  };
  switch (result & 0xff) {
    case SQLITE_FULL:
      return error(ErrorCode::resource_exhausted, "the disk is full");
    case SQLITE_IOERR:
      // SQLite turns ENOSPC alone into SQLITE_FULL; a quota or a size limit fails the write, and
      // its errno is gone by now.
      if (is_out_of_space(system_error) || result == SQLITE_IOERR_WRITE ||
          result == SQLITE_IOERR_SHMSIZE)
        return error(ErrorCode::resource_exhausted,
                     "the disk is full (or over a quota or a size limit, or failing)");
      return error(ErrorCode::internal, "the disk failed");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return error(ErrorCode::data_loss, "the database is damaged");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return error(ErrorCode::conflict, "another process holds the database");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return error(ErrorCode::permission_denied, "the database cannot be written");
    case SQLITE_CANTOPEN:
      if (system_error != 0) return errno_error(system_error, "cannot open the database", path);
      return error(ErrorCode::permission_denied, "cannot open the database");
    case SQLITE_CONSTRAINT:
      return error(constraint_code(result), "a constraint refused the row");
    case SQLITE_TOOBIG:
      return error(ErrorCode::invalid_argument, "a value is too large");
    default:
      return error(ErrorCode::internal, "SQLite failed");
  }
}

}  // namespace

std::int64_t Row::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}
double Row::real(int column) const {
  return sqlite3_column_double(statement_, column);
}
bool Row::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}
std::string Row::text(int column) const {
  const auto* bytes = sqlite3_column_text(statement_, column);
  if (bytes == nullptr) return {};
  auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return {reinterpret_cast<const char*>(bytes), size};
}

struct Database::Impl {
  std::string path;
  Handle handle;
  struct Cached {
    Statement statement;
    bool in_use = false;
  };
  std::unordered_map<std::string, Cached> statements;  // after `handle`: destroyed before it
  int depth = 0;                                       // of transaction()

  Error error(int result) const {
    return error_of(handle.get(), result, path);
  }

  Result<Statement> prepare(std::string_view sql) {
    sqlite3_stmt* raw = nullptr;
    int result = sqlite3_prepare_v3(handle.get(), sql.data(), static_cast<int>(sql.size()),
                                    SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    Statement statement(raw);
    if (result != SQLITE_OK) return std::unexpected(error(result));
    SB_CHECK(raw != nullptr, "SQL given to execute or query is a statement");
    return statement;
  }

  Result<> run(sqlite3_stmt* statement, const std::vector<Value>& parameters,
               const std::function<void(const Row&)>* each);
  Result<> prepare_and_run(std::string_view sql, const std::vector<Value>& parameters,
                           const std::function<void(const Row&)>* each);
  Result<> script(const std::string& sql);
  Result<> configure();
  Result<> migrate(const std::vector<std::string_view>& migrations);
};

namespace {

int bind(sqlite3_stmt* statement, int index, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return sqlite3_bind_int64(statement, index, *number);
  if (const auto* real = std::get_if<double>(&value))
    return sqlite3_bind_double(statement, index, *real);
  if (const auto* text = std::get_if<std::string>(&value))
    return sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  return sqlite3_bind_null(statement, index);
}

}  // namespace

Result<> Database::Impl::run(sqlite3_stmt* statement, const std::vector<Value>& parameters,
                             const std::function<void(const Row&)>* each) {
  // The bindings point into `parameters`, so they never outlive this call.
  struct Reset {
    sqlite3_stmt* statement;
    ~Reset() {
      sqlite3_reset(statement);
      sqlite3_clear_bindings(statement);
    }
  } reset{statement};

  SB_CHECK(sqlite3_bind_parameter_count(statement) == static_cast<int>(parameters.size()),
           "every ? of a statement is given");
  int index = 0;
  for (const auto& value : parameters) {
    if (int result = bind(statement, ++index, value); result != SQLITE_OK)
      return std::unexpected(error(result));
  }
  for (;;) {
    int result = sqlite3_step(statement);
    if (result == SQLITE_DONE) return {};
    if (result != SQLITE_ROW) return std::unexpected(error(result));
    if (each != nullptr) (*each)(Row(statement));
  }
}

Result<> Database::Impl::prepare_and_run(std::string_view sql, const std::vector<Value>& parameters,
                                         const std::function<void(const Row&)>* each) {
  std::string key(sql);
  auto found = statements.find(key);
  // The same SQL run again from inside its own row callback gets a statement of its own.
  if (found != statements.end() && found->second.in_use) {
    SB_TRY(auto statement, prepare(sql));
    return run(statement.get(), parameters, each);
  }
  if (found == statements.end()) {
    SB_TRY(auto statement, prepare(sql));
    if (statements.size() >= kMaxCachedStatements)
      std::erase_if(statements, [](const auto& entry) { return !entry.second.in_use; });
    found = statements.emplace(std::move(key), Cached{std::move(statement)}).first;
  }
  struct Use {
    bool& flag;
    ~Use() {
      flag = false;
    }
  } use{found->second.in_use};  // references into an unordered_map survive later insertions
  use.flag = true;
  return run(found->second.statement.get(), parameters, each);
}

Result<> Database::Impl::script(const std::string& sql) {
  int result = sqlite3_exec(handle.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return std::unexpected(error(sqlite3_extended_errcode(handle.get())));
  return {};
}

Result<> Database::Impl::configure() {
  sqlite3_extended_result_codes(handle.get(), 1);
  sqlite3_busy_timeout(handle.get(), kBusyTimeoutMs);
  SB_TRY_VOID(script("PRAGMA journal_mode=WAL"));
  SB_TRY_VOID(script("PRAGMA synchronous=FULL"));
  SB_TRY_VOID(script("PRAGMA foreign_keys=ON"));
  return script("PRAGMA cache_size=-2000");
}

Result<> Database::Impl::migrate(const std::vector<std::string_view>& migrations) {
  std::int64_t version = 0;
  std::function<void(const Row&)> read = [&](const Row& row) { version = row.integer(0); };
  SB_TRY_VOID(prepare_and_run("PRAGMA user_version", {}, &read));
  auto known = static_cast<std::int64_t>(migrations.size());
  if (version > known)
    return fail(ErrorCode::data_loss,
                fmt::format("the database was written by a newer program (schema {}, this one "
                            "knows {}): update the program or restore a backup",
                            version, known),
                path);
  for (; version < known; ++version) {
    const auto& sql = migrations[static_cast<std::size_t>(version)];
    auto applied = script(
        fmt::format("BEGIN IMMEDIATE;\n{};\nPRAGMA user_version={};\nCOMMIT", sql, version + 1));
    if (!applied) {
      if (sqlite3_get_autocommit(handle.get()) == 0) (void)script("ROLLBACK");
      return std::unexpected(
          std::move(applied).error().in(fmt::format("schema step {}", version + 1)));
    }
  }
  return {};
}

Result<Database> Database::open(const fs::Path& path,
                                const std::vector<std::string_view>& migrations) {
  // Made here, so that it (and the -wal and -shm that copy its mode) is never readable by others. A
  // file that is there must not be opened outside of SQLite: closing it would give up the locks of
  // every connection that this process has on it, and another process would take the log away.
  fs::Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file && errno != EEXIST)
    return std::unexpected(errno_error(errno, "cannot open the database", path.string()));
  file.reset();

  auto impl = std::make_unique<Impl>();
  impl->path = path.string();
  sqlite3* raw = nullptr;
  int result =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  impl->handle.reset(raw);
  if (result != SQLITE_OK) return std::unexpected(impl->error(result));
  SB_TRY_VOID(impl->configure());
  SB_TRY_VOID(impl->migrate(migrations));
  return Database(std::move(impl));
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<> Database::execute(std::string_view sql, const std::vector<Value>& parameters) {
  return impl_->prepare_and_run(sql, parameters, nullptr);
}

Result<> Database::query(std::string_view sql, const std::vector<Value>& parameters,
                         const std::function<void(const Row&)>& each) {
  return impl_->prepare_and_run(sql, parameters, &each);
}

Result<> Database::transaction(const std::function<Result<>()>& body) {
  bool is_nested = impl_->depth > 0;
  SB_TRY_VOID(impl_->script(is_nested ? "SAVEPOINT nested" : "BEGIN IMMEDIATE"));
  struct Depth {
    Impl& impl;
    bool is_nested;
    bool is_done = false;
    ~Depth() {
      --impl.depth;
      // A full disk makes SQLite roll back by itself; then there is nothing left to undo.
      if (is_done || sqlite3_get_autocommit(impl.handle.get()) != 0) return;
      (void)impl.script(is_nested ? "ROLLBACK TO nested; RELEASE nested" : "ROLLBACK");
    }
  } depth{*impl_, is_nested};
  ++impl_->depth;

  SB_TRY_VOID(body());
  SB_TRY_VOID(impl_->script(is_nested ? "RELEASE nested" : "COMMIT"));
  depth.is_done = true;
  return {};
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(impl_->handle.get());
}
std::int64_t Database::last_insert_rowid() const {
  return sqlite3_last_insert_rowid(impl_->handle.get());
}

}  // namespace sb::sqlite
