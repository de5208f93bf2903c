#include "release/notify/dispatch.hpp"

#include <utility>

#include "base/async/notifier.hpp"
#include "base/async/spawn.hpp"
#include "release/notify/follower.hpp"

namespace sb::release::notify {

namespace {

// One delivery begins no attempt after this; the next look goes on.
constexpr auto kRound = std::chrono::seconds(1);
constexpr auto kRetryLook = std::chrono::milliseconds(500);
constexpr auto kIdleLook = std::chrono::hours(1);

void add(DeliveryReport& sum, DeliveryReport more) {
  sum.delivered += more.delivered;
  sum.to_inbox += more.to_inbox;
  sum.dead += more.dead;
  sum.waiting = more.waiting;
  sum.another_is_at_it = more.another_is_at_it;
  sum.troubles = std::move(more.troubles);
}

}  // namespace

struct Dispatch::Impl {
  DispatchOptions options;
  Outbox outbox;
  Result<Accounts> accounts;
  std::optional<Courier> courier;  // nothing: the accounts cannot be read
  Follower follower;
  std::optional<journal::Journal> journal;

  std::optional<Notifier> changed;
  bool is_dirty = false;
  bool is_finishing = false;
  int under_way = 0;  // the loop and its deliveries
  DeliveryReport sum;
  Result<> worst;

  Impl(DispatchOptions o, Outbox box, Result<Accounts> a)
      : options(std::move(o)),
        outbox(std::move(box)),
        accounts(std::move(a)),
        follower(options.audiences) {
    if (accounts) courier.emplace(outbox, *accounts, options.courier);
  }

  Result<> catch_up();
  Task<Result<DeliveryReport>> deliver(Deadline deadline, Hurry hurry);
  void note(Result<DeliveryReport> report);
  bool has_pending();
};

Result<> Dispatch::Impl::catch_up() {
  if (!journal) {
    std::error_code ignored;
    if (!std::filesystem::exists(options.journal, ignored)) return {};
    SB_TRY(auto opened, journal::Journal::open(options.journal));
    journal.emplace(std::move(opened));
  }
  SB_TRY(auto fresh, follower.catch_up(*journal, outbox, now()));
  (void)fresh;
  return {};
}

Task<Result<DeliveryReport>> Dispatch::Impl::deliver(Deadline deadline, Hurry hurry) {
  if (courier) co_return co_await courier->deliver_due(deadline, hurry);
  SB_CO_TRY(auto counts, outbox.counts());
  DeliveryReport report;
  report.waiting = counts.pending;
  report.troubles.push_back("the accounts cannot be read: " + accounts.error().text());
  co_return report;
}

void Dispatch::Impl::note(Result<DeliveryReport> report) {
  if (report)
    add(sum, *std::move(report));
  else
    worst = std::unexpected(std::move(report).error());
}

bool Dispatch::Impl::has_pending() {
  auto counts = outbox.counts();
  return counts && counts->pending > 0;
}

namespace {

template <class Impl>
struct UnderWay {
  explicit UnderWay(std::shared_ptr<Impl> i) : impl(std::move(i)) {
    ++impl->under_way;
  }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
  ~UnderWay() {
    --impl->under_way;
    if (impl->changed) impl->changed->notify_all();
  }
  std::shared_ptr<Impl> impl;
};

// A slow receiver holds up its own channel alone: each look starts deliveries for the others.
template <class Impl>
Task<> carry(std::shared_ptr<Impl> impl) {
  UnderWay<Impl> here(impl);
  impl->note(co_await impl->deliver(Deadline::after(kRound), Hurry::no));
}

template <class Impl>
Task<> follow(std::shared_ptr<Impl> impl) {
  UnderWay<Impl> here(impl);
  auto executor = co_await current_executor();
  while (!impl->is_finishing) {
    if (!impl->is_dirty)
      co_await impl->changed->wait(Deadline::after(impl->has_pending() ? kRetryLook : kIdleLook));
    if (impl->is_finishing) break;
    if (std::exchange(impl->is_dirty, false))
      if (auto done = impl->catch_up(); !done) impl->worst = std::move(done);
    if (impl->has_pending()) spawn_logged(executor, "courier", carry(impl));
  }
}

}  // namespace

Result<std::int64_t> catch_up(journal::Journal& journal, Outbox& outbox, const Audiences& audiences,
                              Timestamp now) {
  Follower follower(audiences);
  return follower.catch_up(journal, outbox, now);
}

Result<Dispatch> Dispatch::open(DispatchOptions options) {
  auto accounts = load_accounts(
      {.file = options.accounts, .is_rehearsal = options.is_rehearsal, .variable = {}});
  SB_TRY(auto outbox, Outbox::open(options.outbox));
  return Dispatch(
      std::make_shared<Impl>(std::move(options), std::move(outbox), std::move(accounts)));
}

Dispatch::Dispatch(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Dispatch::Dispatch(Dispatch&&) noexcept = default;
Dispatch::~Dispatch() = default;

void Dispatch::start(const Executor& executor) {
  impl_->changed.emplace(executor);
  spawn_logged(executor, "notify", follow(impl_));
}

void Dispatch::wake() {
  impl_->is_dirty = true;
  if (impl_->changed) impl_->changed->notify_all();
}

Task<Result<DeliveryReport>> Dispatch::finish(Deadline deadline) {
  auto impl = impl_;
  impl->is_finishing = true;
  if (impl->changed) {
    impl->changed->notify_all();
    while (impl->under_way > 0) co_await impl->changed->wait(Deadline::never());
    // Its timer belongs to a loop that may end before this object.
    impl->changed.reset();
  }
  SB_CO_TRY_VOID(impl->catch_up());
  impl->note(co_await impl->deliver(deadline, Hurry::no));
  if (!impl->worst) co_return std::unexpected(impl->worst.error());
  co_return impl->sum;
}

Task<Result<DeliveryReport>> Dispatch::deliver(Deadline deadline, Hurry hurry) {
  auto impl = impl_;
  SB_CO_TRY_VOID(impl->catch_up());
  co_return co_await impl->deliver(deadline, hurry);
}

Outbox& Dispatch::outbox() {
  return impl_->outbox;
}

const Result<Accounts>& Dispatch::accounts() const {
  return impl_->accounts;
}

}  // namespace sb::release::notify
