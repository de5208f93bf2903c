#include "session_plugin/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

namespace sb::session_plugin {

namespace {
termios g_before{};
bool g_is_raw = false;
}  // namespace

RawTerminal::RawTerminal() {
  if (g_is_raw || ::tcgetattr(STDIN_FILENO, &g_before) != 0) return;
  termios raw = g_before;
  // The output too: the task's terminal has ended the lines, and screens move with bare ones.
  ::cfmakeraw(&raw);
  g_is_raw = ::tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

RawTerminal::~RawTerminal() {
  restore();
}

void RawTerminal::restore() {
  if (g_is_raw) ::tcsetattr(STDIN_FILENO, TCSANOW, &g_before);
  g_is_raw = false;
}

std::string terminal_size_json() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) size = {100, 300, 0, 0};
  return fmt::format(R"({{"cols":{},"rows":{}}})", size.ws_col, size.ws_row);
}

bool write_stdout(const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    ssize_t n = ::write(STDOUT_FILENO, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace sb::session_plugin
