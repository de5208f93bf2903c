#include "saltctl/surroundings.hpp"

#include <fmt/format.h>

#include "release/notify/outbox.hpp"
#include "saltctl/mail.hpp"

namespace sb::saltctl {
namespace {

namespace notify = release::notify;

// The outbox is filled beside the release, from its journal: a moment later, or never if nobody
// does it.
constexpr Duration kOutboxLimit = std::chrono::seconds(5);
constexpr Duration kOutboxLook = std::chrono::milliseconds(10);
// A receiver that is well answers by then; a refusal for good is to be known before the release
// goes on. One that is slow or dead holds up nobody.
constexpr Duration kFirstAnswer = std::chrono::seconds(1);

class Around : public release::Surroundings {
 public:
  explicit Around(const Session& session)
      : places_(session.places), environment_(session.environment.name) {}

  Task<Result<release::AlertsSilenced>> silence(std::string key, std::string reason,
                                                Timestamp until) override {
    auto alerts = open_alerts();
    if (!alerts) co_return release::AlertsSilenced{.problem = alerts.error().text()};
    auto silence = co_await alerts->silence(std::move(key), std::move(reason), until);
    if (!silence) {
      const bool may_pass = silence.error().code == ErrorCode::unavailable ||
                            silence.error().code == ErrorCode::timeout ||
                            silence.error().code == ErrorCode::resource_exhausted;
      if (may_pass) co_return std::unexpected(std::move(silence).error());
      co_return release::AlertsSilenced{.problem = silence.error().message};
    }
    co_return release::AlertsSilenced{
        .id = silence->id, .until = silence->until, .kept = silence->kept, .problem = {}};
  }

  Task<Result<>> restore(std::string key) override {
    SB_CO_TRY(auto alerts, open_alerts());
    SB_CO_TRY(auto active, co_await alerts.active());
    for (const auto& silence : active) {
      if (silence.key != key) continue;
      SB_CO_TRY_VOID(co_await alerts.unsilence(silence.id));
    }
    co_return Result<>{};
  }

  Task<Result<release::gates::Told>> team_was_told(std::string release_id) override {
    const std::string id = notify::message_id(release_id + "/planned", notify::Channel::deploys);
    SB_CO_TRY(auto outbox, notify::Outbox::open(outbox_file(places_)));
    const Deadline limit = Deadline::after(kOutboxLimit);
    const Deadline answer = Deadline::after(kFirstAnswer);
    for (;;) {
      SB_CO_TRY(auto entry, outbox.find(id));
      SB_CO_TRY(auto channel, outbox.health(notify::Channel::deploys));
      const bool may_be_answered = !answer.has_passed() && channel.failures == 0;
      if (entry && (entry->delivery != notify::Delivery::pending || !may_be_answered))
        co_return told(*entry);
      if (limit.has_passed()) break;
      co_await sleep_for(kOutboxLook);
    }
    co_return release::gates::Told{
        release::BoxState::failed,
        "no message to #deploys was written: saltctl outbox shows what became of it"};
  }

  Task<Result<std::string>> public_was_told(std::string release_id) override {
    std::error_code ignored;
    if (!std::filesystem::exists(outbox_file(places_), ignored)) co_return std::string();
    SB_CO_TRY(auto outbox, notify::Outbox::open(outbox_file(places_)));
    SB_CO_TRY(auto entries, outbox.entries(std::nullopt, 500));
    std::string newest;
    for (const auto& entry : entries) {
      const auto& message = entry.message;
      if (message.release_id != release_id || message.channel != notify::Channel::status_page)
        continue;
      newest = message.title;
      break;
    }
    co_return newest.empty() ? "users noticed nothing, so the status page says nothing"
                             : "the status page was told: " + newest;
  }

 private:
  Result<release::alerts::Alerts> open_alerts() const {
    SB_TRY(auto known, accounts(places_));
    return release::alerts::Alerts::open(alerts_options(places_, environment_, known));
  }

  // A dead Slack holds up nobody: what is in the outbox is not lost. What was refused for good is.
  static release::gates::Told told(const notify::Entry& entry) {
    using enum notify::Delivery;
    switch (entry.delivery) {
      case delivered:
        return {release::BoxState::passed, "#deploys was told"};
      case inbox:
        return {release::BoxState::passed,
                "there is no Slack account: the message is in the local inbox (saltctl inbox)"};
      case pending:
        return {release::BoxState::passed, "the message to #deploys is in the outbox, on its way"};
      case dead:
        break;
    }
    return {release::BoxState::failed,
            "#deploys refused the message for good: " + entry.detail + " (saltctl outbox)"};
  }

  Places places_;
  std::string environment_;
};

}  // namespace

std::shared_ptr<release::Surroundings> surroundings_of(const Session& session) {
  return std::make_shared<Around>(session);
}

}  // namespace sb::saltctl
