#include "base/async/signals.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sb {

namespace asio = boost::asio;

struct Signals::Impl {
  explicit Impl(const Executor& executor) : set(executor) {}
  asio::signal_set set;
};

Signals::Signals(const Executor& executor, const std::vector<int>& numbers)
    : impl_(std::make_shared<Impl>(executor)) {
  for (int number : numbers) impl_->set.add(number);
}

Task<int> Signals::wait() const {
  auto impl = impl_;
  co_return co_await impl->set.async_wait(asio::use_awaitable);
}

Task<int> wait_for_signal(std::vector<int> numbers) {
  Signals signals(co_await asio::this_coro::executor, numbers);
  co_return co_await signals.wait();
}

}  // namespace sb
