#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cloud/exec/session_host.hpp"

namespace sb::cloud::exec {
namespace {

using testing::ElementsAre;

TEST(SplitWords, groups_as_a_shell_does_and_expands_nothing) {
  EXPECT_THAT(*split_words("alembic  upgrade head"), ElementsAre("alembic", "upgrade", "head"));
  EXPECT_THAT(*split_words(R"(sh -c 'echo "$HOME" | cat' a\ b "c d" '')"),
              ElementsAre("sh", "-c", "echo \"$HOME\" | cat", "a b", "c d", ""));
  EXPECT_THAT(*split_words(""), ElementsAre());
  EXPECT_FALSE(split_words("echo 'x").has_value());
  EXPECT_FALSE(split_words("echo \\").has_value());
}

}  // namespace
}  // namespace sb::cloud::exec
