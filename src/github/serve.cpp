#include "github/serve.hpp"

#include <signal.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "base/async/notifier.hpp"
#include "base/async/spawn.hpp"
#include "base/http/client.hpp"
#include "base/json/codec.hpp"
#include "base/log/log.hpp"
#include "github/api.hpp"

namespace sb::github {

namespace {

constexpr std::chrono::seconds kDrain(10);
constexpr std::size_t kLargestPush = std::size_t(512) << 20;

struct Signal {
  explicit Signal(const Executor& executor) : happened(executor) {}
  Notifier happened;
  int number = 0;
};

Task<> watch_signals(std::shared_ptr<Signal> signal, Signals signals) {
  signal->number = co_await signals.wait();
  signal->happened.notify_all();
  co_await signals.wait();
  ::_exit(1);
}

// A killed salthub leaves the files of requests under way.
void sweep(const fs::Path& repository) {
  auto entries = fs::list(repository);
  if (!entries) return;
  for (const auto& entry : *entries)
    if (entry.filename().string().starts_with("cgi-")) (void)fs::remove_all(entry);
}

// The port of last time, if it is free: the environment of an open shell goes on working.
std::uint16_t wanted_port(const Home& home, std::uint16_t port) {
  if (port != 0) return port;
  auto record = home.read_record();
  return record && *record ? static_cast<std::uint16_t>((*record)->port) : 0;
}

}  // namespace

Task<Result<>> serve(Home home, std::uint16_t port) {
  auto executor = co_await current_executor();
  auto signal = std::make_shared<Signal>(executor);
  spawn_logged(executor, "signals", watch_signals(signal, Signals(executor, {SIGTERM, SIGINT})));
  SB_CO_TRY_VOID(home.prepare());
  SB_CO_TRY(auto lock_held, home.lock());
  SB_CO_TRY(auto config, home.config());
  SB_CO_TRY(auto token, home.token());
  sweep(home.repository(config));
  SB_CO_TRY(auto hub, co_await Hub::open(home, config));
  Api api(*hub, token);
  http::Server gh(executor, api.for_gh(), {.server_name = "salthub"});
  http::ServerOptions git_options{.max_body_bytes = kLargestPush, .server_name = "salthub"};
  http::Server git(executor, api.for_git(), git_options);
  SB_CO_TRY_VOID(gh.listen_unix(home.socket().string()));
  auto bound = git.listen("127.0.0.1", wanted_port(home, port));
  if (!bound && port == 0) bound = git.listen("127.0.0.1", 0);
  if (!bound) co_return std::unexpected(std::move(bound).error());
  auto self = process::identify(::getpid());
  SB_CO_TRY_VOID(co_await hub->start());
  SB_CO_TRY_VOID(home.write_record({.pid = ::getpid(),
                                    .start_ticks = self ? self->start_ticks : 0,
                                    .port = *bound,
                                    .socket = home.socket().string()}));
  log::info(
      "salthub answers",
      {{"repository", config.full_name()}, {"port", *bound}, {"socket", home.socket().string()}});
  while (signal->number == 0) co_await signal->happened.wait(Deadline::never());
  log::info("salthub stops", {{"signal", signal->number}});
  co_await gh.stop(Deadline::after(kDrain));
  co_await git.stop(Deadline::after(kDrain));
  co_await hub->stop();
  co_return Result<>();
}

Task<Result<>> seed(Home home, fs::Path checkout) {
  SB_CO_TRY_VOID(home.prepare());
  SB_CO_TRY(auto lock_held, home.lock());
  SB_CO_TRY(auto config, home.config());
  Repository repository(home.repository(config));
  SB_CO_TRY_VOID(co_await repository.create());
  SB_CO_TRY_VOID(co_await repository.seed(std::filesystem::absolute(checkout)));
  SB_CO_TRY(auto branches, co_await repository.branches());
  SB_CO_TRY(auto store, Store::open(home.github() / "github.db"));
  SB_CO_TRY_VOID(store.set_seen_branches(branches));
  co_return Result<>();
}

Task<Result<std::string>> decide(Home home, std::int64_t run, bool approve, std::string user,
                                 std::string comment) {
  SB_CO_TRY(auto record, home.running());
  SB_CO_TRY(auto config, home.config());
  SB_CO_TRY(auto token, home.token());
  http::ClientOptions options;
  options.unix_socket = record.socket;
  http::Client client(options);
  http::ClientRequest request;
  request.url =
      fmt::format("http://api.github.localhost/repos/{}/actions/runs/{}/pending_deployments",
                  config.full_name(), run);
  request.headers.set("Authorization", "token " + token);
  auto deadline = Deadline::after(std::chrono::seconds(30));
  SB_CO_TRY(auto pending, co_await client.send(request, deadline));
  if (pending.status == 404)
    co_return fail(ErrorCode::not_found, fmt::format("there is no run {}", run));
  SB_CO_TRY(auto list, json::parse(pending.body));
  boost::json::array ids;
  std::string names;
  if (list.is_array()) {
    for (const auto& entry : list.get_array()) {
      const auto& environment = entry.at("environment");
      ids.push_back(environment.at("id"));
      names += (names.empty() ? "" : ", ") + std::string(environment.at("name").get_string());
    }
  }
  if (ids.empty())
    co_return fail(ErrorCode::failed_precondition, fmt::format("run {} waits for nobody", run));
  boost::json::object body = {{"environment_ids", ids},
                              {"state", approve ? "approved" : "rejected"},
                              {"comment", comment},
                              {"salthub_user", user}};
  request.method = "POST";
  request.body = boost::json::serialize(body);
  SB_CO_TRY(auto decided, co_await client.send(request, deadline));
  if (decided.status != 200)
    co_return fail(ErrorCode::failed_precondition, "salthub refused: " + decided.body);
  co_return fmt::format("{} run {} for {}.", approve ? "Approved" : "Rejected", run, names);
}

}  // namespace sb::github
