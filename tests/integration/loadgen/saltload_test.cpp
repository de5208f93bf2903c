// saltload, the program, against a small server that counts what reaches it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <map>
#include <set>
#include <sstream>

#include "base/async/spawn.hpp"
#include "base/fs/fs.hpp"
#include "base/http/server.hpp"
#include "base/json/codec.hpp"
#include "base/process/process.hpp"
#include "loadgen/recorder.hpp"
#include "support/temporary_directory.hpp"

namespace sb::loadgen {
namespace {

using ::testing::HasSubstr;

constexpr auto kLimit = std::chrono::seconds(30);

// The part of the platform that a load run meets.
struct Platform {
  int failing_status = 0;  // what /health answers instead of 200
  std::string login = R"({"access_token":"t-1"})";
  std::map<std::string, int> asked;  // "METHOD PATH" to how often
  std::set<std::string> authorizations;

  Task<http::Response> handle(http::Request request) {
    ++asked[request.method + " " + request.path];
    authorizations.insert(std::string(request.headers.get("Authorization")));
    if (request.path == "/api/auth/login") co_return http::Response::text(200, login);
    int status = request.path == "/health" && failing_status != 0 ? failing_status : 200;
    auto response = http::Response::text(status, "{}");
    response.headers.set("X-SaltBitter-Version", "1.2.3");
    co_return response;
  }
};

class Saltload : public ::testing::Test {
 protected:
  // `arguments` with {url} and {folder} filled in.
  process::Output saltload(std::vector<std::string> arguments,
                           std::function<bool()> stop_when = {}) {
    return run_task(run_one(this, std::move(arguments), std::move(stop_when)));
  }
  static Task<process::Output> run_one(Saltload* self, std::vector<std::string> arguments,
                                       std::function<bool()> stop_when) {
    auto executor = co_await current_executor();
    http::Server server(executor,
                        [self](http::Request r) { return self->platform_.handle(std::move(r)); });
    auto port = server.listen("127.0.0.1", 0).value();
    process::SpawnOptions options;
    options.argv = {SB_BIN_DIR "/saltload"};
    for (auto& argument : arguments) {
      if (argument == "{url}") argument = fmt::format("http://127.0.0.1:{}", port);
      if (argument == "{route}") argument = fmt::format("far.example:80:127.0.0.1:{}", port);
      options.argv.push_back(argument);
    }
    auto output = stop_when ? co_await interrupted(std::move(options), std::move(stop_when),
                                                   self->folder_ / "out")
                            : co_await process::run(options, "", Deadline::after(kLimit));
    EXPECT_TRUE(output.has_value()) << output.error().text();
    co_await server.stop(Deadline::after(kLimit));
    co_return output.value_or(process::Output{});
  }
  static Task<Result<process::Output>> interrupted(process::SpawnOptions options,
                                                   std::function<bool()> when, fs::Path out) {
    options.stdout_path = out;
    SB_CO_TRY(auto running, process::spawn(options));
    auto deadline = Deadline::after(kLimit);
    while (!when() && !deadline.has_passed()) co_await sleep_for(std::chrono::milliseconds(5));
    process::send_signal(running, SIGTERM);
    process::Output output;
    output.status = co_await process::wait(running);
    SB_CO_TRY(output.out, fs::read_file(out));
    co_return output;
  }
  std::string in_folder(const std::string& name) const {
    return (folder_ / name).string();
  }

