#include "base/pg/pg.hpp"

#include <gtest/gtest.h>

#include "base/async/spawn.hpp"
#include "support/postgres_fixture.hpp"

namespace sb::pg {
namespace {

using namespace std::chrono_literals;
using sb::testing::PostgresServer;

Deadline soon() {
  return Deadline::after(10s);
}

void with_pool(const std::function<Task<>(Pool&)>& body, PoolOptions options = {}) {
  static const std::string url = PostgresServer::shared().create_database();
  run_task([](std::string dsn, const std::function<Task<>(Pool&)>& inner, PoolOptions o) -> Task<> {
    Pool pool(co_await current_executor(), dsn, o);
    co_await inner(pool);
  }(url, body, options));
}

TEST(Pg, passes_parameters_and_nulls_and_reads_types) {
  with_pool([](Pool& pool) -> Task<> {
    auto rows = co_await pool.query("SELECT $1::int + 1, $2::text, $3::bool, $4::float8, $1::text",
                                    {"41", std::nullopt, "t", "0.5"}, soon());
    EXPECT_EQ(rows.value().integer(0, 0), 42);
    EXPECT_TRUE(rows->is_null(0, 1));
    EXPECT_TRUE(rows->boolean(0, 2));
    EXPECT_EQ(rows->real(0, 3), 0.5);
    EXPECT_EQ(rows->optional_text(0, 1), std::nullopt);
  });
}

TEST(Pg, reports_the_sqlstate_and_a_code_to_branch_on) {
  with_pool([](Pool& pool) -> Task<> {
    (void)co_await pool.query("CREATE TABLE IF NOT EXISTS u (id int PRIMARY KEY)", {}, soon());
    (void)co_await pool.query("INSERT INTO u VALUES ($1) ON CONFLICT DO NOTHING", {"1"}, soon());
    auto twice = co_await pool.query("INSERT INTO u VALUES ($1)", {"1"}, soon());
    EXPECT_EQ(twice.error().code, ErrorCode::already_exists);
    EXPECT_EQ(twice.error().subject, "23505");
    auto wrong = co_await pool.query("SELECT nonsense", {}, soon());
    EXPECT_EQ(wrong.error().subject, "42703");
    EXPECT_EQ(pool.open(), 1u);  // neither cost the connection
  });
}

TEST(Pg, runs_a_pipeline_as_all_or_nothing) {
  with_pool([](Pool& pool) -> Task<> {
    (void)co_await pool.query("CREATE TABLE IF NOT EXISTS p (id int PRIMARY KEY)", {}, soon());
    auto lease = co_await pool.acquire(soon());
    auto good = co_await (*lease)->pipeline({{"INSERT INTO p VALUES ($1)", {"1"}},
                                             {"INSERT INTO p VALUES ($1)", {"2"}},
                                             {"SELECT count(*) FROM p", {}}},
                                            soon());
    EXPECT_EQ(good.value().size(), 3u);
    EXPECT_EQ(good->at(2).integer(0, 0), 2);
    auto bad = co_await (*lease)->pipeline(
        {{"INSERT INTO p VALUES ($1)", {"3"}}, {"INSERT INTO p VALUES ($1)", {"1"}}}, soon());
    EXPECT_EQ(bad.error().subject, "23505");
    auto count = co_await (*lease)->query("SELECT count(*) FROM p", {}, soon());
    EXPECT_EQ(count.value().integer(0, 0), 2);
  });
}

TEST(Pg, gives_up_a_query_at_its_deadline_and_recovers) {
  with_pool([](Pool& pool) -> Task<> {
    auto slow = co_await pool.query("SELECT pg_sleep(30)", {}, Deadline::after(50ms));
    EXPECT_EQ(slow.error().code, ErrorCode::timeout);
    auto next = co_await pool.query("SELECT 1", {}, soon());
    EXPECT_TRUE(next.has_value());
  });
}

TEST(Pg, closes_a_connection_that_comes_back_inside_a_transaction) {
  with_pool([](Pool& pool) -> Task<> {
    {
      auto lease = co_await pool.acquire(soon());
      (void)co_await (*lease)->execute("BEGIN", soon());
    }
    EXPECT_EQ(pool.open(), 0u);
  });
}

TEST(Pg, waits_for_a_free_connection_no_longer_than_its_deadline) {
  PoolOptions one;
  one.max_connections = 1;
  with_pool(
      [](Pool& pool) -> Task<> {
        auto held = co_await pool.acquire(soon());
        auto second = co_await pool.acquire(Deadline::after(20ms));
        EXPECT_EQ(second.error().code, ErrorCode::timeout);
      },
      one);
}

TEST(Pg, sends_a_select_again_when_its_pooled_connection_was_cut) {
  with_pool([](Pool& pool) -> Task<> {
    int pid = 0;
    {
      auto lease = co_await pool.acquire(soon());
      pid = (*lease)->backend_pid();
    }
    PostgresServer::shared().psql(PostgresServer::shared().url("postgres"),
                                  fmt::format("SELECT pg_terminate_backend({})", pid));
    auto rows = co_await pool.query("SELECT 7", {}, soon());
    EXPECT_EQ(rows.value().integer(0, 0), 7);
  });
}

TEST(Pg, survives_a_plan_that_a_migration_outdated) {
  with_pool([](Pool& pool) -> Task<> {
    (void)co_await pool.query("CREATE TABLE w (a int)", {}, soon());
    (void)co_await pool.query("SELECT * FROM w", {}, soon());
    (void)co_await pool.query("ALTER TABLE w ADD b int", {}, soon());
    auto rows = co_await pool.query("SELECT * FROM w", {}, soon());
    EXPECT_TRUE(rows.has_value()) << rows.error().text();
  });
}

TEST(Pg, never_shows_the_password) {
  run_task([]() -> Task<> {
    auto refused = co_await Connection::connect("postgresql://u:hunter2@127.0.0.1:1/x", soon());
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    EXPECT_EQ(refused.error().text().find("hunter2"), std::string::npos);
    auto nonsense = co_await Connection::connect("postgresql://u:hunter2@[bad", soon());
    EXPECT_EQ(nonsense.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(nonsense.error().text().find("hunter2"), std::string::npos);
  }());
}

}  // namespace
}  // namespace sb::pg
