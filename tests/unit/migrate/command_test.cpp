#include "migrate/command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/fs/fs.hpp"
#include "support/captured.hpp"
#include "support/temporary_directory.hpp"

namespace sb::migrate {
namespace {

using sb::testing::captured;
using sb::testing::Said;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr int kUsage = 2;

// The command without a database: three revisions in a folder, named by an alembic.ini.
class AlembicCommand : public ::testing::Test {
 protected:
  AlembicCommand() {
    ::unsetenv("DATABASE_URL");
    ::unsetenv("ALEMBIC_CONFIG");
    write("alembic.ini",
          "# ours\n[loggers]\nscript_location = elsewhere\n[alembic]\nscript_location =\trevisions "
          "\n");
    add("aaa111", "", "accounts");
    add("bbb222", "aaa111", "profiles");
    add("bbb333", "bbb222", "messages");
  }

  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    ASSERT_TRUE(fs::write_file(folder_ / name, text, 0644));
  }
  void add(const std::string& id, const std::string& parent, const std::string& message) {
    write("revisions/" + id + ".sql",
          "-- revision: " + id + "\n-- revises: " + parent + "\n-- message: " + message +
              "\n-- created: 2026-01-02\n-- phase: expand\n\n-- upgrade\nCREATE TABLE " + message +
              " (x int);\n\n-- downgrade\nDROP TABLE " + message + ";\n");
  }
  Said alembic(std::vector<std::string> args) {
    args.insert(args.begin(), {"-c", (folder_ / "alembic.ini").string()});
    return captured([&] { return main(args); });
  }

