#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>

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

Task<bool> Notifier::wait(Deadline deadline) {
  asio::steady_timer limit(co_await asio::this_coro::executor);
  limit.expires_at(deadline.time());
  using namespace asio::experimental::awaitable_operators;
  auto first = co_await (timer_.async_wait(kAsTuple) || limit.async_wait(kAsTuple));
  co_return first.index() == 0;
}

// Whatever was cancelled, we cancelled ourselves: the operation, or all branches of an `a || b`.
static bool is_cancellation(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& e) {
    return e.code() == asio::error::operation_aborted;
  } catch (const asio::multiple_exceptions& e) {
    return is_cancellation(e.first_exception());
  } catch (...) {
    return false;
  }
}

static void log_exception(const std::string& name, const std::exception_ptr& error) {
  if (is_cancellation(error)) return;
  try {
    std::rethrow_exception(error);
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
  auto slot = holder->slot();
  auto end = [name = std::move(name), held = std::move(*holder)](const std::exception_ptr& error) {
    if (error) log_exception(name, error);
  };
  asio::co_spawn(executor, std::move(task), asio::bind_cancellation_slot(slot, std::move(end)));
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

struct BlockingPool::Impl {
  explicit Impl(std::size_t threads) : pool(threads) {}
  asio::thread_pool pool;
};

BlockingPool::BlockingPool(std::size_t threads) : impl_(std::make_unique<Impl>(threads)) {}

BlockingPool::~BlockingPool() {
  impl_->pool.join();
}

// The coroutine stays suspended on its own executor: only `work` visits the pool, so that a
// cancellation, or the end of the loop, never meets a coroutine that runs on another thread. It
// goes on only when the pool's thread has let go of that executor, whose loop may end right after.
Task<> BlockingPool::run_erased(std::function<void()> work) {
  auto home =
      asio::prefer(co_await asio::this_coro::executor, asio::execution::outstanding_work.tracked);
  auto has_left = std::make_shared<std::atomic<bool>>(false);
  auto start = [&](auto handler) {
    asio::post(impl_->pool, [&work, home, has_left, handler = std::move(handler)]() mutable {
      std::exception_ptr error;
      try {
        work();
      } catch (...) {
        error = std::current_exception();
      }
      {
        auto back = std::move(home);
        asio::post(back, [handler = std::move(handler), error]() mutable {
          std::move(handler)(std::move(error));
        });
      }
      has_left->store(true);
      has_left->notify_one();
    });
  };
  std::exception_ptr failure;
  try {
    co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(std::exception_ptr)>(
        start, use_awaitable);
  } catch (...) {
    failure = std::current_exception();
  }
  has_left->wait(false);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace sb
