#include "saltctl/parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "saltctl/completion.hpp"

namespace sb::saltctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::expected<Parsed, Failure> parsed(std::vector<std::string> words) {
  return parse(commands(), std::move(words));
}

TEST(Parser, finds_commands_of_one_and_two_words) {
  auto up = parsed({"up", "production"});
  auto build = parsed({"image", "build", "--version", "1.3.0"});

  ASSERT_TRUE(up);
  EXPECT_EQ(up->command->name, "up");
  EXPECT_EQ(up->arguments.get("ENV"), "production");
  ASSERT_TRUE(build);
  EXPECT_EQ(build->command->name, "image build");
  EXPECT_EQ(build->arguments.get("--version"), "1.3.0");
}

TEST(Parser, keeps_what_stands_after_two_dashes_untouched) {
  auto shell = parsed({"shell", "production", "--", "aws", "--help", "-x", "--", "y"});

  ASSERT_TRUE(shell);
  EXPECT_FALSE(shell->wants_help);
  EXPECT_THAT(shell->arguments.rest, ElementsAre("aws", "--help", "-x", "--", "y"));
}

TEST(Parser, a_switch_has_a_short_and_a_long_name) {
  EXPECT_TRUE(parsed({"logs", "-f", "staging"})->arguments.has("--follow"));
  EXPECT_TRUE(parsed({"logs", "--follow", "staging"})->arguments.has("--follow"));
  EXPECT_FALSE(parsed({"logs", "staging"})->arguments.has("--follow"));
}

Outcome run_nothing(Invocation&) {
  return 0;
}

TEST(Parser, a_repeatable_option_keeps_every_value_and_takes_nothing_else) {
  const std::vector<Command> table = {
      {"try", "", "", {{"ENV", ""}}, {{"--waive", "BOX=WHY", "", Kind::text, true}}, run_nothing}};

  auto tried = parse(table, {"try", "--waive", "tests=a, b", "--waive", "coverage=c", "staging"});

  ASSERT_TRUE(tried);
  EXPECT_THAT(tried->arguments.all("--waive"), ElementsAre("tests=a, b", "coverage=c"));
  EXPECT_EQ(tried->arguments.get("ENV"), "staging");
  EXPECT_THAT(parse(table, {"try", "staging"})->arguments.all("--waive"), ElementsAre());
}

TEST(Parser, an_option_is_no_value_of_the_one_before_it) {
  for (const auto* swallowed : {"--yes", "-y", "--json"}) {
    auto wrong = parsed({"deploy", "production", "--reason", swallowed});
    ASSERT_FALSE(wrong) << swallowed;
    EXPECT_THAT(wrong.error().error.message, HasSubstr("--reason needs")) << swallowed;
  }
  EXPECT_EQ(parsed({"deploy", "production", "--reason=--yes, I know"})->arguments.get("--reason"),
            "--yes, I know");
}

TEST(Parser, json_is_known_to_every_command) {
  EXPECT_TRUE(parsed({"status", "production", "--json"})->wants_json);
  EXPECT_FALSE(parsed({"status", "production"})->wants_json);
}

TEST(Parser, a_misspelt_command_is_answered_with_the_nearest_one) {
  auto result = parsed({"depoly", "production"});

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().next, "saltctl deploy");
  EXPECT_EQ(result.error().exit_code, 2);
}

TEST(Parser, wrong_use_names_the_word_and_the_help_to_read) {
  EXPECT_THAT(parsed({"deploy"}).error().error.message, HasSubstr("needs ENV"));
  EXPECT_THAT(parsed({"deploy", "a", "b"}).error().error.message, HasSubstr("does not take 'b'"));
  EXPECT_EQ(parsed({"deploy", "--imgae", "x", "production"}).error().next, "saltctl deploy --help");
  EXPECT_THAT(parsed({"ps", "--", "ls"}).error().error.message, HasSubstr("nothing after '--'"));
  EXPECT_FALSE(parsed({"image"}));
  EXPECT_FALSE(parsed({"deploy", "production", "--image"}));
}

TEST(Parser, help_is_answered_before_anything_is_required) {
  EXPECT_TRUE(parsed({"deploy", "--help"})->wants_help);
  EXPECT_TRUE(parsed({"image", "build", "-h"})->wants_help);
  EXPECT_TRUE(parsed({})->wants_help);
  EXPECT_TRUE(parsed({"image", "--help"})->wants_help);
}

TEST(Parser, help_and_man_take_a_command_of_one_or_two_words) {
  auto topic = [](std::vector<std::string> words) {
    return find_topic(parsed(std::move(words))->arguments);
  };

  EXPECT_EQ(topic({"help", "deploy"})->command->name, "deploy");
  EXPECT_EQ(topic({"help", "image", "build"})->command->name, "image build");
  EXPECT_EQ(topic({"man", "image", "build"})->command->name, "image build");
  EXPECT_EQ(topic({"help", "image"})->command, nullptr);
  EXPECT_EQ(topic({"help"})->command, nullptr);
  EXPECT_EQ(topic({"help", "depoly"}).error().next, "saltctl deploy");
}

TEST(Parser, a_misspelt_option_is_answered_with_the_nearest_one) {
  EXPECT_THAT(parsed({"deploy", "production", "--imgae", "x"}).error().error.message,
              HasSubstr("did you mean --image?"));
  EXPECT_THAT(parsed({"deploy", "production", "--terraform"}).error().error.message,
              ::testing::Not(HasSubstr("did you mean")));
}

TEST(Parser, a_misspelt_second_word_or_group_is_answered_too) {
  EXPECT_EQ(parsed({"image", "bild"}).error().next, "saltctl image build");
  EXPECT_EQ(parsed({"imgae", "build"}).error().next, "saltctl image");
  EXPECT_EQ(parsed({"image", "frobnicate"}).error().next, "saltctl image --help");
}

TEST(Commands, each_teaches_with_an_example) {
  for (const auto& command : commands()) {
    EXPECT_FALSE(command.summary.empty()) << command.name;
    EXPECT_THAT(std::string(command.help), HasSubstr("saltctl " + std::string(command.name)))
        << command.name;
    EXPECT_NE(command.run, nullptr) << command.name;
    EXPECT_THAT(help_for(command), HasSubstr("usage: saltctl " + std::string(command.name)));
  }
}

TEST(Completion, knows_commands_second_words_and_options) {
  auto script = bash_completion(commands());

  EXPECT_THAT(script, HasSubstr("rollback"));
  EXPECT_THAT(script, HasSubstr("'image build')"));
  EXPECT_THAT(script, HasSubstr("--migrations-through"));
  EXPECT_THAT(zsh_completion(commands()), HasSubstr("#compdef saltctl"));
}

}  // namespace
}  // namespace sb::saltctl
