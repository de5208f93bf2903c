// session-manager-plugin: what it says to the AWS CLI, and what it does when an agent is strange or
// gone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/session/channel.hpp"
#include "base/async/spawn.hpp"
#include "base/http/server.hpp"
#include "base/process/process.hpp"

namespace sb::cloud {
namespace {

using namespace std::chrono_literals;
using aws::session::Channel;
using aws::session::PayloadType;
using ::testing::HasSubstr;
using ::testing::Not;

Task<process::Output> plugin_task(std::vector<std::string> arguments,
                                  std::map<std::string, std::string> environment) {
  process::SpawnOptions options;
  options.argv = {SB_BIN_DIR "/session-manager-plugin"};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  options.environment = std::move(environment);
  auto output = co_await process::run(std::move(options), "", Deadline::after(20s));
  EXPECT_TRUE(output.has_value()) << output.error().text();
  co_return output.value_or(process::Output{});
}
process::Output plugin(std::vector<std::string> arguments,
                       std::map<std::string, std::string> environment = {}) {
  return run_task(plugin_task(std::move(arguments), std::move(environment)));
}

std::string session_at(int port) {
  return fmt::format(
      R"({{"SessionId":"s-1","StreamUrl":"ws://127.0.0.1:{}/","TokenValue":"top-secret"}})", port);
}

// The agent's end, in a test's words: says `frames` after the client's greeting, keeps what the
// client sends, and closes.
struct Agent {
  std::vector<std::pair<PayloadType, std::string>> frames;
  std::vector<std::string> heard;  // payloads of the client's data frames
  std::size_t wanted = 0;          // of them, before it closes

  Task<> talk(std::unique_ptr<http::WebSocket> socket) {
    Channel channel(aws::session::Side::agent);
    auto deadline = Deadline::after(10s);
    (void)co_await socket->read(deadline);  // the greeting, with the token
    for (auto& [type, payload] : frames) {
      auto frame = channel.send(type, payload, now(), std::chrono::steady_clock::now());
      (void)co_await socket->write({frame, false}, deadline);
    }
    while (heard.size() < wanted) {
      auto frame = co_await socket->read(deadline);
      if (!frame) break;
      auto received = channel.receive(frame->data, now(), std::chrono::steady_clock::now());
      if (!received) continue;
      for (const auto& message : received->delivered) heard.push_back(message.payload);
    }
    co_await socket->close();
  }
};

process::Output plugin_with(Agent& agent) {
  return run_task([](Agent& a) -> Task<process::Output> {
    http::Server server(co_await current_executor(), [&a](http::Request) -> Task<http::Response> {
      http::Response response;
      response.upgrade = [&a](std::unique_ptr<http::WebSocket> socket) -> Task<> {
        return a.talk(std::move(socket));
      };
      co_return response;
    });
    auto port = server.listen("127.0.0.1", 0).value();
    auto output = co_await plugin_task({session_at(port), "us-west-2", "StartSession"}, {});
    co_await server.stop(Deadline::after(5s));
    co_return output;
  }(agent));
}

TEST(SessionPlugin, tells_the_cli_that_it_is_installed) {
  EXPECT_THAT(plugin({}).out, HasSubstr("The Session Manager plugin is installed"));
  EXPECT_EQ(plugin({"--version"}).out, "1.2.0.0\n");
}

TEST(SessionPlugin, says_who_starts_it_when_a_person_does) {
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"help"}, {"{}", "us-west-2", "ResumeSession"}}) {
    auto answer = plugin(arguments);

    EXPECT_EQ(answer.status.code, 2);
    EXPECT_THAT(answer.err, HasSubstr("aws ecs execute-command --cluster C"));
  }
}

TEST(SessionPlugin, refuses_a_session_that_it_cannot_read) {
  auto broken = plugin({"{not json", "us-west-2", "StartSession"});
  EXPECT_EQ(broken.status.code, 1);
  EXPECT_THAT(broken.err, HasSubstr("the session is not a JSON object"));

  auto tokenless = plugin({R"({"StreamUrl":"ws://127.0.0.1:1/"})", "us-west-2", "StartSession"});
  EXPECT_EQ(tokenless.status.code, 1);
  EXPECT_THAT(tokenless.err, HasSubstr("no streamUrl or tokenValue"));
}

TEST(SessionPlugin, takes_the_session_from_the_environment_as_newer_clients_pass_it) {
  auto answer = plugin({"AWS_SSM_START_SESSION_RESPONSE_7", "us-west-2", "StartSession"},
                       {{"AWS_SSM_START_SESSION_RESPONSE_7", session_at(1)}});

  EXPECT_EQ(answer.status.code, 1);
  EXPECT_THAT(answer.err, HasSubstr("Cannot open the session"));
  EXPECT_THAT(answer.err + answer.out, Not(HasSubstr("top-secret")));
}

TEST(SessionPlugin, says_that_the_connection_was_lost) {
  Agent agent;

  auto answer = plugin_with(agent);

  EXPECT_EQ(answer.status.code, 1);
  EXPECT_THAT(answer.out, HasSubstr("Starting session with SessionId: s-1"));
  EXPECT_THAT(answer.out, HasSubstr("SessionId: s-1 : the connection was lost"));
}

TEST(SessionPlugin, refuses_what_it_cannot_do_so_that_the_agent_can_say_so) {
  Agent agent;
  agent.frames = {{PayloadType::handshake_request,
                   R"({"RequestedClientActions":[{"ActionType":"SessionType"},)"
                   R"({"ActionType":"KMSEncryption"},"nonsense"]})"}};
  agent.wanted = 1;

  plugin_with(agent);

  ASSERT_EQ(agent.heard.size(), 1U);
  EXPECT_THAT(agent.heard[0], HasSubstr(R"("ActionType":"SessionType","ActionStatus":1)"));
  EXPECT_THAT(agent.heard[0], HasSubstr(R"("ActionType":"KMSEncryption","ActionStatus":3)"));
  EXPECT_THAT(agent.heard[0], HasSubstr("this client does not support it"));
}

TEST(SessionPlugin, shows_what_comes_and_passes_over_what_it_does_not_know) {
  Agent agent;
  agent.frames = {{PayloadType::handshake_request, "not json"},
                  {PayloadType::flag, "7"},
                  {PayloadType::stderr_output, "said on stderr"},
                  {PayloadType::output, "and on stdout"}};
  agent.wanted = 1;

  auto answer = plugin_with(agent);

  EXPECT_THAT(answer.out, HasSubstr("said on stderrand on stdout"));
  ASSERT_EQ(agent.heard.size(), 1U);
  EXPECT_THAT(agent.heard[0], HasSubstr(R"("ProcessedClientActions":[])"));
}

}  // namespace
}  // namespace sb::cloud
