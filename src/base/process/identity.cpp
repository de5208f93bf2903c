#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <string_view>

#include "base/process/pidfd.hpp"
#include "base/process/proc_stat.hpp"
#include "base/process/process.hpp"

namespace sb::process {

namespace {

// The text between single spaces, from the front.
std::string_view next_field(std::string_view& text) {
  auto end = text.find(' ');
  auto field = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return field;
}

template <class T>
T number(std::string_view field) {
  T value{};
  std::from_chars(field.data(), field.data() + field.size(), value);
  return value;
}

}  // namespace

std::optional<ProcStat> read_stat(pid_t pid) {
  auto content = fs::read_file("/proc/" + std::to_string(pid) + "/stat");
  if (!content) return std::nullopt;
  std::string_view text = *content;
  // The command name may hold spaces and parentheses: everything else follows the last one.
  auto name_end = text.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 > text.size()) return std::nullopt;
  text.remove_prefix(name_end + 2);

  ProcStat stat;
  // Numbered as in proc(5), which starts with 3 after the name.
  for (int field_number = 3; field_number <= 24 && !text.empty(); ++field_number) {
    auto field = next_field(text);
    switch (field_number) {
      case 3:
        stat.state = field.empty() ? '?' : field.front();
        break;
      case 4:
        stat.parent = number<pid_t>(field);
        break;
      case 6:
        stat.session = number<pid_t>(field);
        break;
      case 14:
      case 15:
      case 16:
      case 17:
        stat.cpu_ticks += number<std::uint64_t>(field);
        break;
      case 22:
        stat.start_ticks = number<std::uint64_t>(field);
        break;
      case 24:
        stat.resident_pages = number<std::uint64_t>(field);
        break;
      default:
        break;
    }
  }
  return stat;
}

std::optional<Identity> identify(pid_t pid) {
  auto stat = read_stat(pid);
  if (!stat) return std::nullopt;
  return Identity{pid, stat->start_ticks};
}

bool is_alive(const Identity& process) {
  auto stat = read_stat(process.pid);
  return stat && stat->start_ticks == process.start_ticks && stat->state != 'Z' &&
         stat->state != 'X';
}

fs::Fd open_pidfd(const Identity& process) {
  if (process.pid <= 0) return {};
  fs::Fd fd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  // Checked after opening: from here on the descriptor cannot mean another process.
  if (!fd || identify(process.pid) != process) return {};
  return fd;
}

bool send_signal(const Identity& process, int signal) {
  auto fd = open_pidfd(process);
  return fd && ::syscall(SYS_pidfd_send_signal, fd.get(), signal, nullptr, 0) == 0;
}

}  // namespace sb::process
