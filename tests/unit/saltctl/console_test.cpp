#include "saltctl/console/console.hpp"

#include <gtest/gtest.h>

namespace sb::saltctl {
namespace {

using namespace std::chrono_literals;

TEST(Console, paints_only_where_colours_are_on) {
  Console plain(-1, {.is_terminal = false, .has_colour = false, .width = 80});
  Console colourful(-1, {.is_terminal = true, .has_colour = true, .width = 80});

  EXPECT_EQ(plain.paint(Style::red, "x"), "x");
  EXPECT_EQ(colourful.paint(Style::red, "x"), "\x1b[31mx\x1b[0m");
}

TEST(Format, durations_read_well) {
  EXPECT_EQ(format_duration(7ms), "7 ms");
  EXPECT_EQ(format_duration(3'250ms), "3.2 s");
  EXPECT_EQ(format_duration(72'000ms), "1 m 12 s");
}

TEST(Format, counts_are_grouped) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1234567), "1 234 567");
  EXPECT_EQ(format_count(-123456), "-123 456");
}

TEST(Format, width_counts_characters_not_bytes_nor_escapes) {
  EXPECT_EQ(visible_width("✓ é"), 3u);
  EXPECT_EQ(visible_width("\x1b[31mred\x1b[0m"), 3u);
  EXPECT_EQ(cut_to_width("hello world", 6), "hello…");
  EXPECT_EQ(cut_to_width("hello", 5), "hello");
  EXPECT_EQ(visible_width(cut_to_width("\x1b[31mréd and more\x1b[0m", 4)), 4u);
}

TEST(Format, a_table_aligns_columns_by_what_is_visible) {
  auto text = format_table({{"name", "count"}, {"\x1b[31mé\x1b[0m", "7"}}, {1});

  EXPECT_EQ(text, "name  count\n\x1b[31mé\x1b[0m         7\n");
}

TEST(Format, text_wraps_at_spaces) {
  EXPECT_EQ(wrap("one two three", 8, 2), "one two\n  three");
}

}  // namespace
}  // namespace sb::saltctl
