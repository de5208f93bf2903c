// Silences against a Datadog that checks every request, and against the stand-in: the same rules.
#include "release/alerts/alerts.hpp"

#include <gmock/gmock.h>

#include "base/async/spawn.hpp"
#include "integration/notify/datadog.hpp"
#include "release/alerts/monitors.hpp"
#include "support/temporary_directory.hpp"

namespace sb::release::alerts {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const fs::Path kDeclared = fs::Path(SB_SOURCE_DIR) / "deploy" / "datadog";

struct Account {
  explicit Account(Executor executor) : receiver(executor, datadog.contract()) {
    add(1, "error rate", {"critical", "env:production"});
    add(2, "latency", {"deploy:mute", "env:production"});
  }
  void add(std::int64_t id, const std::string& name, std::vector<std::string> tags,
           const std::string& state = "OK") {
    boost::json::array list;
    for (auto& tag : tags) list.emplace_back(tag);
    datadog.monitors[id] = {{"id", id}, {"name", name}, {"tags", list}, {"overall_state", state}};
  }
  notify::Datadog keys() const {
    return {.api_key = notify::Secret(datadog.api_key),
            .app_key = notify::Secret(datadog.app_key),
            .base_url = receiver.url()};
  }
  Alerts open(const std::string& environment = "production") {
    auto opened = Alerts::open({.environment = environment,
                                .environment_tag = {},
                                .datadog = keys(),
                                .store = home / "silences.db",
                                .monitors = kDeclared / "monitors",
                                .ca_file = {},
                                .call_timeout = std::chrono::milliseconds(400)});
    EXPECT_TRUE(opened.has_value());
    return std::move(*opened);
  }
  int active() const {
    int count = 0;
    for (const auto& [id, downtime] : datadog.downtimes)
      if (downtime.at("status").as_string() == "active") ++count;
    return count;
  }

