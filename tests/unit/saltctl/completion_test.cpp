#include "saltctl/completion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>

#include "support/temporary_directory.hpp"

namespace sb::saltctl {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

// What bash offers for the last of these words, once our script is loaded.
std::set<std::string> offered(const std::string& words, int last,
                              const std::vector<Command>& table = commands()) {
  test::TemporaryDirectory folder;
  auto script = folder.path() / "completion.bash";
  std::ofstream(script) << bash_completion(table) << "COMP_WORDS=(" << words
                        << ")\nCOMP_CWORD=" << last
                        << "\n_saltctl\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
  FILE* shell = popen(("bash --norc " + script.string() + " 2>&1").c_str(), "r");
  std::string text;
  char block[512];
  while (fgets(block, sizeof block, shell) != nullptr) text += block;
  EXPECT_EQ(pclose(shell), 0) << text;
  std::istringstream lines(text);
  std::set<std::string> found;
  for (std::string line; std::getline(lines, line);) found.insert(line);
  return found;
}

TEST(Completion, offers_every_command_that_begins_so) {
  EXPECT_EQ(offered("saltctl dep", 1), std::set<std::string>{"deploy"});
  auto all = offered("saltctl ''", 1);
  for (const auto& command : commands()) {
    auto first = std::string(command.name.substr(0, command.name.find(' ')));
    if (!command.is_hidden) {
      EXPECT_THAT(all, Contains(first));
    }
  }
}

TEST(Completion, offers_environments_and_options_after_a_command) {
  EXPECT_EQ(offered("saltctl deploy prod", 2), std::set<std::string>{"production"});
  EXPECT_EQ(offered("saltctl deploy --im", 2), std::set<std::string>{"--image"});
}

TEST(Completion, knows_commands_of_two_words) {
  EXPECT_EQ(offered("saltctl image bu", 2), std::set<std::string>{"build"});
  EXPECT_EQ(offered("saltctl image build --ver", 3), std::set<std::string>{"--version"});
}

TEST(Completion, help_takes_a_command) {
  EXPECT_EQ(offered("saltctl help roll", 2), std::set<std::string>{"rollback"});
}

TEST(Completion, offers_values_where_the_table_knows_them) {
  EXPECT_EQ(offered("saltctl completion f", 2), std::set<std::string>{"fish"});
  EXPECT_EQ(offered("saltctl help image bu", 3), std::set<std::string>{"build"});
  EXPECT_EQ(offered("saltctl man hist", 2), std::set<std::string>{"history"});
  EXPECT_EQ(offered("saltctl deploy --reason prod", 3), std::set<std::string>{""});
}

TEST(Completion, counts_arguments_without_options_and_their_values) {
  EXPECT_EQ(offered("saltctl deploy --reason because prod", 4),
            std::set<std::string>{"production"});
  EXPECT_EQ(offered("saltctl deploy --yes prod", 3), std::set<std::string>{"production"});
  EXPECT_EQ(offered("saltctl deploy staging prod", 3), std::set<std::string>{""});
}

TEST(Completion, choices_in_the_table_are_words) {
  std::vector<Command> table{
      {"checklist",
       "the boxes of a list",
       "  saltctl checklist pre production",
       {{"pre|during|post", "which list"}, {"ENV", "where", Kind::environment}},
       {{"--as", "text|markdown", "how it is written"}},
       run_version}};

  EXPECT_EQ(offered("saltctl checklist d", 2, table), std::set<std::string>{"during"});
  EXPECT_EQ(offered("saltctl checklist pre st", 3, table), std::set<std::string>{"staging"});
  EXPECT_EQ(offered("saltctl checklist --as m", 3, table), std::set<std::string>{"markdown"});
}

// What fish offers for a line; nothing of it runs where fish is not installed.
std::set<std::string> offered_by_fish(const std::string& line) {
  test::TemporaryDirectory folder;
  auto script = folder.path() / "saltctl.fish";
  std::ofstream(script) << fish_completion(commands()) << "complete -C '" << line << "'\n";
  FILE* shell =
      popen(("HOME=" + folder.path().string() + " fish " + script.string() + " 2>&1").c_str(), "r");
  std::set<std::string> found;
  char block[1024];
  while (fgets(block, sizeof block, shell) != nullptr) {
    std::string text(block);
    found.insert(text.substr(0, text.find_first_of("\t\n")));
  }
  EXPECT_EQ(pclose(shell), 0);
  return found;
}

TEST(Completion, fish_offers_what_bash_offers) {
  if (std::system("command -v fish >/dev/null") != 0) GTEST_SKIP() << "fish is not installed";

  EXPECT_EQ(offered_by_fish("saltctl dep"), std::set<std::string>{"deploy"});
  EXPECT_EQ(offered_by_fish("saltctl image bu"), std::set<std::string>{"build"});
  EXPECT_EQ(offered_by_fish("saltctl deploy prod"), std::set<std::string>{"production"});
  EXPECT_EQ(offered_by_fish("saltctl image build --vers"), std::set<std::string>{"--version"});
}

TEST(Completion, a_group_that_is_a_command_offers_both) {
  std::vector<Command> table{
      {"silences", "s", "", {{"ENV", "where", Kind::environment}}, {}, run_version},
      {"silences clear", "c", "", {}, {{"--all", "", "all of them"}}, run_version}};

  EXPECT_THAT(offered("saltctl silences ''", 2, table), Contains("clear"));
  EXPECT_THAT(offered("saltctl silences ''", 2, table), Contains("production"));
  EXPECT_EQ(offered("saltctl silences clear --a", 3, table), std::set<std::string>{"--all"});
  EXPECT_EQ(offered("saltctl silences prod", 2, table), std::set<std::string>{"production"});
}

TEST(Completion, fish_is_told_of_every_command_and_option) {
  auto text = fish_completion(commands());

  for (const auto& command : commands()) {
    if (command.is_hidden) continue;
    for (const auto& option : command.options) {
      auto name = std::string(option.names.substr(option.names.rfind("--") + 2));
      EXPECT_THAT(text, HasSubstr("'__saltctl_at " + std::string(command.name) + "'"));
      EXPECT_THAT(text, HasSubstr(" -l " + name + " ")) << command.name;
    }
  }
}

TEST(Completion, zsh_gets_the_same_script_in_its_own_frame) {
  auto text = zsh_completion(commands());

  EXPECT_TRUE(text.starts_with("#compdef saltctl\n"));
  EXPECT_THAT(text, HasSubstr("bashcompinit"));
  EXPECT_TRUE(text.ends_with(bash_completion(commands())));
}

TEST(Help, a_command_shows_each_of_its_options_with_what_it_does) {
  for (const auto& command : commands()) {
    auto text = help_for(command);
    EXPECT_THAT(text, HasSubstr("usage: saltctl " + std::string(command.name)));
    for (const auto& positional : command.positionals)
      EXPECT_THAT(text, HasSubstr(std::string(positional.help)));
    for (const auto& option : command.options) {
      EXPECT_THAT(text, HasSubstr(std::string(option.help)));
      EXPECT_THAT(text, HasSubstr(std::string(option.names.substr(0, option.names.find(',')))));
    }
  }
}

TEST(Help, the_overview_has_every_command_but_the_hidden_ones) {
  Console console(-1, {.is_terminal = false, .has_colour = false, .width = 80});
  auto text = help_overview(console);

  for (const auto& command : commands()) {
    auto row = "\n  " + std::string(command.name) + " ";
    if (command.is_hidden) {
      EXPECT_THAT(text, Not(HasSubstr(row))) << command.name;
    } else {
      EXPECT_THAT(text, HasSubstr(std::string(command.summary)));
    }
  }
}

}  // namespace
}  // namespace sb::saltctl
