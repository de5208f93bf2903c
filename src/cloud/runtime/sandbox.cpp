#include "cloud/runtime/sandbox.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>

#include "base/log/log.hpp"
#include "cloud/runtime/sandbox_arguments.hpp"

namespace sb::cloud::runtime {

namespace asio = boost::asio;

namespace {

constexpr int kArgumentsFd = 10, kInfoFd = 11, kStatusFd = 12;
// Says whose a bubblewrap process is: the sandbox's folder, the only thing of ours in its visible
// argv.
constexpr const char* kMarker = "SALTCLOUD_SANDBOX";
constexpr auto kMemoryInterval = std::chrono::milliseconds(500);
constexpr std::size_t kSaidLimitBytes = 500;
// Bubblewrap reports no exit code before it has started the program; what we saw is written
// instead.
constexpr const char* kNotStarted = "\"not-started\"";
// The programs of a sanitized build reserve terabytes for their shadow before they begin: of them,
// only what is resident is limited.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kHasBackstop = false;
#else
constexpr bool kHasBackstop = true;
#endif

fs::Path status_path(const fs::Path& folder) {
  return folder / "status.json";
}
fs::Path out_of_memory_path(const fs::Path& folder) {
  return folder / "out-of-memory";
}
fs::Path limit_path(const fs::Path& folder) {
  return folder / "memory-limit";
}

std::optional<int> number_after(std::string_view text, std::string_view key) {
  auto at = text.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + key.size());
  while (!text.empty() && (text.front() == ' ' || text.front() == ':')) text.remove_prefix(1);
  int value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc())
    return std::nullopt;
  return value;
}

Result<fs::Fd> arguments_file(const std::vector<std::string>& arguments) {
  std::string all;
  for (const auto& argument : arguments) {
    if (argument.contains('\0'))
      return fail(ErrorCode::invalid_argument, "a zero byte in an argument or variable");
    all += argument;
    all += '\0';
  }
  fs::Fd fd(::memfd_create("bwrap-args", MFD_CLOEXEC));
  if (!fd) return std::unexpected(errno_error(errno, "cannot pass arguments"));
  const auto written = ::write(fd.get(), all.data(), all.size());
  // A limit on the size of files counts here, too, and a short write sets no errno.
  if (written >= 0 && written != static_cast<ssize_t>(all.size()))
    return std::unexpected(errno_error(EFBIG, "cannot pass arguments"));
  if (written < 0 || ::lseek(fd.get(), 0, SEEK_SET) != 0)
    return std::unexpected(errno_error(errno, "cannot pass arguments"));
  return fd;
}

Result<fs::Fd> create(const fs::Path& path, int flags, mode_t mode) {
  fs::Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode));
  // Our umask does not count: the program may be another user.
  if (!fd || ::fchmod(fd.get(), mode) != 0)
    return std::unexpected(errno_error(errno, "cannot create", path.string()));
  return fd;
}

Result<> prepare_folder(const SandboxSpec& spec, bool as_root) {
  SB_TRY_VOID(fs::make_directories(spec.folder, 0700));
  for (const auto& old :
       {status_path(spec.folder), out_of_memory_path(spec.folder), limit_path(spec.folder)})
    SB_TRY_VOID(fs::remove_all(old));
  if (spec.memory_limit_bytes > 0)
    SB_TRY_VOID(write_transient(limit_path(spec.folder), std::to_string(spec.memory_limit_bytes)));
  return write_etc(spec, as_root);
}

Task<std::optional<pid_t>> read_child_pid(fs::Fd from) {
  asio::posix::stream_descriptor stream(co_await asio::this_coro::executor, from.release());
  std::string text;
  std::array<char, 512> buffer;
  for (;;) {
    auto [error, n] =
        co_await stream.async_read_some(asio::buffer(buffer), asio::as_tuple(asio::use_awaitable));
    if (error) break;
    text.append(buffer.data(), n);
  }
  co_return number_after(text, "\"child-pid\"");
}

