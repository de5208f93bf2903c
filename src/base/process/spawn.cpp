#include <fcntl.h>
#include <grp.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "base/error/check.hpp"
#include "base/process/process.hpp"

extern char** environ;

namespace sb::process {

namespace {

// Everything the child needs, made before fork: after it, only async-signal-safe calls are allowed,
// because another thread may have held the allocator's lock.
struct Prepared {
  std::string program;
  std::vector<std::string> environment;
  std::vector<char*> argv, envp;
  std::string working_directory;
  std::vector<fs::Fd> opened;
  std::vector<std::pair<int, int>> fds;  // (ours, theirs), sorted by theirs
  std::vector<int> moved;                // scratch: copies above every target
  int first_free = 3;                    // above every target and every source
  bool new_session = true;
  std::optional<std::pair<uid_t, gid_t>> run_as;
  std::vector<std::pair<int, std::uint64_t>> limits;
};

struct Failure {
  int step;  // index in kSteps
  int error_number;
};
constexpr const char* kSteps[] = {"cannot start", "cannot pass a descriptor to",
                                  "cannot enter the working directory of", "cannot change user for",
                                  "cannot limit"};

Result<fs::Fd> open_stdio(const fs::Path& path, bool is_output) {
  const char* name = path.empty() ? "/dev/null" : path.c_str();
  int flags = is_output ? O_WRONLY | O_CLOEXEC | O_APPEND | (path.empty() ? 0 : O_CREAT)
                        : O_RDONLY | O_CLOEXEC;
  fs::Fd fd(::open(name, flags, 0600));
  if (!fd) return std::unexpected(errno_error(errno, "cannot open", name));
  return fd;
}

std::vector<std::string> make_environment(const SpawnOptions& options) {
  auto all = options.environment;
  if (options.inherit_environment) {
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
      std::string_view text = *entry;
      auto equals = text.find('=');
      if (equals == std::string_view::npos) continue;
      all.emplace(text.substr(0, equals), text.substr(equals + 1));  // what was named wins
    }
  }
#ifdef SB_COVERAGE
  // What is run in an environment of its own counts too (tools/coverage).
  if (const char* profile = ::getenv("LLVM_PROFILE_FILE"); profile != nullptr)
    all.emplace("LLVM_PROFILE_FILE", profile);
#endif
  std::vector<std::string> lines;
  lines.reserve(all.size());
  for (const auto& [key, value] : all) lines.push_back(key + "=" + value);
  return lines;
}

Result<std::unique_ptr<Prepared>> prepare(const SpawnOptions& options) {
  if (options.argv.empty()) return fail(ErrorCode::invalid_argument, "no program to start", "argv");
  auto program = find_program(options.argv.front());
  if (!program) return fail(ErrorCode::not_found, "no such program", options.argv.front());

  auto p = std::make_unique<Prepared>();
  p->program = program->string();
  p->environment = make_environment(options);
  for (const auto& argument : options.argv) p->argv.push_back(const_cast<char*>(argument.c_str()));
  for (auto& line : p->environment) p->envp.push_back(line.data());
  p->argv.push_back(nullptr);
  p->envp.push_back(nullptr);
  p->working_directory = options.working_directory.string();
  p->new_session = options.new_session;
  p->run_as = options.run_as;
  p->limits = options.limits;
  p->fds = options.pass_fds;
  auto is_given = [&](int theirs) {
    return std::ranges::any_of(options.pass_fds, [&](auto& pair) { return pair.second == theirs; });
  };
  const fs::Path* paths[] = {&options.stdin_path, &options.stdout_path, &options.stderr_path};
  for (int i = 0; i < 3; ++i) {
    if (is_given(i)) continue;
    if (options.inherit_stdio) {
      p->fds.emplace_back(i, i);
      continue;
    }
    SB_TRY(fs::Fd fd, open_stdio(*paths[i], i != 0));
    p->fds.emplace_back(fd.get(), i);
    p->opened.push_back(std::move(fd));
  }
  std::ranges::sort(p->fds, {}, &std::pair<int, int>::second);
  for (auto [ours, theirs] : p->fds)
    p->first_free = std::max({p->first_free, ours + 1, theirs + 1});
  p->moved.resize(p->fds.size());
  return p;
}

[[noreturn]] void give_up(int report_fd, int step) {
  Failure failure{step, errno};
  [[maybe_unused]] auto n = ::write(report_fd, &failure, sizeof failure);
  ::_exit(127);
}

void reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) (void)::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Puts every named descriptor at its number and marks all others close-on-exec.
bool arrange_descriptors(Prepared& p, int& report_fd) {
  report_fd = ::fcntl(report_fd, F_DUPFD_CLOEXEC, p.first_free);
  if (report_fd < 0) return false;
  for (std::size_t i = 0; i < p.fds.size(); ++i) {
    p.moved[i] = ::fcntl(p.fds[i].first, F_DUPFD_CLOEXEC, p.first_free);
    if (p.moved[i] < 0) return false;
  }
  unsigned gap = 0;
  for (std::size_t i = 0; i < p.fds.size(); ++i) {
    int theirs = p.fds[i].second;
    if (::dup2(p.moved[i], theirs) < 0) return false;
    auto number = static_cast<unsigned>(theirs);
    if (number > gap) ::syscall(SYS_close_range, gap, number - 1, 4U /* CLOSE_RANGE_CLOEXEC */);
    gap = number + 1;
  }
  ::syscall(SYS_close_range, gap, ~0U, 4U);
  return true;
}

