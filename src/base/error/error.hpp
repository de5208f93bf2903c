// Expected failures as values. Broken invariants abort (check.hpp); nothing else is thrown
// across a module boundary.
#pragma once

#include <fmt/format.h>

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace sb {

// A code exists only where some caller branches on it. The HTTP status that each becomes is
// decided in exactly one function of each API (never here).
enum class ErrorCode {
  invalid_argument,     // the caller's input is wrong; `subject` names the field or JSON path
  unauthenticated,      // no or wrong credentials
  permission_denied,    // known caller, not allowed
  not_found,            // `subject` names what is missing
  already_exists,       // unique name taken
  conflict,             // someone else changed or holds it
  failed_precondition,  // right request, wrong state
  resource_exhausted,   // limit, quota, disk full
  timeout,              // a deadline passed
  unavailable,          // the peer cannot be reached or is shutting down; a retry may help
  cancelled,            // our own shutdown or an operator's interrupt
  data_loss,            // what was stored cannot be read back
  unimplemented,        // said so on purpose
  internal,             // a peer or a library misbehaved
};

std::string_view to_string(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;  // one sentence for a person; never a secret
  std::string subject;  // the field, path or resource it is about; may be empty

  // "message (subject)" or "message".
  std::string text() const;
  // The same error with "what: " put before the message, for callers that know more.
  Error in(std::string_view what) &&;
};

template <class T = void>
using Result = std::expected<T, Error>;

// return fail(ErrorCode::not_found, "no such task", id);
inline std::unexpected<Error> fail(ErrorCode code, std::string message, std::string subject = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(subject)});
}

// The error of a failed system call: errno's text, with a code that fits it.
Error errno_error(int error_number, std::string_view what, std::string subject = {});

}  // namespace sb

#define SB_CONCAT_(a, b) a##b
#define SB_CONCAT(a, b) SB_CONCAT_(a, b)

// SB_TRY(auto rows, query(...)); returns the error to the caller, or declares rows.
// SB_TRY is for functions, SB_CO_TRY for coroutines; the _VOID forms are for Result<void>.
#define SB_TRY_IMPL_(tmp, leave, decl, ...)                \
  auto tmp = (__VA_ARGS__);                                \
  if (!tmp) leave std::unexpected(std::move(tmp).error()); \
  decl = *std::move(tmp)
#define SB_TRY(decl, ...) SB_TRY_IMPL_(SB_CONCAT(sb_try_, __COUNTER__), return, decl, __VA_ARGS__)
#define SB_CO_TRY(decl, ...) \
  SB_TRY_IMPL_(SB_CONCAT(sb_try_, __COUNTER__), co_return, decl, __VA_ARGS__)
#define SB_TRY_VOID(...)                                  \
  do {                                                    \
    if (auto sb_try_ = (__VA_ARGS__); !sb_try_)           \
      return std::unexpected(std::move(sb_try_).error()); \
  } while (false)
#define SB_CO_TRY_VOID(...)                                  \
  do {                                                       \
    if (auto sb_try_ = (__VA_ARGS__); !sb_try_)              \
      co_return std::unexpected(std::move(sb_try_).error()); \
  } while (false)