Result<process::SpawnOptions> spawn_options(const SandboxSpec& spec, bool as_root,
                                            const fs::Fd& arguments, const fs::Fd& info,
                                            const fs::Fd& status, const fs::Fd& log) {
  auto bwrap = process::find_program("bwrap", {"/usr/bin"});
  if (!bwrap)
    return fail(ErrorCode::not_found,
                "bubblewrap is missing: install the Debian package bubblewrap", "bwrap");
  process::SpawnOptions options;
  options.argv = {bwrap->string(),
                  "--setenv",
                  kMarker,
                  spec.folder.string(),
                  "--args",
                  std::to_string(kArgumentsFd),
                  "--info-fd",
                  std::to_string(kInfoFd),
                  "--json-status-fd",
                  std::to_string(kStatusFd),
                  "--"};
  auto command = inner_command(spec, as_root);
  options.argv.insert(options.argv.end(), command.begin(), command.end());
  options.inherit_environment = false;
  options.pass_fds = {{arguments.get(), kArgumentsFd},
                      {info.get(), kInfoFd},
                      {status.get(), kStatusFd},
                      {log.get(), 1},
                      {log.get(), 2}};
  options.limits = {{RLIMIT_CORE, 0}};
  // Backstop for growth between two looks at the resident set; data may be reserved and never
  // touched.
  if (kHasBackstop && spec.memory_limit_bytes > 0)
    options.limits.emplace_back(RLIMIT_DATA, spec.memory_limit_bytes * 2 + (512ULL << 20U));
  return options;
}

void record_failed_start(const fs::Path& folder, int code) {
  auto path = status_path(folder);
  auto content = fs::read_file(path).value_or("");
  content += fmt::format("{{ \"exit-code\": {}, {}: true }}\n", code, kNotStarted);
  if (auto written = fs::write_file(path, content, 0600); !written)
    log::warning("cannot record how a sandbox ended", {{"error", written.error().text()}});
}

struct Marked {
  pid_t pid;
  pid_t parent;
};

// Processes whose argv bears this folder's mark: bubblewrap, and its process 1 inside.
std::vector<Marked> marked_processes(const fs::Path& folder) {
  std::string mark = std::string("--setenv") + '\0' + kMarker + '\0' + folder.string() + '\0';
  std::vector<Marked> found;
  auto entries = fs::list("/proc");
  if (!entries) return found;
  for (const auto& entry : *entries) {
    auto name = entry.filename().string();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr !=
        name.data() + name.size())
      continue;
    auto command_line = fs::read_file(entry / "cmdline");
    if (!command_line || !command_line->contains(mark)) continue;
    auto status = fs::read_file(entry / "status");
    if (!status) continue;
    found.push_back({pid, number_after(*status, "PPid:\t").value_or(0)});
  }
  return found;
}

#ifdef SB_COVERAGE
// A program in a sandbox leaves its profile where the host's programs do, in a folder that is open
// to any account (tools/coverage).
void share_profiles(SandboxSpec& spec) {
  const char* profile = ::getenv("LLVM_PROFILE_FILE");
  if (profile == nullptr) return;
  auto folder = fs::Path(profile).parent_path();
  spec.mounts.push_back({folder / "sandboxed", folder.string(), true});
  spec.environment.emplace("LLVM_PROFILE_FILE", profile);
}
#endif

}  // namespace

