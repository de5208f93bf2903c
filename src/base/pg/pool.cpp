#include <deque>

#include "base/async/notifier.hpp"
#include "base/pg/pg.hpp"

namespace sb::pg {

struct Pool::Lease::Home {
  Home(Executor executor, std::string d, PoolOptions o)
      : dsn(std::move(d)), options(o), freed(executor) {}

  struct Idle {
    std::unique_ptr<Connection> connection;
    SteadyTime since;
  };

  // The most recently used one; those idle for too long or lost are closed on the way.
  std::unique_ptr<Connection> take() {
    auto oldest = std::chrono::steady_clock::now() - options.idle_timeout;
    while (!idle.empty() && idle.front().since < oldest) idle.pop_front();
    while (!idle.empty()) {
      auto connection = std::move(idle.back().connection);
      idle.pop_back();
      if (connection->is_usable()) return connection;
    }
    return nullptr;
  }

  std::string dsn;
  PoolOptions options;
  Notifier freed;
  std::deque<Idle> idle;
  std::size_t used = 0;
};

Pool::Pool(Executor executor, std::string dsn, PoolOptions options)
    : home_(std::make_shared<Lease::Home>(std::move(executor), std::move(dsn), options)) {}
Pool::~Pool() = default;

Pool::Lease::~Lease() {
  if (!home_) return;
  if (connection_ && connection_->is_usable() && !connection_->in_transaction())
    home_->idle.push_back({std::move(connection_), std::chrono::steady_clock::now()});
  --home_->used;
  home_->freed.notify_all();
}

Task<Result<Pool::Lease>> Pool::acquire(Deadline deadline) {
  auto home = home_;
  while (home->used >= home->options.max_connections)
    if (!co_await home->freed.wait(deadline))
      co_return fail(ErrorCode::timeout, "every PostgreSQL connection of the pool is busy");
  ++home->used;
  if (auto connection = home->take()) co_return Lease(home, std::move(connection));
  auto limit = deadline.earlier(Deadline::after(home->options.connect_timeout));
  auto connection = co_await Connection::connect(home->dsn, limit);
  if (!connection) {
    --home->used;
    home->freed.notify_all();
    co_return std::unexpected(std::move(connection).error());
  }
  co_return Lease(home, std::move(*connection));
}

Task<Result<Rows>> Pool::query(std::string sql, Params params, Deadline deadline) {
  for (bool is_retry = false;; is_retry = true) {
    SB_CO_TRY(Lease lease, co_await acquire(deadline));
    auto rows = co_await lease->query(sql, params, deadline);
    if (rows || is_retry) co_return rows;
    // A pooled connection that died while idle fails with no SQLSTATE from this statement; the
    // server restarting says 57P01 before it reads anything. Plans outdated by a migration are
    // prepared anew.
    const auto& error = rows.error();
    bool was_dead =
        error.code == ErrorCode::unavailable && (error.subject.empty() || error.subject == "57P01");
    bool is_read = sql.size() > 6 && (sql.starts_with("SELECT") || sql.starts_with("select"));
    bool outdated = error.subject == "0A000" || error.subject == "26000";
    if (!((was_dead && is_read) || outdated)) co_return rows;
  }
}

std::size_t Pool::open() const {
  return home_->used + home_->idle.size();
}
std::size_t Pool::in_use() const {
  return home_->used;
}

}  // namespace sb::pg
