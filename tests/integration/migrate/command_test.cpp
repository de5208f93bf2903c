#include "migrate/command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/fs/fs.hpp"
#include "support/captured.hpp"
#include "support/postgres_fixture.hpp"
#include "support/temporary_directory.hpp"

namespace sb::migrate {
namespace {

using sb::testing::captured;
using sb::testing::PostgresServer;
using sb::testing::Said;
using ::testing::HasSubstr;
using ::testing::Not;

// The command on a database of its own, with a folder of revisions that a test may add to.
class AlembicOnDatabase : public ::testing::Test {
 protected:
  AlembicOnDatabase() {
    ::setenv("DATABASE_URL", url_.c_str(), 1);
    std::filesystem::create_directories(folder_ / "revisions");
    EXPECT_TRUE(
        fs::write_file(folder_ / "alembic.ini", "[alembic]\nscript_location = revisions\n", 0644));
    add("aaa111", "", "CREATE TABLE a (x int);", "DROP TABLE a;");
    add("bbb222", "aaa111", "CREATE TABLE b (x int);", "DROP TABLE b;");
  }
  ~AlembicOnDatabase() override {
    ::unsetenv("DATABASE_URL");
  }

  void add(const std::string& id, const std::string& parent, const std::string& up,
           const std::string& down) {
    EXPECT_TRUE(fs::write_file(folder_ / ("revisions/" + id + ".sql"),
                               "-- revision: " + id + "\n-- revises: " + parent +
                                   "\n-- message: m-" + id +
                                   "\n-- created: 2026-01-02\n-- phase: expand\n\n-- upgrade\n" +
                                   up + "\n\n-- downgrade\n" + down + "\n",
                               0644));
  }
  Said alembic(std::vector<std::string> args) {
    args.insert(args.begin(), {"-c", (folder_ / "alembic.ini").string()});
    return captured([&] { return main(args); });
  }
  std::string psql(const std::string& sql) {
    return PostgresServer::shared().psql(url_, sql);
  }

  test::TemporaryDirectory folder_;
  std::string url_ = PostgresServer::shared().create_database();
};

TEST_F(AlembicOnDatabase, says_each_step_on_stderr_and_the_place_on_stdout) {
  auto up = alembic({"upgrade", "head"});
  EXPECT_EQ(up.code, 0) << up.out;
  EXPECT_THAT(up.err, HasSubstr("INFO  [alembic.runtime.migration] Context impl PostgresqlImpl."));
  EXPECT_THAT(up.err, HasSubstr("Running upgrade  -> aaa111, m-aaa111"));
  EXPECT_THAT(up.err, HasSubstr("Running upgrade aaa111 -> bbb222, m-bbb222"));
  EXPECT_EQ(alembic({"current"}).out, "bbb222 (head)\n");

  auto down = alembic({"downgrade", "-1"});
  EXPECT_EQ(down.code, 0);
  EXPECT_THAT(down.err, HasSubstr("Running downgrade bbb222 -> aaa111, m-bbb222"));
  EXPECT_EQ(alembic({"current"}).out, "aaa111\n");
  EXPECT_EQ(alembic({"history", "-i"}).out,
            "aaa111 -> bbb222 (head), m-bbb222\n<base> -> aaa111 (current), m-aaa111\n");
}

TEST_F(AlembicOnDatabase, current_can_demand_the_newest_and_hides_the_password) {
  alembic({"upgrade", "aaa111"});

  auto behind = alembic({"current", "--check-heads"});
  EXPECT_EQ(behind.code, kExitFailed);
  EXPECT_THAT(behind.out, HasSubstr("FAILED: Database is not on all head revisions"));

  alembic({"upgrade", "+1"});
  EXPECT_EQ(alembic({"current", "--check-heads"}).code, 0);
  auto verbose = alembic({"current", "-v"});
  EXPECT_THAT(verbose.out, HasSubstr("Current revision(s) for postgresql://"));
  EXPECT_THAT(verbose.out, HasSubstr("Rev: bbb222 (head)\nParent: aaa111\n"));
}

TEST_F(AlembicOnDatabase, stamps_what_was_done_by_hand) {
  auto stamped = alembic({"stamp", "head"});

  EXPECT_EQ(stamped.code, 0);
  EXPECT_THAT(stamped.err, HasSubstr("Running stamp_revision  -> bbb222"));
  EXPECT_EQ(alembic({"current"}).out, "bbb222 (head)\n");
  EXPECT_THAT(psql("SELECT to_regclass('b') IS NULL"), HasSubstr("t"));
}

TEST_F(AlembicOnDatabase, an_older_image_names_the_revision_that_it_does_not_have) {
  alembic({"upgrade", "head"});
  std::filesystem::remove(folder_ / "revisions/bbb222.sql");

  EXPECT_EQ(alembic({"current"}).out, "bbb222 (not in this image)\n");
  auto up = alembic({"upgrade", "head"});
  EXPECT_EQ(up.code, kExitFailed);
  EXPECT_THAT(up.out, HasSubstr("Can't locate revision identified by 'bbb222'"));
  EXPECT_THAT(up.out, HasSubstr("use the image that has it"));
}

TEST_F(AlembicOnDatabase, the_databases_own_refusal_is_code_one_with_its_state) {
  add("ccc333", "bbb222", "CREATE TABLE c (x int); SELECT 1/0;", "DROP TABLE c;");

  auto up = alembic({"upgrade", "head"});

  EXPECT_EQ(up.code, 1);
  EXPECT_THAT(up.err, HasSubstr("division by zero (SQLSTATE 22012)"));
  EXPECT_THAT(up.err, HasSubstr("WARN  [alembic.runtime.migration] applied 2 of 3 revisions"));
  EXPECT_THAT(up.out, Not(HasSubstr("FAILED")));
  EXPECT_EQ(alembic({"current"}).out, "bbb222\n");
}

TEST_F(AlembicOnDatabase, several_recorded_heads_are_refused_until_stamped_anew) {
  alembic({"upgrade", "head"});
  psql("INSERT INTO alembic_version VALUES ('aaa111')");

  auto up = alembic({"upgrade", "head"});
  EXPECT_EQ(up.code, kExitFailed);
  EXPECT_THAT(up.out, HasSubstr("the database is at several heads (aaa111, bbb222)"));
  EXPECT_EQ(alembic({"stamp", "bbb222"}).code, kExitFailed);

  EXPECT_EQ(alembic({"stamp", "--purge", "bbb222"}).code, 0);
  EXPECT_EQ(alembic({"current"}).out, "bbb222 (head)\n");
}

TEST_F(AlembicOnDatabase, a_table_that_changed_hands_meanwhile_is_not_counted_twice) {
  alembic({"upgrade", "aaa111"});
  add("ccc333", "aaa111", "DELETE FROM alembic_version;", "SELECT 1;");
  std::filesystem::remove(folder_ / "revisions/bbb222.sql");

  auto up = alembic({"upgrade", "head"});

  EXPECT_EQ(up.code, kExitFailed);
  EXPECT_THAT(up.out, HasSubstr("expected to match one row when updating 'aaa111' to 'ccc333'"));
  EXPECT_EQ(alembic({"current"}).out, "aaa111\n");
}

}  // namespace
}  // namespace sb::migrate
