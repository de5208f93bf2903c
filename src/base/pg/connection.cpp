#include <postgresql/libpq-fe.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <thread>
#include <unordered_map>

#include "base/pg/pg.hpp"

namespace sb::pg {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;
using ResultPtr = std::unique_ptr<PGresult, decltype([](PGresult* r) { PQclear(r); })>;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

namespace {

// Plans kept per connection: enough for every statement of a program, bounded for generated ones.
constexpr std::size_t kMaxPrepared = 256;

ErrorCode code_of(std::string_view sqlstate) {
  if (sqlstate == "23505") return ErrorCode::already_exists;
  if (sqlstate.starts_with("23")) return ErrorCode::failed_precondition;
  if (sqlstate == "40001" || sqlstate == "40P01" || sqlstate == "55P03") return ErrorCode::conflict;
  if (sqlstate.starts_with("08") || sqlstate.starts_with("57P")) return ErrorCode::unavailable;
  if (sqlstate.starts_with("28")) return ErrorCode::permission_denied;
  if (sqlstate.starts_with("53")) return ErrorCode::resource_exhausted;
  if (sqlstate == "57014") return ErrorCode::timeout;
  return ErrorCode::internal;
}

std::string first_line(std::string_view text) {
  auto end = text.find('\n');
  return std::string(text.substr(0, end));
}

Error result_error(const PGresult* result) {
  const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  std::string state = sqlstate ? sqlstate : "";
  return Error{state.empty() ? ErrorCode::unavailable : code_of(state),
               primary ? primary : first_line(PQresultErrorMessage(result)), state};
}

}  // namespace

struct Connection::Impl {
  Impl(PGconn* c, const Executor& executor) : pg(c), descriptor(executor) {
    PQsetNoticeProcessor(
        pg,
        [](void* self, const char* text) {
          auto& notices = static_cast<Impl*>(self)->notices;
          if (notices.size() < 1000) notices.push_back(first_line(text));
        },
        this);
  }
  ~Impl() {
    // libpq owns the socket.
    if (descriptor.is_open()) descriptor.release();
    PQfinish(pg);
  }

  Error lost() {
    usable = false;
    return Error{ErrorCode::unavailable,
                 "connection to PostgreSQL lost: " + first_line(PQerrorMessage(pg)),
                 {}};
  }

  // The socket may change while connecting.
  void follow_socket() {
    int socket = PQsocket(pg);
    if (descriptor.is_open()) {
      if (descriptor.native_handle() == socket) return;
      descriptor.release();
    }
    descriptor.assign(socket);
  }

  // False when the deadline passed.
  Task<bool> wait(Descriptor::wait_type what, Deadline deadline) {
    if (deadline.is_never()) {
      auto [error] = co_await descriptor.async_wait(what, kAwait);
      co_return !error;
    }
    asio::steady_timer timer(co_await asio::this_coro::executor);
    timer.expires_at(deadline.time());
    using namespace asio::experimental::awaitable_operators;
    auto first = co_await (descriptor.async_wait(what, kAwait) || timer.async_wait(kAwait));
    co_return first.index() == 0;
  }

  // At the deadline the server is told to stop, and the connection is not used again: its state is
  // unknown.
  Error timed_out() {
    usable = false;
    if (PGcancel* cancel = PQgetCancel(pg)) {
      std::thread([cancel] {  // PQcancel blocks on a connect of its own
        char text[256];
        PQcancel(cancel, text, sizeof text);
        PQfreeCancel(cancel);
      })
          .detach();
    }
    return Error{ErrorCode::timeout, "PostgreSQL did not answer in time", {}};
  }

  Task<Result<>> flush(Deadline deadline) {
    for (;;) {
      int state = PQflush(pg);
      if (state == 0) co_return Result<>();
      if (state < 0) co_return std::unexpected(lost());
      // Read too, or both ends may wait for the other to drain.
      asio::steady_timer timer(co_await asio::this_coro::executor);
      timer.expires_at(deadline.time());
      using namespace asio::experimental::awaitable_operators;
      auto first = co_await (descriptor.async_wait(Descriptor::wait_write, kAwait) ||
                             descriptor.async_wait(Descriptor::wait_read, kAwait) ||
                             timer.async_wait(kAwait));
      if (first.index() == 2) co_return std::unexpected(timed_out());
      if (!PQconsumeInput(pg)) co_return std::unexpected(lost());
    }
  }

