#include "base/error/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace sb {

void check_failed(const char* expression, const char* why, const char* file, int line) {
  (void)std::fprintf(stderr, "invariant broken: %s (%s) at %s:%d\n", why, expression, file, line);
  std::abort();
}

}  // namespace sb
