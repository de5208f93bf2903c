#include "migrate/runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/async/spawn.hpp"
#include "support/postgres_fixture.hpp"

namespace sb::migrate {
namespace {

using namespace std::chrono_literals;
using sb::testing::PostgresServer;
using ::testing::HasSubstr;

Revision revision(std::string id, std::string parent, std::string up, std::string down,
                  bool transactional = true) {
  Revision r;
  r.id = std::move(id);
  r.parent = std::move(parent);
  r.upgrade_sql = std::move(up);
  r.downgrade_sql = std::move(down);
  r.is_transactional = transactional;
  r.path = r.id + ".sql";
  return r;
}

ScriptDirectory three() {
  return ScriptDirectory::make(
             {revision("r1", "", "CREATE TABLE a (x int);", "DROP TABLE a;"),
              revision("r2", "r1", "CREATE TABLE b (x int); INSERT INTO b VALUES (1);",
                       "DROP TABLE b;"),
              revision("r3", "r2", "CREATE INDEX CONCURRENTLY b_x ON b (x);",
                       "DROP INDEX CONCURRENTLY b_x;", false)})
      .value();
}

RunnerOptions quick() {
  RunnerOptions options;
  options.lock_timeout = 50ms;
  options.max_attempts = 4;
  options.first_pause = 20ms;
  options.runner_lock_wait = 5s;
  return options;
}

class MigrateRunner : public ::testing::Test {
 protected:
  // Connections belong to the loop that made them, so every step of a test runs in one task.
  void in_database(const std::function<Task<>(pg::Connection&)>& body) {
    run_task([](std::string url, const std::function<Task<>(pg::Connection&)>& inner) -> Task<> {
      auto connection = co_await pg::Connection::connect(url, Deadline::after(5s));
      EXPECT_TRUE(connection.has_value());
      if (connection) co_await inner(**connection);
    }(url_, body));
  }

  Task<Result<int>> migrate(pg::Connection& connection, const ScriptDirectory& directory,
                            std::string target, bool up = true) {
    Planner plan = [&directory, target, up](const std::string& current) {
      return up ? directory.plan_upgrade(current, target)
                : directory.plan_downgrade(current, target);
    };
    co_return co_await run(
        connection, std::move(plan), [](const Step&) {},
        [this](std::string line) { said_ += line + "\n"; }, quick());
  }

  std::string psql(const std::string& sql) {
    return PostgresServer::shared().psql(url_, sql);
  }

