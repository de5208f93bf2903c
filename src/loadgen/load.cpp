#include "loadgen/load.hpp"

#include <fmt/format.h>

#include <array>
#include <csignal>
#include <fstream>

#include "base/async/notifier.hpp"
#include "base/async/spawn.hpp"
#include "base/clock/clock.hpp"
#include "base/json/codec.hpp"
#include "loadgen/users.hpp"

namespace sb::loadgen {
namespace {

struct Run {
  Options options;
  Recorder recorder;
  std::vector<std::string> tokens;
  std::int64_t tickets = 0;  // handed out so far; ticket k is due k/rate after the start
  SteadyTime began;
  std::int64_t began_ms = 0;
  bool is_stopping = false;
};

std::chrono::nanoseconds offset_of(const Run& run, std::int64_t ticket) {
  return std::chrono::nanoseconds(ticket * 1'000'000'000 / run.options.rate);
}

http::ClientRequest request_for(const Run& run, std::int64_t ticket) {
  static constexpr std::array kPaths = {"/api/profiles/me", "/api/matches?limit=10", "/health",
                                        "/api/profiles/me"};
  http::ClientRequest request;
  if (run.tokens.empty()) {
    request.url = run.options.url + "/health";
    return request;
  }
  auto index = static_cast<std::size_t>(ticket);
  request.url = run.options.url + kPaths[index % kPaths.size()];
  request.headers.set("Authorization",
                      "Bearer " + run.tokens[index / kPaths.size() % run.tokens.size()]);
  return request;
}

std::string problem_of(const Result<http::ClientResponse>& response) {
  if (!response) return response.error().message.substr(0, 120);
  bool is_good = response->status >= 200 && response->status <= 299;
  return is_good ? "" : fmt::format("HTTP {}", response->status);
}

// One client with one connection, taking the next ticket each time it is free.
Task<> send_requests(Run& run) {
  http::Client client({.ca_file = run.options.ca_file,
                       .unix_socket = {},
                       .connect_to = run.options.connect_to,
                       .max_body_bytes = 8 << 20,
                       .max_idle_per_host = 1,
                       .user_agent = "saltload",
                       .resends_after_close = false});
  while (!run.is_stopping) {
    auto ticket = run.tickets++;
    auto offset = offset_of(run, ticket);
    auto due = run.began + std::chrono::duration_cast<SteadyTime::duration>(offset);
    bool is_over =
        run.options.duration_ms > 0 && offset >= std::chrono::milliseconds(run.options.duration_ms);
    if (is_over) co_return;
    co_await sleep_until(Deadline::at(due));
    if (run.is_stopping) co_return;

    Observation seen;
    seen.due_ms =
        run.began_ms + std::chrono::duration_cast<std::chrono::milliseconds>(offset).count();
    run.recorder.begin(seen.due_ms);
    seen.began_ms = to_unix_ms(now());
    auto response =
        co_await client.send(request_for(run, ticket), Deadline::after(run.options.timeout));
    seen.latency_us = std::chrono::duration_cast<std::chrono::microseconds>(
                          std::chrono::steady_clock::now() - due)
                          .count();
    seen.problem = problem_of(response);
    if (response) {
      seen.status = response->status;
      seen.version = std::string(response->headers.get("X-SaltBitter-Version"));
    }
    run.recorder.end(seen);
  }
}

bool write_slices(Run& run, std::ofstream& file, std::int64_t now_ms) {
  for (const auto& slice : run.recorder.take_finished(now_ms)) {
    if (file.is_open()) file << json::encode(slice) << "\n";
  }
  file.flush();
  return !file.is_open() || file.good();
}

Task<> stop_on_signal(Run& run) {
  co_await wait_for_signal({SIGINT, SIGTERM});
  run.is_stopping = true;
}

Task<Result<>> sign_up_users(Run& run) {
  http::Client client(
      {.ca_file = run.options.ca_file, .unix_socket = {}, .connect_to = run.options.connect_to});
  for (int i = 0; i < run.options.users; ++i) {
    SB_CO_TRY(auto token, co_await sign_up(client, run.options.url, i,
                                           Deadline::after(std::chrono::seconds(30))));
    run.tokens.push_back(std::move(token));
  }
  co_return Result<>{};
}

}  // namespace

Task<Result<Totals>> run(Options options) {
  auto executor = co_await current_executor();
  Run run;
  run.options = std::move(options);
  std::ofstream file;
  if (!run.options.record.empty()) {
    file.open(run.options.record, std::ios::trunc);
    if (!file)
      co_return fail(ErrorCode::permission_denied, "cannot write", run.options.record.string());
  }
  SB_CO_TRY_VOID(co_await sign_up_users(run));

  run.began = std::chrono::steady_clock::now();
  run.began_ms = to_unix_ms(now());
  Gate workers(executor);
  for (int i = 0; i < run.options.connections; ++i)
    spawn_logged(executor, workers, "load", send_requests(run));
  spawn_logged(executor, "signal", stop_on_signal(run));
  workers.close();
  bool is_written = true;
  while (!co_await workers.wait(Deadline::after(std::chrono::milliseconds(50)))) {
    is_written = is_written && write_slices(run, file, to_unix_ms(now()));
  }
  is_written = is_written && write_slices(run, file, std::numeric_limits<std::int64_t>::max());
  if (!is_written)
    co_return fail(ErrorCode::resource_exhausted, "cannot write", run.options.record.string());
  co_return run.recorder.totals();
}

}  // namespace sb::loadgen