Task<Result<Sandbox>> Sandbox::start(SandboxSpec spec, Deadline deadline) {
  bool as_root = ::geteuid() == 0;
  if (spec.argv.empty()) co_return fail(ErrorCode::invalid_argument, "no command to run");
  // A relative folder would mean another one to a daemon started elsewhere.
  spec.folder = std::filesystem::absolute(spec.folder).lexically_normal();
#ifdef SB_COVERAGE
  share_profiles(spec);
#endif
  if (!has_program(spec))
    co_return fail(ErrorCode::not_found, "executable file not found in the sandbox",
                   spec.argv.front());
  SB_CO_TRY_VOID(prepare_folder(spec, as_root));
  SB_CO_TRY(auto arguments, arguments_file(hidden_arguments(spec, as_root)));
  SB_CO_TRY(auto status, create(status_path(spec.folder), O_TRUNC | O_APPEND, 0600));
  SB_CO_TRY(auto log, create(spec.log_path, O_APPEND, 0644));
  auto log_offset = std::filesystem::file_size(spec.log_path);
  int pipe_ends[2];
  if (::pipe2(pipe_ends, O_CLOEXEC) != 0)
    co_return std::unexpected(errno_error(errno, "cannot make a pipe"));
  fs::Fd info_read(pipe_ends[0]), info_write(pipe_ends[1]);
  SB_CO_TRY(auto options, spawn_options(spec, as_root, arguments, info_write, status, log));
  SB_CO_TRY(auto outer, process::spawn(options));
  info_write.reset();

  using namespace asio::experimental::awaitable_operators;
  auto first = co_await (read_child_pid(std::move(info_read)) || sleep_until(deadline));
  auto* child = std::get_if<0>(&first);
  auto init = child != nullptr && *child ? process::identify(**child) : std::nullopt;
  if (!init) {
    // Either it could not be set up, or it has already ended, which `ended_in` can tell.
    bool is_late = child == nullptr;
    if (is_late) process::send_signal(outer, SIGKILL);
    co_await process::wait(outer);
    if (is_late)
      co_return fail(ErrorCode::timeout, "sandbox did not start in time", spec.argv.front());
    if (!ended_in(spec.folder))
      co_return fail(ErrorCode::failed_precondition,
                     "cannot set up sandbox: " + last_words(spec.log_path, log_offset));
  }
  co_return Sandbox(spec.folder, outer, init.value_or(process::Identity{}),
                    spec.memory_limit_bytes);
}

Task<std::optional<Sandbox>> Sandbox::adopt(fs::Path folder) {
  folder = std::filesystem::absolute(folder).lexically_normal();
  auto marked = marked_processes(folder);
  auto is_marked = [&](pid_t pid) {
    for (const auto& other : marked)
      if (other.pid == pid) return true;
    return false;
  };
  auto status = fs::read_file(status_path(folder)).value_or("");
  auto child_pid = number_after(status, "\"child-pid\"");
  std::optional<process::Identity> outer, init;
  for (const auto& process : marked) {
    auto identity = process::identify(process.pid);
    if (!identity || !process::is_alive(*identity)) continue;
    // Without its bubblewrap, process 1 has a parent without the mark.
    (process.pid == child_pid || is_marked(process.parent) ? init : outer) = identity;
  }
  if (outer && init) {
    std::uint64_t limit = 0;
    auto text = fs::read_file(limit_path(folder)).value_or("");
    std::from_chars(text.data(), text.data() + text.size(), limit);
    co_return Sandbox(folder, *outer, *init, limit);
  }
  // Half of one: set up when we died and never finished, or bubblewrap was killed and its child
  // goes on without anyone who would tell how it ended.
  for (const auto& half : {outer, init}) {
    if (!half) continue;
    process::send_signal(*half, SIGKILL);
    co_await process::wait(*half);
  }
  co_return std::nullopt;
}

std::optional<Exit> Sandbox::ended_in(const fs::Path& folder) {
  auto status = fs::read_file(status_path(folder));
  if (!status) return std::nullopt;
  std::error_code ignored;
  Exit exit;
  exit.is_out_of_memory = std::filesystem::exists(out_of_memory_path(folder), ignored);
  if (auto code = number_after(*status, "\"exit-code\"")) {
    exit.code = *code;
    exit.has_started = !status->contains(kNotStarted);
    return exit;
  }
  if (!marked_processes(folder).empty() || !status->contains("\"child-pid\"")) return std::nullopt;
  exit.code = 128 + SIGKILL;
  exit.is_known = false;
  return exit;
}

std::optional<process::Identity> Sandbox::program() const {
  if (!process::is_alive(init_)) return std::nullopt;
  auto task = fmt::format("/proc/{0}/task/{0}/children", init_.pid);
  auto children = fs::read_file(task);
  if (!children) return std::nullopt;
  const char* at = children->data();
  const char* end = at + children->size();
  while (at < end) {
    pid_t pid = 0;
    auto [next, error] = std::from_chars(at, end, pid);
    if (error != std::errc()) break;
    at = next + 1;
    // Orphans inside become children of process 1 too: the program is the one that is number 2 in
    // there.
    auto status = fs::read_file(fmt::format("/proc/{}/status", pid));
    if (status && status->contains("\t2\nNSpgid")) return process::identify(pid);
  }
  return std::nullopt;
}

