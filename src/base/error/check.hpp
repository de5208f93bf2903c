// SB_CHECK(invariant, "why it holds"): broken invariants end the process in every build. What is on
// disk was written before it was acted on, so a restart goes on from there.
#pragma once

namespace sb {
[[noreturn]] void check_failed(const char* expression, const char* why, const char* file, int line);
}

#define SB_CHECK(expression, why)                               \
  do {                                                          \
    if (!(expression)) [[unlikely]]                             \
      ::sb::check_failed(#expression, why, __FILE__, __LINE__); \
  } while (false)
