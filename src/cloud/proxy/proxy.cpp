#include "cloud/proxy/proxy.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include "base/async/spawn.hpp"
#include "base/clock/clock.hpp"
#include "base/log/log.hpp"
#include "cloud/proxy/admin.hpp"
#include "cloud/proxy/child.hpp"
#include "cloud/proxy/plan.hpp"
#include "cloud/proxy/render.hpp"
#include "cloud/proxy/ring.hpp"

namespace sb::cloud::proxy {

namespace {

constexpr Duration kAskLimit = std::chrono::seconds(5);
constexpr Duration kStartLimit = std::chrono::seconds(15);
constexpr Duration kStopGrace = std::chrono::seconds(5);
// How often health is read: often while something is on its way, seldom otherwise.
constexpr Duration kPollUnsettled{100};
constexpr Duration kPollSettled{500};
constexpr Duration kRestartPauseMin{50};
constexpr Duration kRestartPauseMax{5000};
constexpr Duration kRetryWanted = std::chrono::seconds(3);
// HAProxy reads at most 16 KiB of commands at once.
constexpr std::size_t kMaxBatchBytes = 8192;

Surroundings surroundings_of(const fs::Path& folder) {
  Surroundings surroundings;
  surroundings.ring_address = "abns@" + ring_name(folder);
  if (::geteuid() == 0) {
    const bool has_own_user = ::getpwnam("haproxy") != nullptr;
    surroundings.user = has_own_user ? "haproxy" : "nobody";
    surroundings.group = has_own_user ? "haproxy" : "nogroup";
  }
  return surroundings;
}

bool is_settled(const HealthTable& health) {
  for (const auto& [group, targets] : health) {
    for (const auto& [key, target] : targets) {
      if (target.state != TargetHealth::State::up) return false;
    }
  }
  return true;
}

// Without the number of sessions, which changes all the time.
bool same_states(const HealthTable& a, const HealthTable& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [group, targets] : a) {
    auto other = b.find(group);
    if (other == b.end() || other->second.size() != targets.size()) return false;
    for (const auto& [key, target] : targets) {
      auto twin = other->second.find(key);
      if (twin == other->second.end() || twin->second.state != target.state ||
          twin->second.check_code != target.check_code ||
          twin->second.check_status != target.check_status) {
        return false;
      }
    }
  }
  return true;
}

bool only_deletes(const std::vector<std::string>& commands) {
  return std::all_of(commands.begin(), commands.end(), [](const std::string& c) {
    return c.find(";del server ") != std::string::npos;
  });
}

}  // namespace

struct Proxy::Impl : std::enable_shared_from_this<Impl> {
  Impl(Executor e, ProxyOptions o)
      : executor(e),
        folder(std::filesystem::absolute(o.folder)),
        child(folder, o.program),
        surroundings(surroundings_of(folder)),
        turn_free(e),
        health_changed(e),
        woken(e),
        gate(e) {}

  Executor executor;
  fs::Path folder;
  Child child;
  Surroundings surroundings;
  Model wanted;
  std::uint64_t wanted_version = 0, applied_version = 0;
  HealthTable health;
  Traffic traffic;
  std::unique_ptr<Ring> ring;
  std::map<std::string, std::string> written;  // file name -> content on disk
  // Files and process are changed by one coroutine at a time.
  bool is_turn_taken = false;
  Notifier turn_free;
  Notifier health_changed;
  Notifier woken;
  Gate gate;
  Deadline retry_after = Deadline::after(Duration(0));
  bool has_leftovers = false;  // servers that could not be deleted yet

  class Turn {
   public:
    explicit Turn(Impl& impl) : impl_(&impl) {
      impl.is_turn_taken = true;
    }
    Turn(Turn&& other) noexcept : impl_(std::exchange(other.impl_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (!impl_) return;
      impl_->is_turn_taken = false;
      impl_->turn_free.notify_all();
    }

   private:
    Impl* impl_;
  };
  Task<Turn> take_turn() {
    // With a limit, so that a wake-up that came too early is not waited for forever.
    while (is_turn_taken) co_await turn_free.wait(Deadline::after(Duration(20)));
    co_return Turn(*this);
  }