  // The next result, or a null pointer at the end of a query's results.
  Task<Result<ResultPtr>> next(Deadline deadline) {
    while (PQisBusy(pg)) {
      if (!co_await wait(Descriptor::wait_read, deadline)) co_return std::unexpected(timed_out());
      if (!PQconsumeInput(pg)) co_return std::unexpected(lost());
    }
    co_return ResultPtr(PQgetResult(pg));
  }

  // Reads to the end of a simple or extended query; the last result or the first error.
  Task<Result<ResultPtr>> finish(Deadline deadline) {
    SB_CO_TRY_VOID(co_await flush(deadline));
    ResultPtr last;
    std::optional<Error> error;
    for (;;) {
      SB_CO_TRY(ResultPtr result, co_await next(deadline));
      if (!result) break;
      auto status = PQresultStatus(result.get());
      if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
        usable = false;
        co_return fail(ErrorCode::unimplemented,
                       "COPY from or to the client is not supported here");
      }
      if ((status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) && !error)
        error = result_error(result.get());
      last = std::move(result);
    }
    if (PQstatus(pg) == CONNECTION_BAD) usable = false;
    if (error) co_return std::unexpected(std::move(*error));
    if (!last) co_return std::unexpected(lost());
    co_return last;
  }

  // The name under which `sql` is (to be) prepared; sets `is_new` when it is not yet.
  std::string statement_name(const std::string& sql, bool& is_new) {
    auto it = prepared.find(sql);
    is_new = it == prepared.end();
    return is_new ? fmt::format("s{}", ++last_name) : it->second;
  }

  PGconn* pg;
  Descriptor descriptor;
  bool usable = true;
  std::unordered_map<std::string, std::string> prepared;  // text -> name
  unsigned last_name = 0;
  std::vector<std::string> notices;
};

namespace {

struct ParamArrays {
  explicit ParamArrays(const Params& params) {
    for (const Param& param : params) {
      values.push_back(param ? param->c_str() : nullptr);
      lengths.push_back(param ? static_cast<int>(param->size()) : 0);
    }
  }
  std::vector<const char*> values;
  std::vector<int> lengths;
};

}  // namespace

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Connection::~Connection() = default;

Task<Result<std::unique_ptr<Connection>>> Connection::connect(std::string dsn, Deadline deadline) {
  auto executor = co_await asio::this_coro::executor;
  char* parse_error = nullptr;
  PQconninfoOption* options = PQconninfoParse(dsn.c_str(), &parse_error);
  if (!options) {
    PQfreemem(parse_error);  // it may quote the password
    co_return fail(ErrorCode::invalid_argument,
                   "DATABASE_URL is not a PostgreSQL connection string");
  }
  PQconninfoFree(options);
  PGconn* pg = PQconnectStart(dsn.c_str());
  if (!pg)
    co_return fail(ErrorCode::resource_exhausted, "out of memory for a PostgreSQL connection");
  auto impl = std::make_unique<Impl>(pg, executor);
  if (PQstatus(pg) == CONNECTION_BAD) co_return std::unexpected(impl->lost().in("cannot connect"));
  auto state = PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK) {
    if (state == PGRES_POLLING_FAILED) {
      Error error{ErrorCode::unavailable,
                  "cannot connect to PostgreSQL: " + first_line(PQerrorMessage(pg)),
                  {}};
      if (error.message.find("authentication failed") != std::string::npos)
        error.code = ErrorCode::permission_denied;
      co_return std::unexpected(std::move(error));
    }
    impl->follow_socket();
    auto what = state == PGRES_POLLING_READING ? Descriptor::wait_read : Descriptor::wait_write;
    if (!co_await impl->wait(what, deadline))
      co_return fail(ErrorCode::timeout, "PostgreSQL did not accept the connection in time");
    state = PQconnectPoll(pg);
  }
  impl->follow_socket();
  PQsetnonblocking(pg, 1);
  co_return std::unique_ptr<Connection>(new Connection(std::move(impl)));
}

