#include "cloud/runtime/inside.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/nsfs.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>

namespace sb::cloud::runtime {

namespace {

// Where the namespaces' descriptors are in nsenter; the last step closes them (single digits:
// dash).
constexpr int kMountFd = 3, kPidFd = 4, kIpcFd = 5, kUtsFd = 6, kOwnerFd = 7, kUserFd = 8;
constexpr const char* kLastStep =
    "exec 3<&- 4<&- 5<&- 6<&- 7<&- 8<&-; cd -- \"$1\" || exit 126; shift; exec \"$@\"";

struct Entrance {
  process::SpawnOptions options;
  std::vector<fs::Fd> namespaces;  // to be kept until it is spawned
  uid_t uid = 0;                   // of the program, as the host sees it
  gid_t gid = 0;
};

// The first number after "Uid:" in /proc/PID/status.
unsigned id_of(pid_t pid, std::string_view key) {
  auto status = fs::read_file(fmt::format("/proc/{}/status", pid)).value_or("");
  auto at = status.find("\n" + std::string(key) + ":\t");
  unsigned id = 65534;
  if (at != std::string::npos) {
    at += key.size() + 3;
    std::from_chars(status.data() + at, status.data() + status.size(), id);
  }
  return id;
}

std::map<std::string, std::string> environment_of(pid_t pid) {
  std::map<std::string, std::string> all;
  auto text = fs::read_file(fmt::format("/proc/{}/environ", pid)).value_or("");
  std::string_view rest = text;
  while (!rest.empty()) {
    auto line = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    auto equals = line.find('=');
    // nsenter runs with our rights until it has given them up: a task must not choose its
    // libraries.
    if (equals == std::string_view::npos || line.starts_with("LD_") || line.starts_with("GCONV_"))
      continue;
    all.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return all;
}

Result<fs::Fd> open_namespace(pid_t pid, const char* name) {
  auto path = fmt::format("/proc/{}/ns/{}", pid, name);
  fs::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return std::unexpected(errno_error(errno, "cannot enter sandbox", path));
  return fd;
}

std::string at(int fd) {
  return fmt::format("/proc/self/fd/{}", fd);
}

Result<Entrance> make_entrance(const Sandbox& sandbox, Command command, bool with_terminal) {
  auto program = sandbox.program();
  if (!program)
    return fail(ErrorCode::failed_precondition, "the task does not run",
                sandbox.folder().filename().string());
  if (command.argv.empty())
    return fail(ErrorCode::invalid_argument, "no command to run", "command");
  bool as_root = ::geteuid() == 0;
  Entrance entrance;
  entrance.uid = id_of(program->pid, "Uid");
  entrance.gid = id_of(program->pid, "Gid");
  auto& options = entrance.options;
  options.argv = {"/usr/bin/nsenter", "--mount=" + at(kMountFd), "--pid=" + at(kPidFd),
                  "--ipc=" + at(kIpcFd), "--uts=" + at(kUtsFd)};
  auto take = [&](fs::Fd fd, int number) {
    options.pass_fds.emplace_back(fd.get(), number);
    entrance.namespaces.push_back(std::move(fd));
  };
  for (auto [name, number] :
       {std::pair("mnt", kMountFd), {"pid", kPidFd}, {"ipc", kIpcFd}, {"uts", kUtsFd}}) {
    SB_TRY(auto fd, open_namespace(program->pid, name));
    take(std::move(fd), number);
  }
  auto add = [&](std::initializer_list<std::string> words) {
    options.argv.insert(options.argv.end(), words);
  };
  if (as_root) {
    add({"--"});
  } else {
    // The mounts belong to an outer user namespace than the one the program is in: first that one,
    // where we may join them, then the program's.
    fs::Fd owner(::ioctl(entrance.namespaces.front().get(), NS_GET_USERNS));
    if (!owner) return std::unexpected(errno_error(errno, "cannot enter sandbox"));
    take(std::move(owner), kOwnerFd);
    SB_TRY(auto user, open_namespace(program->pid, "user"));
    take(std::move(user), kUserFd);
    add({"--user=" + at(kOwnerFd), "--preserve-credentials", "--", "/usr/bin/nsenter",
         "--user=" + at(kUserFd), "--preserve-credentials", "--"});
  }
  if (with_terminal) add({"/usr/bin/setsid", "--ctty"});
  add({"/usr/bin/setpriv", "--pdeathsig", "KILL", "--no-new-privs", "--inh-caps=-all"});
  if (as_root)
    add({fmt::format("--reuid={}", entrance.uid), fmt::format("--regid={}", entrance.gid),
         "--clear-groups", "--bounding-set=-all"});
  std::error_code error;
  auto folder = command.working_directory;
  if (folder.empty())
    folder =
        std::filesystem::read_symlink(fmt::format("/proc/{}/cwd", program->pid), error).string();
  if (folder.empty()) folder = "/";
  add({"--", "/bin/sh", "-c", kLastStep, "sh", folder});
  options.argv.insert(options.argv.end(), command.argv.begin(), command.argv.end());
  options.inherit_environment = false;
  options.environment = environment_of(program->pid);
  for (auto& [key, value] : command.environment) options.environment[key] = value;
  return entrance;
}

}  // namespace

Result<Terminal> open_terminal(const Sandbox& sandbox, Command command) {
  command.environment.try_emplace("TERM", "xterm-256color");
  SB_TRY(auto entrance, make_entrance(sandbox, std::move(command), true));
  // Of the sandbox's own devpts: so the terminal has a name in there (tty, tmux, gpg ask for it).
  auto path = fmt::format("/proc/{}/root/dev/pts/ptmx", sandbox.init().pid);
  Terminal terminal;
  terminal.master = fs::Fd(::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  int unlocked = 0;
  if (!terminal.master || ::ioctl(terminal.master.get(), TIOCSPTLCK, &unlocked) != 0)
    return std::unexpected(errno_error(errno, "cannot open a terminal in the sandbox"));
  fs::Fd slave(::ioctl(terminal.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!slave) return std::unexpected(errno_error(errno, "cannot open a terminal in the sandbox"));
  if (::geteuid() == 0 && ::fchown(slave.get(), entrance.uid, entrance.gid) != 0)
    return std::unexpected(errno_error(errno, "cannot give the terminal to the task's user"));
  for (int fd : {0, 1, 2}) entrance.options.pass_fds.emplace_back(slave.get(), fd);
  SB_TRY(terminal.process, process::spawn(entrance.options));
  return terminal;
}

Task<Result<process::Output>> run_inside(Sandbox sandbox, Command command, std::string input,
                                         Deadline deadline) {
  SB_CO_TRY(auto entrance, make_entrance(sandbox, std::move(command), false));
  auto options = std::move(entrance.options);
  co_return co_await process::run(std::move(options), std::move(input), deadline);
}

}  // namespace sb::cloud::runtime