  Result<> write(const std::string& name, const std::string& content);
  Result<> write_files(const Files& files);
  Task<Result<Live>> look();
  Task<Result<>> tell(const std::vector<std::string>& commands);
  Task<Result<>> replay();
  Task<Result<>> converge();
  void watch_current();
  Task<> poll_once();
  Task<> retry_wanted();
  static Task<> watch(std::shared_ptr<Impl> self, process::Identity process);
  static Task<> poll(std::shared_ptr<Impl> self);
};

Result<> Proxy::Impl::write(const std::string& name, const std::string& content) {
  auto known = written.find(name);
  if (known != written.end() && known->second == content) return {};
  SB_TRY_VOID(fs::write_file(folder / name, content, 0600));
  written[name] = content;
  return {};
}

Result<> Proxy::Impl::write_files(const Files& files) {
  for (const auto& [name, body] : files.bodies) SB_TRY_VOID(write(name, body));
  SB_TRY_VOID(write(std::string(kWeightsFile), files.weights));
  return write(std::string(kConfigFile), files.config);
}

Task<Result<Live>> Proxy::Impl::look() {
  auto servers = co_await ask(folder, "show servers state", Deadline::after(kAskLimit));
  if (!servers) co_return std::unexpected(std::move(servers).error());
  auto weights =
      co_await ask(folder, fmt::format("show map {}", kWeightsFile), Deadline::after(kAskLimit));
  if (!weights) co_return std::unexpected(std::move(weights).error());
  co_return Live{parse_servers_state(*servers), parse_map(*weights)};
}

Task<Result<>> Proxy::Impl::tell(const std::vector<std::string>& commands) {
  std::size_t at = 0;
  while (at < commands.size()) {
    std::string batch = commands[at++];
    while (at < commands.size() && batch.size() + commands[at].size() < kMaxBatchBytes) {
      batch += ";" + commands[at++];
    }
    auto answer = co_await ask(folder, std::move(batch), Deadline::after(kAskLimit));
    if (!answer) co_return std::unexpected(std::move(answer).error());
  }
  co_return Result<>();
}

// Makes the running HAProxy what is wanted, as far as that needs no reload.
Task<Result<>> Proxy::Impl::replay() {
  std::vector<std::string> commands;
  for (int attempt = 0; attempt < 3; ++attempt) {
    auto live = co_await look();
    if (!live) co_return std::unexpected(std::move(live).error());
    commands = plan_changes(*live, wanted);
    has_leftovers = !commands.empty() && only_deletes(commands);
    if (commands.empty() || (attempt > 0 && has_leftovers)) co_return Result<>();
    auto told = co_await tell(commands);
    if (!told) co_return told;
  }
  co_return fail(ErrorCode::internal, "HAProxy does not do what it is told", commands.front());
}

Task<Result<>> Proxy::Impl::converge() {
  const std::uint64_t version = wanted_version;
  Files files = render(wanted, surroundings, health);
  SB_CO_TRY_VOID(write_files(files));
  child.forget_dead();
  if (wanted.listeners.empty()) {
    if (child.current()) co_await child.stop(kStopGrace);
    health.clear();
    applied_version = version;
    co_return Result<>();
  }
  bool is_current = false;
  if (child.current()) {
    auto info = co_await child.info(Deadline::after(kAskLimit));
    is_current = info && info->structure == files.structure;
  }
  if (!is_current) {
    auto started = co_await child.start(Deadline::after(kStartLimit));
    if (!started) co_return started;
    log::info("HAProxy serves", {{"pid", child.current()->pid}, {"structure", files.structure}});
    watch_current();
  }
  auto told = co_await replay();
  if (told) applied_version = version;
  woken.notify_all();
  co_return told;
}

void Proxy::Impl::watch_current() {
  spawn_logged(executor, "proxy watch", watch(shared_from_this(), *child.current()));
}

// Reaps every HAProxy; restarts the one that should be serving.
Task<> Proxy::Impl::watch(std::shared_ptr<Impl> self, process::Identity process) {
  auto status = co_await process::wait(process);
  // A watch that ended early must not leave a living HAProxy unwatched.
  while (process::is_alive(process)) {
    co_await sleep_for(kPollSettled);
    status = co_await process::wait(process);
  }
  if (self->gate.is_closed() || self->child.current() != process) co_return;
  Duration pause = kRestartPauseMin;
  log::error("HAProxy ended, restarting it", {{"pid", process.pid}, {"code", status.code}});
  while (!self->gate.is_closed()) {
    {
      auto turn = co_await self->take_turn();
      // An apply() may have been quicker.
      if (self->gate.is_closed() || (self->child.current() && self->child.current() != process))
        co_return;
      auto started = co_await self->converge();
      if (started) co_return;
      log::error("HAProxy cannot be started", {{"error", started.error().text()}});
    }
    co_await sleep_for(pause);
    pause = std::min(pause * 2, kRestartPauseMax);
  }
}

Task<> Proxy::Impl::poll_once() {
  auto turn = co_await take_turn();
  if (gate.is_closed() || !child.current()) co_return;
  auto answer = co_await ask(folder, "show stat -1 4 -1", Deadline::after(kAskLimit));
  if (!answer) co_return;
  HealthTable seen = parse_health(*answer, health);
  const bool is_news = !same_states(health, seen);
  health = std::move(seen);
  if (is_news) {
    if (auto done = write_files(render(wanted, surroundings, health)); !done) {
      log::error("cannot write the proxy's files", {{"error", done.error().text()}});
    }
    health_changed.notify_all();
  }
  if (has_leftovers) {
    if (auto done = co_await replay(); !done) {
      log::warning("proxy", {{"error", done.error().text()}});
    }
  }
}

// What could not be had at the start may be possible now (a port that was taken, a missing
// certificate).
Task<> Proxy::Impl::retry_wanted() {
  if (!retry_after.has_passed()) co_return;
  auto turn = co_await take_turn();
  if (gate.is_closed() || applied_version == wanted_version) co_return;
  auto done = co_await converge();
  retry_after = Deadline::after(kRetryWanted);
  if (!done)
    log::warning("the load balancer is not as it should be", {{"error", done.error().text()}});
}

Task<> Proxy::Impl::poll(std::shared_ptr<Impl> self) {
  while (!self->gate.is_closed()) {
    co_await self->poll_once();
    if (self->applied_version != self->wanted_version) co_await self->retry_wanted();
    if (self->gate.is_closed()) co_return;
    if (!self->child.current()) {
      co_await self->woken.wait(Deadline::after(std::chrono::seconds(1)));
    } else {
      const bool is_quiet = is_settled(self->health) && !self->has_leftovers;
      co_await self->woken.wait(Deadline::after(is_quiet ? kPollSettled : kPollUnsettled));
    }
  }
}

Proxy::Proxy(Executor executor, ProxyOptions options)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(options))) {}

