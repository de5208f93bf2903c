#include "migrate/revision.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sb::migrate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string file(std::string header, std::string up = "CREATE TABLE t (id int);",
                 std::string down = "DROP TABLE t;") {
  return header + "-- upgrade\n" + up + "\n-- downgrade\n" + down + "\n";
}

TEST(RevisionFile, reads_header_and_both_sides) {
  auto revision = parse_revision(
      file("-- revision: a1b2\n-- revises: 99\n-- message: add t\n-- phase: contract\n"), "x.sql");
  ASSERT_TRUE(revision.has_value()) << revision.error().text();
  EXPECT_EQ(revision->id, "a1b2");
  EXPECT_EQ(revision->parent, "99");
  EXPECT_EQ(revision->message, "add t");
  EXPECT_EQ(revision->phase, Phase::contract);
  EXPECT_EQ(split_statements(revision->upgrade_sql),
            std::vector<std::string>{"CREATE TABLE t (id int)"});
}

TEST(RevisionFile, points_at_what_is_wrong) {
  auto message = [](std::string text) { return parse_revision(text, "x.sql").error().text(); };
  EXPECT_THAT(message(file("-- revises:\n")), HasSubstr("no '-- revision:'"));
  EXPECT_THAT(message(file("-- revision: a\n")), HasSubstr("no '-- revises:'"));
  EXPECT_THAT(message(file("-- revision: a\n-- revises: a\n")), HasSubstr("cannot revise itself"));
  EXPECT_THAT(message(file("-- revision: a b\n-- revises:\n")), HasSubstr("x.sql:1"));
  EXPECT_THAT(message(file("-- revision: a\n-- revises:\n-- phase: later\n")),
              HasSubstr("x.sql:3"));
  EXPECT_THAT(message(file("-- revision: a\n-- revises:\nDROP TABLE x;\n")),
              HasSubstr("before the '-- upgrade'"));
  EXPECT_THAT(message(file("-- revision: a\n-- revises:\n", "-- nothing")),
              HasSubstr("'-- upgrade' section"));
  EXPECT_THAT(message(file("-- revision: a\n-- revises:\n", "SELECT 1;", "")),
              HasSubstr("'-- downgrade' section"));
  EXPECT_THAT(
      message(file("-- revision: a\n-- revises:\n-- transaction: none\n", "SELECT 1; SELECT 2;")),
      HasSubstr("exactly one"));
}

TEST(RevisionFile, may_say_that_there_is_no_way_back) {
  auto revision = parse_revision(
      file("-- revision: a\n-- revises:\n-- irreversible: enum values stay\n", "SELECT 1;", ""),
      "x");
  ASSERT_TRUE(revision.has_value());
  EXPECT_EQ(*revision->irreversible, "enum values stay");
}

TEST(SplitStatements, respects_quotes_dollars_and_comments) {
  EXPECT_THAT(split_statements("a 'x;''y'; b \"q;\"; -- c;\n/* d; /* e; */ */ f $t$ g; $t$; ;"),
              ElementsAre("a 'x;''y'", "b \"q;\"", "-- c;\n/* d; /* e; */ */ f $t$ g; $t$"));
  EXPECT_THAT(split_statements("SELECT E'\\';' ; SELECT $1; x"),
              ElementsAre("SELECT E'\\';'", "SELECT $1", "x"));
  EXPECT_TRUE(split_statements("-- only a remark\n").empty());
}

TEST(SplitStatements, ends_on_unterminated_pieces) {
  for (std::string text : {"'abc", "\"abc", "$$abc", "/* abc", "a $x$ b; c"})
    EXPECT_LE(split_statements(text).size(), 1u) << text;
}

}  // namespace
}  // namespace sb::migrate
