// Which messages a release makes, and on which channels: quiet, plain, and with what to do next.
#include "release/notify/projection.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace sb::release::notify {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

const Audience kEverybody{.page = true, .status_page = true, .maintenance = false};
const Timestamp kNow = from_unix_ms(1'763'806'830'000);

State release_to_production() {
  Plan plan;
  plan.release_id = "rel-20261122T102030Z-4f2a";
  plan.environment = "production";
  plan.service = "saltbitter-api-prod";
  plan.requested_by = "alice@laptop";
  plan.from_task_definition = "arn:aws:ecs:us-west-2:1:task-definition/saltbitter-api-prod:6";
  plan.from_version = "1.2.0";
  plan.to_version = "1.3.0";
  plan.migrations = {"0007", "0008"};
  plan.schema_to = "0008";
  State state = initial(plan);
  state.timings.started_at = kNow - std::chrono::seconds(90);
  return state;
}

std::vector<Message> between(const State& before, const State& after,
                             const Audience& audience = kEverybody) {
  return messages_for(Event{kNow, Started{}}, before, after, audience);
}

std::vector<Channel> channels(const std::vector<Message>& messages) {
  std::vector<Channel> all;
  for (const auto& message : messages) all.push_back(message.channel);
  return all;
}

const Message& on(const std::vector<Message>& messages, Channel channel) {
  static const Message none;
  auto it = std::ranges::find(messages, channel, &Message::channel);
  return it == messages.end() ? none : *it;
}

State ended(Outcome outcome, std::string cause = {}) {
  State state = release_to_production();
  state.stage = Stage::ended;
  state.outcome = outcome;
  state.cause = std::move(cause);
  state.timings.ended_at = kNow;
  return state;
}

TEST(Projection, says_nothing_of_what_changes_nothing_for_people) {
  State before = release_to_production();
  before.stage = Stage::deploying;
  State after = before;
  after.continues = 3;
  after.attempts = 2;
  after.forward.seen.target_running = 1;

  EXPECT_THAT(between(before, after), IsEmpty());
}

TEST(Projection, tells_the_team_before_anything_is_done) {
  State before = release_to_production();
  State after = before;
  after.stage = Stage::locking;

  auto messages = between(before, after);

  EXPECT_THAT(channels(messages), UnorderedElementsAre(Channel::deploys, Channel::webhook));
  const auto& told = on(messages, Channel::deploys);
  EXPECT_EQ(told.title, "production: release of 1.3.0 by alice@laptop");
  EXPECT_THAT(told.text, AllOf(HasSubstr("1.2.0 serves now"), HasSubstr("0007, 0008"),
                               HasSubstr("saltctl status production")));
}

TEST(Projection, asks_for_the_approval_and_tells_who_gave_it) {
  State gating = release_to_production();
  gating.stage = Stage::gating;
  State waiting = gating;
  waiting.stage = Stage::awaiting_approval;
  waiting.approval.asked_at = kNow;
  waiting.approval.expires_at = kNow + std::chrono::minutes(60);
  State approved = waiting;
  approved.stage = Stage::locking;
  approved.approval.state = ApprovalState::approved;
  approved.approval.by = "ben";

  auto asked = between(gating, waiting);
  auto answered = between(waiting, approved);

  EXPECT_THAT(on(asked, Channel::deploys).text, HasSubstr("saltctl approve production"));
  EXPECT_THAT(on(asked, Channel::deploys).text,
              HasSubstr(format_rfc3339(*waiting.approval.expires_at).substr(0, 16)));
  EXPECT_EQ(on(answered, Channel::deploys).title,
            "production: release of 1.3.0 is approved by ben");
}

TEST(Projection, asks_nobody_for_an_approval_that_came_with_the_deploy) {
  State gating = release_to_production();
  gating.stage = Stage::gating;
  gating.plan.approval.given_by = "ben";
  State waiting = gating;
  waiting.stage = Stage::awaiting_approval;
  waiting.approval.asked_at = kNow;

  EXPECT_THAT(between(gating, waiting), IsEmpty());
}

