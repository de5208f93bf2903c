#include "github/step_process.hpp"

#include <signal.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

#include "base/process/process.hpp"

namespace sb::github {

namespace {

constexpr Duration kFirstLook(5), kLook(100);
constexpr std::chrono::seconds kGrace(10);
constexpr std::chrono::seconds kPatienceForPid(5);

// `abandoned` and `pid` are written and looked for in opposite order by us and by the process, so
// that at least one side sees the other: an abandoned step never runs unnoticed.
constexpr const char* kWrapper = R"sh(
cd "$1" || exit 125
set -- "$1" "$2" $(cut -d' ' -f22 /proc/$$/stat)
echo "$$ $3" > pid.tmp && mv pid.tmp pid || exit 125
[ ! -e abandoned ] || exit 125
(cd "$2" && exec bash -e "$1/script")
echo $? > exit.tmp && mv exit.tmp exit
)sh";

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  return value;
}

std::optional<int> read_exit(const fs::Path& folder) {
  auto text = fs::read_file(folder / "exit");
  return text ? parse_number<int>(*text) : std::nullopt;
}

std::optional<process::Identity> read_identity(const fs::Path& folder) {
  auto text = fs::read_file(folder / "pid");
  if (!text) return std::nullopt;
  auto space = text->find(' ');
  if (space == std::string::npos) return std::nullopt;
  auto pid = parse_number<pid_t>(*text);
  auto ticks = parse_number<std::uint64_t>(std::string_view(*text).substr(space + 1));
  if (!pid || !ticks) return std::nullopt;
  return process::Identity{*pid, *ticks};
}

void signal_session(const process::Identity& leader, int number) {
  if (process::is_alive(leader)) ::kill(-leader.pid, number);
}

Task<> end_session(process::Identity leader) {
  signal_session(leader, SIGTERM);
  auto deadline = Deadline::after(kGrace);
  while (process::is_alive(leader) && !deadline.has_passed()) co_await sleep_for(kLook);
  signal_session(leader, SIGKILL);
}

StepOutcome outcome_of(const fs::Path& folder) {
  auto code = read_exit(folder);
  if (!code) return {"failure", "its process is gone and left no exit code: it was killed"};
  if (*code == 0) return {"success", ""};
  return {"failure", fmt::format("Process completed with exit code {}.", *code)};
}

}  // namespace

Result<> start_step_process(const StepProcess& step) {
  SB_TRY_VOID(fs::make_directories(step.folder, 0700));
  SB_TRY_VOID(fs::make_directories(step.working_directory, 0700));
  SB_TRY_VOID(fs::write_file(step.folder / "script", step.script + "\n", 0600));
  process::SpawnOptions options;
  options.argv = {"bash",
                  "-c",
                  kWrapper,
                  "salthub-step",
                  step.folder.string(),
                  step.working_directory.string()};
  options.environment = step.environment;
  options.inherit_environment = false;
  options.stdout_path = options.stderr_path = step.folder / "log";
  auto child = process::spawn(options);
  if (!child) return std::unexpected(std::move(child).error());
  return {};
}

Task<StepOutcome> await_step_process(fs::Path folder, std::function<Demand()> demand) {
  // A process that was just started takes a moment to say who it is.
  auto patience = Deadline::after(kPatienceForPid);
  while (!read_identity(folder) && !patience.has_passed()) co_await sleep_for(kFirstLook);
  if (!read_identity(folder)) (void)fs::write_file(folder / "abandoned", "");
  auto leader = read_identity(folder);
  if (!leader) co_return StepOutcome{"failure", "salthub was stopped before its process began"};

  Duration look = kFirstLook;
  while (process::is_alive(*leader)) {
    auto wish = demand();
    if (wish == Demand::leave) co_return StepOutcome{};
    if (wish == Demand::end) co_await end_session(*leader);
    co_await sleep_for(look);
    look = std::min(look * 2, kLook);
  }
  if (!read_exit(folder)) (void)co_await process::wait(*leader);
  co_return outcome_of(folder);
}

}  // namespace sb::github
