#include <fmt/format.h>

#include "base/async/spawn.hpp"
#include "saltctl/command.hpp"
#include "saltctl/provision/processes.hpp"

namespace sb::saltctl {

Outcome run_down(Invocation& call) {
  Steps steps(call.out);
  if (!call.wants_json) steps.begin("ending what runs");
  auto ended = run_task(end_cloud_processes(call.places.cloud(), std::chrono::seconds(30)));
  auto left = cloud_processes(call.places.cloud());
  if (!left.empty()) {
    return std::unexpected(Failure(
        Error{ErrorCode::internal, fmt::format("{} processes would not end", left.size()), {}},
        "saltctl down"));
  }
  if (!call.wants_json) steps.done(fmt::format("{} processes", ended));
  bool removes = call.arguments.has("--volumes");
  if (removes) {
    // The CA stays: whoever trusts it goes on doing so.
    for (const char* folder : {"cloud", "images", "release", "shell", "demo"}) {
      SB_TRY_VOID(fs::remove_all(call.places.home / folder));
    }
  }
  if (call.wants_json) {
    call.out.line(fmt::format(R"({{"ended":{},"data_removed":{}}})", ended, removes));
  } else {
    call.out.line(removes ? "Nothing runs, and the data is gone."
                          : "Nothing runs. The data stays; `saltctl up` finds it again.");
  }
  return 0;
}

}  // namespace sb::saltctl
