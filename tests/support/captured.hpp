// What a command prints and returns, for tests of commands that run in the test's own process.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace sb::testing {

struct Said {
  int code = 0;
  std::string out, err;
};

template <class Command>
Said captured(Command&& command) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Said said;
  said.code = std::forward<Command>(command)();
  said.out = ::testing::internal::GetCapturedStdout();
  said.err = ::testing::internal::GetCapturedStderr();
  return said;
}

}  // namespace sb::testing
