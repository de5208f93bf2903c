#include "base/error/error.hpp"

#include <cerrno>
#include <system_error>

namespace sb {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "invalid_argument";
    case ErrorCode::unauthenticated:
      return "unauthenticated";
    case ErrorCode::permission_denied:
      return "permission_denied";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::already_exists:
      return "already_exists";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::failed_precondition:
      return "failed_precondition";
    case ErrorCode::resource_exhausted:
      return "resource_exhausted";
    case ErrorCode::timeout:
      return "timeout";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::cancelled:
      return "cancelled";
    case ErrorCode::data_loss:
      return "data_loss";
    case ErrorCode::unimplemented:
      return "unimplemented";
    case ErrorCode::internal:
      return "internal";
  }
  return "unknown";
}

std::string Error::text() const {
  return subject.empty() ? message : fmt::format("{} ({})", message, subject);
}

Error Error::in(std::string_view what) && {
  message = fmt::format("{}: {}", what, message);
  return std::move(*this);
}

static ErrorCode code_of(int error_number) {
  switch (error_number) {
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::permission_denied;
    case ENOENT:
    case ESRCH:
    case ENOTDIR:
      return ErrorCode::not_found;
    case EEXIST:
      return ErrorCode::already_exists;
    case EADDRINUSE:
    case EBUSY:
    case EAGAIN:
      return ErrorCode::conflict;
    case ENOSPC:
    case EFBIG:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return ErrorCode::resource_exhausted;
    case ETIMEDOUT:
      return ErrorCode::timeout;
    case ECONNREFUSED:
    case ECONNRESET:
    case EPIPE:
    case EHOSTUNREACH:
      return ErrorCode::unavailable;
    case EINVAL:
      return ErrorCode::invalid_argument;
    default:
      return ErrorCode::internal;
  }
}

Error errno_error(int error_number, std::string_view what, std::string subject) {
  return Error{code_of(error_number),
               fmt::format("{}: {}", what, std::generic_category().message(error_number)),
               std::move(subject)};
}

}  // namespace sb
