// What each outside service is sent, checked as the real one checks it, and what becomes of a
// message when the service answers badly, not at all, or after we are gone.
#include "release/notify/courier.hpp"

#include <gmock/gmock.h>

#include <fmt/format.h>

#include "base/async/spawn.hpp"
#include "integration/notify/receiver.hpp"
#include "integration/notify/statuspage.hpp"
#include "support/temporary_directory.hpp"

namespace sb::release::notify {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kSlackPath = "/services/T000/B000/s3cr3t-path-of-the-webhook";
constexpr const char* kRoutingKey = "routing-key-of-a-test-no-account";
constexpr const char* kApiKey = "dd-api-key-0123456789abcdef";
constexpr const char* kSecret = "a-webhook-secret-of-32-characters";

Message message_on(Channel channel, const std::string& what = "complete") {
  Message message;
  message.topic = "rel-20261122T102030Z-4f2a/" + what;
  message.id = message_id(message.topic, channel);
  message.channel = channel;
  message.severity = Severity::success;
  message.environment = "production";
  message.release_id = "rel-20261122T102030Z-4f2a";
  message.title = "production: 1.3.0 <is> complete & \"well\"";
  message.text = "<!channel> 1.3.0 serves. Way back: saltctl rollback production";
  message.dedup_key = message.release_id;
  message.facts = {{"what", what}, {"version", "1.3.0"}, {"service", "saltbitter-api-prod"}};
  message.at = now();
  return message;
}

// One outbox, one receiver for each service, one courier at a time.
struct Desk {
  explicit Desk(Executor executor)
      : slack(executor, fake::slack(kSlackPath)),
        pagerduty(executor, fake::pagerduty(kRoutingKey)),
        datadog(executor, fake::datadog_events(kApiKey)),
        webhook(executor, fake::signed_webhook(kSecret)),
        statuspage(executor, page.contract()),
        outbox(open()) {}

  Outbox open() {
    auto opened = Outbox::open(home.path() / "outbox.db");
    EXPECT_TRUE(opened.has_value());
    return std::move(*opened);
  }
  Accounts accounts() {
    std::map<std::string, std::string> variables{
        {"SLACK_WEBHOOK_DEPLOYS", slack.url() + kSlackPath},
        {"SLACK_WEBHOOK_INCIDENTS", slack.url() + kSlackPath},
        {"PAGERDUTY_ROUTING_KEY", kRoutingKey},
        {"PAGERDUTY_API_URL", pagerduty.url()},
        {"DD_API_KEY", kApiKey},
        {"DD_API_URL", datadog.url()},
        {"STATUSPAGE_API_KEY", page.key},
        {"STATUSPAGE_PAGE_ID", page.page},
        {"STATUSPAGE_COMPONENT_IDS", "api1"},
        {"STATUSPAGE_API_URL", statuspage.url()},
        {"WEBHOOK_URL", webhook.url() + "/hooks/deploys"},
        {"WEBHOOK_SECRET", kSecret}};
    auto loaded = load_accounts(
        {.file = {}, .is_rehearsal = true, .variable = [variables](const std::string& name) {
           auto it = variables.find(name);
           return it == variables.end() ? std::nullopt : std::optional<std::string>(it->second);
         }});
    EXPECT_TRUE(loaded.has_value());
    return *loaded;
  }
  Courier courier(Duration first_wait = std::chrono::milliseconds(1)) {
    return {outbox,
            accounts(),
            {.lock = home.path() / "outbox.lock",
             .call_timeout = std::chrono::milliseconds(400),
             .first_wait = first_wait}};
  }
  Task<DeliveryReport> deliver(Hurry hurry = Hurry::yes) {
    auto c = courier();
    auto report = co_await c.deliver_due(Deadline::after(std::chrono::seconds(30)), hurry);
    EXPECT_TRUE(report.has_value()) << report.error().text();
    co_return report.value_or(DeliveryReport{});
  }
  void put(const Message& message) {
    EXPECT_TRUE(outbox.put(message).has_value());
  }
  Entry entry(const Message& message) {
    auto found = outbox.find(message.id);
    EXPECT_TRUE(found && *found);
    return found && *found ? **found : Entry{};
  }
  Task<> close() {
    co_await slack.stop();
    co_await pagerduty.stop();
    co_await datadog.stop();
    co_await webhook.stop();
    co_await statuspage.stop();
  }

