#include "base/sqlite/sqlite.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "support/temporary_directory.hpp"

namespace sb::sqlite {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kFirst =
    "CREATE TABLE star (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL);";
constexpr std::string_view kSecond = "ALTER TABLE star ADD COLUMN brightness REAL";

class SqliteTest : public ::testing::Test {
 protected:
  Database open(std::vector<std::string_view> migrations = {kFirst, kSecond}) {
    auto database = Database::open(path(), migrations);
    EXPECT_TRUE(database) << database.error().text();
    return *std::move(database);
  }
  fs::Path path() const {
    return folder_ / "state.db";
  }
  static std::vector<std::string> names(Database& database) {
    std::vector<std::string> out;
    auto read = database.query("SELECT name FROM star ORDER BY name", {},
                               [&](const Row& row) { out.push_back(row.text(0)); });
    EXPECT_TRUE(read);
    return out;
  }
  static Result<> insert(Database& database, const std::string& name) {
    return database.execute("INSERT INTO star (name) VALUES (?)", {name});
  }

  test::TemporaryDirectory folder_;
};

TEST_F(SqliteTest, gives_back_every_kind_of_value) {
  auto database = open();
  std::string bytes("a\0b", 3);

  ASSERT_TRUE(database.execute("INSERT INTO star (id, name, brightness) VALUES (?, ?, ?)",
                               {std::int64_t{7}, bytes, 1.5}));
  ASSERT_TRUE(database.execute("INSERT INTO star (id, name, brightness) VALUES (?, ?, ?)",
                               {std::int64_t{8}, std::string("dim"), std::monostate{}}));

  EXPECT_EQ(database.changes(), 1);
  EXPECT_EQ(database.last_insert_rowid(), 8);
  int rows = 0;
  ASSERT_TRUE(
      database.query("SELECT id, name, brightness FROM star ORDER BY id", {}, [&](const Row& row) {
        if (rows++ == 0) {
          EXPECT_EQ(row.integer(0), 7);
          EXPECT_EQ(row.text(1), bytes);
          EXPECT_EQ(row.real(2), 1.5);
        } else {
          EXPECT_TRUE(row.is_null(2));
          EXPECT_EQ(row.text(2), "");
        }
      }));
  EXPECT_EQ(rows, 2);
}

TEST_F(SqliteTest, keeps_rows_and_adds_only_the_new_migrations_when_opened_again) {
  {
    auto database = open({kFirst});
    ASSERT_TRUE(insert(database, "vega"));
  }

  auto database = open({kFirst, kSecond});

  EXPECT_THAT(names(database), ElementsAre("vega"));
  EXPECT_TRUE(database.execute("UPDATE star SET brightness = 0.03"));
}

TEST_F(SqliteTest, refuses_a_schema_from_a_newer_program) {
  open({kFirst, kSecond});

  auto older = Database::open(path(), {kFirst});

  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().code, ErrorCode::data_loss);
  EXPECT_THAT(older.error().message, HasSubstr("newer program"));
}

TEST_F(SqliteTest, a_failing_migration_leaves_the_earlier_schema) {
  auto broken = Database::open(path(), {kFirst, "CREATE TABLE a (x); CREATE TABLE a (x)"});
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr("schema step 2"));

  auto database = open({kFirst, "CREATE TABLE a (x)"});

  EXPECT_TRUE(database.execute("INSERT INTO a VALUES (1)"));
}

TEST_F(SqliteTest, is_private_to_its_owner_with_its_journals) {
  auto database = open();
  ASSERT_TRUE(insert(database, "vega"));

  for (const auto* suffix : {"", "-wal", "-shm"}) {
    struct stat info{};
    ASSERT_EQ(::stat((path().string() + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 0777, 0600u) << suffix;
  }
}

TEST_F(SqliteTest, reports_a_file_that_is_no_database) {
  std::ofstream(path()) << std::string(8192, 'x');

  auto database = Database::open(path(), {kFirst});

  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::data_loss);
}

TEST_F(SqliteTest, reports_a_missing_folder_and_a_duplicate) {
  auto missing = Database::open(folder_ / "no/such/state.db", {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);

  auto database = open();
  ASSERT_TRUE(insert(database, "vega"));
  auto again = insert(database, "vega");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::already_exists);
}

TEST_F(SqliteTest, a_transaction_is_all_or_nothing) {
  auto database = open();

  auto failed = database.transaction([&]() -> Result<> {
    SB_TRY_VOID(insert(database, "vega"));
    return insert(database, "vega");
  });
  EXPECT_FALSE(failed);
  EXPECT_TRUE(names(database).empty());

  ASSERT_TRUE(database.transaction([&] { return insert(database, "vega"); }));
  EXPECT_THAT(names(database), ElementsAre("vega"));
}

TEST_F(SqliteTest, a_failing_inner_transaction_undoes_only_itself) {
  auto database = open();

  ASSERT_TRUE(database.transaction([&]() -> Result<> {
    SB_TRY_VOID(insert(database, "vega"));
    auto inner = database.transaction([&]() -> Result<> {
      SB_TRY_VOID(insert(database, "rigel"));
      return fail(ErrorCode::conflict, "changed my mind");
    });
    EXPECT_FALSE(inner);
    return insert(database, "deneb");
  }));

  EXPECT_THAT(names(database), ElementsAre("deneb", "vega"));
}

TEST_F(SqliteTest, a_throwing_transaction_is_rolled_back) {
  auto database = open();

  EXPECT_THROW((void)database.transaction([&]() -> Result<> {
    EXPECT_TRUE(insert(database, "vega"));
    throw std::runtime_error("stop");
  }),
               std::runtime_error);

  EXPECT_TRUE(names(database).empty());
  EXPECT_TRUE(insert(database, "rigel"));
}

TEST_F(SqliteTest, the_same_query_may_run_inside_its_own_rows) {
  auto database = open();
  for (const auto* name : {"a", "b", "c"}) ASSERT_TRUE(insert(database, name));

  int pairs = 0;
  const std::string_view sql = "SELECT name FROM star";
  ASSERT_TRUE(database.query(sql, {}, [&](const Row&) {
    EXPECT_TRUE(database.query(sql, {}, [&](const Row&) { ++pairs; }));
  }));

  EXPECT_EQ(pairs, 9);
}

TEST_F(SqliteTest, a_full_database_says_so_and_goes_on_when_there_is_room) {
  auto database = open();
  ASSERT_TRUE(database.execute("PRAGMA max_page_count = 8"));
  std::string big(100'000, 'x');

  auto full = database.transaction([&] { return insert(database, big); });

  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, ErrorCode::resource_exhausted);
  ASSERT_TRUE(database.execute("PRAGMA max_page_count = 10000"));
  EXPECT_TRUE(insert(database, big));
}

// A second connection of ours comes and goes; then another process must still see that the first
// one is there, and leave its log alone.
TEST_F(SqliteTest, a_second_connection_of_this_process_takes_no_locks_away) {
  auto first = open();
  ASSERT_TRUE(insert(first, "Vega"));
  {
    auto second = open();
  }
  const std::string other_process =
      "python3 -c \"import sqlite3; c = sqlite3.connect('" + path().string() +
      "'); c.execute('SELECT count(*) FROM star').fetchall(); c.close()\"";
  ASSERT_EQ(std::system(other_process.c_str()), 0);

  auto written = insert(first, "Altair");

  ASSERT_TRUE(written) << written.error().text();
  auto again = open();
  EXPECT_THAT(names(again), ElementsAre("Altair", "Vega"));
}

}  // namespace
}  // namespace sb::sqlite
