#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include <memory>

#include "base/async/spawn.hpp"
#include "base/http/server.hpp"
#include "base/log/log.hpp"
#include "base/pg/pg.hpp"
#include "platform/api/app.hpp"
#include "platform/api/worker.hpp"
#include "platform/cli/commands.hpp"

namespace sb::platform::cli {

namespace {

Task<> warn_about_faults(std::string faults) {
  while (true) {
    log::warning("DELIBERATE FAULTS ARE ON (SALTBITTER_FAULTS): this is a rehearsal",
                 {{"faults", faults}});
    co_await sleep_for(std::chrono::minutes(1));
  }
}

constexpr auto kLook = std::chrono::milliseconds(100);

Task<> when_due(const App& app, const RequestFault& fault) {
  while (!app.faults().is_due(fault)) co_await sleep_for(kLook);
}

Task<> leak_memory(const App& app) {
  const auto& fault = app.faults().plan().leak_mb_per_s;
  co_await when_due(app, fault);
  std::vector<std::string> kept;
  while (true) {
    kept.emplace_back(static_cast<std::size_t>(fault.amount * 102'400), 'x');  // kLook's share
    co_await sleep_for(kLook);
  }
}

Task<> hoard_connections(const App& app, std::string database_url) {
  co_await when_due(app, app.faults().plan().connections);
  std::vector<std::unique_ptr<pg::Connection>> kept;
  while (static_cast<double>(kept.size()) < app.faults().plan().connections.amount) {
    auto connection =
        co_await pg::Connection::connect(database_url, Deadline::after(std::chrono::seconds(5)));
    if (!connection) {
      log::warning("no more connections", {{"error", connection.error().text()}});
      break;
    }
    kept.push_back(*std::move(connection));
  }
  co_await sleep_until(Deadline::never());
}

Task<> end_at_second_signal(Signals signals) {
  co_await signals.wait();
  log::warning("second signal, leaving at once");
  _exit(1);
}

http::ServerOptions server_options(const App& app) {
  http::ServerOptions options;
  options.max_body_bytes = App::kMaxBodyBytes;
  options.error_page = [&app](int status) { return app.error_page(status); };
  return options;
}

void start_worker(const Executor& executor, Worker& worker) {
  spawn_logged(executor, "generate_daily", worker.generate_daily());
  spawn_logged(executor, "sweep_regularly", worker.sweep_regularly());
  spawn_logged(executor, "clean_up_daily", worker.clean_up_daily());
}

Task<int> run_server(Config config) {
  Executor executor = co_await current_executor();
  // Caught before anybody is told that we serve: whoever then stops us finds us listening.
  Signals signals(executor, {SIGTERM, SIGINT});
  auto faults = parse_faults(config.faults);
  if (!faults) co_return complain(faults.error());
  auto proxies = TrustedProxies::parse(config.trusted_proxies);
  if (!proxies) co_return complain(proxies.error());

  Services services(executor, std::move(config));
  App app(services, *faults, *std::move(proxies));
  auto handler = [&app](http::Request request) { return app.handle(std::move(request)); };
  http::Server server(executor, handler, server_options(app));
  auto port = server.listen(services.config.host, services.config.port);
  if (!port)
    co_return complain(std::move(port).error().in("cannot listen (choose another HOST or PORT)"));
  log::info(
      "serving",
      {{"host", services.config.host}, {"port", *port}, {"version", services.config.version}});

  if (faults->is_active())
    spawn_logged(executor, "warn_about_faults", warn_about_faults(services.config.faults));
  if (faults->leak_mb_per_s.amount > 0) spawn_logged(executor, "leak_memory", leak_memory(app));
  if (faults->connections.amount > 0)
    spawn_logged(executor, "hoard_connections",
                 hoard_connections(app, services.config.database_url));
  Worker worker(services);
  if (services.config.run_worker) start_worker(executor, worker);

  int signal = co_await signals.wait();
  log::info("draining", {{"signal", signal}, {"in_flight", server.requests_in_flight()}});
  spawn_logged(executor, "end_at_second_signal", end_at_second_signal(signals));
  co_await server.stop(Deadline::after(std::chrono::seconds(services.config.drain_seconds)));
  log::info("stopped", {{"in_flight", server.requests_in_flight()}});
  co_return 0;
}

Task<int> run_worker(Config config) {
  Executor executor = co_await current_executor();
  Signals signals(executor, {SIGTERM, SIGINT});  // as in run_server
  Services services(executor, std::move(config));
  Worker worker(services);
  start_worker(executor, worker);
  log::info("working", {{"version", services.config.version}});
  co_await signals.wait();
  co_return 0;
}

Task<int> run_generation(Config config) {
  Executor executor = co_await current_executor();
  Services services(executor, std::move(config));
  Worker worker(services);
  auto done = co_await worker.generate_now();
  if (!done) {
    complain(done.error());
    co_return 1;
  }
  co_return 0;
}

}  // namespace

int serve(Config config) {
  // One loop thread and two that hash: more arenas would only keep memory from each other.
  mallopt(M_ARENA_MAX, 2);
  return run_task(run_server(std::move(config)));
}

int work(Config config) {
  return run_task(run_worker(std::move(config)));
}

int generate_matches(Config config) {
  return run_task(run_generation(std::move(config)));
}

}  // namespace sb::platform::cli