  test::TemporaryDirectory folder_;
};

TEST_F(AlembicCommand, says_what_it_can_do) {
  EXPECT_THAT(alembic({"--help"}).out, HasSubstr("upgrade [--sql] REVISION"));
  auto version = alembic({"current", "--version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_THAT(version.out, HasSubstr("alembic 1.8.1"));
}

TEST_F(AlembicCommand, explains_arguments_that_make_no_sense_on_stderr) {
  struct Case {
    std::vector<std::string> args;
    std::string said;
  };
  for (const auto& [args, said] :
       {Case{{}, "the following arguments are required: command"},
        Case{{"upgrade"}, "the following arguments are required: revision"},
        Case{{"branches"}, "invalid choice: 'branches'"},
        Case{{"current", "--loud"}, "unrecognized arguments: --loud"},
        Case{{"heads", "extra"}, "unrecognized arguments: extra"},
        Case{{"upgrade", "head", "more"}, "unrecognized arguments: more"},
        Case{{"history", "-r"}, "argument -r: expected one argument"}}) {
    auto answer = alembic(args);

    EXPECT_EQ(answer.code, kUsage) << said;
    EXPECT_THAT(answer.out, IsEmpty());
    EXPECT_THAT(answer.err, HasSubstr("alembic: error: " + said));
    EXPECT_THAT(answer.err, HasSubstr("Example: alembic upgrade head"));
  }
}

TEST_F(AlembicCommand, looks_for_its_config_where_alembic_does_and_says_so) {
  auto none = captured([&] { return main({"-c", (folder_ / "missing.ini").string(), "heads"}); });
  EXPECT_EQ(none.code, kExitFailed);
  EXPECT_THAT(none.out, HasSubstr("FAILED: No config file 'alembic.ini' found"));
  EXPECT_THAT(none.out, HasSubstr("name it with -c"));

  write("other.ini", "[alembic]\nsomething_else = 1\n");
  auto empty = captured([&] { return main({"-c", (folder_ / "other.ini").string(), "heads"}); });
  EXPECT_EQ(empty.code, kExitFailed);
  EXPECT_THAT(empty.out, HasSubstr("no '[alembic]' section"));

  ::setenv("ALEMBIC_CONFIG", (folder_ / "alembic.ini").c_str(), 1);
  EXPECT_EQ(captured([&] { return main({"heads"}); }).out, "bbb333 (head)\n");
}

TEST_F(AlembicCommand, shows_revisions_as_alembic_does) {
  EXPECT_EQ(alembic({"heads"}).out, "bbb333 (head)\n");
  EXPECT_EQ(alembic({"history"}).out,
            "bbb222 -> bbb333 (head), messages\naaa111 -> bbb222, profiles\n"
            "<base> -> aaa111, accounts\n");
  EXPECT_EQ(alembic({"check"}).out, "3 revisions, 1 head\n");

  auto first = alembic({"show", "aaa"});
  EXPECT_EQ(first.code, 0);
  EXPECT_THAT(first.out, HasSubstr("Rev: aaa111\nParent: <base>\nPath: "));
  EXPECT_THAT(first.out, HasSubstr("Create Date: 2026-01-02"));
  EXPECT_THAT(alembic({"heads", "-v"}).out, HasSubstr("Rev: bbb333 (head)\nParent: bbb222\n"));
  EXPECT_THAT(alembic({"history", "-v"}).out, HasSubstr("Revises: bbb222"));
}

TEST_F(AlembicCommand, history_takes_a_range) {
  EXPECT_EQ(alembic({"history", "-r", "bbb222:"}).out,
            "bbb222 -> bbb333 (head), messages\naaa111 -> bbb222, profiles\n");
  EXPECT_EQ(alembic({"history", "-r", ":bbb222"}).out,
            "aaa111 -> bbb222, profiles\n<base> -> aaa111, accounts\n");

  auto one = alembic({"history", "-r", "bbb222"});
  EXPECT_EQ(one.code, kExitFailed);
  EXPECT_THAT(one.out, HasSubstr("History range requires [start]:[end]"));
  auto unknown = alembic({"history", "-r", "zzz:"});
  EXPECT_EQ(unknown.code, kExitFailed);
  EXPECT_THAT(unknown.out, HasSubstr("Can't locate revision identified by 'zzz'"));
}

TEST_F(AlembicCommand, names_the_candidates_of_an_ambiguous_revision) {
  auto answer = alembic({"show", "bbb"});

  EXPECT_EQ(answer.code, kExitFailed);
  EXPECT_THAT(answer.out, HasSubstr("FAILED: Can't locate revision identified by 'bbb' "
                                    "(it could be bbb222, bbb333)"));
  EXPECT_THAT(answer.err, HasSubstr("ERROR [alembic.util.messaging]"));
}

TEST_F(AlembicCommand, check_refuses_several_heads) {
  add("ccc444", "bbb222", "payments");

  auto answer = alembic({"check"});

  EXPECT_EQ(answer.code, kExitFailed);
  EXPECT_EQ(answer.out, "4 revisions, 2 heads\n");
  EXPECT_THAT(alembic({"upgrade", "head", "--sql"}).out,
              HasSubstr("Multiple head revisions are present"));
}

TEST_F(AlembicCommand, prints_the_script_instead_of_running_it) {
  auto up = alembic({"upgrade", "aaa111:head", "--sql"});
  EXPECT_EQ(up.code, 0);
  EXPECT_THAT(up.out, HasSubstr("CREATE TABLE messages"));
  EXPECT_THAT(up.out, Not(HasSubstr("CREATE TABLE accounts")));

  auto down = alembic({"downgrade", "head:bbb222", "--sql"});
  EXPECT_EQ(down.code, 0);
  EXPECT_THAT(down.out, HasSubstr("DROP TABLE messages"));

  auto nowhere = alembic({"downgrade", "base", "--sql"});
  EXPECT_EQ(nowhere.code, kExitFailed);
  EXPECT_THAT(nowhere.out, HasSubstr("requires <fromrev>:<torev>"));
  EXPECT_EQ(alembic({"upgrade", "zzz:head", "--sql"}).code, kExitFailed);
}

TEST_F(AlembicCommand, says_which_database_is_missing) {
  for (const auto& args : std::vector<std::vector<std::string>>{
           {"current"}, {"upgrade", "head"}, {"stamp", "head"}, {"history", "-i"}}) {
    auto answer = alembic(args);

    EXPECT_EQ(answer.code, kExitFailed) << args.front();
    EXPECT_THAT(answer.out, HasSubstr("DATABASE_URL is not set"));
  }
  EXPECT_THAT(alembic({"upgrade", "aaa111:head"}).out, HasSubstr("Range revision not allowed"));
  EXPECT_THAT(alembic({"stamp", "zzz"}).out, HasSubstr("Can't locate revision"));
}

TEST_F(AlembicCommand, a_database_that_is_not_there_is_code_one_and_keeps_its_password) {
  ::setenv("DATABASE_URL", "postgresql+psycopg2://u:secret-word@127.0.0.1:1/db", 1);

  auto answer = alembic({"current"});

  EXPECT_EQ(answer.code, 1);
  EXPECT_THAT(answer.err, HasSubstr("ERROR [alembic.runtime.migration]"));
  EXPECT_THAT(answer.out + answer.err, Not(HasSubstr("secret-word")));
}

TEST_F(AlembicCommand, a_broken_revision_file_is_named) {
  write("revisions/ddd.sql", "SELECT 1;\n");

  auto answer = alembic({"heads"});

  EXPECT_EQ(answer.code, kExitFailed);
  EXPECT_THAT(answer.out, HasSubstr("ddd.sql"));
}

}  // namespace
}  // namespace sb::migrate
