#include "cloud/daemon/serve.hpp"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <memory>

#include "base/async/spawn.hpp"
#include "base/http/server.hpp"
#include "base/log/log.hpp"
#include "cloud/daemon/home.hpp"
#include "cloud/daemon/programs.hpp"
#include "cloud/daemon/services.hpp"

namespace sb::cloud {

namespace {

constexpr std::chrono::seconds kDrain(5);

// What the daemon waits for once it serves.
struct Events {
  explicit Events(const Executor& executor) : happened(executor) {}
  Notifier happened;
  int signal = 0;
  std::optional<Error> failure;
};

Task<> watch_signals(std::shared_ptr<Events> events, Signals signals) {
  events->signal = co_await signals.wait();
  events->happened.notify_all();
  // Whoever asks twice does not want to wait for the rest.
  co_await signals.wait();
  ::_exit(1);
}

Task<> start_services(Services& services, std::shared_ptr<Events> events) {
  auto started = co_await services.start();
  if (started) {
    log::info("every service is ready");
    co_return;
  }
  events->failure = std::move(started).error();
  events->happened.notify_all();
}

Result<fs::FileLock> lock(const Home& home) {
  auto held = fs::FileLock::acquire(home.lock_file());
  if (held || held.error().code != ErrorCode::conflict) return held;
  auto record = home.read_record();
  auto who = record && *record
                 ? fmt::format(" (process {}, {})", (*record)->pid, (*record)->endpoint)
                 : std::string();
  return fail(ErrorCode::conflict,
              fmt::format("another saltcloud{} serves this home: stop it with 'saltcloud stop "
                          "--home {}' or choose another --home",
                          who, home.root.string()));
}

std::string endpoint_of(const std::string& address, std::uint16_t port) {
  auto host = address.find(':') == std::string::npos ? address : "[" + address + "]";
  return fmt::format("http://{}:{}", host, port);
}

Result<std::uint16_t> listen(http::Server& server, const ServeOptions& options) {
  auto port = server.listen(options.address, options.port);
  if (port) return port;
  auto error = std::move(port).error();
  if (error.code == ErrorCode::conflict)
    error.message += ": the port is taken, choose another with --listen ADDRESS:PORT";
  if (error.code == ErrorCode::permission_denied)
    error.message += ": choose a port from 1024 up with --listen ADDRESS:PORT";
  return std::unexpected(std::move(error));
}

}  // namespace

Task<Result<>> serve(ServeOptions options) {
  auto executor = co_await current_executor();
  auto events = std::make_shared<Events>(executor);
  spawn_logged(executor, "signals", watch_signals(events, Signals(executor, {SIGTERM, SIGINT})));
  std::error_code ignored;
  Home home{std::filesystem::absolute(options.home, ignored)};
  SB_CO_TRY_VOID(home.prepare());
  SB_CO_TRY(auto lock_held, lock(home));
  SB_CO_TRY_VOID(check_programs());
  SB_CO_TRY_VOID(co_await check_sandbox(home.cloud() / "sandbox-check"));
  SB_CO_TRY(auto credentials, home.credentials());

  Arns arns;
  arns.region = options.region;
  auto gateway = std::make_unique<gateway::Gateway>(gateway::GatewayOptions{
      .secret_of = [credentials](std::string_view key) -> std::optional<std::string> {
        if (key != credentials.access_key_id) return std::nullopt;
        return credentials.secret_access_key;
      }});
  Readiness readiness(executor);
  SB_CO_TRY(auto services, Services::open(home, arns, executor, readiness, *gateway));
  http::Server server(executor, readiness.guard(gateway->handler()),
                      gateway::Gateway::server_options());
  SB_CO_TRY(auto port, listen(server, options));
  auto endpoint = endpoint_of(options.address, port);
  auto self = process::identify(::getpid());
  SB_CO_TRY_VOID(home.write_record({.pid = ::getpid(),
                                    .start_ticks = self ? self->start_ticks : 0,
                                    .endpoint = endpoint,
                                    .region = options.region,
                                    .version = version()}));
  log::info("saltcloud answers", {{"endpoint", endpoint},
                                  {"home", home.root.string()},
                                  {"region", options.region},
                                  {"pid", static_cast<int>(::getpid())}});

  spawn_logged(executor, "start services", start_services(*services, events));
  while (events->signal == 0 && !events->failure) co_await events->happened.wait(Deadline::never());

  log::info("saltcloud stops", {{"signal", events->signal}});
  co_await services->end_sessions(Deadline::after(kDrain));
  co_await server.stop(Deadline::after(kDrain));
  co_await services->stop();
  SB_CO_TRY_VOID(home.remove_record());
  if (events->failure) co_return std::unexpected(*std::move(events->failure));
  co_return Result<>{};
}

}  // namespace sb::cloud
