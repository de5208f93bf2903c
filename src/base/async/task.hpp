// Coroutines: Task<T> is what every asynchronous function returns. One io_context a thread; a
// daemon has one thread. Rules: parameters by value or owned by the awaiting caller, no capturing
// lambda coroutines, nothing looked up in a container is kept across a co_await.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "base/async/deadline.hpp"
#include "base/error/error.hpp"

namespace sb {

template <class T = void>
using Task = boost::asio::awaitable<T>;
using Executor = boost::asio::any_io_executor;

// The executor this coroutine runs on.
Task<Executor> current_executor();

Task<> sleep_for(Duration duration);
Task<> sleep_until(Deadline deadline);

}  // namespace sb
