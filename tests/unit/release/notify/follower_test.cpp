// From journal to outbox: nothing is lost by a crash, nothing told twice, nothing dug up.
#include "release/notify/follower.hpp"

#include <gmock/gmock.h>

#include "release/notify/dispatch.hpp"
#include "support/temporary_directory.hpp"

namespace sb::release::notify {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FollowerTest : public ::testing::Test {
 protected:
  FollowerTest()
      : journal_(*journal::Journal::open(home_ / "journal.db")),
        outbox_(*Outbox::open(home_ / "outbox.db")) {}

  static Plan plan(const std::string& id, const std::string& environment = "production") {
    Plan p;
    p.release_id = id;
    p.environment = environment;
    p.cluster = "saltbitter-prod";
    p.service = "saltbitter-api-prod";
    p.family = "saltbitter-api-prod";
    p.requested_by = "alice";
    p.to_version = "1.3.0";
    p.from_version = "1.2.0";
    p.from_task_definition = "arn:aws:ecs:us-west-2:1:task-definition/saltbitter-api-prod:6";
    p.image = "saltbitter:1.3.0@sha256:00";
    p.task_definition = "{}";
    return p;
  }
  void begin(const Plan& p, Timestamp at) {
    ASSERT_TRUE(journal_.begin(p, at).has_value());
    state_ = initial(p);
    feed(Started{}, at);
  }
  void feed(EventBody body, Timestamp at) {
    Event event{at, std::move(body)};
    auto next = step(state_, event);
    ASSERT_TRUE(next.changed);
    state_ = next.state;
    ASSERT_TRUE(journal_.append(event, state_).has_value());
  }
  // Refused by another's lock: the shortest release there is.
  void refuse(Timestamp at) {
    feed(LockHeld{"bob has the lock"}, at);
  }
  std::vector<std::string> told() {
    std::vector<std::string> ids;
    auto pending = outbox_.pending();
    for (const auto& entry : *pending)
      if (entry.message.channel == Channel::deploys) ids.push_back(entry.message.id);
    return ids;
  }

  test::TemporaryDirectory home_;
  journal::Journal journal_;
  Outbox outbox_;
  State state_;
  Timestamp now_ = now();
};

TEST_F(FollowerTest, derives_each_message_once_whoever_looks) {
  begin(plan("rel-1"), now_);
  Follower first({});
  EXPECT_GT(*first.catch_up(journal_, outbox_, now_), 0);
  EXPECT_EQ(*first.catch_up(journal_, outbox_, now_), 0);
  refuse(now_);

  Follower second({});  // the next command, after this process was killed
  EXPECT_GT(*second.catch_up(journal_, outbox_, now_), 0);
  EXPECT_EQ(*first.catch_up(journal_, outbox_, now_), 0);

  EXPECT_THAT(told(), ElementsAre("rel-1/planned/deploys", "rel-1/refused/deploys"));
}

TEST_F(FollowerTest, follows_a_release_that_began_before_it_looked) {
  begin(plan("rel-1"), now_);
  ASSERT_TRUE(catch_up(journal_, outbox_, {}, now_).has_value());

  refuse(now_);
  ASSERT_TRUE(catch_up(journal_, outbox_, {}, now_).has_value());

  EXPECT_THAT(told(), ElementsAre("rel-1/planned/deploys", "rel-1/refused/deploys"));
}

TEST_F(FollowerTest, tells_nobody_of_history_when_the_outbox_is_new) {
  const auto long_ago = now_ - std::chrono::hours(48);
  begin(plan("rel-1"), long_ago);
  refuse(long_ago);

  EXPECT_EQ(*catch_up(journal_, outbox_, {}, now_), 0);
  begin(plan("rel-2"), now_);
  EXPECT_GT(*catch_up(journal_, outbox_, {}, now_), 0);

  EXPECT_THAT(told(), ElementsAre("rel-2/planned/deploys"));
}

TEST_F(FollowerTest, tells_what_is_old_when_the_outbox_was_there_before_it) {
  ASSERT_TRUE(catch_up(journal_, outbox_, {}, now_).has_value());
  begin(plan("rel-1"), now_);

  // Found a week later by the next command.
  EXPECT_GT(*catch_up(journal_, outbox_, {}, now_ + std::chrono::hours(24 * 7)), 0);
}

TEST_F(FollowerTest, wakes_only_whom_the_environment_names) {
  begin(plan("rel-1", "staging"), now_);
  refuse(now_);

  ASSERT_TRUE(catch_up(journal_, outbox_, {{"production", {.page = true}}}, now_).has_value());

  for (const auto& entry : *outbox_.pending()) EXPECT_NE(entry.message.channel, Channel::page);
}

}  // namespace
}  // namespace sb::release::notify
