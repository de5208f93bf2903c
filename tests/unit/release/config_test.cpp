#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "release/config/store.hpp"

namespace sb::release::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(ConfigValues, tells_changes_by_fingerprint_and_never_by_value) {
  Values before{{"A", "kept-secret"}, {"B", "old-secret"}, {"C", "gone-secret"}};
  Values after{{"A", "kept-secret"}, {"B", "new-secret"}, {"D", "fresh-secret"}};

  auto found = differences(before, after);

  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].change, Change::changed);
  EXPECT_EQ(found[1].change, Change::removed);
  EXPECT_EQ(found[2].change, Change::added);
  for (const auto& difference : found) EXPECT_THAT(describe(difference), Not(HasSubstr("secret")));
  EXPECT_EQ(describe(found[0]),
            "B  " + fingerprint("B", "old-secret") + " -> " + fingerprint("B", "new-secret"));
}

TEST(ConfigValues, fingerprints_of_one_value_differ_between_keys) {
  EXPECT_EQ(fingerprint("A", "x"), fingerprint("A", "x"));
  EXPECT_NE(fingerprint("A", "x"), fingerprint("B", "x"));
  EXPECT_EQ(fingerprint("A", "x").size(), 8U);
}

TEST(ConfigValues, setting_a_member_keeps_all_others_of_any_type) {
  auto set = with_member(R"({"A":"1","N":2,"O":{"x":[true]}})", "A", "new \"text\"", "the-secret");

  ASSERT_TRUE(set);
  EXPECT_EQ(*set, R"({"A":"new \"text\"","N":2,"O":{"x":[true]}})");
}

TEST(ConfigValues, a_damaged_document_is_named_but_not_quoted) {
  auto set = with_member("postgresql://user:hunter2@host/db", "A", "1", "the-secret");

  ASSERT_FALSE(set);
  EXPECT_THAT(set.error().text(), HasSubstr("the-secret"));
  EXPECT_THAT(set.error().text(), Not(HasSubstr("hunter2")));
}

TEST(ConfigValues, input_loses_the_line_end_and_nothing_else) {
  EXPECT_EQ(clean_input("  spaced \r\n").value(), "  spaced ");
  EXPECT_EQ(clean_input("two\nlines\n").value(), "two\nlines");
  EXPECT_FALSE(clean_input("\n"));
  EXPECT_FALSE(clean_input(std::string("a\0b", 3)));
}

TEST(ConfigVersions, the_previous_one_is_the_labelled_one_or_the_next_older) {
  std::vector<Version> labelled{{.id = "c", .labels = {"AWSCURRENT"}, .is_current = true},
                                {.id = "b"},
                                {.id = "a", .labels = {"AWSPREVIOUS"}}};
  std::vector<Version> numbered{{.id = "3", .is_current = true}, {.id = "2"}, {.id = "1"}};
  std::vector<Version> only{{.id = "1", .is_current = true}};

  EXPECT_EQ(previous_of(labelled)->id, "a");
  EXPECT_EQ(previous_of(numbered)->id, "2");
  EXPECT_EQ(previous_of(only), nullptr);
}

}  // namespace
}  // namespace sb::release::config
