// The daily work: matches for everybody at 06:00 UTC, a sweep of mutual likes every 15 minutes, and
// the removal of what has expired at 02:00. Any number of workers may run: PostgreSQL lets one at a
// time do a job, and every job is idempotent.
#pragma once

#include "base/async/gate.hpp"
#include "platform/api/services.hpp"

namespace sb::platform {

class Worker {
 public:
  explicit Worker(Services& services) : services_(services) {}

  // Loops until cancelled by the end of the loop it runs on.
  Task<> generate_daily();
  Task<> sweep_regularly();
  Task<> clean_up_daily();

  Task<Result<>> generate_now();
  Task<Result<>> sweep_now();
  Task<Result<>> clean_up_now();

 private:
  Services& services_;
};

}  // namespace sb::platform
