// PostgreSQL over libpq, asynchronous, text format. Every call has a Deadline: at it the query is
// cancelled on the server and the connection is dropped.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/async/task.hpp"

struct pg_result;

namespace sb::pg {

// A parameter: SQL NULL or text that the server parses ("42", "t", "2026-11-22").
using Param = std::optional<std::string>;
using Params = std::vector<Param>;

// The rows of one answer; cheap to move. Columns are numbered from 0.
class Rows {
 public:
  explicit Rows(pg_result* result);
  int size() const;
  bool empty() const {
    return size() == 0;
  }
  bool is_null(int row, int column) const;
  std::string_view text(int row, int column) const;  // empty for NULL
  std::optional<std::string> optional_text(int row, int column) const;
  std::int64_t integer(int row, int column) const;
  double real(int row, int column) const;
  bool boolean(int row, int column) const;
  std::int64_t affected() const;  // of INSERT, UPDATE, DELETE

 private:
  struct Clear {
    void operator()(pg_result* r) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

struct Statement {
  std::string sql;  // $1, $2, ...
  Params params;
};

// Errors: the SQLSTATE is in `subject` ("23505"). Codes: already_exists (23505 unique violation),
// failed_precondition (other class 23), conflict (40001, 40P01, 55P03), timeout, unavailable
// (connection lost, server shutting down: class 08, 57P0x), internal (everything else).
class Connection {
 public:
  // `dsn` is a URL (postgresql://user:password@host:port/db) or key=value words; never logged.
  static Task<Result<std::unique_ptr<Connection>>> connect(std::string dsn, Deadline deadline);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // One statement with parameters, prepared on first use and kept (per connection, by its text).
  Task<Result<Rows>> query(std::string sql, Params params, Deadline deadline);
  // Several statements in one round trip (pipeline mode), in one implicit transaction: all or
  // nothing. One Rows for each.
  Task<Result<std::vector<Rows>>> pipeline(std::vector<Statement> statements, Deadline deadline);
  // A script of any number of statements without parameters (simple protocol; no pipeline, no plan
  // kept).
  Task<Result<>> execute(std::string script, Deadline deadline);

  bool is_usable() const;  // false once the connection is lost
  bool in_transaction() const;
  int backend_pid() const;
  std::vector<std::string> take_notices();

 private:
  struct Impl;
  explicit Connection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct PoolOptions {
  std::size_t max_connections = 16;
  Duration connect_timeout = std::chrono::seconds(5);
  Duration idle_timeout = std::chrono::minutes(5);
};

// Connections for one database on one executor. A lease gives its connection back when destroyed; a
// connection that is lost or still in a transaction is closed instead.
class Pool {
 public:
  Pool(Executor executor, std::string dsn, PoolOptions options = {});
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  class Lease {
   public:
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    Connection* operator->() const {
      return connection_.get();
    }
    Connection& operator*() const {
      return *connection_;
    }

   private:
    friend class Pool;
    struct Home;
    Lease(std::shared_ptr<Home> home, std::unique_ptr<Connection> connection)
        : home_(std::move(home)), connection_(std::move(connection)) {}
    std::shared_ptr<Home> home_;
    std::unique_ptr<Connection> connection_;
  };

  // Waits for a free connection or opens one. Errors: timeout, unavailable.
  Task<Result<Lease>> acquire(Deadline deadline);
  // acquire + query, for the common single statement. A SELECT whose pooled
  // connection had died meanwhile is sent again once on another; so is any statement with an
  // outdated plan.
  Task<Result<Rows>> query(std::string sql, Params params, Deadline deadline);

  std::size_t open() const;
  std::size_t in_use() const;

 private:
  std::shared_ptr<Lease::Home> home_;
};

}  // namespace sb::pg
