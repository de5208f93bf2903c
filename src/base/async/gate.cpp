#include "base/async/gate.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log/log.hpp"

namespace sb {

namespace asio = boost::asio;

namespace {
constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr auto kPatience = std::chrono::seconds(10);
}  // namespace

struct Gate::State {
  explicit State(const Executor& executor) : empty(executor) {
    empty.expires_at(SteadyTime::max());
  }
  asio::steady_timer empty;  // never expires; cancelled when the last one leaves
  std::size_t count = 0;
  bool is_closed = false;
  std::set<Signal> signals;
};

Gate::Holder::Holder(std::shared_ptr<State> state) : state_(std::move(state)) {
  ++state_->count;
}

Gate::Holder::~Holder() {
  if (!state_) return;
  if (signal_) state_->signals.erase(signal_);
  if (--state_->count == 0) state_->empty.cancel();
}

asio::cancellation_slot Gate::Holder::slot() {
  if (!signal_) signal_ = *state_->signals.insert(std::make_shared<Signal::element_type>()).first;
  return signal_->slot();
}

Gate::Gate(Executor executor) : state_(std::make_shared<State>(executor)) {}

Gate::~Gate() {
  close();
}

std::optional<Gate::Holder> Gate::enter() {
  if (state_->is_closed) return std::nullopt;
  return Holder(state_);
}

void Gate::close() {
  state_->is_closed = true;
}

bool Gate::is_closed() const {
  return state_->is_closed;
}

std::size_t Gate::inside() const {
  return state_->count;
}

Task<bool> Gate::wait(Deadline deadline) {
  auto state = state_;
  while (state->count != 0) {
    asio::steady_timer limit(co_await asio::this_coro::executor);
    limit.expires_at(deadline.time());
    using namespace asio::experimental::awaitable_operators;
    co_await (state->empty.async_wait(kAsTuple) || limit.async_wait(kAsTuple));
    if (state->count != 0 && deadline.has_passed()) co_return false;
  }
  co_return true;
}

Task<> Gate::drain(Deadline deadline) {
  auto state = state_;
  state->is_closed = true;
  if (co_await wait(deadline)) co_return;
  // A copy: whoever is cancelled may leave at once.
  auto signals = state->signals;
  for (const auto& signal : signals) signal->emit(asio::cancellation_type::terminal);
  while (!co_await wait(Deadline::after(kPatience)))
    log::warning("work does not end though it was cancelled", {{"inside", state->count}});
}

}  // namespace sb