TEST(Projection, tells_the_team_what_a_release_goes_without) {
  State before = release_to_production();
  before.plan.waivers = {{.box = "coverage", .by = "alice", .reason = "the runner is down"}};
  State after = before;
  after.stage = Stage::gating;

  EXPECT_THAT(on(between(before, after), Channel::deploys).text,
              HasSubstr("Waived: coverage (the runner is down)."));
}

TEST(Projection, marks_the_start_in_the_event_stream_and_leaves_slack_alone) {
  State before = release_to_production();
  before.stage = Stage::checking;
  State after = before;
  after.stage = Stage::snapshotting;

  auto messages = between(before, after);

  EXPECT_THAT(channels(messages), UnorderedElementsAre(Channel::event, Channel::webhook));
  EXPECT_EQ(on(messages, Channel::event).dedup_key, before.plan.release_id);
}

TEST(Projection, shows_maintenance_only_where_it_is_wanted) {
  State before = release_to_production();
  before.stage = Stage::checking;
  State after = before;
  after.stage = Stage::snapshotting;

  auto messages = between(before, after, {.page = true, .status_page = true, .maintenance = true});

  const auto& told = on(messages, Channel::status_page);
  EXPECT_TRUE(told.status && told.status->component == ComponentStatus::under_maintenance);
}

TEST(Projection, does_not_call_a_refusal_a_start) {
  State before = release_to_production();
  before.stage = Stage::checking;
  State after = before;
  after.stage = Stage::unlocking;
  after.outcome = Outcome::refused;

  EXPECT_THAT(between(before, after), IsEmpty());
}

TEST(Projection, tells_of_migrations_once_they_ran) {
  State before = release_to_production();
  before.stage = Stage::migrating;
  State after = before;
  after.migrations_ran = true;
  after.stage = Stage::updating;
  after.snapshot_taken = true;

  auto messages = between(before, after);

  EXPECT_THAT(on(messages, Channel::deploys).text, HasSubstr("saltbitter-rel-20261122T102030Z"));
  EXPECT_EQ(on(messages, Channel::deploys).title, "production: the database is at revision 0008");
}

TEST(Projection, pages_for_a_rollback_in_production_and_tells_the_public_only_what_it_notices) {
  State before = release_to_production();
  before.stage = Stage::deploying;
  State after = before;
  after.stage = Stage::rolling_back;
  after.cause = "the smoke tests on the test listener failed";

  auto unnoticed = between(before, after);
  before.timings.shifted_at = after.timings.shifted_at = kNow;
  auto noticed = between(before, after);

  EXPECT_THAT(channels(unnoticed), UnorderedElementsAre(Channel::incidents, Channel::page,
                                                        Channel::event, Channel::webhook));
  EXPECT_EQ(on(unnoticed, Channel::page).page, PageAction::trigger);
  EXPECT_THAT(on(unnoticed, Channel::incidents).text,
              HasSubstr("The smoke tests on the test listener failed."));
  const auto& told = on(noticed, Channel::status_page);
  EXPECT_TRUE(told.status && told.status->component == ComponentStatus::degraded_performance);
  EXPECT_THAT(told.facts, IsEmpty());
  EXPECT_THAT(told.status->body, Not(HasSubstr("1.3.0")));
}

TEST(Projection, wakes_nobody_for_staging) {
  State before = release_to_production();
  before.plan.environment = "staging";
  before.stage = Stage::deploying;
  before.timings.shifted_at = kNow;
  State after = before;
  after.stage = Stage::rolling_back;

  auto messages = between(before, after, {});

  EXPECT_THAT(channels(messages),
              UnorderedElementsAre(Channel::deploys, Channel::event, Channel::webhook));
}

