// Beside a release: woken at each event, never waited for.
#include "release/notify/dispatch.hpp"

#include <gmock/gmock.h>

#include <fmt/format.h>
#include <stdlib.h>

#include "base/async/spawn.hpp"
#include "integration/notify/receiver.hpp"
#include "support/temporary_directory.hpp"

namespace sb::release::notify {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kSlackPath = "/services/T000/B000/s3cr3t-path-of-the-webhook";

struct Beside {
  explicit Beside(Executor executor) : slack(executor, fake::slack(kSlackPath)) {
    // The developer's own, which would win over the file.
    for (const char* name : {"SLACK_WEBHOOK_DEPLOYS", "SLACK_API_URL", "WEBHOOK_URL"})
      ::unsetenv(name);
    auto opened = journal::Journal::open(home / "journal.db");
    EXPECT_TRUE(opened.has_value());
    journal.emplace(std::move(*opened));
    write_accounts(slack.url() + kSlackPath);
  }
  void write_accounts(const std::string& url) {
    EXPECT_TRUE(fs::write_file(home / "accounts.json",
                               fmt::format(R"({{"SLACK_WEBHOOK_DEPLOYS":"{}"}})", url), 0600));
  }
  Dispatch open() {
    auto dispatch = Dispatch::open({.journal = home / "journal.db",
                                    .outbox = home / "outbox.db",
                                    .accounts = home / "accounts.json",
                                    .audiences = {},
                                    .is_rehearsal = true,
                                    .courier = {.lock = home / "outbox.lock",
                                                .call_timeout = std::chrono::milliseconds(300),
                                                .first_wait = std::chrono::milliseconds(1)}});
    EXPECT_TRUE(dispatch.has_value()) << dispatch.error().text();
    return std::move(*dispatch);
  }
  void begin(const std::string& id) {
    Plan plan;
    plan.release_id = id;
    plan.environment = "staging";
    plan.requested_by = "alice";
    plan.to_version = "1.3.0";
    EXPECT_TRUE(journal->begin(plan, now()).has_value());
    state = initial(plan);
    feed(Started{});
  }
  void feed(EventBody body) {
    Event event{now(), std::move(body)};
    state = step(state, event).state;
    EXPECT_TRUE(journal->append(event, state).has_value());
  }
  Task<> until_slack_has(std::size_t count) {
    const auto limit = Deadline::after(std::chrono::seconds(20));
    while (slack.accepted.size() < count && !limit.has_passed())
      co_await sleep_for(std::chrono::milliseconds(5));
    EXPECT_THAT(slack.accepted, SizeIs(count));
  }

  test::TemporaryDirectory home;
  fake::Receiver slack;
  std::optional<journal::Journal> journal;
  State state;
};

template <class Body>
void beside(Body body) {
  run_task([](Body inner) -> Task<> {
    Beside here(co_await current_executor());
    co_await inner(here);
    co_await here.slack.stop();
  }(body));
}

const auto kLimit = std::chrono::seconds(5);

TEST(Dispatch, tells_each_event_while_the_release_goes_on) {
  beside([](Beside& here) -> Task<> {
    auto dispatch = here.open();
    dispatch.start(co_await current_executor());
    here.begin("rel-1");
    dispatch.wake();
    co_await here.until_slack_has(1);
    here.feed(LockHeld{"bob has the lock"});
    dispatch.wake();
    co_await here.until_slack_has(2);

    auto report = co_await dispatch.finish(Deadline::after(kLimit));

    EXPECT_TRUE(report.has_value());
    EXPECT_EQ(report->waiting, 0);
    EXPECT_EQ(report->delivered, 2);
  });
}

TEST(Dispatch, tries_again_by_itself_while_the_release_goes_on) {
  beside([](Beside& here) -> Task<> {
    here.slack.answer_next(fake::refuse(500, ""), 2);
    auto dispatch = here.open();
    dispatch.start(co_await current_executor());
    here.begin("rel-1");
    dispatch.wake();

    co_await here.until_slack_has(1);

    EXPECT_TRUE((co_await dispatch.finish(Deadline::after(kLimit))).has_value());
  });
}

TEST(Dispatch, ends_with_a_count_of_what_waits_when_slack_is_dead) {
  beside([](Beside& here) -> Task<> {
    for (int i = 0; i < 50; ++i) here.slack.hang_next();
    auto dispatch = here.open();
    dispatch.start(co_await current_executor());
    here.begin("rel-1");
    dispatch.wake();

    auto report = co_await dispatch.finish(Deadline::after(std::chrono::milliseconds(50)));

    EXPECT_TRUE(report.has_value());
    EXPECT_EQ(report->waiting, 1);
    EXPECT_THAT(report->troubles, Contains(HasSubstr("#deploys")));
  });
}

TEST(Dispatch, catches_up_with_what_nobody_woke_it_for) {
  beside([](Beside& here) -> Task<> {
    here.begin("rel-1");
    auto dispatch = here.open();

    auto report = co_await dispatch.deliver(Deadline::after(kLimit), Hurry::no);

    EXPECT_EQ(report->delivered, 1);
    EXPECT_THAT(here.slack.accepted, SizeIs(1));
  });
}

TEST(Dispatch, keeps_messages_when_the_accounts_cannot_be_read) {
  beside([](Beside& here) -> Task<> {
    here.write_accounts("no address");
    here.begin("rel-1");
    auto broken = here.open();
    auto kept = co_await broken.deliver(Deadline::after(kLimit), Hurry::no);
    here.write_accounts(here.slack.url() + kSlackPath);
    auto mended = here.open();
    auto told = co_await mended.deliver(Deadline::after(kLimit), Hurry::no);

    EXPECT_GT(kept->waiting, 0);
    EXPECT_THAT(kept->troubles, Contains(HasSubstr("SLACK_WEBHOOK_DEPLOYS")));
    EXPECT_EQ(told->delivered, 1);
    EXPECT_THAT(here.slack.refusals, IsEmpty());
  });
}

}  // namespace
}  // namespace sb::release::notify