  test::TemporaryDirectory home;
  fake::DatadogAccount datadog;
  fake::Receiver receiver;
};

template <class Body>
void with_account(Body body) {
  run_task([](Body inner) -> Task<> {
    Account account(co_await current_executor());
    co_await inner(account);
    EXPECT_THAT(account.receiver.refusals, IsEmpty());
    co_await account.receiver.stop();
  }(body));
}

TEST(DatadogSilence, opts_in_by_tag_has_an_end_and_keeps_the_critical_ones) {
  with_account([](Account& account) -> Task<> {
    auto alerts = account.open();
    const auto until = now() + minutes(30);

    auto silence = co_await alerts.silence("rel-1", "release of 1.3.0", until);

    EXPECT_TRUE(silence.has_value()) << silence.error().text();
    EXPECT_THAT(silence->kept, ::testing::ElementsAre("error rate"));
    EXPECT_THAT(account.datadog.downtimes, SizeIs(1));
    const auto& attributes = account.datadog.downtimes.at(silence->id);
    EXPECT_EQ(attributes.at("scope").as_string(), "env:production");
    EXPECT_EQ(boost::json::serialize(attributes.at("monitor_identifier")),
              R"({"monitor_tags":["deploy:mute","env:production"]})");
    EXPECT_EQ(attributes.at("schedule").at("end").as_string(), format_rfc3339(until));
  });
}

TEST(DatadogSilence, is_made_once_and_prolonged_after_a_crash) {
  with_account([](Account& account) -> Task<> {
    auto first = account.open();
    auto made = co_await first.silence("rel-1", "release", now() + minutes(10));
    account.datadog.downtimes["other"] = {{"scope", "env:production"},
                                          {"message", "somebody's own"},
                                          {"status", "active"},
                                          {"schedule", {{"end", nullptr}}}};

    auto second = account.open();
    const auto later = now() + minutes(60);
    auto again = co_await second.silence("rel-1", "release", later);
    auto listed = co_await second.active();

    EXPECT_EQ(made->id, again->id);
    EXPECT_EQ(account.active(), 2);
    EXPECT_EQ(account.datadog.downtimes.at(made->id).at("schedule").at("end").as_string(),
              format_rfc3339(later));
    EXPECT_THAT(*listed, SizeIs(1));
    EXPECT_EQ(listed->front().key, "rel-1");
  });
}

TEST(DatadogSilence, finds_again_what_a_lost_answer_made) {
  with_account([](Account& account) -> Task<> {
    auto alerts = account.open();
    account.receiver.answer_next(http::Response::json(
        200, R"([{"name":"latency","tags":["deploy:mute","env:production"]}])"));
    account.receiver.answer_next(
        http::Response::json(200, R"([{"name":"error rate","tags":["critical"]}])"));
    account.receiver.answer_next(http::Response::json(200, R"({"data":[]})"));
    account.receiver.lose_next_answer();

    auto lost = co_await alerts.silence("rel-1", "release", now() + minutes(10));
    auto again = co_await alerts.silence("rel-1", "release", now() + minutes(10));

    EXPECT_FALSE(lost.has_value());
    EXPECT_TRUE(again.has_value());
    EXPECT_EQ(account.active(), 1);
  });
}

TEST(DatadogSilence, is_refused_where_it_would_cover_a_critical_monitor) {
  with_account([](Account& account) -> Task<> {
    account.add(3, "database down", {"critical", "deploy:mute", "env:production"});
    auto alerts = account.open();

    auto silence = co_await alerts.silence("rel-1", "release", now() + minutes(10));

    EXPECT_EQ(silence.error().code, ErrorCode::failed_precondition);
    EXPECT_THAT(silence.error().text(), HasSubstr("database down"));
    EXPECT_THAT(account.datadog.downtimes, IsEmpty());
  });
}

TEST(DatadogSilence, is_refused_while_a_critical_monitor_alerts) {
  with_account([](Account& account) -> Task<> {
    account.add(3, "database down", {"critical", "env:production"}, "Alert");
    auto alerts = account.open();

    auto silence = co_await alerts.silence("rel-1", "release", now() + minutes(10));

    EXPECT_EQ(silence.error().code, ErrorCode::failed_precondition);
    EXPECT_THAT(silence.error().text(), HasSubstr("alerts at this moment"));
  });
}

TEST(DatadogSilence, is_refused_where_nothing_critical_would_be_left) {
  with_account([](Account& account) -> Task<> {
    account.datadog.monitors.erase(1);
    auto alerts = account.open();

    auto silence = co_await alerts.silence("rel-1", "release", now() + minutes(10));

    EXPECT_EQ(silence.error().code, ErrorCode::failed_precondition);
    EXPECT_THAT(silence.error().text(), HasSubstr("saltctl monitors apply"));
  });
}

TEST(DatadogSilence, of_an_environment_without_monitors_is_nothing_and_no_failure) {
  with_account([](Account& account) -> Task<> {
    auto alerts = account.open("staging");

    auto silence = co_await alerts.silence("rel-1", "release", now() + minutes(10));
    auto ended = co_await alerts.unsilence(silence->id);

    EXPECT_TRUE(silence.has_value());
    EXPECT_TRUE(ended.has_value());
    EXPECT_THAT(account.datadog.downtimes, IsEmpty());
  });
}

TEST(DatadogSilence, ends_and_may_have_ended_before) {
  with_account([](Account& account) -> Task<> {
    auto alerts = account.open();
    auto silence = co_await alerts.silence("rel-1", "release", now() + minutes(10));

    auto first = co_await alerts.unsilence(silence->id);
    const int after_first = account.active();
    auto second = co_await alerts.unsilence(silence->id);

    EXPECT_TRUE(first.has_value());
    EXPECT_EQ(after_first, 0);
    EXPECT_TRUE(second.has_value());
    account.receiver.refusals.clear();  // the 404 that counts as success
  });
}

TEST(DatadogSilence, waits_out_a_short_rate_limit) {
  with_account([](Account& account) -> Task<> {
    auto alerts = account.open();
    auto slower = fake::refuse(429, R"({"errors":["Rate limited"]})");
    slower.headers.add("X-RateLimit-Reset", "0");
    account.receiver.answer_next(slower);

    auto silence = co_await alerts.silence("rel-1", "release", now() + minutes(10));

    EXPECT_TRUE(silence.has_value());
  });
}

TEST(DatadogSilence, never_says_a_key_when_it_fails) {
  with_account([](Account& account) -> Task<> {
    auto alerts = account.open();
    account.receiver.answer_next(fake::refuse(403, R"({"errors":["Forbidden"]})"));

    auto silence = co_await alerts.silence("rel-1", "release", now() + minutes(10));

    EXPECT_EQ(silence.error().code, ErrorCode::unauthenticated);
    EXPECT_THAT(silence.error().text(), Not(HasSubstr(account.datadog.api_key)));
    EXPECT_THAT(silence.error().text(), HasSubstr("DD_APP_KEY"));
  });
}

Alerts local(const fs::Path& home) {
  auto opened = Alerts::open({.environment = "production",
                              .environment_tag = {},
                              .datadog = {},
                              .store = home / "silences.db",
                              .monitors = kDeclared / "monitors",
                              .ca_file = {}});
  EXPECT_TRUE(opened.has_value());
  return std::move(*opened);
}

TEST(LocalSilence, survives_the_process_and_ends_by_its_id) {
  test::TemporaryDirectory home;
  run_task([](fs::Path folder) -> Task<> {
    auto first = local(folder);
    auto made = co_await first.silence("rel-1", "release", now() + minutes(10));
    auto second = local(folder);
    auto again = co_await second.silence("rel-1", "release", now() + minutes(20));
    auto listed = co_await second.active();
    auto ended = co_await second.unsilence(made->id);
    auto after = co_await first.active();

    EXPECT_TRUE(first.is_local());
    EXPECT_EQ(made->id, again->id);
    EXPECT_THAT(made->kept, Not(IsEmpty()));
    EXPECT_THAT(*listed, SizeIs(1));
    EXPECT_TRUE(ended.has_value());
    EXPECT_THAT(*after, IsEmpty());
  }(home.path()));
}

TEST(LocalSilence, ends_by_itself) {
  test::TemporaryDirectory home;
  run_task([](fs::Path folder) -> Task<> {
    auto alerts = local(folder);
    auto made = co_await alerts.silence("rel-1", "release", now() + std::chrono::milliseconds(30));
    EXPECT_TRUE(made.has_value());
    const auto limit = Deadline::after(std::chrono::seconds(10));
    auto listed = co_await alerts.active();
    while (!listed->empty() && !limit.has_passed()) {
      co_await sleep_for(std::chrono::milliseconds(10));
      listed = co_await alerts.active();
    }
    EXPECT_THAT(*listed, IsEmpty());
  }(home.path()));
}

TEST(MonitorsApply, makes_what_is_declared_and_changes_nothing_the_second_time) {
  with_account([](Account& account) -> Task<> {
    account.datadog.monitors.clear();
    Declarations declared(kDeclared, account.keys());

    auto plan = co_await declared.diff();
    auto done = co_await declared.apply();
    const int writes = account.datadog.writes;
    auto again = co_await declared.apply();

    EXPECT_TRUE(plan && done && again);
    EXPECT_THAT(*plan, Each(::testing::Field(&Change::kind, ChangeKind::create)));
    EXPECT_EQ(static_cast<std::size_t>(writes), plan->size());
    EXPECT_EQ(account.datadog.writes, writes);
    EXPECT_THAT(*again, Each(::testing::Field(&Change::kind, ChangeKind::unchanged)));
    EXPECT_THAT(account.datadog.dashboards, SizeIs(1));
  });
}

TEST(MonitorsApply, mends_what_was_changed_by_hand_and_leaves_strangers_alone) {
  with_account([](Account& account) -> Task<> {
    Declarations declared(kDeclared, account.keys());
    (void)co_await declared.apply();
    for (auto& [id, monitor] : account.datadog.monitors)
      if (std::string_view(monitor.at("name").as_string()).contains("database down"))
        monitor["priority"] = 5;
    const int writes = account.datadog.writes;

    auto done = co_await declared.apply();

    EXPECT_EQ(account.datadog.writes, writes + 1);
    for (const auto& change : *done) {
      if (change.kind != ChangeKind::update) continue;
      EXPECT_THAT(change.fields, ::testing::ElementsAre("priority: 5 → 1"));
    }
    EXPECT_EQ(account.datadog.monitors.at(1).at("name").as_string(), "error rate");
  });
}

TEST(MonitorsApply, shows_what_is_not_declared_any_more_and_keeps_it) {
  with_account([](Account& account) -> Task<> {
    account.add(77, "old", {"managed-by:saltctl"});
    Declarations declared(kDeclared, account.keys());

    auto done = co_await declared.apply();

    EXPECT_TRUE(account.datadog.monitors.contains(77));
    EXPECT_THAT(*done, ::testing::Contains(
                           ::testing::AllOf(::testing::Field(&Change::kind, ChangeKind::undeclared),
                                            ::testing::Field(&Change::name, "old"))));
  });
}

TEST(MonitorsApply, writes_nothing_when_datadog_finds_one_invalid) {
  with_account([](Account& account) -> Task<> {
    account.datadog.monitors.clear();
    Declarations declared(kDeclared, account.keys());
    account.receiver.answer_next(http::Response::json(200, "[]"));
    account.receiver.answer_next(http::Response::json(200, R"({"dashboards":[]})"));
    account.receiver.answer_next(fake::refuse(400, R"({"errors":["The query is invalid"]})"));

    auto done = co_await declared.apply();

    EXPECT_FALSE(done.has_value());
    EXPECT_THAT(done.error().text(), HasSubstr("The query is invalid"));
    EXPECT_EQ(account.datadog.writes, 0);
  });
}

}  // namespace
}  // namespace sb::release::alerts
