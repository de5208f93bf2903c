#include "release/operate/losses.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sb::release::operate {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> told(const std::string& sql) {
  std::vector<std::string> lines;
  for (const auto& loss : losses_in("r1", sql)) lines.push_back(describe(loss, ""));
  return lines;
}

TEST(DowngradeLosses, names_every_dropped_table) {
  EXPECT_THAT(told("DROP TABLE user_reports; drop table if exists a, \"b\" cascade;"),
              ElementsAre("the table user_reports", "the table a", "the table b"));
}

TEST(DowngradeLosses, names_dropped_columns_of_one_statement) {
  EXPECT_THAT(told("ALTER TABLE profiles DROP COLUMN last_active_at, ADD COLUMN x int, "
                   "DROP COLUMN IF EXISTS city;"),
              ElementsAre("the column profiles.last_active_at", "the column profiles.city"));
}

TEST(DowngradeLosses, says_nothing_of_what_can_be_made_again) {
  EXPECT_THAT(
      told("DROP INDEX users_idx; ALTER TABLE users DROP CONSTRAINT users_check;"
           "ALTER TABLE users ALTER COLUMN name DROP NOT NULL, ALTER COLUMN age DROP DEFAULT;"
           "DROP TYPE mood; CREATE TABLE old (id int);"),
      IsEmpty());
}

TEST(DowngradeLosses, names_rows_that_are_deleted_or_changed) {
  EXPECT_THAT(told("DELETE FROM flags WHERE name = 'x'; TRUNCATE TABLE sessions;"
                   "UPDATE users SET plan = 'free';"),
              ElementsAre("rows of flags", "rows of sessions",
                          "whatever this changes: UPDATE users SET plan = 'free'"));
}

TEST(DowngradeLosses, is_not_misled_by_comments_and_texts) {
  EXPECT_THAT(told("-- DROP TABLE users;\nINSERT INTO notes VALUES ('DROP TABLE users;');"),
              IsEmpty());
}

TEST(DowngradeLosses, says_how_many_rows_where_it_is_known) {
  auto losses = losses_in("r1", "DROP TABLE a; ALTER TABLE b DROP COLUMN c;");

  ASSERT_EQ(losses.size(), 2U);
  EXPECT_EQ(losses[0].countable(), "a");
  EXPECT_EQ(describe(losses[0], "1 234"), "the table a (1 234 rows)");
  EXPECT_EQ(losses[1].countable(), "b.c");
  EXPECT_EQ(describe(losses[1], "7"), "the column b.c (7 values)");
}

}  // namespace
}  // namespace sb::release::operate