  test::TemporaryDirectory home;
  fake::StatusPage page;
  fake::Receiver slack, pagerduty, datadog, webhook, statuspage;
  Outbox outbox;
};

template <class Body>
void with_desk(Body body) {
  run_task([](Body inner) -> Task<> {
    Desk desk(co_await current_executor());
    co_await inner(desk);
    co_await desk.close();
  }(body));
}

TEST(Courier, sends_each_service_what_it_accepts) {
  with_desk([](Desk& desk) -> Task<> {
    for (auto channel : {Channel::deploys, Channel::incidents, Channel::event, Channel::webhook})
      desk.put(message_on(channel));
    auto page = message_on(Channel::page);
    page.page = PageAction::trigger;
    desk.put(page);

    auto report = co_await desk.deliver();

    EXPECT_EQ(report.delivered, 5);
    EXPECT_EQ(report.waiting, 0);
    EXPECT_THAT(report.troubles, IsEmpty());
    for (auto* receiver : {&desk.slack, &desk.pagerduty, &desk.datadog, &desk.webhook})
      EXPECT_THAT(receiver->refusals, IsEmpty());
    EXPECT_THAT(desk.slack.accepted, SizeIs(2));
    EXPECT_THAT(desk.slack.accepted.at(0).body, HasSubstr("&lt;!channel&gt;"));
    EXPECT_THAT(desk.slack.accepted.at(0).body, HasSubstr("complete &amp; "));
  });
}

TEST(Courier, keeps_within_every_limit_however_long_the_text) {
  with_desk([](Desk& desk) -> Task<> {
    for (auto channel : {Channel::deploys, Channel::event, Channel::page, Channel::webhook}) {
      auto message = message_on(channel);
      for (int i = 0; i < 3000; ++i) message.text += "<ü&>";
      message.title = message.text;
      message.dedup_key = std::string(100, 'k');
      message.page = PageAction::trigger;
      desk.put(message);
    }

    auto report = co_await desk.deliver();

    EXPECT_EQ(report.delivered, 4);
    EXPECT_THAT(report.troubles, IsEmpty());
  });
}

TEST(Courier, tries_again_after_trouble_that_passes) {
  with_desk([](Desk& desk) -> Task<> {
    auto message = message_on(Channel::deploys);
    desk.put(message);
    desk.slack.answer_next(fake::refuse(500, "rollup_error"));

    auto first = co_await desk.deliver();
    auto second = co_await desk.deliver();

    EXPECT_EQ(first.waiting, 1);
    EXPECT_THAT(first.troubles, Contains(HasSubstr("rollup_error")));
    EXPECT_EQ(second.delivered, 1);
    EXPECT_EQ(desk.entry(message).attempts, 2);
  });
}

TEST(Courier, waits_as_long_as_slack_asks_even_when_a_person_hurries) {
  with_desk([](Desk& desk) -> Task<> {
    auto message = message_on(Channel::deploys);
    desk.put(message);
    auto slower = fake::refuse(429, "rate_limited");
    slower.headers.add("Retry-After", "120");
    desk.slack.answer_next(slower);
    const auto before = now();

    co_await desk.deliver();
    auto again = co_await desk.deliver(Hurry::yes);

    EXPECT_THAT(desk.slack.seen, SizeIs(1));
    EXPECT_EQ(again.waiting, 1);
    EXPECT_THAT(again.troubles, Contains(HasSubstr("waits until")));
    EXPECT_GE(desk.outbox.health(Channel::deploys)->not_before, before + std::chrono::seconds(120));
  });
}

TEST(Courier, waits_for_datadogs_rate_limit_to_reset) {
  with_desk([](Desk& desk) -> Task<> {
    desk.put(message_on(Channel::event));
    auto slower = fake::refuse(429, R"({"errors":["Rate limit exceeded"]})");
    slower.headers.add("X-RateLimit-Reset", "30");
    desk.datadog.answer_next(slower);
    const auto before = now();

    co_await desk.deliver();

    EXPECT_GE(desk.outbox.health(Channel::event)->not_before, before + std::chrono::seconds(30));
  });
}

TEST(Courier, leaves_a_failing_channel_alone_until_its_time_unless_a_person_hurries) {
  with_desk([](Desk& desk) -> Task<> {
    desk.put(message_on(Channel::deploys));
    desk.slack.answer_next(fake::refuse(503, ""));
    auto patient = desk.courier(std::chrono::minutes(1));
    const auto limit = Deadline::after(std::chrono::seconds(30));

    (void)co_await patient.deliver_due(limit);
    auto early = co_await patient.deliver_due(limit, Hurry::no);
    const auto seen_early = desk.slack.seen.size();
    auto hurried = co_await patient.deliver_due(limit, Hurry::yes);

    EXPECT_EQ(seen_early, 1U);
    EXPECT_EQ(early->waiting, 1);
    EXPECT_EQ(hurried->delivered, 1);
  });
}

TEST(Courier, makes_a_dead_letter_of_what_is_refused_for_good_and_goes_on) {
  with_desk([](Desk& desk) -> Task<> {
    auto archived = message_on(Channel::deploys, "shifted");
    auto next = message_on(Channel::deploys, "complete");
    desk.put(archived);
    desk.put(next);
    desk.slack.answer_next(fake::refuse(410, "channel_is_archived"));

    auto report = co_await desk.deliver();

    EXPECT_EQ(report.dead, 1);
    EXPECT_EQ(report.delivered, 1);
    EXPECT_EQ(desk.entry(archived).delivery, Delivery::dead);
    EXPECT_THAT(desk.entry(archived).detail, HasSubstr("channel_is_archived"));
    EXPECT_THAT(desk.entry(archived).detail, HasSubstr("SLACK_WEBHOOK_DEPLOYS"));
    EXPECT_EQ(desk.entry(next).delivery, Delivery::delivered);
  });
}

TEST(Courier, delivers_a_dead_letter_that_was_revived) {
  with_desk([](Desk& desk) -> Task<> {
    auto message = message_on(Channel::deploys);
    desk.put(message);
    desk.slack.answer_next(fake::refuse(404, "no_service"));
    co_await desk.deliver();
    EXPECT_TRUE(desk.outbox.revive(desk.entry(message).position).has_value());

    auto report = co_await desk.deliver();

    EXPECT_EQ(report.delivered, 1);
  });
}

TEST(Courier, gives_up_on_an_answer_that_does_not_come_and_keeps_the_message) {
  with_desk([](Desk& desk) -> Task<> {
    auto message = message_on(Channel::deploys);
    desk.put(message);
    desk.slack.hang_next();

    auto first = co_await desk.deliver();
    auto second = co_await desk.deliver();

    EXPECT_EQ(first.waiting, 1);
    EXPECT_EQ(second.delivered, 1);
  });
}

TEST(Courier, pages_although_slack_is_dead) {
  with_desk([](Desk& desk) -> Task<> {
    for (int i = 0; i < 3; ++i) {
      desk.put(message_on(Channel::deploys, fmt::format("m{}", i)));
      desk.slack.hang_next();
    }
    auto page = message_on(Channel::page);
    page.page = PageAction::trigger;
    desk.put(page);

    auto report = co_await desk.deliver();

    EXPECT_EQ(desk.entry(page).delivery, Delivery::delivered);
    EXPECT_EQ(report.waiting, 3);
    // The channel is tried once, not once for each message.
    EXPECT_THAT(desk.slack.seen, SizeIs(1));
  });
}

TEST(Courier, keeps_the_order_within_a_channel) {
  with_desk([](Desk& desk) -> Task<> {
    for (int i = 0; i < 5; ++i) desk.put(message_on(Channel::webhook, fmt::format("m{}", i)));
    desk.webhook.answer_next(fake::refuse(502, ""));

    co_await desk.deliver();
    co_await desk.deliver();

    EXPECT_THAT(desk.webhook.accepted, SizeIs(5));
    for (std::size_t i = 0; i < desk.webhook.accepted.size(); ++i)
      EXPECT_THAT(std::string(desk.webhook.accepted[i].headers.get("X-SaltBitter-Delivery")),
                  HasSubstr(fmt::format("m{}", i)));
  });
}

// The process dies after the service took the message and before that was noted: the same message
// goes out once more, under the id by which the service can tell.
TEST(Courier, sends_again_under_the_same_id_after_a_crash_between_sending_and_noting) {
  with_desk([](Desk& desk) -> Task<> {
    auto page = message_on(Channel::page);
    page.page = PageAction::trigger;
    for (const auto& message : {page, message_on(Channel::webhook), message_on(Channel::event),
                                message_on(Channel::deploys)})
      desk.put(message);
    for (auto* receiver : {&desk.pagerduty, &desk.webhook, &desk.datadog, &desk.slack})
      receiver->lose_next_answer();
    co_await desk.deliver();

    desk.outbox = desk.open();
    auto report = co_await desk.deliver();

    EXPECT_EQ(report.delivered, 4);
    for (auto* receiver : {&desk.pagerduty, &desk.webhook, &desk.datadog, &desk.slack}) {
      EXPECT_THAT(receiver->accepted, SizeIs(2));
      if (receiver->accepted.size() != 2) continue;
      EXPECT_EQ(receiver->accepted[0].body, receiver->accepted[1].body);
      const std::string key = receiver == &desk.pagerduty ? R"("dedup_key":)" : "4f2a/complete";
      EXPECT_THAT(receiver->accepted[1].body, HasSubstr(key));
    }
  });
}

TEST(Courier, puts_into_the_inbox_what_has_no_account) {
  with_desk([](Desk& desk) -> Task<> {
    auto message = message_on(Channel::deploys);
    desk.put(message);
    Courier courier(desk.outbox, Accounts{}, {.lock = desk.home.path() / "outbox.lock"});

    auto report = co_await courier.deliver_due(Deadline::after(std::chrono::seconds(10)));

    EXPECT_EQ(report->to_inbox, 1);
    EXPECT_EQ(desk.entry(message).delivery, Delivery::inbox);
  });
}

TEST(Courier, leaves_the_outbox_to_another_courier_that_is_at_it) {
  with_desk([](Desk& desk) -> Task<> {
    desk.put(message_on(Channel::deploys));
    auto other = fs::FileLock::acquire(desk.home.path() / "outbox.lock");
    EXPECT_TRUE(other.has_value());

    auto report = co_await desk.deliver();

    EXPECT_TRUE(report.another_is_at_it);
    EXPECT_EQ(report.waiting, 1);
    EXPECT_THAT(desk.slack.seen, IsEmpty());
  });
}

TEST(Courier, never_says_a_secret_when_it_fails) {
  with_desk([](Desk& desk) -> Task<> {
    std::string echo;
    for (auto channel : {Channel::deploys, Channel::page, Channel::event, Channel::webhook,
                         Channel::status_page}) {
      auto message = message_on(channel);
      message.status = StatusUpdate{.component = ComponentStatus::operational};
      desk.put(message);
    }
    // Services that say back what they were sent.
    const std::string all = fmt::format("refused {}{} {} {} {} {}", desk.slack.url(), kSlackPath,
                                        kRoutingKey, kApiKey, kSecret, desk.page.key);
    for (auto* receiver :
         {&desk.slack, &desk.pagerduty, &desk.datadog, &desk.webhook, &desk.statuspage})
      receiver->answer_next(fake::refuse(403, all));

    auto report = co_await desk.deliver();

    EXPECT_EQ(report.dead, 5);
    for (const auto& trouble : report.troubles) echo += trouble;
    auto dead = desk.outbox.entries(Delivery::dead, 10);
    EXPECT_TRUE(dead.has_value());
    for (const auto& entry : *dead) echo += entry.detail;
    EXPECT_THAT(echo, HasSubstr("***"));
    for (const std::string& secret : {std::string(kSlackPath), std::string(kRoutingKey),
                                      std::string(kApiKey), std::string(kSecret), desk.page.key})
      EXPECT_FALSE(echo.contains(secret)) << secret;
  });
}

Message status_message(const std::string& what, StatusUpdate update) {
  auto message = message_on(Channel::status_page, what);
  message.status = std::move(update);
  return message;
}

StatusUpdate trouble(ComponentStatus component, std::string impact) {
  return {.component = component,
          .incident = IncidentStep::open,
          .incident_status = "identified",
          .impact = std::move(impact),
          .body = "Some requests may fail."};
}

TEST(StatusPage, opens_one_incident_updates_it_and_resolves_it) {
  with_desk([](Desk& desk) -> Task<> {
    desk.put(status_message("a", trouble(ComponentStatus::degraded_performance, "minor")));
    co_await desk.deliver();
    const std::string while_degraded = desk.page.components["api1"];
    desk.put(status_message("b", trouble(ComponentStatus::partial_outage, "major")));
    co_await desk.deliver();
    desk.put(status_message("c", {.component = ComponentStatus::operational,
                                  .incident = IncidentStep::resolve,
                                  .incident_status = {},
                                  .impact = {},
                                  .body = "All is well again."}));
    co_await desk.deliver();

    EXPECT_THAT(desk.statuspage.refusals, IsEmpty());
    EXPECT_EQ(while_degraded, "degraded_performance");
    EXPECT_THAT(desk.page.incidents, SizeIs(1));
    EXPECT_EQ(desk.page.incidents.at(0).updates, 3);
    EXPECT_EQ(desk.page.status_of("inc1"), "resolved");
    EXPECT_EQ(desk.page.components["api1"], "operational");
    EXPECT_EQ(desk.page.components["web1"], "operational");
  });
}

TEST(StatusPage, does_not_post_the_same_update_twice_after_a_lost_answer) {
  with_desk([](Desk& desk) -> Task<> {
    desk.put(status_message("a", trouble(ComponentStatus::degraded_performance, "minor")));
    desk.statuspage.answer_next(http::Response::json(200, "[]"));  // the question for open ones
    desk.statuspage.lose_next_answer();                            // the incident
    auto first = co_await desk.deliver();
    auto second = co_await desk.deliver();

    EXPECT_EQ(first.waiting, 1);
    EXPECT_EQ(second.delivered, 1);
    EXPECT_THAT(desk.page.incidents, SizeIs(1));
    EXPECT_EQ(desk.page.incidents.at(0).updates, 1);
  });
}

TEST(StatusPage, shows_maintenance_without_an_incident) {
  with_desk([](Desk& desk) -> Task<> {
    desk.put(status_message("started", {.component = ComponentStatus::under_maintenance}));

    auto report = co_await desk.deliver();

    EXPECT_EQ(report.delivered, 1);
    EXPECT_EQ(desk.page.components["api1"], "under_maintenance");
    EXPECT_THAT(desk.page.incidents, IsEmpty());
  });
}

TEST(StatusPage, slows_down_when_asked_with_their_own_status) {
  with_desk([](Desk& desk) -> Task<> {
    desk.put(status_message("started", {.component = ComponentStatus::under_maintenance}));
    desk.statuspage.answer_next(fake::refuse(420, R"({"error":"Rate limit exceeded"})"));

    auto first = co_await desk.deliver();
    auto second = co_await desk.deliver();

    EXPECT_EQ(first.waiting, 1);
    EXPECT_EQ(second.delivered, 1);
  });
}

TEST(StatusPage, makes_a_dead_letter_of_what_is_refused) {
  with_desk([](Desk& desk) -> Task<> {
    auto message = status_message("a", trouble(ComponentStatus::degraded_performance, "enormous"));
    desk.put(message);

    auto report = co_await desk.deliver();

    EXPECT_EQ(report.dead, 1);
    EXPECT_THAT(desk.entry(message).detail, HasSubstr("impact is invalid"));
  });
}

}  // namespace
}  // namespace sb::release::notify
