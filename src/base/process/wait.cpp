#include <sys/wait.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <deque>
#include <mutex>

#include "base/process/pidfd.hpp"
#include "base/process/process.hpp"

namespace sb::process {

namespace asio = boost::asio;

namespace {

// A child can be reaped once, but two coroutines may wait for it (its keeper, and whoever stops
// it): the last few statuses are kept, so that the second gets the same answer.
class ReapedChildren {
 public:
  void add(const Identity& process, ExitStatus status) {
    std::lock_guard lock(mutex_);
    if (recent_.size() == kKept) recent_.pop_front();
    recent_.emplace_back(process, status);
  }
  std::optional<ExitStatus> find(const Identity& process) {
    std::lock_guard lock(mutex_);
    for (auto it = recent_.rbegin(); it != recent_.rend(); ++it)
      if (it->first == process) return it->second;
    return std::nullopt;
  }

 private:
  static constexpr std::size_t kKept = 256;
  std::mutex mutex_;
  std::deque<std::pair<Identity, ExitStatus>> recent_;  // guarded by mutex_
};

ReapedChildren& reaped_children() {
  static ReapedChildren children;
  return children;
}

ExitStatus ended_unknown(const Identity& process) {
  if (auto status = reaped_children().find(process)) return *status;
  return ExitStatus{.code = 0, .signal = std::nullopt, .is_known = false};
}

ExitStatus reap(const Identity& process, int pidfd) {
  siginfo_t info{};
  if (::waitid(P_PIDFD, static_cast<id_t>(pidfd), &info, WEXITED | WNOHANG) != 0 ||
      info.si_pid == 0)
    return ended_unknown(process);
  ExitStatus status;
  if (info.si_code == CLD_EXITED) {
    status.code = info.si_status;
  } else {
    status.code = 128 + info.si_status;
    status.signal = info.si_status;
  }
  reaped_children().add(process, status);
  return status;
}

}  // namespace

Task<ExitStatus> wait(Identity process) {
  auto fd = open_pidfd(process);
  if (!fd) co_return ended_unknown(process);
  asio::posix::stream_descriptor ended(co_await asio::this_coro::executor, fd.release());
  co_await ended.async_wait(asio::posix::descriptor_base::wait_read, asio::use_awaitable);
  co_return reap(process, ended.native_handle());
}

Task<> stop(Identity process, Duration grace) {
  if (!send_signal(process, SIGTERM)) {
    co_await wait(process);  // reaps a zombie of ours
    co_return;
  }
  using namespace asio::experimental::awaitable_operators;
  auto first = co_await (wait(process) || sleep_for(grace));
  if (first.index() == 0) co_return;
  send_signal(process, SIGKILL);
  co_await wait(process);
}

}  // namespace sb::process
