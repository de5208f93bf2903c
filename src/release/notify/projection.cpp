#include "release/notify/projection.hpp"

#include <fmt/format.h>

#include <boost/describe/enum_to_string.hpp>
#include <initializer_list>

#include "base/crypto/crypto.hpp"
#include "release/notify/words.hpp"

namespace sb::release::notify {

namespace {

// One topic, told on some channels in the same words.
class Topic {
 public:
  Topic(const State& state, std::string name, Timestamp at, Severity severity, words::Words words)
      : state_(state) {
    const Plan& plan = state.plan;
    base_.topic = plan.release_id + "/" + name;
    base_.environment = plan.environment;
    base_.release_id = plan.release_id;
    base_.severity = severity;
    base_.title = std::move(words.title);
    base_.text = std::move(words.text);
    base_.at = at;
    base_.facts = facts(plan);
    base_.facts["what"] = std::move(name);
  }

  Topic& tell(Channel channel) {
    add(channel);
    return *this;
  }
  Topic& tell_if(bool condition, Channel channel) {
    if (condition) add(channel);
    return *this;
  }
  Topic& show_event() {
    // A deployment's events are one line in Datadog.
    add(Channel::event).dedup_key = state_.plan.release_id;
    return *this;
  }
  // A key of its own for each severity: an alert that is open already would wake nobody again.
  Topic& page_if(bool condition) {
    if (!condition) return *this;
    Message& message = add(Channel::page);
    message.page = PageAction::trigger;
    message.dedup_key = fmt::format("saltbitter/{}/{}/{}", state_.plan.environment,
                                    state_.plan.release_id, base_.facts["what"]);
    return *this;
  }
  Topic& status_if(bool condition, StatusUpdate update) {
    if (!condition) return *this;
    Message& message = add(Channel::status_page);
    message.status = std::move(update);
    message.facts.clear();
    return *this;
  }
  std::vector<Message> done() {
    return std::move(messages_);
  }

 private:
  Message& add(Channel channel) {
    Message message = base_;
    message.channel = channel;
    message.id = message_id(base_.topic, channel);
    return messages_.emplace_back(std::move(message));
  }
  static std::map<std::string, std::string> facts(const Plan& plan) {
    std::map<std::string, std::string> facts{
        {"kind", boost::describe::enum_to_string(plan.kind, "")},
        {"service", plan.service},
        {"version", words::target_of(plan)},
        {"requested_by", plan.requested_by}};
    if (plan.has_way_back()) facts["from_version"] = words::source_of(plan);
    return facts;
  }

