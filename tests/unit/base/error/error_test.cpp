#include "base/error/error.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace sb {
namespace {

TEST(Error, says_what_happened_and_to_what) {
  Error error{ErrorCode::not_found, "no such image", "web:1"};

  EXPECT_EQ(error.text(), "no such image (web:1)");
  EXPECT_EQ(std::move(error).in("cannot deploy").text(), "cannot deploy: no such image (web:1)");
  EXPECT_EQ((Error{ErrorCode::timeout, "too late", {}}).text(), "too late");
}

TEST(Error, what_the_system_refused_gets_the_code_that_a_caller_can_act_on) {
  const std::pair<int, std::string_view> kCodes[] = {
      {EACCES, "permission_denied"},
      {EROFS, "permission_denied"},
      {ENOENT, "not_found"},
      {ESRCH, "not_found"},
      {EEXIST, "already_exists"},
      {EADDRINUSE, "conflict"},
      {EAGAIN, "conflict"},
      {ENOSPC, "resource_exhausted"},
      {EMFILE, "resource_exhausted"},
      {ENOMEM, "resource_exhausted"},
      {ETIMEDOUT, "timeout"},
      {ECONNREFUSED, "unavailable"},
      {EPIPE, "unavailable"},
      {EINVAL, "invalid_argument"},
      {EIO, "internal"},
  };

  for (auto [number, code] : kCodes)
    EXPECT_EQ(to_string(errno_error(number, "cannot write", "f").code), code) << number;
  EXPECT_EQ(errno_error(ENOSPC, "cannot write", "f").text(),
            "cannot write: No space left on device (f)");
}

TEST(Error, codes_are_written_into_journals_by_these_names) {
  const std::pair<ErrorCode, std::string_view> kNames[] = {
      {ErrorCode::unauthenticated, "unauthenticated"},
      {ErrorCode::failed_precondition, "failed_precondition"},
      {ErrorCode::cancelled, "cancelled"},
      {ErrorCode::data_loss, "data_loss"},
      {ErrorCode::unimplemented, "unimplemented"},
      {ErrorCode::internal, "internal"},
  };

  for (auto [code, name] : kNames) EXPECT_EQ(to_string(code), name);
}

}  // namespace
}  // namespace sb
