#include "platform/limits/counters.hpp"

#include <gtest/gtest.h>

#include "base/async/spawn.hpp"

namespace sb::platform {
namespace {

TEST(Counters, count_in_the_process_without_redis) {
  Counters counters(nullptr);

  EXPECT_EQ(run_task(counters.increment("a", 60)).value, 1);
  EXPECT_EQ(run_task(counters.increment("a", 60)).value, 2);
  EXPECT_EQ(run_task(counters.increment("b", 60)).value, 1);
  Count count = run_task(counters.get("a"));
  EXPECT_EQ(count.value, 2);
  EXPECT_GT(count.seconds_left, 0);
  EXPECT_LE(count.seconds_left, 60);
}

TEST(Counters, start_again_when_erased_or_over) {
  Counters counters(nullptr);
  run_task(counters.increment("a", 60));
  run_task(counters.erase("a"));
  EXPECT_EQ(run_task(counters.get("a")).value, 0);

  run_task(counters.increment("b", 0));  // a window that is over at once
  EXPECT_EQ(run_task(counters.get("b")).value, 0);
  EXPECT_EQ(run_task(counters.increment("b", 60)).value, 1);
}

}  // namespace
}  // namespace sb::platform