[[noreturn]] void become(Prepared& p, int report_fd) {
  reset_signals();
  if (p.new_session) ::setsid();
  if (!arrange_descriptors(p, report_fd)) give_up(report_fd, 1);
  if (!p.working_directory.empty() && ::chdir(p.working_directory.c_str()) != 0)
    give_up(report_fd, 2);
  for (auto [resource, value] : p.limits) {
    rlimit limit{value, value};
    if (::setrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0) give_up(report_fd, 4);
  }
  if (p.run_as) {
    auto [uid, gid] = *p.run_as;
    if (::setgroups(0, nullptr) != 0 || ::setresgid(gid, gid, gid) != 0 ||
        ::setresuid(uid, uid, uid) != 0)
      give_up(report_fd, 3);
  }
  ::execve(p.program.c_str(), p.argv.data(), p.envp.data());
  give_up(report_fd, 0);
}

}  // namespace

Result<Identity> spawn(const SpawnOptions& options) {
  SB_TRY(auto prepared, prepare(options));
  int report[2];
  if (::pipe2(report, O_CLOEXEC) != 0)
    return std::unexpected(errno_error(errno, "cannot make a pipe"));
  fs::Fd report_read(report[0]), report_write(report[1]);

  // Blocked over the fork, so that no handler of ours ever runs in the child.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t pid = ::fork();
  if (pid == 0) become(*prepared, report_write.get());
  int fork_errno = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0)
    return std::unexpected(errno_error(fork_errno, "cannot start", options.argv.front()));

  auto identity = identify(pid);
  SB_CHECK(identity, "a child that nobody has waited for is in /proc");
  report_write.reset();
  Failure failure{};
  ssize_t n;
  do n = ::read(report_read.get(), &failure, sizeof failure);
  while (n < 0 && errno == EINTR);
  if (n == sizeof failure) {
    ::waitpid(pid, nullptr, 0);
    return std::unexpected(
        errno_error(failure.error_number, kSteps[failure.step], options.argv.front()));
  }
  return *identity;
}

std::optional<fs::Path> find_program(const std::string& name, const std::vector<fs::Path>& extra) {
  auto is_program = [](const fs::Path& path) {
    struct stat info{};
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
           ::access(path.c_str(), X_OK) == 0;
  };
  if (name.empty()) return std::nullopt;
  if (name.contains('/')) return is_program(name) ? std::optional<fs::Path>(name) : std::nullopt;
  for (const auto& folder : extra)
    if (is_program(folder / name)) return folder / name;
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
  while (!rest.empty()) {
    auto end = rest.find(':');
    auto folder = rest.substr(0, end);
    if (!folder.empty() && is_program(fs::Path(folder) / name)) return fs::Path(folder) / name;
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  // Debian keeps servers (haproxy) off an ordinary user's PATH.
  for (const char* folder : {"/usr/local/sbin", "/usr/sbin", "/sbin"})
    if (is_program(fs::Path(folder) / name)) return fs::Path(folder) / name;
  return std::nullopt;
}

}  // namespace sb::process
