// Real PostgreSQL clusters in sandboxes.
#include "cloud/postgres/cluster.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/pg/pg.hpp"
#include "support/temporary_directory.hpp"

namespace sb::cloud::postgres {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

Deadline limit() {
  return Deadline::after(seconds(60));
}

// An address for this test process alone: tests run in parallel.
std::string address(int host) {
  auto pid = static_cast<unsigned>(::getpid());
  return fmt::format("127.{}.{}.{}", 11 + pid / 62500 % 4, pid / 250 % 250 + 1,
                     (pid % 250 + static_cast<unsigned>(host) * 83) % 250 + 1);
}

struct World {
  explicit World(Executor e) : executor(std::move(e)) {}
  Executor executor;
  test::TemporaryDirectory home;
  BlockingPool pool{1};
  std::unique_ptr<Installation> installation;
  std::vector<std::unique_ptr<Cluster>> clusters;

  Cluster& add(const std::string& name, int host) {
    clusters.push_back(std::make_unique<Cluster>(
        executor, *installation,
        ClusterSpec{.folder = home / name, .name = name, .address = address(host)}));
    return *clusters.back();
  }
};

std::string dsn(int host, const std::string& password, const std::string& database) {
  return fmt::format("postgresql://salt:{}@{}:5432/{}", password, address(host), database);
}

Task<Result<std::string>> ask(std::string where, std::string sql) {
  SB_CO_TRY(auto connection, co_await pg::Connection::connect(std::move(where), limit()));
  SB_CO_TRY(auto rows, co_await connection->query(std::move(sql), {}, limit()));
  co_return rows.empty() ? std::string() : std::string(rows.text(0, 0));
}

Task<Result<>> tell(std::string where, std::string sql) {
  SB_CO_TRY(auto connection, co_await pg::Connection::connect(std::move(where), limit()));
  co_return co_await connection->execute(std::move(sql), limit());
}

#define OK(...)                             \
  do {                                      \
    auto&& ok_ = (__VA_ARGS__);             \
    EXPECT_TRUE(ok_) << ok_.error().text(); \
    if (!ok_) co_return;                    \
  } while (false)

// Opens the world, runs the body, stops every cluster.
void in_world(Task<> (*body)(World&)) {
  run_task([](Task<> (*inner)(World&)) -> Task<> {
    World world(co_await current_executor());
    auto installation = co_await Installation::open(world.home / "postgres", world.pool);
    EXPECT_TRUE(installation) << installation.error().text();
    world.installation = *std::move(installation);
    co_await inner(world);
    for (auto& cluster : world.clusters) co_await cluster->stop(seconds(20));
  }(body));
}

Task<> make(World& world, Cluster& cluster) {
  OK(co_await world.installation->make_data(world.installation->programs().front().major,
                                            cluster.data(), limit()));
  OK(co_await cluster.start(limit()));
  OK(co_await cluster.ensure_master("salt", "first-password", "salt", limit()));
}

TEST(PostgresCluster, serves_its_master_user_who_is_no_superuser) {
  in_world([](World& world) -> Task<> {
    auto& cluster = world.add("one", 1);
    co_await make(world, cluster);

    auto version = co_await ask(dsn(1, "first-password", "salt"), "SHOW server_version");
    OK(version);
    EXPECT_THAT(*version, HasSubstr(world.installation->programs().front().version));
    EXPECT_EQ((co_await ask(dsn(1, "first-password", "salt"),
                            "SELECT rolsuper FROM pg_roles WHERE rolname = 'salt'"))
                  .value(),
              "f");
    OK(co_await tell(dsn(1, "first-password", "salt"),
                     "CREATE EXTENSION pgcrypto; CREATE TABLE t (x int)"));
    OK(co_await tell(dsn(1, "first-password", "salt"), "CREATE DATABASE another"));
    EXPECT_FALSE(co_await ask(dsn(1, "wrong", "salt"), "SELECT 1"));
    OK(co_await cluster.ensure_master("salt", "ignored", "salt", limit()));
  });
}

TEST(PostgresCluster, password_changes_and_is_not_logged) {
  in_world([](World& world) -> Task<> {
    auto& cluster = world.add("one", 1);
    co_await make(world, cluster);

    OK(co_await cluster.set_password("salt", "second'password", limit()));

    EXPECT_FALSE(co_await ask(dsn(1, "first-password", "salt"), "SELECT 1"));
    EXPECT_TRUE(co_await ask(dsn(1, "second'password", "salt"), "SELECT 1"));
    EXPECT_FALSE(co_await cluster.set_password("nobody", "third-password", limit()));
    auto log = fs::read_file(cluster.log_path()).value();
    EXPECT_THAT(log, Not(HasSubstr("-password")));
    EXPECT_THAT(log, Not(HasSubstr("second")));
  });
}

TEST(PostgresCluster, snapshot_of_a_running_cluster_restores_with_its_data_and_password) {
  in_world([](World& world) -> Task<> {
    auto& source = world.add("source", 1);
    co_await make(world, source);
    OK(co_await tell(dsn(1, "first-password", "salt"),
                     "CREATE TABLE t AS SELECT generate_series(1, 1000) AS x"));

    OK(co_await source.take_snapshot(*world.installation, world.home / "snapshot", limit()));
    OK(co_await tell(dsn(1, "first-password", "salt"), "DELETE FROM t"));
    auto& restored = world.add("restored", 2);
    OK(co_await world.installation->copy_data(world.home / "snapshot", restored.data(), limit()));
    OK(co_await restored.start(limit()));

    EXPECT_EQ((co_await ask(dsn(2, "first-password", "salt"), "SELECT count(*) FROM t")).value(),
              "1000");
    EXPECT_EQ((co_await ask(dsn(1, "first-password", "salt"), "SELECT count(*) FROM t")).value(),
              "0");
  });
}

TEST(PostgresCluster, killed_server_is_started_again_with_what_was_committed) {
  in_world([](World& world) -> Task<> {
    auto& cluster = world.add("one", 1);
    co_await make(world, cluster);
    OK(co_await tell(dsn(1, "first-password", "salt"), "CREATE TABLE t AS SELECT 42 AS x"));
    auto sandbox = co_await runtime::Sandbox::adopt(world.home / "one");
    EXPECT_TRUE(sandbox);
    if (!sandbox) co_return;

    process::send_signal(sandbox->init(), SIGKILL);

    Result<std::string> answer = fail(ErrorCode::unavailable, "not asked yet");
    for (int i = 0; i < 1000 && !answer; ++i) {
      answer = co_await ask(dsn(1, "first-password", "salt"), "SELECT x FROM t");
      if (!answer || cluster.restarts() == 0) co_await sleep_for(Duration(10));
    }
    EXPECT_EQ(answer.value_or("no answer"), "42");
  });
}

TEST(PostgresCluster, is_adopted_by_the_next_daemon_with_its_sessions) {
  in_world([](World& world) -> Task<> {
    auto& cluster = world.add("one", 1);
    co_await make(world, cluster);
    auto session = co_await pg::Connection::connect(dsn(1, "first-password", "salt"), limit());
    OK(session);
    world.clusters.clear();  // the daemon goes, the server stays
    auto& next = world.add("one", 1);

    OK(co_await next.start(limit()));

    auto rows = co_await (*session)->query("SELECT 1", {}, limit());
    OK(rows);
    EXPECT_EQ((co_await next.count_connections(limit())).value(), 1);
  });
}

TEST(PostgresCluster, says_why_it_does_not_start) {
  in_world([](World& world) -> Task<> {
    auto& first = world.add("first", 1);
    co_await make(world, first);
    auto& second = world.add("second", 1);  // the same address
    OK(co_await world.installation->copy_data(first.data(), second.data(), limit()));

    auto started = co_await second.start(limit());

    EXPECT_FALSE(started);
    if (!started) EXPECT_THAT(started.error().message, HasSubstr("Address already in use"));
    auto& third = world.add("third", 2);
    auto no_data = co_await third.start(limit());
    EXPECT_EQ(no_data.error().code, ErrorCode::not_found);
  });
}

}  // namespace
}  // namespace sb::cloud::postgres
