// What a person sees: lines, colours, tables, a live block at the bottom of a terminal. On anything
// but a terminal the live block does not exist and colours are off, so that logs and pipes get
// plain lines.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace sb::saltctl {

enum class Style { bold, dim, red, green, yellow, cyan };

struct Traits {
  bool is_terminal = false;
  bool has_colour = false;
  int width = 80;
};

// Of a descriptor: colours only on a terminal that is not "dumb", and not when NO_COLOR is set.
Traits detect_traits(int fd);

class Console {
 public:
  Console(int fd, Traits traits) : fd_(fd), traits_(traits) {}
  ~Console() {
    end_live();
  }
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  const Traits& traits() const {
    return traits_;
  }
  std::string paint(Style style, std::string_view text) const;
  // Prints above the live block.
  void line(std::string_view text = {});
  // Replaces the live block; lines are cut to the terminal's width. Nothing elsewhere.
  void live(std::vector<std::string> lines);
  // Leaves the live block's last state on the screen as ordinary lines (or removes it).
  void end_live(bool keep = false);

 private:
  void write(std::string_view text);
  std::string erase_live() const;
  std::string draw_live() const;

  int fd_;
  Traits traits_;
  std::vector<std::string> live_;
};

// The steps of something long, one line each: shown live while they run, printed when they end.
class Steps {
 public:
  explicit Steps(Console& console) : console_(console) {}

  void begin(std::string name);
  void note(std::string detail);  // what it is waiting for; live only
  void done(std::string_view detail = {});
  void failed(std::string_view detail);

 private:
  void end(Style style, std::string_view mark, std::string_view detail);

  Console& console_;
  std::string name_;
  std::chrono::steady_clock::time_point began_;
};

// "340 ms", "3.2 s", "1 m 12 s"
std::string format_duration(std::chrono::milliseconds duration);
// "1 234 567"
std::string format_count(std::int64_t count);
// Columns two spaces apart; the first row is the head. Columns in `right` (by index) are
// right-aligned. Escape sequences count as nothing.
std::string format_table(const std::vector<std::vector<std::string>>& rows,
                         const std::vector<std::size_t>& right = {});
// How many columns a text takes on a terminal: code points, without escape sequences.
std::size_t visible_width(std::string_view text);
// The text's first `width` columns; keeps escape sequences whole.
std::string cut_to_width(std::string_view text, std::size_t width);
// `text` broken at spaces; every line after the first begins with `indent` spaces.
std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace sb::saltctl