  std::string url_ = PostgresServer::shared().create_database();
  std::string said_;
};

TEST_F(MigrateRunner, goes_up_and_down_and_keeps_alembics_table) {
  auto directory = three();
  in_database([&](pg::Connection& connection) -> Task<> {
    EXPECT_EQ((co_await migrate(connection, directory, "head")).value(), 3);
    EXPECT_EQ((co_await migrate(connection, directory, "head")).value(), 0);
    EXPECT_EQ((co_await current_revisions(connection, Deadline::after(5s))).value(),
              std::vector<std::string>{"r3"});
    EXPECT_EQ((co_await migrate(connection, directory, "-2", false)).value(), 2);
  });
  EXPECT_THAT(psql("SELECT version_num FROM alembic_version"), HasSubstr("r1"));
  EXPECT_THAT(psql("SELECT to_regclass('a') IS NOT NULL, to_regclass('b') IS NULL"),
              HasSubstr("t|t"));
  in_database([&](pg::Connection& connection) -> Task<> {
    EXPECT_EQ((co_await migrate(connection, directory, "base", false)).value(), 1);
  });
  EXPECT_THAT(psql("SELECT count(*) FROM alembic_version"), HasSubstr("0"));
}

TEST_F(MigrateRunner, keeps_finished_revisions_when_a_later_one_fails) {
  auto directory =
      ScriptDirectory::make(
          {revision("r1", "", "CREATE TABLE a (x int);", "DROP TABLE a;"),
           revision("r2", "r1", "CREATE TABLE b (x int); SELECT 1/0;", "DROP TABLE b;")})
          .value();
  in_database([&](pg::Connection& connection) -> Task<> {
    auto done = co_await migrate(connection, directory, "head");
    EXPECT_FALSE(done.has_value());
    EXPECT_EQ(done.error().subject, "22012");
    EXPECT_FALSE(connection.in_transaction());
  });
  EXPECT_THAT(psql("SELECT version_num, to_regclass('b') IS NULL FROM alembic_version"),
              HasSubstr("r1|t"));
  EXPECT_THAT(said_, HasSubstr("applied 1 of 2"));
}

TEST_F(MigrateRunner, retries_while_a_table_is_locked_and_then_names_who_holds_it) {
  auto directory = three();
  psql("CREATE TABLE b (x int)");
  in_database([&](pg::Connection& connection) -> Task<> {
    auto other = co_await pg::Connection::connect(url_, Deadline::after(5s));
    (void)co_await (*other)->execute("BEGIN; LOCK TABLE b", Deadline::after(5s));
    auto blocked =
        ScriptDirectory::make({revision("r1", "", "ALTER TABLE b ADD y int;", "SELECT 1;")})
            .value();
    auto done = co_await migrate(connection, blocked, "head");
    EXPECT_EQ(done.error().subject, "55P03");
    EXPECT_THAT(done.error().message, HasSubstr(fmt::format("pid {}", (*other)->backend_pid())));
    (void)co_await (*other)->execute("COMMIT", Deadline::after(5s));
    EXPECT_EQ((co_await migrate(connection, blocked, "head")).value(), 1);
  });
  EXPECT_THAT(said_, HasSubstr("attempt 4 of 4"));
}

Task<> upgrade_into(std::string url, const ScriptDirectory& directory, std::vector<int>& counts) {
  auto connection = co_await pg::Connection::connect(url, Deadline::after(5s));
  Planner plan = [&directory](const std::string& current) {
    return directory.plan_upgrade(current, "head");
  };
  auto done = co_await run(**connection, plan, [](const Step&) {}, [](std::string) {}, quick());
  counts.push_back(done ? *done : -1);
}

TEST_F(MigrateRunner, lets_one_of_many_runners_work_and_the_others_find_it_done) {
  auto directory = three();
  std::vector<int> counts;
  run_task([](std::string url, const ScriptDirectory& d, std::vector<int>& out) -> Task<> {
    auto executor = co_await current_executor();
    for (int i = 0; i < 4; ++i) spawn_logged(executor, "upgrade", upgrade_into(url, d, out));
    auto deadline = Deadline::after(30s);
    while (out.size() < 4 && !deadline.has_passed()) co_await sleep_for(5ms);
  }(url_, directory, counts));
  std::ranges::sort(counts);
  EXPECT_EQ(counts, (std::vector<int>{0, 0, 0, 3}));
}

TEST_F(MigrateRunner, repairs_an_index_that_a_killed_build_left_invalid) {
  auto directory = three();
  in_database([&](pg::Connection& connection) -> Task<> {
    EXPECT_EQ((co_await migrate(connection, directory, "r2")).value(), 2);
    // What a build over duplicates or a killed one leaves behind.
    (void)co_await connection.execute("INSERT INTO b VALUES (1)", Deadline::after(5s));
    (void)co_await connection.execute("CREATE UNIQUE INDEX CONCURRENTLY b_x ON b (x)",
                                      Deadline::after(5s));
  });
  EXPECT_THAT(psql("SELECT indisvalid FROM pg_index WHERE indexrelid = 'b_x'::regclass"),
              HasSubstr("f"));
  in_database([&](pg::Connection& connection) -> Task<> {
    EXPECT_EQ((co_await migrate(connection, directory, "head")).value(), 1);
  });
  EXPECT_THAT(
      psql("SELECT indisvalid, indisunique FROM pg_index WHERE indexrelid = 'b_x'::regclass"),
      HasSubstr("t|f"));
}

TEST_F(MigrateRunner, refuses_to_go_back_over_an_irreversible_revision) {
  auto r = revision("r1", "", "CREATE TYPE color AS ENUM ('red');", "");
  r.irreversible = "enum values stay";
  auto directory = ScriptDirectory::make({r}).value();
  in_database([&](pg::Connection& connection) -> Task<> {
    EXPECT_EQ((co_await migrate(connection, directory, "head")).value(), 1);
    auto back = co_await migrate(connection, directory, "base", false);
    EXPECT_THAT(back.error().message, HasSubstr("enum values stay"));
  });
}

TEST_F(MigrateRunner, stamps_without_running) {
  in_database([&](pg::Connection& connection) -> Task<> {
    EXPECT_TRUE((co_await stamp(connection, "r2", false, quick())).has_value());
    EXPECT_EQ((co_await current_revisions(connection, Deadline::after(5s))).value(),
              std::vector<std::string>{"r2"});
    EXPECT_TRUE((co_await stamp(connection, "", true, quick())).has_value());
    EXPECT_TRUE((co_await current_revisions(connection, Deadline::after(5s))).value().empty());
  });
}

// Every revision that ships: up, down and up again, with the schema the same after each way.
TEST_F(MigrateRunner, every_shipped_revision_can_be_taken_back) {
  auto directory = ScriptDirectory::load(SB_SOURCE_DIR "/db/revisions").value();
  auto fingerprint = [&] {
    return psql(
        "SELECT table_name, column_name, data_type, is_nullable, column_default FROM "
        "information_schema.columns "
        "WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY 1, 2;"
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> "
        "'alembic_version' ORDER BY 1;"
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = "
        "'public'::regnamespace "
        "AND conname NOT LIKE 'alembic%' ORDER BY 1, 2");
  };
  for (const auto& step : directory.in_order()) {
    auto before = fingerprint();
    in_database([&](pg::Connection& connection) -> Task<> {
      EXPECT_EQ((co_await migrate(connection, directory, step.id)).value_or(-1), 1) << step.id;
    });
    auto after = fingerprint();
    in_database([&](pg::Connection& connection) -> Task<> {
      EXPECT_EQ((co_await migrate(connection, directory, "-1", false)).value_or(-1), 1) << step.id;
    });
    EXPECT_EQ(fingerprint(), before) << step.id;
    in_database([&](pg::Connection& connection) -> Task<> {
      EXPECT_EQ((co_await migrate(connection, directory, step.id)).value_or(-1), 1) << step.id;
    });
    EXPECT_EQ(fingerprint(), after) << step.id;
  }
}

}  // namespace
}  // namespace sb::migrate
