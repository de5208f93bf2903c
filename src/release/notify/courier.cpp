#include "release/notify/courier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/async/notifier.hpp"
#include "base/async/spawn.hpp"
#include "base/crypto/crypto.hpp"
#include "release/notify/calls.hpp"

namespace sb::release::notify {

namespace {

// Pages are never given up: somebody may have to be woken. The rest is, so that one message that
// always ends in a 500 does not hold up all that follow it.
constexpr std::int64_t kAttemptsAtLeast = 20;
constexpr auto kPatience = std::chrono::hours(24);

bool is_given_up(const Entry& entry, Timestamp at) {
  return entry.message.channel != Channel::page && entry.attempts >= kAttemptsAtLeast &&
         at - entry.message.at > kPatience;
}

// first, 2 x first, ... up to the longest; then up to a quarter less, so that not all come at once.
Duration back_off(const CourierOptions& options, std::int64_t failures, std::int64_t position) {
  Duration wait = options.first_wait;
  for (std::int64_t i = 1; i < failures && wait < options.longest_wait; ++i) wait *= 2;
  wait = std::min(wait, options.longest_wait);
  const std::string seed = crypto::sha256(fmt::format("{}/{}", position, failures));
  return wait - wait / 4 * static_cast<unsigned char>(seed.front()) / 255;
}

}  // namespace

struct Courier::Impl : std::enable_shared_from_this<Courier::Impl> {
  Outbox& outbox;
  Accounts accounts;
  CourierOptions options;
  http::Client client;
  std::set<Channel> busy;
  std::weak_ptr<fs::FileLock> lock;  // held while any channel is served

  Impl(Outbox& o, Accounts a, CourierOptions c)
      : outbox(o),
        accounts(std::move(a)),
        options(std::move(c)),
        client({.ca_file = options.ca_file, .user_agent = "saltctl"}) {}