TEST(Projection, says_how_a_release_ended_and_the_way_on) {
  State before = release_to_production();
  before.stage = Stage::unlocking;

  auto complete = between(before, ended(Outcome::complete));
  auto back = between(before, ended(Outcome::rolled_back, "the error rate is 7 %"));
  auto refused = between(before, ended(Outcome::refused, "the image is not there"));
  auto failed = between(before, ended(Outcome::failed, "the migration failed"));

  EXPECT_THAT(on(complete, Channel::deploys).text, HasSubstr("saltctl rollback production"));
  EXPECT_THAT(on(complete, Channel::deploys).text, HasSubstr("It took 1 min 30 s."));
  EXPECT_THAT(on(back, Channel::incidents).text,
              AllOf(HasSubstr("The error rate is 7 %."), HasSubstr("1.2.0 serves all traffic")));
  EXPECT_THAT(channels(refused), UnorderedElementsAre(Channel::deploys, Channel::webhook));
  EXPECT_THAT(on(failed, Channel::deploys).title, HasSubstr("before production was touched"));
}

TEST(Projection, shouts_when_the_way_back_failed) {
  State before = release_to_production();
  before.stage = Stage::unlocking;

  auto messages = between(before, ended(Outcome::rollback_failed, "ECS could not go back"));

  EXPECT_THAT(messages, SizeIs(6));
  EXPECT_THAT(messages, Each(Field(&Message::severity, Severity::critical)));
  EXPECT_THAT(on(messages, Channel::incidents).text,
              HasSubstr("saltctl emergency rollback production"));
  EXPECT_EQ(on(messages, Channel::status_page).status->impact, "major");
}

TEST(Projection, gives_the_second_page_of_a_release_a_key_of_its_own) {
  State deploying = release_to_production();
  deploying.stage = Stage::deploying;
  State going_back = deploying;
  going_back.stage = Stage::rolling_back;
  State unlocking = going_back;
  unlocking.stage = Stage::unlocking;

  auto first = between(deploying, going_back);
  auto second = between(unlocking, ended(Outcome::rollback_failed));

  EXPECT_NE(on(first, Channel::page).dedup_key, on(second, Channel::page).dedup_key);
  EXPECT_LE(on(second, Channel::page).dedup_key.size(), 255U);
}

TEST(Projection, makes_the_same_messages_of_the_same_journal) {
  State before = release_to_production();
  before.stage = Stage::unlocking;
  State after = ended(Outcome::complete);

  EXPECT_EQ(between(before, after), between(before, after));
}

TEST(Projection, tells_of_each_interruption_once) {
  State before = release_to_production();
  before.stage = Stage::deploying;
  State interrupted = before;
  interrupted.is_interrupted = true;
  State resumed = interrupted;
  resumed.is_interrupted = false;
  resumed.resumes = 1;
  State again = resumed;
  again.is_interrupted = true;

  EXPECT_THAT(on(between(before, interrupted), Channel::deploys).text,
              HasSubstr("saltctl resume production"));
  EXPECT_NE(on(between(before, interrupted), Channel::deploys).id,
            on(between(resumed, again), Channel::deploys).id);
  EXPECT_THAT(on(between(interrupted, resumed), Channel::deploys).title, HasSubstr("goes on"));
}

TEST(AllClear, resolves_what_earlier_releases_left_open_and_only_when_complete) {
  const OpenTrouble open{.pages = {"saltbitter/production/rel-1/rolling-back"}, .incident = true};

  auto messages = all_clear(open, ended(Outcome::complete), kNow);

  EXPECT_THAT(messages, SizeIs(2));
  EXPECT_EQ(on(messages, Channel::page).page, PageAction::resolve);
  EXPECT_EQ(on(messages, Channel::page).dedup_key, open.pages.front());
  EXPECT_EQ(on(messages, Channel::status_page).status->incident, IncidentStep::resolve);
  EXPECT_THAT(all_clear(open, ended(Outcome::rolled_back), kNow), IsEmpty());
}

}  // namespace
}  // namespace sb::release::notify
