#include "cloud/runtime/keeper.hpp"

#include "base/async/notifier.hpp"
#include "base/async/spawn.hpp"
#include "base/log/log.hpp"

namespace sb::cloud::runtime {

namespace {
constexpr auto kFirstDelay = std::chrono::milliseconds(100);
constexpr auto kLastDelay = std::chrono::milliseconds(10'000);
// A server that ran this long has recovered: its next death is a new story.
constexpr auto kStable = std::chrono::seconds(30);
constexpr auto kRestartLimit = std::chrono::seconds(30);
}  // namespace

struct Keeper::State {
  State(Executor e, std::string n, SandboxSpec s, std::function<void()> d)
      : executor(e), name(std::move(n)), spec(std::move(s)), died(std::move(d)), changed(e) {}
  Executor executor;
  std::string name;
  SandboxSpec spec;
  std::function<void()> died;
  Notifier changed;
  std::optional<Sandbox> sandbox;
  bool is_wanted = false;
  bool is_kept = false;  // `keep` runs
  int restarts = 0;
};

Keeper::Keeper(Executor executor, std::string name, SandboxSpec spec, std::function<void()> died)
    : state_(std::make_shared<State>(std::move(executor), std::move(name), std::move(spec),
                                     std::move(died))) {}

Keeper::~Keeper() {
  state_->is_wanted = false;
  state_->changed.notify_all();
}

std::optional<Sandbox> Keeper::sandbox() const {
  return state_->sandbox;
}
int Keeper::restarts() const {
  return state_->restarts;
}

Task<Result<bool>> Keeper::start(Deadline deadline) {
  auto state = state_;
  if (state->sandbox) co_return true;
  auto running = co_await Sandbox::adopt(state->spec.folder);
  bool was_running = running.has_value();
  if (!running) {
    SB_CO_TRY(running, co_await Sandbox::start(state->spec, deadline));
  }
  state->sandbox = std::move(running);
  state->is_wanted = true;
  if (!state->is_kept) {
    state->is_kept = true;
    spawn_logged(state->executor, "keeper of " + state->name, keep(state));
  }
  co_return was_running;
}

Task<> Keeper::stop(Duration grace, int signal) {
  auto state = state_;
  state->is_wanted = false;
  state->changed.notify_all();
  if (state->sandbox) {
    auto sandbox = *state->sandbox;
    co_await sandbox.stop(grace, signal);
  }
  while (state->is_kept) co_await state->changed.wait(Deadline::never());
}

Task<> Keeper::keep(std::shared_ptr<State> state) {
  Duration delay = kFirstDelay;
  while (state->is_wanted) {
    auto since = std::chrono::steady_clock::now();
    if (state->sandbox) {
      auto sandbox = *state->sandbox;
      auto exit = co_await sandbox.wait();
      state->sandbox.reset();
      if (!state->is_wanted) break;
      if (state->died) state->died();
      log::warning("server died and is started again",
                   {{"server", state->name},
                    {"exit_code", exit.code},
                    {"last_words", last_words(state->spec.log_path)}});
    }
    if (std::chrono::steady_clock::now() - since > kStable) delay = kFirstDelay;
    auto wake = Deadline::after(delay);
    while (state->is_wanted && !wake.has_passed()) co_await state->changed.wait(wake);
    if (!state->is_wanted) break;
    delay = std::min<Duration>(delay * 2, kLastDelay);
    auto started = co_await Sandbox::start(state->spec, Deadline::after(kRestartLimit));
    if (started) {
      ++state->restarts;
      state->sandbox = *std::move(started);
      // Stopped meanwhile: `stop` saw no sandbox, so it is ours to end.
      if (!state->is_wanted) co_await state->sandbox->stop(Duration(0));
    } else {
      log::error("server cannot be started",
                 {{"server", state->name}, {"error", started.error().text()}});
    }
  }
  state->sandbox.reset();
  state->is_kept = false;
  state->changed.notify_all();
}

}  // namespace sb::cloud::runtime
