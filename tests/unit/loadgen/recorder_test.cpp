#include "loadgen/recorder.hpp"

#include <gtest/gtest.h>

namespace sb::loadgen {
namespace {

Observation answered(std::int64_t due_ms, std::string version, std::string problem = "") {
  return {.due_ms = due_ms,
          .began_ms = due_ms + 1,
          .latency_us = 2'000,
          .status = problem.empty() ? 200 : 500,
          .version = std::move(version),
          .problem = std::move(problem)};
}

TEST(Recorder, gives_a_slice_out_only_when_all_its_requests_have_ended) {
  Recorder recorder;
  recorder.begin(1'000);
  recorder.begin(1'050);
  recorder.end(answered(1'000, "1.0.0"));

  EXPECT_TRUE(recorder.take_finished(5'000).empty());

  recorder.end(answered(1'050, "1.0.0"));
  auto slices = recorder.take_finished(5'000);

  ASSERT_EQ(slices.size(), 1u);
  EXPECT_EQ(slices[0].t, 1'000);
  EXPECT_EQ(slices[0].sent, 2);
  EXPECT_EQ(slices[0].failed, 0);
}

TEST(Recorder, keeps_a_slice_back_while_it_may_still_grow) {
  Recorder recorder;
  recorder.begin(1'000);
  recorder.end(answered(1'000, "1.0.0"));

  EXPECT_TRUE(recorder.take_finished(1'099).empty());
  EXPECT_EQ(recorder.take_finished(1'100).size(), 1u);
}

TEST(Recorder, keeps_slices_in_order) {
  Recorder recorder;
  recorder.begin(1'000);
  recorder.begin(1'100);
  recorder.end(answered(1'100, "1.0.0"));

  EXPECT_TRUE(recorder.take_finished(9'000).empty());

  recorder.end(answered(1'000, "1.0.0"));
  auto slices = recorder.take_finished(9'000);
  ASSERT_EQ(slices.size(), 2u);
  EXPECT_LT(slices[0].t, slices[1].t);
}

TEST(Recorder, tells_which_version_answered_first_and_last) {
  Recorder recorder;
  for (std::int64_t t : {1'000, 1'010, 1'020, 1'030}) recorder.begin(t);
  recorder.end(answered(1'030, "2.0.0"));
  recorder.end(answered(1'000, "1.0.0"));
  recorder.end(answered(1'020, "1.0.0", "HTTP 500"));
  recorder.end(answered(1'010, "2.0.0"));

  auto slice = recorder.take_finished(2'000).at(0);

  EXPECT_EQ(slice.versions.at("1.0.0").last_ms, 1'021);
  EXPECT_EQ(slice.versions.at("1.0.0").failed, 1);
  EXPECT_EQ(slice.versions.at("2.0.0").first_ms, 1'011);
  EXPECT_EQ(slice.problems.at("HTTP 500"), 1);
}

TEST(Recorder, a_request_without_an_answer_is_a_failed_one) {
  Recorder recorder;
  recorder.begin(1'000);
  auto lost = answered(1'000, "", "connection lost");
  recorder.end(lost);

  auto totals = recorder.totals();

  EXPECT_EQ(totals.sent, 1);
  EXPECT_EQ(totals.failed, 1);
  EXPECT_TRUE(totals.versions.empty());
}

TEST(Recorder, percentiles_are_within_a_few_percent) {
  Recorder recorder;
  for (std::int64_t i = 1; i <= 1'000; ++i) {
    recorder.begin(i);
    auto seen = answered(i, "1.0.0");
    seen.latency_us = i * 100;
    recorder.end(seen);
  }

  auto totals = recorder.totals();

  EXPECT_NEAR(totals.p50_ms, 50, 2);
  EXPECT_NEAR(totals.p95_ms, 95, 3);
  EXPECT_DOUBLE_EQ(totals.max_ms, 100);
}

}  // namespace
}  // namespace sb::loadgen
