#include "platform/faults/faults.hpp"

#include <gtest/gtest.h>

namespace sb::platform {
namespace {

FaultInjector injector(const char* text) {
  return FaultInjector(parse_faults(text).value());
}

TEST(Faults, off_by_default) {
  EXPECT_FALSE(parse_faults("").value().is_active());
  EXPECT_FALSE(injector("").decide("/api/matches", 0, 0.0).fails);
}

TEST(Faults, several_may_be_named) {
  auto plan =
      parse_faults("matches_error=1, latency_ms=20@rps>5,never_ready,leak_mb_per_s=3").value();

  EXPECT_EQ(plan.matches_error.amount, 1);
  EXPECT_EQ(plan.latency_ms.above_rps, 5);
  EXPECT_TRUE(plan.never_ready);
  EXPECT_EQ(plan.leak_mb_per_s.amount, 3);
}

TEST(Faults, unknown_or_malformed_ones_are_refused) {
  for (const char* text :
       {"x", "x=1", "error_rate", "error_rate=", "error_rate=-1", "error_rate=0.5@rps",
        "error_rate=0.5@rps>x", "error_rate=0.5@requests", "error_rate=0.5@load>3",
        "never_ready@rps>5", "leak_mb_per_s=3@rps>5", "connections=3@rps>5"})
    EXPECT_FALSE(parse_faults(text)) << text;
}

TEST(Faults, matches_error_leaves_everything_else_alone) {
  auto faults = injector("matches_error=1");

  EXPECT_TRUE(faults.decide("/api/matches", 0, 0.9).fails);
  EXPECT_FALSE(faults.decide("/api/profiles/me", 0, 0.0).fails);
}

TEST(Faults, liveness_is_never_touched) {
  auto faults = injector("error_rate=1,latency_ms=100");

  for (const char* path : {"/health", "/ready", "/metrics"}) {
    auto decision = faults.decide(path, 0, 0.0);
    EXPECT_FALSE(decision.fails);
    EXPECT_EQ(decision.delay_ms, 0);
  }
  EXPECT_TRUE(faults.decide("/api/profiles/me", 0, 0.99).fails);
}

TEST(Faults, a_rate_condition_waits_for_real_traffic) {
  auto faults = injector("error_rate=1@rps>50");

  for (int i = 0; i < 50; ++i) EXPECT_FALSE(faults.decide("/api/x", i * 10, 0.0).fails) << i;
  EXPECT_TRUE(faults.decide("/api/x", 500, 0.0).fails);
  EXPECT_FALSE(faults.decide("/api/x", 5000, 0.0).fails) << "quiet again";
}

TEST(Faults, a_fault_may_wait_for_a_number_of_requests) {
  auto faults = injector("error_rate=1@requests>3");
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(faults.decide("/api/x", 1000 + i, 0.5).fails) << i;
  EXPECT_FALSE(faults.decide("/health", 1003, 0.5).fails);
  EXPECT_TRUE(faults.decide("/api/x", 1004, 0.5).fails);
}

TEST(Faults, a_lasting_one_is_due_after_its_number_of_requests) {
  auto faults = injector("leak_mb_per_s=1@requests>2,connections=1");

  EXPECT_TRUE(faults.is_due(faults.plan().connections));
  EXPECT_FALSE(faults.is_due(faults.plan().leak_mb_per_s));
  for (int i = 0; i < 2; ++i) faults.decide("/api/x", i, 0.0);
  EXPECT_TRUE(faults.is_due(faults.plan().leak_mb_per_s));
}

TEST(Faults, an_error_rate_is_a_share) {
  auto faults = injector("error_rate=0.25");

  EXPECT_TRUE(faults.decide("/api/x", 0, 0.24).fails);
  EXPECT_FALSE(faults.decide("/api/x", 0, 0.25).fails);
}

}  // namespace
}  // namespace sb::platform