  Result<std::shared_ptr<fs::FileLock>> hold();
  Task<Judgement> send(Message message);
  Task<Judgement> send_once(http::ClientRequest request, const Message& message);
  Task<Judgement> send_status(const Message& message);
  Result<bool> settle(const Entry& entry, Judgement judgement, DeliveryReport& report);
  Task<Result<>> serve(Channel channel, std::vector<Entry> entries, Deadline deadline, Hurry hurry,
                       DeliveryReport& report);
};

namespace {

// What the channels' coroutines share with the one that waits for them.
struct Round {
  Round(const Executor& executor, Deadline until, Hurry h)
      : ended(executor), deadline(until), hurry(h) {}
  Notifier ended;
  int running = 0;
  Deadline deadline;
  Hurry hurry;
  DeliveryReport report;
  Result<> worst;
};

}  // namespace

Result<std::shared_ptr<fs::FileLock>> Courier::Impl::hold() {
  if (auto held = lock.lock()) return held;
  SB_TRY_VOID(fs::make_directories(options.lock.parent_path(), 0700));
  SB_TRY(auto taken, fs::FileLock::acquire(options.lock));
  auto held = std::make_shared<fs::FileLock>(std::move(taken));
  lock = held;
  return held;
}

Task<Judgement> Courier::Impl::send_once(http::ClientRequest request, const Message& message) {
  auto response = co_await client.send(std::move(request), Deadline::after(options.call_timeout));
  if (!response) {
    const bool is_certificate = response.error().code == ErrorCode::invalid_argument;
    co_return Judgement{.answer = is_certificate ? Answer::refused : Answer::retry,
                        .wait = {},
                        .why = fmt::format("{} cannot be reached: {}", name_of(message.channel),
                                           response.error().message)};
  }
  switch (message.channel) {
    case Channel::deploys:
    case Channel::incidents:
      co_return judge_slack(message, *response, now());
    case Channel::page:
      co_return judge_pagerduty(*response, now());
    case Channel::event: {
      auto judgement = judge_status("Datadog", *response, now());
      if (judgement.answer == Answer::refused)
        judgement.why +=
            "; see whether DD_API_KEY and DD_SITE belong together, then: saltctl "
            "outbox flush --dead";
      co_return judgement;
    }
    case Channel::status_page: {
      auto judgement = judge_status("Statuspage", *response, now());
      // What it answered is needed by the next call.
      if (judgement.answer == Answer::accepted) judgement.why = response->body;
      if (judgement.answer == Answer::refused)
        judgement.why +=
            "; see STATUSPAGE_API_KEY, STATUSPAGE_PAGE_ID and "
            "STATUSPAGE_COMPONENT_IDS, then: saltctl outbox flush --dead";
      co_return judgement;
    }
    case Channel::webhook: {
      auto judgement = judge_status("the webhook", *response, now());
      if (judgement.answer == Answer::refused)
        judgement.why += "; see WEBHOOK_URL, then: saltctl outbox flush --dead";
      co_return judgement;
    }
  }
  co_return Judgement{};
}

Task<Judgement> Courier::Impl::send_status(const Message& message) {
  if (!message.status)
    co_return Judgement{Answer::refused, {}, "the message has nothing for the status page"};
  const StatusUpdate& update = *message.status;
  OpenIncident open;
  if (update.incident != IncidentStep::none) {
    auto seen = co_await send_once(statuspage_unresolved_call(accounts), message);
    if (seen.answer != Answer::accepted) co_return seen;
    auto found = find_incident(seen.why, message.environment);
    if (!found)
      co_return Judgement{
          Answer::retry, {}, "something that is not Statuspage answered in its place"};
    open = *std::move(found);
    // Posted before a crash, and not noted here.
    if (open.message == message.id) co_return Judgement{Answer::accepted, {}, ""};
    if (!open.id.empty() || update.incident == IncidentStep::open)
      co_return co_await send_once(statuspage_incident_call(accounts, message, open), message);
  }
  Judgement last{Answer::accepted, {}, ""};
  if (update.component == ComponentStatus::unchanged) co_return last;
  for (const auto& component : accounts.statuspage_components) {
    last = co_await send_once(statuspage_component_call(accounts, component, update.component),
                              message);
    if (last.answer != Answer::accepted) break;
  }
  co_return last;
}

Task<Judgement> Courier::Impl::send(Message message) {
  const Timestamp at = now();
  switch (message.channel) {
    case Channel::deploys:
    case Channel::incidents:
      co_return co_await send_once(slack_call(accounts, message, at), message);
    case Channel::page:
      co_return co_await send_once(pagerduty_call(accounts, message, at), message);
    case Channel::event:
      co_return co_await send_once(datadog_event_call(accounts, message, at), message);
    case Channel::status_page:
      co_return co_await send_status(message);
    case Channel::webhook:
      co_return co_await send_once(webhook_call(accounts, message, at), message);
  }
  co_return Judgement{};
}

// True when the channel may go on with its next message.
Result<bool> Courier::Impl::settle(const Entry& entry, Judgement judgement,
                                   DeliveryReport& report) {
  const Timestamp at = now();
  const std::string why = accounts.redact(cut(std::move(judgement.why), 500));
  if (judgement.answer == Answer::retry && is_given_up(entry, at)) {
    judgement.answer = Answer::refused;
  }
  switch (judgement.answer) {
    case Answer::accepted:
      SB_TRY_VOID(outbox.delivered(entry.position, at, ""));
      ++report.delivered;
      return true;
    case Answer::refused:
      SB_TRY_VOID(outbox.dead(entry.position, at, why));
      ++report.dead;
      report.troubles.push_back(
          fmt::format("\u201c{}\u201d is a dead letter: {}", entry.message.title, why));
      return true;
    case Answer::retry: {
      SB_TRY(auto health, outbox.health(entry.message.channel));
      ++health.failures;
      const Duration own = back_off(options, health.failures, entry.position);
      health.was_told_to_wait = judgement.wait > Duration(0);
      health.not_before = at + std::max(own, judgement.wait);
      health.last_error = why;
      SB_TRY_VOID(outbox.failed(entry.position, health));
      report.troubles.push_back(why);
      return false;
    }
  }
  return false;
}

Task<Result<>> Courier::Impl::serve(Channel channel, std::vector<Entry> entries, Deadline deadline,
                                    Hurry hurry, DeliveryReport& report) {
  SB_CO_TRY(auto health, outbox.health(channel));
  const bool waits = health.not_before > now();
  if (waits && (hurry == Hurry::no || health.was_told_to_wait)) {
    report.troubles.push_back(fmt::format("{} waits until {}: {}", name_of(channel),
                                          format_rfc3339(health.not_before), health.last_error));
    co_return Result<>{};
  }
  for (const auto& entry : entries) {
    if (deadline.has_passed()) break;
    SB_CO_TRY_VOID(outbox.begin_attempt(entry.position, now()));
    auto judgement = co_await send(entry.message);
    SB_CO_TRY(bool goes_on, settle(entry, std::move(judgement), report));
    if (!goes_on) break;
  }
  co_return Result<>{};
}

namespace {

// Everything it needs is kept alive by what it is given.
template <class Impl>
Task<> serve_channel(std::shared_ptr<Impl> impl, std::shared_ptr<Round> round,
                     std::shared_ptr<fs::FileLock> held, Channel channel,
                     std::vector<Entry> entries) {
  struct Leave {
    Impl& impl;
    Round& round;
    Channel channel;
    ~Leave() {
      impl.busy.erase(channel);
      --round.running;
      round.ended.notify_all();
    }
  } leave{*impl, *round, channel};
  auto served = co_await impl->serve(channel, std::move(entries), round->deadline, round->hurry,
                                     round->report);
  if (!served) round->worst = std::unexpected(std::move(served).error());
  (void)held;
}

}  // namespace

Courier::Courier(Outbox& outbox, Accounts accounts, CourierOptions options)
    : impl_(std::make_shared<Impl>(outbox, std::move(accounts), std::move(options))) {}
Courier::Courier(Courier&&) noexcept = default;
Courier::~Courier() = default;

Task<Result<DeliveryReport>> Courier::deliver_due(Deadline deadline, Hurry hurry) {
  auto impl = impl_;
  auto executor = co_await current_executor();
  auto round = std::make_shared<Round>(executor, deadline, hurry);
  SB_CO_TRY(auto entries, impl->outbox.pending());
  if (entries.empty()) co_return round->report;
  auto held = impl->hold();
  if (!held) {
    if (held.error().code != ErrorCode::conflict) co_return std::unexpected(held.error());
    round->report.another_is_at_it = true;
    round->report.waiting = static_cast<std::int64_t>(entries.size());
    co_return round->report;
  }
  // Once more, now that nobody else sends: what another process has just sent is not sent again.
  SB_CO_TRY(entries, impl->outbox.pending());
  std::map<Channel, std::vector<Entry>> queues;
  for (auto& entry : entries) {
    const Channel channel = entry.message.channel;
    if (impl->busy.contains(channel)) continue;
    if (impl->accounts.has(channel)) {
      queues[channel].push_back(std::move(entry));
      continue;
    }
    SB_CO_TRY_VOID(impl->outbox.to_inbox(entry.position, now()));
    ++round->report.to_inbox;
  }
  for (auto& [channel, queue] : queues) {
    impl->busy.insert(channel);
    ++round->running;
    spawn_logged(executor, "notify", serve_channel(impl, round, *held, channel, std::move(queue)));
  }
  while (round->running > 0) co_await round->ended.wait(Deadline::never());
  if (!round->worst) co_return std::unexpected(round->worst.error());
  SB_CO_TRY(auto counts, impl->outbox.counts());
  round->report.waiting = counts.pending;
  co_return round->report;
}

}  // namespace sb::release::notify
