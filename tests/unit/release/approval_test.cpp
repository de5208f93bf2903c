#include "release/approval/approval.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "release/engine/codec.hpp"

namespace sb::release::approval {
namespace {

using ::testing::HasSubstr;

const Timestamp kAsked = from_unix_ms(1'800'000'000'000);

Request request() {
  return {.release_id = "rel-1",
          .environment = "production",
          .digest = "aaaa",
          .requested_by = "anna",
          .caller_arn = "arn:aws:sts::111122223333:assumed-role/deploy/anna",
          .at = kAsked,
          .expires_minutes = 60,
          .by_another_person = true};
}

Answer answer() {
  return {.digest = "aaaa",
          .verdict = "approved",
          .by = "ben",
          .caller_arn = "arn:aws:sts::111122223333:assumed-role/deploy/ben"};
}

ApprovalSeen judged(const Request& r, const Answer& a, int minutes = 5) {
  return judge(r, a, kAsked, kAsked + std::chrono::minutes(minutes));
}

TEST(Approval, of_the_plan_in_time_by_another_person_counts) {
  auto seen = judged(request(), answer());

  EXPECT_EQ(seen.state, ApprovalState::approved) << seen.reason;
  EXPECT_EQ(seen.by, "ben");
  EXPECT_EQ(judged(request(), answer(), 60).state, ApprovalState::approved);
}

TEST(Approval, of_another_plan_does_not_count) {
  Answer old = answer();
  old.digest = "bbbb";

  auto seen = judged(request(), old);

  EXPECT_EQ(seen.state, ApprovalState::invalid);
  EXPECT_THAT(seen.reason, HasSubstr("another plan"));
}

TEST(Approval, that_came_too_late_by_the_servers_clock_does_not_count) {
  auto seen = judged(request(), answer(), 61);

  EXPECT_EQ(seen.state, ApprovalState::invalid);
  EXPECT_THAT(seen.reason, HasSubstr("expired"));
}

TEST(Approval, by_whoever_asked_does_not_count_where_another_person_is_wanted) {
  Answer same_name = answer();
  same_name.by = "anna";
  Answer same_key = answer();
  same_key.caller_arn = request().caller_arn;
  Request alone = request();
  alone.by_another_person = false;

  EXPECT_EQ(judged(request(), same_name).state, ApprovalState::invalid);
  EXPECT_EQ(judged(request(), same_key).state, ApprovalState::invalid);
  EXPECT_EQ(judged(alone, same_name).state, ApprovalState::approved);
}

TEST(Approval, on_the_local_cloud_where_all_share_one_key_names_tell_people_apart) {
  Request local = request();
  local.caller_arn = "arn:aws:iam::000000000000:user/saltcloud";
  Answer ben = answer();
  ben.caller_arn = local.caller_arn;

  EXPECT_EQ(judged(local, ben).state, ApprovalState::approved);
}

TEST(Approval, a_rejection_counts_from_anybody_at_any_time) {
  Answer no = answer();
  no.verdict = "rejected";
  no.by = "anna";
  no.digest = "bbbb";

  EXPECT_EQ(judged(request(), no, 600).state, ApprovalState::rejected);
}

TEST(PlanDigest, changes_with_anything_that_would_be_done) {
  Plan plan;
  plan.release_id = "rel-1";
  plan.image = "saltbitter:1@sha256:00";
  const std::string digest = plan_digest(plan);
  Plan image = plan, waived = plan, again = plan;
  image.image = "saltbitter:1@sha256:01";
  waived.waivers = {{"tests", "anna", "x"}};
  again.release_id = "rel-2";

  EXPECT_EQ(plan_digest(*decode_plan(encode_plan(plan))), digest);
  EXPECT_NE(plan_digest(image), digest);
  EXPECT_NE(plan_digest(waived), digest);
  EXPECT_NE(plan_digest(again), digest) << "an approval is of one release";
}

TEST(ApprovalRequest, fits_a_parameter_whatever_was_written_into_it) {
  State state = initial({});
  state.plan.reason = std::string(10'000, 'x');
  state.boxes = {{.id = "tests",
                  .list = "pre",
                  .state = BoxState::waived,
                  .waived_by = "anna",
                  .waiver_reason = std::string(10'000, 'y')}};

  auto made = request_of(state, std::string(64, 'd'), "arn", kAsked);

  EXPECT_LT(made.reason.size() + made.waived.size(), 2000u);
}

}  // namespace
}  // namespace sb::release::approval