  const State& state_;
  Message base_;
  std::vector<Message> messages_;
};

bool is_going_back(Stage stage) {
  return stage == Stage::rolling_back || stage == Stage::restoring;
}

bool is_before_start(Stage stage) {
  return stage == Stage::created || stage == Stage::gating || stage == Stage::awaiting_approval ||
         stage == Stage::locking || stage == Stage::checking || stage == Stage::silencing;
}

bool is_after_work(Stage stage) {
  return stage == Stage::tidying || stage == Stage::closing || stage == Stage::unsilencing ||
         stage == Stage::unlocking || stage == Stage::ended;
}

// Users may have met the new version.
bool was_noticed(const State& s) {
  return s.timings.shifted_at.has_value() || s.forward.seen.target_production_weight > 0;
}

struct Around {
  const State& before;
  const State& after;
  const Audience& audience;
  Timestamp at;
};

std::vector<Message> planned(const Around& a) {
  return Topic(a.after, "planned", a.at, Severity::info, words::planned(a.after))
      .tell(Channel::deploys)
      .tell(Channel::webhook)
      .done();
}

std::vector<Message> waiting(const Around& a) {
  return Topic(a.after, "waiting", a.at, Severity::warning, words::waiting(a.after))
      .tell(Channel::deploys)
      .tell(Channel::webhook)
      .done();
}

std::vector<Message> approved(const Around& a) {
  return Topic(a.after, "approved", a.at, Severity::info, words::approved(a.after))
      .tell(Channel::deploys)
      .tell(Channel::webhook)
      .done();
}

std::vector<Message> started(const Around& a) {
  return Topic(a.after, "started", a.at, Severity::info, words::started(a.after))
      .show_event()
      .tell(Channel::webhook)
      .status_if(a.audience.status_page && a.audience.maintenance,
                 {.component = ComponentStatus::under_maintenance,
                  .incident = IncidentStep::none,
                  .incident_status = {},
                  .impact = {},
                  .body = words::public_maintenance()})
      .done();
}

std::vector<Message> migrated(const Around& a) {
  return Topic(a.after, "migrations", a.at, Severity::info, words::migrated(a.after))
      .tell(Channel::deploys)
      .tell(Channel::webhook)
      .done();
}

std::vector<Message> shifted(const Around& a) {
  return Topic(a.after, "shifted", a.at, Severity::info, words::shifted(a.after))
      .tell(Channel::deploys)
      .show_event()
      .tell(Channel::webhook)
      .done();
}

std::vector<Message> rolling_back(const Around& a) {
  const bool wakes = a.audience.page;
  return Topic(a.after, "rolling-back", a.at, Severity::error, words::rolling_back(a.after))
      .tell(wakes ? Channel::incidents : Channel::deploys)
      .page_if(wakes)
      .show_event()
      .tell(Channel::webhook)
      .status_if(a.audience.status_page && was_noticed(a.after),
                 {.component = ComponentStatus::degraded_performance,
                  .incident = IncidentStep::open,
                  .incident_status = "identified",
                  .impact = "minor",
                  .body = words::public_trouble()})
      .done();
}

std::vector<Message> interrupted(const Around& a) {
  return Topic(a.after, fmt::format("interrupted-{}", a.after.resumes + 1), a.at, Severity::warning,
               words::interrupted(a.after))
      .tell(Channel::deploys)
      .tell_if(a.audience.page && was_noticed(a.after), Channel::incidents)
      .tell(Channel::webhook)
      .done();
}

std::vector<Message> resumed(const Around& a) {
  return Topic(a.after, fmt::format("resumed-{}", a.after.resumes), a.at, Severity::info,
               words::resumed(a.after))
      .tell(Channel::deploys)
      .tell(Channel::webhook)
      .done();
}

StatusUpdate operational(IncidentStep incident) {
  return {.component = ComponentStatus::operational,
          .incident = incident,
          .incident_status = {},
          .impact = {},
          .body = words::public_recovery()};
}

std::vector<Message> ended(const Around& a) {
  const State& s = a.after;
  const bool public_too = a.audience.status_page;
  const std::string name = boost::describe::enum_to_string(s.outcome, "ended");
  auto topic = [&](Severity severity) { return Topic(s, name, a.at, severity, words::ended(s)); };
  switch (s.outcome) {
    case Outcome::complete:
      return topic(Severity::success)
          .tell(Channel::deploys)
          .show_event()
          .tell(Channel::webhook)
          .status_if(public_too && a.audience.maintenance, operational(IncidentStep::none))
          .done();
    case Outcome::rolled_back:
      return topic(Severity::warning)
          .tell(Channel::deploys)
          .tell_if(a.audience.page, Channel::incidents)
          .show_event()
          .tell(Channel::webhook)
          .status_if(public_too && (was_noticed(s) || a.audience.maintenance),
                     operational(was_noticed(s) ? IncidentStep::resolve : IncidentStep::none))
          .done();
    case Outcome::rollback_failed:
      return topic(Severity::critical)
          .tell(Channel::deploys)
          .tell_if(a.audience.page, Channel::incidents)
          .page_if(a.audience.page)
          .show_event()
          .tell(Channel::webhook)
          .status_if(public_too, {.component = ComponentStatus::partial_outage,
                                  .incident = IncidentStep::open,
                                  .incident_status = "investigating",
                                  .impact = "major",
                                  .body = words::public_outage()})
          .done();
    case Outcome::refused:
      return topic(Severity::warning).tell(Channel::deploys).tell(Channel::webhook).done();
    case Outcome::failed:
    case Outcome::none:
    case Outcome::interrupted:
      return topic(Severity::error)
          .tell(Channel::deploys)
          .show_event()
          .tell(Channel::webhook)
          .status_if(public_too && a.audience.maintenance, operational(IncidentStep::none))
          .done();
  }
  return {};
}

void append(std::vector<Message>& all, std::vector<Message> more) {
  for (auto& message : more) all.push_back(std::move(message));
}

}  // namespace

std::vector<Message> messages_for(const Event& event, const State& before, const State& after,
                                  const Audience& audience) {
  const Around a{before, after, audience, event.at};
  std::vector<Message> all;
  if (before.stage == Stage::created && after.stage != Stage::created) append(all, planned(a));
  // Approved in the same breath: nobody needs to be asked.
  const bool is_given = !after.plan.approval.given_by.empty();
  if (!before.approval.asked_at && after.approval.asked_at && !is_given) append(all, waiting(a));
  if (before.approval.state != ApprovalState::approved &&
      after.approval.state == ApprovalState::approved)
    append(all, approved(a));
  if (is_before_start(before.stage) && !is_before_start(after.stage) && !is_after_work(after.stage))
    append(all, started(a));
  if (!before.migrations_ran && after.migrations_ran && !after.plan.migrations.empty())
    append(all, migrated(a));
  if (!before.timings.shifted_at && after.timings.shifted_at) append(all, shifted(a));
  if (!is_going_back(before.stage) && is_going_back(after.stage)) append(all, rolling_back(a));
  if (before.is_interrupted && !after.is_interrupted) append(all, resumed(a));
  if (!before.is_interrupted && after.is_interrupted) append(all, interrupted(a));
  if (before.stage != Stage::ended && after.stage == Stage::ended) append(all, ended(a));
  return all;
}

std::vector<Message> all_clear(const OpenTrouble& open, const State& after, Timestamp at) {
  std::vector<Message> all;
  if (after.stage != Stage::ended || after.outcome != Outcome::complete) return all;
  Message base;
  base.severity = Severity::success;
  base.environment = after.plan.environment;
  base.release_id = after.plan.release_id;
  base.title = fmt::format("{}: {} serves and was found good", after.plan.environment,
                           words::target_of(after.plan));
  base.text = "A later release is complete, which ends this.";
  base.at = at;
  for (const auto& key : open.pages) {
    Message message = base;
    message.channel = Channel::page;
    message.page = PageAction::resolve;
    message.dedup_key = key;
    message.topic =
        fmt::format("{}/resolves-{}", after.plan.release_id, crypto::sha256_hex(key).substr(0, 12));
    message.id = message_id(message.topic, message.channel);
    all.push_back(std::move(message));
  }
  if (open.incident) {
    Message message = base;
    message.channel = Channel::status_page;
    message.status = operational(IncidentStep::resolve);
    message.topic = after.plan.release_id + "/resolves-incident";
    message.id = message_id(message.topic, message.channel);
    all.push_back(std::move(message));
  }
  return all;
}

Message announce(const Announcement& what, Channel channel) {
  Message message;
  message.topic = what.key;
  message.id = message_id(what.key, channel);
  message.channel = channel;
  message.severity = what.severity;
  message.environment = what.environment;
  message.release_id = what.release_id;
  message.title = what.title;
  message.text = what.text;
  message.at = what.at;
  message.dedup_key = "saltbitter/" + what.environment + "/" + what.key;
  if (channel == Channel::page) message.page = PageAction::trigger;
  return message;
}

Message announce_status(const Announcement& what, StatusUpdate status) {
  Message message = announce(what, Channel::status_page);
  message.status = std::move(status);
  return message;
}

}  // namespace sb::release::notify
