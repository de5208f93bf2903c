#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "release/emergency/log.hpp"
#include "support/temporary_directory.hpp"

namespace sb::release::emergency {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const Timestamp kBegan = from_unix_ms(1'800'000'000'000);

Begun a_beginning() {
  return {.id = "emg-1",
          .environment = "production",
          .reason = "cards | fail",
          .by = "anna",
          .at = kBegan};
}

StepNote note(StepId step, StepState state, std::string proof = {}) {
  return {.step = step, .state = state, .proof = std::move(proof), .at = kBegan};
}

TEST(Emergency, goes_through_the_steps_in_the_pages_order) {
  auto emergency = initial(a_beginning());
  std::vector<StepId> order;

  while (auto step = next_step(emergency)) {
    order.push_back(*step);
    apply(emergency, note(*step, StepState::done));
  }

  EXPECT_EQ(order, std::vector<StepId>(kSteps.begin(), kSteps.end()));
  EXPECT_TRUE(is_complete(emergency));
}

TEST(Emergency, a_failed_step_does_not_hold_up_the_next_and_is_tried_again_later) {
  auto emergency = initial(a_beginning());
  apply(emergency, note(StepId::application, StepState::failed, "no good version"));

  EXPECT_EQ(next_step(emergency), StepId::database);
  for (auto step : kSteps)
    if (step != StepId::application) apply(emergency, note(step, StepState::done));
  EXPECT_EQ(next_step(emergency), std::nullopt);
  EXPECT_FALSE(is_complete(emergency));
  retry_failed(emergency);
  EXPECT_EQ(next_step(emergency), StepId::application);
}

TEST(Emergency, what_is_done_is_never_undone_by_a_later_note) {
  auto emergency = initial(a_beginning());
  apply(emergency, note(StepId::application, StepState::done, "it is back"));

  apply(emergency, note(StepId::application, StepState::failed, "somebody else's failure"));

  EXPECT_EQ(emergency.of(StepId::application).proof, "it is back");
}

TEST(Emergency, facts_of_a_begun_step_survive_its_end) {
  auto emergency = initial(a_beginning());
  auto begun = note(StepId::application, StepState::begun);
  begun.facts["to_version"] = "1.0.0";
  apply(emergency, begun);

  apply(emergency, note(StepId::application, StepState::done));

  EXPECT_EQ(emergency.fact("to_version"), "1.0.0");
  EXPECT_EQ(emergency.fact("unknown"), "");
}

TEST(EmergencyLog, a_new_process_finds_the_walk_where_it_was_left) {
  test::TemporaryDirectory folder;
  auto journal = journal::Journal::open(folder.path() / "journal.db");
  ASSERT_TRUE(journal);
  Log log(*journal);
  ASSERT_TRUE(log.begin(a_beginning()));
  auto emergency = initial(a_beginning());
  ASSERT_TRUE(log.note(emergency, note(StepId::application, StepState::done, "rel-1")));
  ASSERT_TRUE(log.note(emergency, note(StepId::database, StepState::begun)));

  auto found = log.unfinished("production");

  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->begun, a_beginning());
  EXPECT_EQ(next_step(**found), StepId::database);
  EXPECT_FALSE(log.unfinished("staging")->has_value());
  ASSERT_TRUE(log.abandon(**found, "another one", kBegan));
  EXPECT_FALSE(log.unfinished("production")->has_value());
  EXPECT_EQ(journal->audit()->first_damage, "");
}

TEST(PostMortem, says_when_it_is_due_and_what_was_done) {
  auto emergency = initial(a_beginning());
  apply(emergency, note(StepId::application, StepState::done, "rel-1: complete"));
  apply(emergency, note(StepId::cache, StepState::failed, "its task\nended with 1"));

  auto text = post_mortem(
      emergency, {{kBegan + std::chrono::seconds(5), "later"}, {kBegan, "earlier | first"}});

  EXPECT_THAT(text, AllOf(HasSubstr("Due 2027-01-16T08:00:00.000Z"), HasSubstr("cards \\| fail"),
                          HasSubstr("| Roll back application | done | rel-1: complete |"),
                          HasSubstr("| Clear Redis cache | failed | its task ended with 1 |"),
                          HasSubstr("| Schedule post-mortem | done | this document |")));
  EXPECT_LT(text.find("earlier \\| first"), text.find("later |"));
}

TEST(PostMortem, says_what_data_is_lost_and_whether_that_is_certain) {
  auto emergency = initial(a_beginning());
  EXPECT_THAT(post_mortem(emergency, {}), HasSubstr("| Data lost | none by this rollback |"));
  auto restored = note(StepId::database, StepState::begun);
  restored.facts[kDataLost] = "what was written after noon";
  apply(emergency, restored);

  EXPECT_THAT(data_lost(emergency), AllOf(HasSubstr("not certain"), HasSubstr("after noon")));
  apply(emergency, note(StepId::database, StepState::done));

  EXPECT_THAT(post_mortem(emergency, {}), HasSubstr("| Data lost | what was written after noon |"));
}

}  // namespace
}  // namespace sb::release::emergency
