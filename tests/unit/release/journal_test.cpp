#include "release/journal/journal.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "base/crypto/crypto.hpp"

namespace sb::release::journal {
namespace {

class JournalTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("sb-journal-" + crypto::random_hex(12));
    journal_.emplace(*Journal::open(folder_ / "release" / "journal.db"));
  }
  void TearDown() override {
    journal_.reset();
    (void)fs::remove_all(folder_);
  }

  Plan plan(std::string id) {
    Plan p;
    p.release_id = std::move(id);
    p.environment = "production";
    p.cluster = p.service = "x";
    p.from_task_definition = "td:1";
    p.task_definition = R"({"family":"x"})";
    p.to_version = "2.0.0";
    return p;
  }
  // Feeds an event as the runner does.
  State feed(State state, EventBody body) {
    Event event{at_ += std::chrono::milliseconds(10), std::move(body)};
    Step result = step(state, event);
    EXPECT_TRUE(journal_->append(event, result.state).has_value());
    return result.state;
  }
  // A release that ended with this verdict on this task definition.
  void finished(const std::string& id, const std::string& task_definition, Verdict verdict) {
    Plan p = plan(id);
    ASSERT_TRUE(journal_->begin(p, at_).has_value());
    State s = feed(initial(p), Started{});
    s = feed(s, LockAcquired{});
    s = feed(s, PreflightDone{});
    s = feed(s, TaskDefinitionFound{task_definition});
    s = feed(s, BaselineRead{.current_task_definition = "td:1"});
    s = feed(s, ServiceUpdated{});
    s = feed(s, DeploymentFound{"deployment/" + id});
    if (verdict == Verdict::unproven) {
      s = feed(s, DeploymentSeen{{.status = "ROLLBACK_SUCCESSFUL"}});
    } else if (verdict == Verdict::good) {
      s = feed(s, DeploymentSeen{{.status = "SUCCESSFUL"}});
      s = feed(s, SmokeFinished{.target = "production", .passed = true, .asserted = true});
      s = feed(s, WatchSeen{.state = WatchState::passed});
      s = feed(s, DeploymentSeen{{.status = "SUCCESSFUL"}});
    } else {
      s = feed(s,
               DeploymentSeen{
                   {.status = "IN_PROGRESS", .stage = "POST_TEST_TRAFFIC_SHIFT", .hook_id = "h"}});
      s = feed(s,
               SmokeFinished{
                   .target = "test", .passed = false, .asserted = true, .summary = "matches: 500"});
      s = feed(s, DeploymentSeen{{.status = "ROLLBACK_SUCCESSFUL"}});
    }
    s = feed(s, HooksRemoved{});
    s = feed(s, LockReleased{});
    ASSERT_EQ(s.outcome, verdict == Verdict::good ? Outcome::complete : Outcome::rolled_back)
        << describe(s);
    ASSERT_EQ(journal_->verdict_of("production", task_definition)->value().verdict, verdict);
  }

  fs::Path folder_;
  std::optional<Journal> journal_;
  Timestamp at_ = from_unix_ms(1'800'000'000'000);
};

TEST_F(JournalTest, tells_a_release_as_it_was_after_reopening) {
  Plan p = plan("rel-1");
  ASSERT_TRUE(journal_->begin(p, at_).has_value());
  State state = feed(initial(p), Started{});
  state = feed(state, LockAcquired{});
  state = feed(state, ActionFailed{.action = ActionKind::preflight,
                                   .code = "Throttling",
                                   .message = "é\n",
                                   .retryable = true});
  journal_.reset();

  journal_.emplace(*Journal::open(folder_ / "release" / "journal.db"));
  auto loaded = journal_->load("rel-1");

  ASSERT_TRUE(loaded.has_value()) << loaded.error().text();
  EXPECT_EQ(*loaded, state);
  EXPECT_EQ(journal_->unfinished("production")->value().release_id, "rel-1");
  EXPECT_FALSE(journal_->unfinished("staging")->has_value());
}

TEST_F(JournalTest, refuses_a_second_release_while_one_is_unfinished) {
  ASSERT_TRUE(journal_->begin(plan("rel-1"), at_).has_value());

  auto second = journal_->begin(plan("rel-2"), at_);

  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
  EXPECT_EQ(second.error().subject, "rel-1");
}

TEST_F(JournalTest, knows_the_last_good_task_definition_and_never_offers_a_bad_one) {
  finished("rel-1", "td:5", Verdict::good);
  finished("rel-2", "td:6", Verdict::good);
  finished("rel-3", "td:7", Verdict::bad);

  EXPECT_EQ(journal_->last_good("production", {"td:6"})->value().task_definition, "td:5");
  EXPECT_EQ(journal_->last_good("production", {"td:9"})->value().task_definition, "td:6");
  EXPECT_EQ(journal_->verdict_of("production", "td:7")->value().verdict, Verdict::bad);
  EXPECT_EQ(journal_->newest("production", 2)->front().outcome, Outcome::rolled_back);
}

TEST_F(JournalTest, takes_nothing_from_what_was_proven_by_a_try_that_proved_nothing) {
  finished("rel-1", "td:5", Verdict::good);
  finished("rel-2", "td:6", Verdict::good);
  finished("rel-3", "td:5", Verdict::unproven);

  EXPECT_EQ(journal_->last_good("production", {"td:6"})->value().task_definition, "td:5");
}

TEST_F(JournalTest, lets_the_newest_verdict_count) {
  finished("rel-1", "td:5", Verdict::good);
  finished("rel-2", "td:5", Verdict::bad);

  EXPECT_FALSE(journal_->last_good("production", {"td:9"})->has_value());
}

TEST_F(JournalTest, notices_a_record_that_was_changed_or_removed) {
  finished("rel-1", "td:5", Verdict::good);
  auto before = journal_->audit();
  ASSERT_TRUE(before.has_value());
  EXPECT_EQ(before->first_damage, "");
  EXPECT_GT(before->records, 10);
  journal_.reset();

  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open((folder_ / "release" / "journal.db").c_str(), &raw), SQLITE_OK);
  // The table refuses changes; whoever really wants to can.
  EXPECT_NE(sqlite3_exec(raw, "UPDATE records SET body = '{}' WHERE position = 5", nullptr, nullptr,
                         nullptr),
            SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(raw,
                         "DROP TRIGGER records_are_append_only_1; UPDATE records SET at = at + 1 "
                         "WHERE position = 5",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(raw);

  journal_.emplace(*Journal::open(folder_ / "release" / "journal.db"));
  auto after = journal_->audit();
  ASSERT_TRUE(after.has_value());
  EXPECT_NE(after->first_damage.find("record 5"), std::string::npos) << after->first_damage;
}

}  // namespace
}  // namespace sb::release::journal
