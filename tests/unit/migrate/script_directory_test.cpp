#include "migrate/script_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "migrate/command.hpp"
#include "migrate/runner.hpp"

namespace sb::migrate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Revision revision(std::string id, std::string parent) {
  Revision r;
  r.id = std::move(id);
  r.parent = std::move(parent);
  r.path = r.id + ".sql";
  r.upgrade_sql = "UP " + r.id + ";";
  r.downgrade_sql = "DOWN " + r.id + ";";
  return r;
}

ScriptDirectory chain() {
  return ScriptDirectory::make(
             {revision("ccc3", "bbb2"), revision("aaa1", ""), revision("bbb2", "aaa1")})
      .value();
}

std::vector<std::string> ids(const Result<std::vector<Step>>& steps) {
  std::vector<std::string> out;
  if (!steps) return {"ERROR " + steps.error().message};
  for (const auto& step : *steps) out.push_back(step.from + ">" + step.to);
  return out;
}

TEST(ScriptDirectory, orders_parents_first_and_knows_its_head) {
  auto directory = chain();
  EXPECT_EQ(directory.in_order().front().id, "aaa1");
  EXPECT_THAT(directory.heads(), ElementsAre("ccc3"));
}

TEST(ScriptDirectory, refuses_broken_chains_and_names_the_file) {
  auto text = [](std::vector<Revision> r) {
    return ScriptDirectory::make(std::move(r)).error().text();
  };
  EXPECT_THAT(text({revision("a", "zzz")}), HasSubstr("a.sql"));
  EXPECT_THAT(text({revision("a", ""), revision("a", "")}), HasSubstr("twice"));
  EXPECT_THAT(text({revision("x", ""), revision("a", "b"), revision("b", "a")}), HasSubstr("loop"));
}

TEST(ScriptDirectory, plans_upgrades) {
  auto d = chain();
  EXPECT_THAT(ids(d.plan_upgrade("", "head")), ElementsAre(">aaa1", "aaa1>bbb2", "bbb2>ccc3"));
  EXPECT_THAT(ids(d.plan_upgrade("aaa1", "+1")), ElementsAre("aaa1>bbb2"));
  EXPECT_THAT(ids(d.plan_upgrade("aaa1", "bbb2+1")), ElementsAre("aaa1>bbb2", "bbb2>ccc3"));
  EXPECT_THAT(ids(d.plan_upgrade("", "bbb")), ElementsAre(">aaa1", "aaa1>bbb2"));
  EXPECT_TRUE(ids(d.plan_upgrade("ccc3", "head")).empty());
  EXPECT_TRUE(ids(d.plan_upgrade("ccc3", "aaa1")).empty());
  EXPECT_THAT(ids(d.plan_upgrade("bbb2", "+5"))[0],
              HasSubstr("Relative revision +5 didn't produce 5 migrations"));
  EXPECT_THAT(ids(d.plan_upgrade("zzz", "head"))[0],
              HasSubstr("Can't locate revision identified by 'zzz'"));
}

TEST(ScriptDirectory, plans_downgrades) {
  auto d = chain();
  EXPECT_THAT(ids(d.plan_downgrade("ccc3", "-1")), ElementsAre("ccc3>bbb2"));
  EXPECT_THAT(ids(d.plan_downgrade("ccc3", "base")),
              ElementsAre("ccc3>bbb2", "bbb2>aaa1", "aaa1>"));
  EXPECT_THAT(ids(d.plan_downgrade("ccc3", "aaa")), ElementsAre("ccc3>bbb2", "bbb2>aaa1"));
  EXPECT_TRUE(ids(d.plan_downgrade("aaa1", "head")).empty());
  EXPECT_THAT(ids(d.plan_downgrade("", "-1"))[0],
              HasSubstr("Relative revision -1 didn't produce 1 migrations"));
}

TEST(ScriptDirectory, lists_the_candidates_of_an_ambiguous_prefix) {
  auto d = ScriptDirectory::make({revision("abc1", ""), revision("abc2", "abc1")}).value();
  EXPECT_THAT(d.resolve("abc").error().message, HasSubstr("abc1, abc2"));
  EXPECT_EQ(d.resolve("abc2").value(), "abc2");
}

TEST(ScriptDirectory, refuses_head_when_there_are_two) {
  auto d =
      ScriptDirectory::make({revision("r0", ""), revision("left", "r0"), revision("right", "r0")})
          .value();
  EXPECT_THAT(ids(d.plan_upgrade("r0", "head"))[0], HasSubstr("Multiple head revisions"));
  EXPECT_THAT(ids(d.plan_upgrade("r0", "left")), ElementsAre("r0>left"));
  EXPECT_THAT(ids(d.plan_upgrade("left", "right"))[0], HasSubstr("another branch"));
}

TEST(OfflineScript, holds_everything_between_begin_and_commit) {
  auto d = chain();
  auto script = offline_script(d.plan_upgrade("", "bbb2").value());
  EXPECT_THAT(script, HasSubstr("CREATE TABLE IF NOT EXISTS alembic_version"));
  EXPECT_THAT(
      script,
      HasSubstr("UPDATE alembic_version SET version_num='bbb2' WHERE version_num = 'aaa1';"));
  EXPECT_TRUE(script.starts_with("BEGIN;"));
}

TEST(DatabaseUrl, loses_the_driver_and_hides_the_password) {
  EXPECT_EQ(libpq_url("postgresql+psycopg2://u:p@h/d"), "postgresql://u:p@h/d");
  EXPECT_EQ(mask_password("postgresql://u:se:c@ret@h/d"), "postgresql://u:***@h/d");
  EXPECT_EQ(mask_password("host=x password=y"), "(hidden)");
}

}  // namespace
}  // namespace sb::migrate
