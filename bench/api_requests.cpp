// How many requests a second does one `saltbitter serve` answer, beside what the machine could do
// at most?
//
//   /health            against HAProxy returning a fixed answer (no application at all)
//   /api/profiles/me   against pgbench reading one row by its key, one prepared statement at a time
//   /api/matches       likewise
//
// Each pair runs for the same time, one after the other, with the same number of connections.
// Ratios are what counts: the absolute figures are this machine's, this minute's.
#include <fmt/format.h>
#include <signal.h>

#include <cstdlib>
#include <fstream>
#include <regex>

#include "base/async/spawn.hpp"
#include "base/http/client.hpp"
#include "base/json/codec.hpp"
#include "base/process/process.hpp"
#include "support/postgres_fixture.hpp"

namespace sb::bench {
namespace {

using namespace std::chrono_literals;
using testing::Child;
using testing::ChildOptions;

constexpr int kConnections = 16;

struct Tokens {
  std::string access_token;
};
BOOST_DESCRIBE_STRUCT(Tokens, (), (access_token))

std::string run(std::vector<std::string> argv,
                std::map<std::string, std::string> environment = {}) {
  process::SpawnOptions options;
  options.argv = std::move(argv);
  options.environment = std::move(environment);
  auto output = run_task(process::run(options, "", Deadline::after(120s)));
  if (!output || output->status.code != 0) {
    fmt::print(stderr, "bench: {} failed: {}\n", options.argv.front(),
               output ? output->err + output->out : output.error().text());
    std::exit(1);
  }
  return output->out;
}

double number_after(const std::string& text, const std::string& pattern) {
  std::smatch match;
  return std::regex_search(text, match, std::regex(pattern)) ? std::stod(match[1]) : 0;
}

double wrk(const std::string& url, int seconds, const std::string& token = {}) {
  std::vector<std::string> argv = {"wrk", "-t1", fmt::format("-c{}", kConnections),
                                   fmt::format("-d{}s", seconds)};
  if (!token.empty()) {
    argv.emplace_back("-H");
    argv.push_back("Authorization: Bearer " + token);
  }
  argv.push_back(url);
  std::string out = run(std::move(argv));
  if (out.find("Non-2xx") != std::string::npos) {
    fmt::print(stderr, "bench: {} answered errors:\n{}", url, out);
    std::exit(1);
  }
  return number_after(out, R"(Requests/sec:\s*([\d.]+))");
}

struct Row {
  std::string question, limit;
  double ours = 0, theirs = 0;
  double ratio() const {
    return theirs > 0 ? ours / theirs : 0;
  }
};

http::ClientResponse ask(const std::string& method, const std::string& url, std::string body,
                         const std::string& token = {}) {
  http::ClientRequest request;
  request.method = method;
  request.url = url;
  request.headers = {{"Content-Type", "application/json"}};
  if (!token.empty()) request.headers.add("Authorization", "Bearer " + token);
  request.body = std::move(body);
  auto response = run_task([](http::ClientRequest r) -> Task<Result<http::ClientResponse>> {
    http::Client client;
    co_return co_await client.send(std::move(r), Deadline::after(20s));
  }(std::move(request)));
  if (!response || response->status >= 300) {
    fmt::print(stderr, "bench: {} {}: {}\n", method, url,
               response ? response->body : response.error().text());
    std::exit(1);
  }
  return *response;
}

// A person with a profile, an assessment and candidates to be matched with; returns their token.
std::string make_person(const std::string& base) {
  ask("POST", base + "/api/auth/register",
      R"({"email":"bench@example.com","password":"Bench-1234"})");
  auto login = ask("POST", base + "/api/auth/login",
                   R"({"email":"bench@example.com","password":"Bench-1234"})");
  std::string token = json::decode<Tokens>(login.body).value().access_token;
  ask("PUT", base + "/api/profiles/me",
      R"({"name":"Bench","date_of_birth":"1995-05-05","gender":"female","looking_for_gender":"any","interests":["music"]})",
      token);
  std::string answers;
  for (int id = 1; id <= 25; ++id)
    answers += fmt::format("{}{{\"question_id\":{},\"answer\":2}}", id == 1 ? "" : ",", id);
  ask("POST", base + "/api/attachment/assessment",
      fmt::format(R"({{"consent_given":true,"responses":[{}]}})", answers), token);
  return token;
}

int main_of(int argc, char** argv) {
  int seconds = argc > 1 ? std::atoi(argv[1]) : 5;
  testing::ScratchFolder folder("bench-api");
  auto& postgres = testing::PostgresServer::shared();
  auto& redis = testing::RedisServer::shared();
  std::string database = postgres.create_database();
  testing::apply_revisions(postgres, database);
  std::map<std::string, std::string> environment = {
      {"DATABASE_URL", database},
      {"REDIS_URL", redis.create_database()},
      {"SECRET_KEY", "bench-bench-bench-bench-bench-bench"},
      {"HOST", "127.0.0.1"},
      {"RATE_LIMIT_PER_MINUTE", "0"},
      {"RATE_LIMIT_AUTH_PER_MINUTE", "0"},
      {"ENVIRONMENT", "development"},
      {"LOG_LEVEL", "warning"}};
  int port = testing::free_port();
  environment["PORT"] = std::to_string(port);
  run({SB_BIN_DIR "/saltbitter", "seed", "--profiles", "2000", "--assessed"}, environment);
  Child server(ChildOptions{{SB_BIN_DIR "/saltbitter", "serve"},
                            environment,
                            folder.path(),
                            folder.path() / "server.log",
                            {}});
  int limit_port = testing::free_port();
  std::ofstream(folder.path() / "limit.cfg")
      << "global\n  nbthread 1\ndefaults\n  mode http\n  timeout client 30s\n  timeout connect "
         "1s\n  timeout server 30s\n"
      << "frontend limit\n  bind 127.0.0.1:" << limit_port
      << "\n  http-request return status 200 content-type application/json string "
         "'{\"status\":\"healthy\"}'\n";
  Child haproxy(ChildOptions{{"haproxy", "-f", (folder.path() / "limit.cfg").string()},
                             {},
                             folder.path(),
                             folder.path() / "haproxy.log",
                             {}});
  if (!testing::eventually([&] {
        return testing::accepts_connections(port) && testing::accepts_connections(limit_port);
      })) {
    fmt::print(stderr, "bench: the servers did not start:\n{}{}", server.log(), haproxy.log());
    return 1;
  }
  std::string base = fmt::format("http://127.0.0.1:{}", port);
  std::string token = make_person(base);
  ask("GET", base + "/api/matches", "", token);  // the day's batch is made by the first call

  std::ofstream(folder.path() / "read.sql")
      << "SELECT user_id, name, bio, interests FROM profiles WHERE user_id = "
      << "(SELECT user_id FROM profiles WHERE name = 'Bench' LIMIT 1);\n";
  postgres.psql(database, "CREATE INDEX bench_name ON profiles (name)");
  auto pgbench = [&] {
    std::string program = "/usr/lib/postgresql/15/bin/pgbench";
    return number_after(
        run({program, "-n", "-M", "prepared", "-f", (folder.path() / "read.sql").string(), "-c",
             std::to_string(kConnections), "-j1", "-T", std::to_string(seconds), database}),
        R"(tps = ([\d.]+))");
  };
  std::vector<Row> rows;
  rows.push_back({"GET /health", "HAProxy's fixed answer", wrk(base + "/health", seconds),
                  wrk(fmt::format("http://127.0.0.1:{}/health", limit_port), seconds)});
  rows.push_back({"GET /api/profiles/me", "pgbench, one row by key",
                  wrk(base + "/api/profiles/me", seconds, token), pgbench()});
  rows.push_back({"GET /api/matches", "pgbench, one row by key",
                  wrk(base + "/api/matches", seconds, token), pgbench()});

  fmt::print("{:<22} {:>12} {:<26} {:>12} {:>7}\n", "request", "per second", "limit", "per second",
             "ratio");
  std::string json = "[";
  for (const Row& row : rows) {
    fmt::print("{:<22} {:>12.0f} {:<26} {:>12.0f} {:>7.2f}\n", row.question, row.ours, row.limit,
               row.theirs, row.ratio());
    json += fmt::format(
        "{}{{\"request\":\"{}\",\"per_second\":{:.0f},\"limit\":\"{}\",\"limit_per_second\":{:.0f},"
        "\"ratio\":{:.3f}}}",
        json.size() > 1 ? "," : "", row.question, row.ours, row.limit, row.theirs, row.ratio());
  }
  auto usage = process::usage_of_tree(server.pid());
  fmt::print("resident after the load: {:.1f} MB\n",
             usage ? double(usage->resident_bytes) / 1e6 : 0.0);
  std::ofstream("api_requests.json") << json << "]\n";
  server.signal(SIGTERM);
  server.wait(10s);
  haproxy.signal(SIGTERM);
  haproxy.wait(5s);
  return 0;
}

}  // namespace
}  // namespace sb::bench

int main(int argc, char** argv) {
  return sb::bench::main_of(argc, argv);
}
