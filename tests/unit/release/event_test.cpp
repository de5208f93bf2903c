#include "release/engine/event.hpp"

#include <gtest/gtest.h>

#include "base/json/codec.hpp"

namespace sb::release {
namespace {

// What is not described is not journaled, and a replay would decide without it.
TEST(DeploymentView, is_journaled_whole) {
  DeploymentView view{"IN_PROGRESS",
                      "why",
                      "BAKE_TIME",
                      "hook",
                      "2026-11-22T00:00:00.000Z",
                      "ROLLBACK",
                      1,
                      2,
                      50,
                      75,
                      3,
                      "1.2.0",
                      "never ready"};

  auto read = json::decode<DeploymentView>(json::encode(view));

  ASSERT_TRUE(read.has_value()) << read.error().text();
  EXPECT_EQ(*read, view);
}

}  // namespace
}  // namespace sb::release
