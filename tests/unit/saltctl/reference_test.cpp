#include "saltctl/reference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <boost/json.hpp>
#include <map>
#include <set>

#include "base/json/codec.hpp"
#include "release/engine/outcome.hpp"
#include "saltctl/man_page.hpp"
#include "saltctl/parser.hpp"

namespace sb::saltctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Command with_help(std::string_view help) {
  return {"deploy", "release an image", help, {}, {}, nullptr};
}

// The table as it is: each row is looked at, so that a new command cannot come without these.

TEST(CommandTable, each_row_has_an_example_of_itself) {
  for (const auto& command : commands()) {
    std::set<std::string_view> shown;
    for (const auto& example : examples_of(command)) {
      auto parsed = parse(commands(), example.words);
      ASSERT_TRUE(parsed) << command.name << ": '" << example.line
                          << "': " << parsed.error().error.message;
      if (parsed->command != nullptr) shown.insert(parsed->command->name);
    }
    EXPECT_TRUE(shown.contains(command.name)) << "no example of " << command.name;
  }
}

TEST(CommandTable, each_argument_and_option_says_what_it_is) {
  for (const auto& command : commands()) {
    EXPECT_FALSE(command.chapter.empty()) << command.name;
    EXPECT_FALSE(command.summary.ends_with('.')) << command.name;
    for (const auto& positional : command.positionals)
      EXPECT_GT(positional.help.size(), 5U) << command.name << " " << positional.name;
    for (const auto& option : command.options) {
      EXPECT_GT(option.help.size(), 5U) << command.name << " " << option.names;
      EXPECT_TRUE(names_of(option).back().starts_with("--")) << command.name << " " << option.names;
    }
  }
}

TEST(CommandTable, each_help_has_its_exit_codes_and_json) {
  for (const auto& command : commands()) {
    auto text = help_for(command);
    EXPECT_THAT(text, HasSubstr("\nexit codes:\n")) << command.name;
    for (const auto& code : exit_codes_of(command)) EXPECT_THAT(text, HasSubstr(code.meaning));
    EXPECT_THAT(text, HasSubstr("--json"));
  }
}

// `silences production` and `silences clear`: a second word is no environment's name.
TEST(CommandTable, no_two_rows_have_one_name_and_no_second_word_could_be_an_argument) {
  std::map<std::string_view, const Command*> by_name;
  for (const auto& command : commands())
    EXPECT_TRUE(by_name.emplace(command.name, &command).second) << command.name;
  for (const auto& command : commands()) {
    auto space = command.name.find(' ');
    if (space == std::string_view::npos) continue;
    auto group = by_name.find(command.name.substr(0, space));
    if (group == by_name.end()) continue;
    for (const auto& positional : group->second->positionals)
      EXPECT_EQ(positional.kind, Kind::environment) << command.name;
  }
}

TEST(ExitCodes, of_a_release_are_those_that_the_engine_gives) {
  std::map<std::string_view, std::string_view> said;
  for (const auto& code : exit_codes_of(with_help(""))) said[code.code] = code.meaning;
  auto of = [&](release::Outcome outcome) {
    return said[std::to_string(release::exit_code(outcome))];
  };

  EXPECT_THAT(of(release::Outcome::complete), HasSubstr("complete"));
  EXPECT_THAT(of(release::Outcome::failed), HasSubstr("failed before"));
  EXPECT_THAT(of(release::Outcome::rolled_back), HasSubstr("rolled back"));
  EXPECT_THAT(of(release::Outcome::rollback_failed), HasSubstr("way back failed"));
  EXPECT_THAT(of(release::Outcome::refused), HasSubstr("refused"));
  EXPECT_THAT(of(release::Outcome::interrupted), HasSubstr("interrupted"));
}

TEST(Examples, are_taken_apart_as_a_shell_would) {
  auto found =
      examples_of(with_help("Text about saltctl deploy.\n\n"
                            "  saltctl deploy staging --reason 'two words'   # why\n"
                            "  saltctl ps --json | python3 -m json.tool\n"
                            "  eval \"$(saltctl env staging)\"\n"));

  ASSERT_EQ(found.size(), 3U);
  EXPECT_THAT(found[0].words, ElementsAre("deploy", "staging", "--reason", "two words"));
  EXPECT_EQ(found[0].comment, "why");
  EXPECT_THAT(found[1].words, ElementsAre("ps", "--json"));
  EXPECT_THAT(found[2].words, ElementsAre("env", "staging"));
}

TEST(Nearest, knows_letters_left_out_put_in_exchanged_and_swapped) {
  std::vector<std::string> names{"deploy", "down", "status", "rollback", "resume"};

  EXPECT_EQ(nearest("deply", names), "deploy");
  EXPECT_EQ(nearest("statuss", names), "status");
  EXPECT_EQ(nearest("depoly", names), "deploy");
  EXPECT_EQ(nearest("rolback", names), "rollback");
  EXPECT_EQ(nearest("stat", names), "status");
  EXPECT_EQ(nearest("roll", names), "rollback");
  EXPECT_EQ(nearest("terraform", names), std::nullopt);
  EXPECT_EQ(nearest("x", names), std::nullopt);
}

TEST(ManPage, has_the_sections_that_man_expects) {
  for (const auto& command : commands()) {
    auto page = man_page(command);
    for (const auto* section :
         {".TH ", ".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION", ".SH OPTIONS", ".SH EXIT STATUS"})
      EXPECT_THAT(page, HasSubstr(section)) << command.name;
    for (const auto& positional : command.positionals)
      EXPECT_THAT(page, HasSubstr(fmt::format(".TP\n\\fB{}", positional.name.substr(0, 3))));
  }
}

TEST(ManPage, says_hyphens_backslashes_and_leading_dots_outright) {
  auto page = man_page(with_help("Runs.\n\n  saltctl deploy --yes\n  'quoted' \\n\n\n.dotted"));

  EXPECT_THAT(page, HasSubstr("saltctl deploy \\-\\-yes"));
  EXPECT_THAT(page, HasSubstr("'quoted' \\en"));
  EXPECT_THAT(page, HasSubstr("\n\\&.dotted"));
  EXPECT_THAT(page, Not(HasSubstr("\n.dotted")));
}

TEST(ManPage, of_saltctl_lists_every_command_in_its_chapter) {
  auto page = man_overview(commands());

  for (const auto& command : commands()) {
    if (command.is_hidden) continue;
    EXPECT_THAT(page, HasSubstr(std::string(command.summary.substr(0, 12))));
    EXPECT_THAT(page, HasSubstr(fmt::format(".SS {}\n", command.chapter)));
  }
}

TEST(Reference, gives_programs_the_whole_table) {
  auto table = json::parse(reference_json(commands()));

  ASSERT_TRUE(table);
  std::set<std::string> names;
  for (const auto& row : table->as_array()) {
    names.insert(std::string(row.at("name").as_string()));
    EXPECT_FALSE(row.at("examples").as_array().empty());
    EXPECT_FALSE(row.at("exit_codes").as_array().empty());
  }
  for (const auto& command : commands())
    EXPECT_EQ(names.contains(std::string(command.name)), !command.is_hidden);
}

}  // namespace
}  // namespace sb::saltctl