Task<Result<Rows>> Connection::query(std::string sql, Params params, Deadline deadline) {
  auto& self = *impl_;
  if (!self.usable) co_return std::unexpected(self.lost());
  bool is_new = false;
  std::string name = self.statement_name(sql, is_new);
  bool keeps = !is_new || self.prepared.size() < kMaxPrepared;
  ParamArrays arrays(params);
  int count = static_cast<int>(params.size());
  if (!keeps) {
    if (!PQsendQueryParams(self.pg, sql.c_str(), count, nullptr, arrays.values.data(),
                           arrays.lengths.data(), nullptr, 0))
      co_return std::unexpected(self.lost());
    SB_CO_TRY(ResultPtr result, co_await self.finish(deadline));
    co_return Rows(result.release());
  }
  if (is_new) {
    if (!PQsendPrepare(self.pg, name.c_str(), sql.c_str(), 0, nullptr))
      co_return std::unexpected(self.lost());
    SB_CO_TRY(ResultPtr prepared, co_await self.finish(deadline));
    self.prepared.emplace(sql, name);
  }
  if (!PQsendQueryPrepared(self.pg, name.c_str(), count, arrays.values.data(),
                           arrays.lengths.data(), nullptr, 0))
    co_return std::unexpected(self.lost());
  auto result = co_await self.finish(deadline);
  if (!result) {
    // A migration may have changed what the plan returns ("cached plan must not change result
    // type").
    if (result.error().subject == "0A000" || result.error().subject == "26000")
      self.prepared.erase(sql);
    co_return std::unexpected(std::move(result).error());
  }
  co_return Rows(result->release());
}

Task<Result<std::vector<Rows>>> Connection::pipeline(std::vector<Statement> statements,
                                                     Deadline deadline) {
  auto& self = *impl_;
  if (!self.usable || !PQenterPipelineMode(self.pg)) co_return std::unexpected(self.lost());
  struct Leave {
    PGconn* pg;
    ~Leave() {
      PQexitPipelineMode(pg);
    }
  } leave{self.pg};

  std::vector<bool> is_prepare;  // what each result belongs to
  std::vector<std::pair<std::string, std::string>> fresh;
  for (const auto& statement : statements) {
    bool is_new = false;
    std::string name = self.statement_name(statement.sql, is_new);
    for (const auto& [sql, known] : fresh)
      if (is_new && sql == statement.sql) {
        name = known;
        is_new = false;
      }
    ParamArrays arrays(statement.params);
    bool sent = true;
    if (is_new) {
      sent = PQsendPrepare(self.pg, name.c_str(), statement.sql.c_str(), 0, nullptr) == 1;
      is_prepare.push_back(true);
      fresh.emplace_back(statement.sql, name);
    }
    sent = sent &&
           PQsendQueryPrepared(self.pg, name.c_str(), static_cast<int>(statement.params.size()),
                               arrays.values.data(), arrays.lengths.data(), nullptr, 0) == 1;
    is_prepare.push_back(false);
    if (!sent) co_return std::unexpected(self.lost());
  }
  if (!PQpipelineSync(self.pg)) co_return std::unexpected(self.lost());
  SB_CO_TRY_VOID(co_await self.flush(deadline));

  std::vector<Rows> rows;
  std::optional<Error> error;
  std::size_t index = 0, prepared_count = 0;
  for (bool synced = false; !synced;) {
    SB_CO_TRY(ResultPtr result, co_await self.next(deadline));
    if (!result) {  // the end of one query's results
      ++index;
      if (index > is_prepare.size()) co_return std::unexpected(self.lost());
      continue;
    }
    switch (PQresultStatus(result.get())) {
      case PGRES_PIPELINE_SYNC:
        synced = true;
        break;
      case PGRES_PIPELINE_ABORTED:
        break;
      case PGRES_TUPLES_OK:
      case PGRES_COMMAND_OK:
        if (index < is_prepare.size() && is_prepare[index])
          ++prepared_count;
        else
          rows.emplace_back(result.release());
        break;
      default:
        if (!error) error = result_error(result.get());
    }
  }
  // Prepares run in order, so the first `prepared_count` of the fresh ones exist on the server,
  // also when a later statement failed: prepared statements are not transactional.
  for (std::size_t i = 0; i < prepared_count; ++i) self.prepared.insert(fresh[i]);
  if (error) {
    if (error->subject == "0A000")
      for (const auto& statement : statements) self.prepared.erase(statement.sql);
    co_return std::unexpected(std::move(*error));
  }
  co_return rows;
}

Task<Result<>> Connection::execute(std::string script, Deadline deadline) {
  auto& self = *impl_;
  if (!self.usable || !PQsendQuery(self.pg, script.c_str())) co_return std::unexpected(self.lost());
  SB_CO_TRY(ResultPtr result, co_await self.finish(deadline));
  co_return Result<>();
}

bool Connection::is_usable() const {
  return impl_->usable && PQstatus(impl_->pg) == CONNECTION_OK;
}
bool Connection::in_transaction() const {
  auto status = PQtransactionStatus(impl_->pg);
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
}
int Connection::backend_pid() const {
  return PQbackendPID(impl_->pg);
}
std::vector<std::string> Connection::take_notices() {
  return std::exchange(impl_->notices, {});
}

}  // namespace sb::pg
