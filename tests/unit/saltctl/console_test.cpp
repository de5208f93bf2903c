#include "saltctl/console/console.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>

namespace sb::saltctl {
namespace {

using namespace std::chrono_literals;

TEST(Console, paints_only_where_colours_are_on) {
  Console plain(-1, {.is_terminal = false, .has_colour = false, .width = 80});
  Console colourful(-1, {.is_terminal = true, .has_colour = true, .width = 80});

  EXPECT_EQ(plain.paint(Style::red, "x"), "x");
  EXPECT_EQ(colourful.paint(Style::red, "x"), "\x1b[31mx\x1b[0m");
}

// What a terminal would have received.
std::string written_by(const std::function<void(Console&)>& draw) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  {
    Console console(ends[1], {.is_terminal = true, .has_colour = false, .width = 80});
    draw(console);
  }
  close(ends[1]);
  std::string text(4096, '\0');
  auto size = read(ends[0], text.data(), text.size());
  close(ends[0]);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return text;
}

TEST(Console, a_live_block_is_erased_line_for_line_even_when_it_begins_with_an_empty_one) {
  auto text = written_by([](Console& console) {
    console.live({"", "a", "b"});
    console.line("done");
  });

  EXPECT_EQ(text,
            "\r\na\r\nb"
            "\r\x1b[2A\x1b[J"
            "done\n"
            "\r\na\r\nb"
            "\r\x1b[2A\x1b[J");
}

TEST(Console, nothing_lives_where_there_is_no_terminal) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  {
    Console console(ends[1], {.is_terminal = false, .has_colour = false, .width = 80});
    console.live({"a"});
    console.line("b");
  }
  char text[16];
  auto size = read(ends[0], text, sizeof text);
  close(ends[0]);
  close(ends[1]);

  EXPECT_EQ(std::string(text, static_cast<std::size_t>(size)), "b\n");
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
