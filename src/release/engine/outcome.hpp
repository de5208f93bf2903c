// How a release can end, and what each end means to a script: the exit codes of `saltctl deploy`,
// `resume` and `rollback`. "Rolled back" is never 0: somebody wanted a version that is not live.
#pragma once

#include <boost/describe/enum.hpp>

#include <string_view>

namespace sb::release {

enum class Outcome {
  none,             // still going on
  complete,         // the new version serves; smoke tests and watch passed
  rolled_back,      // it failed or was aborted; the old version serves, confirmed by the cloud
  rollback_failed,  // the way back failed or there was none: a person is needed now
  refused,          // not begun: the lock is held, or the preflight found something missing
  failed,           // stopped before the service was touched; production never noticed
  interrupted,      // this process stopped; the release is unfinished and `saltctl resume` ends it
};
BOOST_DESCRIBE_ENUM(Outcome, none, complete, rolled_back, rollback_failed, refused, failed,
                    interrupted)

// 0 complete · 3 failed · 4 rolled back · 5 rollback failed · 6 refused · 7 interrupted.
// (1 and 2 are left to saltctl itself: unexpected error, wrong usage.)
constexpr int exit_code(Outcome outcome) {
  switch (outcome) {
    case Outcome::complete:
      return 0;
    case Outcome::failed:
      return 3;
    case Outcome::rolled_back:
      return 4;
    case Outcome::rollback_failed:
      return 5;
    case Outcome::refused:
      return 6;
    case Outcome::interrupted:
    case Outcome::none:
      return 7;
  }
  return 7;
}

// What the ledger says of a task definition afterwards. A rollback never chooses a bad one.
enum class Verdict { unproven, good, bad };
BOOST_DESCRIBE_ENUM(Verdict, unproven, good, bad)

}  // namespace sb::release