bool Sandbox::signal(int number) const {
  auto target = program();
  return target && process::send_signal(*target, number);
}

Task<> Sandbox::watch_memory() const {
  auto self = *this;
  for (;;) {
    co_await sleep_for(kMemoryInterval);
    if (self.memory_limit_bytes_ == 0) continue;
    auto used = self.usage();
    if (!used || used->resident_bytes <= self.memory_limit_bytes_) continue;
    log::warning("sandbox is over its memory limit", {{"folder", self.folder_.string()},
                                                      {"resident_bytes", used->resident_bytes},
                                                      {"limit_bytes", self.memory_limit_bytes_}});
    // Written first: if we die now, the next daemon still knows why.
    if (auto written = write_transient(out_of_memory_path(self.folder_), ""); !written)
      log::warning("cannot record why a sandbox was killed", {{"error", written.error().text()}});
    process::send_signal(self.init_, SIGKILL);
  }
}

Task<Exit> Sandbox::wait() const {
  auto self = *this;
  using namespace asio::experimental::awaitable_operators;
  auto first = co_await (process::wait(self.outer_) || self.watch_memory());
  // What the program left behind ends with it, as in any container; if bubblewrap was killed,
  // nobody could tell any more how the program ends, so it ends now.
  process::send_signal(self.init_, SIGKILL);
  co_await process::wait(self.init_);
  if (auto exit = ended_in(self.folder_); exit && exit->is_known) co_return *exit;
  auto outer = std::get<0>(first);
  if (outer.is_known && !outer.signal) {
    record_failed_start(self.folder_, outer.code);
    co_return Exit{.code = outer.code, .has_started = false};
  }
  co_return ended_in(self.folder_).value_or(Exit{.code = 128 + SIGKILL, .is_known = false});
}

Task<Exit> Sandbox::stop(Duration grace, int signal) const {
  auto self = *this;
  auto deadline = Deadline::after(grace);
  // The program may not have been started yet; and it may end while we look for it.
  while (process::is_alive(self.outer_) && !self.signal(signal) && !deadline.has_passed())
    co_await sleep_for(std::chrono::milliseconds(5));
  using namespace asio::experimental::awaitable_operators;
  auto first = co_await (self.wait() || sleep_until(deadline));
  if (auto* exit = std::get_if<0>(&first)) co_return *exit;
  process::send_signal(self.init_, SIGKILL);
  co_return co_await self.wait();
}

std::string last_words(const fs::Path& log, std::uintmax_t from) {
  auto content = fs::read_file(log);
  if (!content || content->size() <= from) return "it said nothing";
  content->erase(
      0, std::max<std::size_t>(
             from, content->size() > kSaidLimitBytes ? content->size() - kSaidLimitBytes : 0));
  while (!content->empty() && content->back() == '\n') content->pop_back();
  return *content;
}

namespace {

// The last line that speaks of an error, else the last one: a program may clean up after itself.
std::string line_of_fault(const std::string& words) {
  auto at = words.rfind("rror");
  if (at == std::string::npos) at = words.size();
  const auto begin = at == 0 ? std::string::npos : words.rfind('\n', at - 1);  // npos + 1 is 0
  return words.substr(begin + 1, words.find('\n', at) - begin - 1);
}

}  // namespace

Task<Result<>> run_in_sandbox(SandboxSpec spec, Deadline deadline) {
  auto name = spec.argv.empty() ? std::string() : spec.argv.front();
  auto log = spec.log_path;
  SB_CO_TRY(auto sandbox, co_await Sandbox::start(std::move(spec), deadline));
  using namespace asio::experimental::awaitable_operators;
  auto first = co_await (sandbox.wait() || sleep_until(deadline));
  if (auto* exit = std::get_if<0>(&first)) {
    if (exit->code == 0) co_return Result<>();
    co_return fail(
        ErrorCode::failed_precondition,
        fmt::format("failed with code {}: {}", exit->code, line_of_fault(last_words(log))), name);
  }
  co_await sandbox.stop(Duration(0));
  co_return fail(ErrorCode::timeout, "did not end in time", name);
}

}  // namespace sb::cloud::runtime