  Platform platform_;
  test::TemporaryDirectory folder_;
};

TEST_F(Saltload, counts_every_request_and_records_it_in_slices) {
  auto done = saltload({"--url", "http://far.example", "--connect-to", "{route}", "--users", "0",
                        "--rate", "100", "--connections", "4", "--seconds", "1", "--record",
                        in_folder("record"), "--report", in_folder("report")});

  ASSERT_EQ(done.status.code, 0) << done.err;
  auto totals = json::decode<Totals>(done.out).value();
  EXPECT_EQ(totals.sent, 100);
  EXPECT_EQ(totals.failed, 0);
  EXPECT_EQ(totals.versions.at("1.2.3").sent, 100);
  EXPECT_EQ(platform_.asked, (std::map<std::string, int>{{"GET /health", 100}}));
  EXPECT_EQ(fs::read_file(in_folder("report")).value(), done.out);
  std::int64_t recorded = 0;
  std::istringstream lines(fs::read_file(in_folder("record")).value());
  for (std::string line; std::getline(lines, line);)
    recorded += json::decode<Slice>(line).value().sent;
  EXPECT_EQ(recorded, 100);
}

TEST_F(Saltload, signs_users_up_and_asks_as_them) {
  auto done = saltload({"--url", "{url}", "--users", "2", "--rate", "80", "--seconds", "1"});

  ASSERT_EQ(done.status.code, 0) << done.err;
  EXPECT_EQ(platform_.asked["POST /api/auth/register"], 2);
  EXPECT_EQ(platform_.asked["PUT /api/profiles/me"], 2);
  EXPECT_EQ(platform_.asked["POST /api/attachment/assessment"], 2);
  EXPECT_EQ(platform_.asked["GET /api/profiles/me"], 40);
  EXPECT_EQ(platform_.asked["GET /api/matches"], 20);
  EXPECT_TRUE(platform_.authorizations.contains("Bearer t-1"));
}

TEST_F(Saltload, a_refused_request_is_a_failed_one_and_code_three) {
  platform_.failing_status = 503;

  auto done = saltload({"--url", "{url}", "--users", "0", "--rate", "50", "--seconds", "1"});

  EXPECT_EQ(done.status.code, 3);
  auto totals = json::decode<Totals>(done.out).value();
  EXPECT_EQ(totals.failed, 50);
  EXPECT_EQ(totals.problems.at("HTTP 503"), 50);
}

TEST_F(Saltload, without_an_end_it_stops_at_a_signal_and_still_reports) {
  auto done = saltload({"--url", "{url}", "--users", "0", "--rate", "200"},
                       [this] { return platform_.asked["GET /health"] >= 20; });

  EXPECT_EQ(done.status.code, 0);
  auto totals = json::decode<Totals>(done.out).value();
  EXPECT_EQ(totals.sent, platform_.asked["GET /health"]);
}

TEST_F(Saltload, says_why_users_could_not_be_signed_up) {
  platform_.login = R"({"token_type":"bearer"})";

  auto done = saltload({"--url", "{url}", "--users", "1", "--seconds", "1"});

  EXPECT_EQ(done.status.code, 1);
  EXPECT_THAT(done.err, HasSubstr("saltload: the login's answer has no access_token"));
  EXPECT_EQ(platform_.asked["GET /api/profiles/me"], 0);
}

TEST_F(Saltload, says_which_file_cannot_be_written) {
  auto record = saltload({"--url", "{url}", "--users", "0", "--seconds", "1", "--record",
                          in_folder("missing/record")});
  EXPECT_EQ(record.status.code, 1);
  EXPECT_THAT(record.err, HasSubstr("cannot write"));
  EXPECT_THAT(record.err, HasSubstr("missing/record"));
  EXPECT_TRUE(platform_.asked.empty());

  auto report = saltload({"--url", "{url}", "--users", "0", "--rate", "10", "--seconds", "1",
                          "--report", in_folder("missing/report")});
  EXPECT_EQ(report.status.code, 1);
  EXPECT_THAT(report.err, HasSubstr("missing/report"));
}

TEST_F(Saltload, explains_itself_when_arguments_make_no_sense) {
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {"--url"},
                                             {"--rate", "10"},
                                             {"--url", "{url}", "--rate", "0"},
                                             {"--url", "{url}", "--seconds", "5x"},
                                             {"--url", "{url}", "--connect-to", "nowhere"},
                                             {"--url", "{url}", "--speed", "9"}}) {
    auto done = saltload(arguments);

    EXPECT_EQ(done.status.code, 2);
    EXPECT_THAT(done.err, HasSubstr("usage: saltload --url URL"));
  }
  EXPECT_TRUE(platform_.asked.empty());
}

}  // namespace
}  // namespace sb::loadgen
