#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/async/gate.hpp"
#include "base/async/notifier.hpp"
#include "base/async/spawn.hpp"
#include "base/async/task.hpp"
#include "base/log/log.hpp"

namespace sb {

namespace asio = boost::asio;
using asio::use_awaitable;
constexpr auto kAsTuple = asio::as_tuple(use_awaitable);

Task<Executor> current_executor() {
  co_return co_await asio::this_coro::executor;
}

Task<> sleep_until(Deadline deadline) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer.expires_at(deadline.time());
  // Cancellation of the coroutine itself must pass through, so the error is thrown.
  co_await timer.async_wait(use_awaitable);
}

Task<> sleep_for(Duration duration) {
  return sleep_until(Deadline::after(duration));
}

void Gate::close() {
  closed_ = true;
}

void Gate::leave() {
  if (--count_ == 0) empty_.cancel();
}

Task<bool> Gate::wait(Deadline deadline) {
  while (count_ != 0) {
    asio::steady_timer limit(co_await asio::this_coro::executor);
    limit.expires_at(deadline.time());
    using namespace asio::experimental::awaitable_operators;
    co_await (empty_.async_wait(kAsTuple) || limit.async_wait(kAsTuple));
    if (count_ != 0 && deadline.has_passed()) co_return false;
  }
  co_return true;
}

Task<bool> Notifier::wait(Deadline deadline) {
  asio::steady_timer limit(co_await asio::this_coro::executor);
  limit.expires_at(deadline.time());
  using namespace asio::experimental::awaitable_operators;
  auto first = co_await (timer_.async_wait(kAsTuple) || limit.async_wait(kAsTuple));
  co_return first.index() == 0;
}

static void log_exception(const std::string& name, const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& e) {
    if (e.code() == asio::error::operation_aborted) return;  // we stopped it ourselves
    log::error("task failed", {{"task", name}, {"error", e.what()}});
  } catch (const std::exception& e) {
    log::error("task failed", {{"task", name}, {"error", e.what()}});
  } catch (...) {
    log::error("task failed", {{"task", name}, {"error", "unknown exception"}});
  }
}

void spawn_logged(const Executor& executor, std::string name, Task<> task) {
  asio::co_spawn(executor, std::move(task),
                 [name = std::move(name)](const std::exception_ptr& error) {
                   if (error) log_exception(name, error);
                 });
}

void spawn_logged(const Executor& executor, Gate& gate, std::string name, Task<> task) {
  auto holder = gate.enter();
  if (!holder) {
    log::debug("task refused, stopping", {{"task", name}});
    return;
  }
  auto held = std::make_shared<Gate::Holder>(std::move(*holder));
  asio::co_spawn(executor, std::move(task),
                 [name = std::move(name), held](const std::exception_ptr& error) {
                   if (error) log_exception(name, error);
                 });
}

void run_task(Task<> task) {
  asio::io_context loop(1);
  std::exception_ptr failure;
  asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error) {
    failure = std::move(error);
    loop.stop();  // background tasks that still wait do not keep it alive
  });
  loop.run();
  if (failure) std::rethrow_exception(failure);
}

Task<int> wait_for_signal(std::vector<int> signals) {
  asio::signal_set set(co_await asio::this_coro::executor);
  for (int signal : signals) set.add(signal);
  co_return co_await set.async_wait(use_awaitable);
}

struct BlockingPool::Impl {
  explicit Impl(std::size_t threads) : pool(threads) {}
  asio::thread_pool pool;
};

BlockingPool::BlockingPool(std::size_t threads) : impl_(std::make_unique<Impl>(threads)) {}

BlockingPool::~BlockingPool() {
  impl_->pool.join();
}

Task<> BlockingPool::run_erased(std::function<void()> work) {
  auto home = co_await asio::this_coro::executor;
  co_await asio::post(asio::bind_executor(impl_->pool, use_awaitable));
  work();
  co_await asio::post(asio::bind_executor(home, use_awaitable));
}

}  // namespace sb
