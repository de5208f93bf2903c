// The session host and session-manager-plugin, each against the other, on real pseudo-terminals.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/async/spawn.hpp"
#include "cloud/exec/session_host.hpp"

namespace sb::cloud::exec {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// A shell on a new terminal, as the runtime would start one inside a task.
Launch shell(std::string script, process::Identity* identity = nullptr) {
  return [script, identity]() -> Task<Result<Terminal>> {
    int master = -1;
    pid_t pid = ::forkpty(&master, nullptr, nullptr, nullptr);
    if (pid == 0) {
      for (int s = 1; s < 32; ++s) ::signal(s, SIG_DFL);
      ::execl("/bin/bash", "bash", "--norc", "-c", script.c_str(), nullptr);
      ::_exit(127);
    }
    ::fcntl(master, F_SETFL, O_NONBLOCK);
    auto process = process::identify(pid).value();
    if (identity) *identity = process;
    co_return Terminal{fs::Fd(master), process};
  };
}

// Runs the plugin against a host that serves `launch`, with `input` typed in.
process::Output run_plugin(Launch launch, std::string input, bool wants_exit_code = false,
                           std::string token = {}) {
  return run_task([](Launch l, std::string typed, bool code,
                     std::string wrong_token) -> Task<process::Output> {
    auto executor = co_await current_executor();
    SessionHost host(executor);
    http::Server server(executor, host.handler());
    auto port = server.listen("127.0.0.1", 0).value();
    auto issued = host.issue(std::move(l));
    process::SpawnOptions options;
    options.argv = {
        SB_BIN_DIR "/session-manager-plugin",
        fmt::format(
            R"({{"sessionId":"{0}","streamUrl":"ws://127.0.0.1:{1}{2}{0}?role=publish_subscribe","tokenValue":"{3}"}})",
            issued.session_id, port, SessionHost::kPath,
            wrong_token.empty() ? issued.token : wrong_token),
        "us-west-2",
        "StartSession",
        "",
        "{}",
        "http://127.0.0.1:1"};
    if (code) options.environment["SALTBITTER_EXEC_EXIT_CODE"] = "1";
    auto output = co_await process::run(options, typed, Deadline::after(20s));
    EXPECT_TRUE(output.has_value()) << output.error().text();
    co_await host.stop(Deadline::after(5s));
    co_await server.stop(Deadline::after(5s));
    co_return output ? *output : process::Output{};
  }(std::move(launch), std::move(input), wants_exit_code, std::move(token)));
}

TEST(ExecSession, shows_what_the_command_prints_and_ends_with_it) {
  auto output = run_plugin(shell("echo hello from the task"), "");
  EXPECT_EQ(output.status.code, 0);
  EXPECT_THAT(output.out, HasSubstr("hello from the task"));
  EXPECT_THAT(output.out, HasSubstr("Exiting session with sessionId"));
}

TEST(ExecSession, carries_what_is_typed) {
  auto output = run_plugin(shell("read a; echo got-$a-$((6*7))"), "word\n");
  EXPECT_THAT(output.out, HasSubstr("got-word-42"));
}

TEST(ExecSession, tells_our_client_the_exit_code) {
  EXPECT_EQ(run_plugin(shell("exit 7"), "", true).status.code, 7);
  EXPECT_EQ(run_plugin(shell("exit 7"), "", false).status.code, 0);  // as AWS's plugin does
}

TEST(ExecSession, carries_much_output_whole_and_in_order) {
  auto output = run_plugin(shell("seq 1 20000; echo end"), "");
  EXPECT_THAT(output.out, HasSubstr("19999\r\n20000\r\nend"));
}

TEST(ExecSession, says_the_size_of_the_window) {
  auto output = run_plugin(shell("sleep 0.3; stty size"), "");
  EXPECT_THAT(output.out, HasSubstr("100 300"));
}

TEST(ExecSession, refuses_a_wrong_token_without_starting_anything) {
  bool started = false;
  Launch launch = [&]() -> Task<Result<Terminal>> {
    started = true;
    co_return fail(ErrorCode::internal, "never");
  };
  auto output = run_plugin(launch, "", false, "wrong");
  EXPECT_NE(output.status.code, 0);
  EXPECT_FALSE(started);
  EXPECT_EQ(output.err.find("wrong"), std::string::npos);
}

TEST(ExecSession, says_why_a_command_could_not_be_started) {
  Launch launch = []() -> Task<Result<Terminal>> {
    co_return fail(ErrorCode::not_found, "no such program in the task", "nope");
  };
  EXPECT_THAT(run_plugin(launch, "").out, HasSubstr("no such program in the task"));
}

TEST(ExecSession, leaves_no_process_when_the_client_goes_away) {
  run_task([]() -> Task<> {
    auto executor = co_await current_executor();
    SessionHost host(executor);
    http::Server server(executor, host.handler());
    auto port = server.listen("127.0.0.1", 0).value();
    process::Identity command;
    auto issued = host.issue(shell("trap '' TERM; sleep 1000", &command));
    process::SpawnOptions options;
    options.argv = {
        SB_BIN_DIR "/session-manager-plugin",
        fmt::format(
            R"({{"sessionId":"{0}","streamUrl":"ws://127.0.0.1:{1}{2}{0}","tokenValue":"{3}"}})",
            issued.session_id, port, SessionHost::kPath, issued.token),
        "us-west-2", "StartSession"};
    auto plugin = process::spawn(options).value();
    auto deadline = Deadline::after(10s);
    while (command.pid == 0 && !deadline.has_passed()) co_await sleep_for(5ms);
    EXPECT_NE(command.pid, 0);
    process::send_signal(plugin, SIGKILL);
    while (process::is_alive(command) && !deadline.has_passed()) co_await sleep_for(5ms);
    EXPECT_FALSE(process::is_alive(command));
    co_await host.stop(Deadline::after(5s));
    co_await server.stop(Deadline::after(5s));
    (void)co_await process::wait(plugin);
  }());
}

}  // namespace
}  // namespace sb::cloud::exec