Proxy::~Proxy() {
  impl_->gate.close();
  impl_->ring.reset();
  impl_->woken.notify_all();
}

Task<Result<>> Proxy::start(Model model) {
  auto impl = impl_;
  SB_CO_TRY_VOID(fs::make_directories(impl->folder, 0700));
  auto turn = co_await impl->take_turn();
  impl->wanted = std::move(model);
  ++impl->wanted_version;
  co_await impl->child.adopt();
  if (impl->child.current()) {
    log::info("adopted HAProxy", {{"pid", impl->child.current()->pid}});
    impl->watch_current();
    // Health first: a reload must not take targets that are up for new ones.
    auto answer = co_await ask(impl->folder, "show stat -1 4 -1", Deadline::after(kAskLimit));
    if (answer) impl->health = parse_health(*answer, {});
  }
  impl->ring = std::make_unique<Ring>(
      impl->executor, ring_name(impl->folder),
      [raw = impl.get()](pid_t pid) { return raw->child.owns(pid); },
      [raw = impl.get()](const AccessLine& line) { raw->traffic.add(line, now()); });
  impl->ring->start();
  auto done = co_await impl->converge();
  impl->retry_after = Deadline::after(kRetryWanted);
  spawn_logged(impl->executor, impl->gate, "proxy health", Impl::poll(impl));
  co_return done;
}

Task<Result<>> Proxy::apply(Model model) {
  auto impl = impl_;
  impl->wanted = std::move(model);
  const std::uint64_t version = ++impl->wanted_version;
  auto turn = co_await impl->take_turn();
  if (impl->gate.is_closed()) co_return fail(ErrorCode::cancelled, "the proxy is shutting down");
  // Whoever had the turn before may have seen this model already.
  if (impl->applied_version >= version) co_return Result<>();
  co_return co_await impl->converge();
}

Task<> Proxy::stop() {
  auto impl = impl_;
  impl->gate.close();
  impl->woken.notify_all();
  impl->ring.reset();
  co_await impl->gate.drain(Deadline::after(std::chrono::seconds(10)));
  auto turn = co_await impl->take_turn();
}

Task<> Proxy::shutdown() {
  auto impl = impl_;
  co_await stop();
  co_await impl->child.stop(kStopGrace);
}

const HealthTable& Proxy::health() const {
  return impl_->health;
}
Notifier& Proxy::health_changed() {
  return impl_->health_changed;
}
const Traffic& Proxy::traffic() const {
  return impl_->traffic;
}
std::optional<process::Identity> Proxy::process() const {
  return impl_->child.current();
}

Task<Result<std::map<std::string, std::string>>> Proxy::live_weights() {
  auto impl = impl_;
  auto answer = co_await ask(impl->folder, fmt::format("show map {}", kWeightsFile),
                             Deadline::after(kAskLimit));
  if (!answer) co_return std::unexpected(std::move(answer).error());
  co_return parse_map(*answer);
}

}  // namespace sb::cloud::proxy
