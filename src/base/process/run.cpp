#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <charconv>
#include <csignal>

#include "base/process/proc_stat.hpp"
#include "base/process/process.hpp"

namespace sb::process {

namespace asio = boost::asio;
using Stream = asio::posix::stream_descriptor;

namespace {

constexpr std::size_t kOutputLimitBytes = 16U << 20U;
constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

struct Pipe {
  fs::Fd read, write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return std::unexpected(errno_error(errno, "cannot make a pipe"));
  return Pipe{fs::Fd(ends[0]), fs::Fd(ends[1])};
}

// Writing to a program that has closed its stdin must be an error here, not a signal to us.
void ignore_broken_pipes() {
  struct sigaction current{};
  if (::sigaction(SIGPIPE, nullptr, &current) == 0 && current.sa_handler == SIG_DFL)
    (void)::signal(SIGPIPE, SIG_IGN);
}

Task<> feed(Stream& to, const std::string& input) {
  co_await asio::async_write(to, asio::buffer(input), kAsTuple);
  boost::system::error_code ignored;
  to.close(ignored);
}

Task<> drain(Stream& from, std::string& into) {
  std::array<char, 1 << 14> buffer;
  for (;;) {
    auto [error, n] = co_await from.async_read_some(asio::buffer(buffer), kAsTuple);
    if (error) co_return;
    // Past the limit it is read and dropped, so that the program does not block.
    into.append(buffer.data(), std::min(n, kOutputLimitBytes - into.size()));
  }
}

// Every process of the session, also those that made process groups of their own.
void kill_session(const Identity& leader) {
  auto entries = fs::list("/proc");
  if (!entries) return;
  for (const auto& entry : *entries) {
    auto name = entry.filename().string();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr !=
        name.data() + name.size())
      continue;
    auto stat = read_stat(pid);
    if (stat && stat->session == leader.pid && stat->start_ticks >= leader.start_ticks)
      send_signal({pid, stat->start_ticks}, SIGKILL);
  }
}

// Kills what was started if the caller goes away (is cancelled) before it ended.
struct KillOnExit {
  Identity process;
  bool armed = true;
  ~KillOnExit() {
    if (armed) kill_session(process);
  }
};

}  // namespace

Task<Result<Output>> run(SpawnOptions options, std::string input, Deadline deadline) {
  SB_CO_TRY(auto in, make_pipe());
  SB_CO_TRY(auto out, make_pipe());
  SB_CO_TRY(auto err, make_pipe());
  ignore_broken_pipes();
  options.pass_fds.emplace_back(in.read.get(), 0);
  options.pass_fds.emplace_back(out.write.get(), 1);
  options.pass_fds.emplace_back(err.write.get(), 2);
  options.inherit_stdio = false;
  options.new_session = true;
  SB_CO_TRY(auto process, spawn(options));
  KillOnExit guard{process};
  in.read.reset();
  out.write.reset();
  err.write.reset();

  auto executor = co_await asio::this_coro::executor;
  Stream to(executor, in.write.release()), from_out(executor, out.read.release()),
      from_err(executor, err.read.release());
  Output output;
  using namespace asio::experimental::awaitable_operators;
  auto first = co_await ((wait(process) && feed(to, input) && drain(from_out, output.out) &&
                          drain(from_err, output.err)) ||
                         sleep_until(deadline));
  if (first.index() == 1) {
    kill_session(process);
    co_await wait(process);
    guard.armed = false;
    co_return fail(ErrorCode::timeout, "did not end in time", options.argv.front());
  }
  guard.armed = false;
  output.status = std::get<0>(first);
  co_return output;
}

}  // namespace sb::process
