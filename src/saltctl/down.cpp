#include <fmt/format.h>

#include "base/async/spawn.hpp"
#include "saltctl/command.hpp"
#include "saltctl/provision/processes.hpp"

namespace sb::saltctl {
namespace {

// saltcloud knows best how to end what it runs; whatever is left after it (or when there is no
// saltcloud to ask) is found by looking at every process.
Task<std::size_t> end_everything(const Places& places) {
  auto before = cloud_processes(places.cloud()).size();
  process::SpawnOptions stop;
  stop.argv = {(places.programs / "saltcloud").string(), "stop", "--children"};
  stop.environment = {{"SALTBITTER_HOME", places.home.string()}};
  if (before > 0) {
    auto stopped =
        co_await process::run(std::move(stop), "", Deadline::after(std::chrono::seconds(60)));
    (void)stopped;  // the sweep says whether it worked
  }
  co_await end_cloud_processes(places.cloud(), std::chrono::seconds(30));
  co_return before;
}

}  // namespace

Outcome run_down(Invocation& call) {
  Steps steps(call.out);
  if (!call.wants_json) steps.begin("ending what runs");
  auto ended = run_task(end_everything(call.places));
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
