// Tasks in real sandboxes.
#include "cloud/runtime/runtime.hpp"
#include "cloud/runtime/inside.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

namespace sb::cloud::runtime {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

class RuntimeTasks : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "sb-runtime-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    home_ = name;
    ASSERT_TRUE(fs::write_file(home_ / "program", "#!/bin/bash\necho \"hello from $0\"\n", 0755));
    image::BuildSpec spec;
    spec.name = "test";
    spec.tag = "1";
    spec.files = {
        {.path = "bin/program", .source = home_ / "program", .mode = 0755, .symlink_target = {}},
        {.path = "bin/other-name", .source = {}, .mode = 0777, .symlink_target = "program"}};
    spec.config.environment = {"FROM_IMAGE=image", "BOTH=image"};
    spec.config.command = {"program"};
    ASSERT_TRUE(image::build(home_ / "images", spec));
    make_runtime();
  }
  void TearDown() override {
    for (const auto& sandbox : started_) run_task(sandbox.stop(Duration(0)));
    runtime_.reset();
    EXPECT_TRUE(fs::remove_all(home_));
  }

  // As a restarted daemon would.
  void make_runtime() {
    runtime_.emplace(Runtime::Options{.image_layout = home_ / "images",
                                      .unpacked_images = home_ / "cloud" / "images",
                                      .tasks = home_ / "cloud" / "tasks"},
                     pool_);
  }
  static TaskSpec shell(std::string script) {
    TaskSpec spec;
    spec.id = "task";
    spec.image = "test:1";
    spec.entry_point = {"/bin/bash", "-c", std::move(script)};
    spec.address = "127.16.0.9";
    return spec;
  }
  Result<Sandbox> start(TaskSpec spec) {
    auto sandbox = run_task(runtime_->start(std::move(spec), Deadline::after(seconds(30))));
    if (sandbox) started_.push_back(*sandbox);
    return sandbox;
  }
  // What it printed, and how it ended.
  std::pair<std::string, Exit> run(TaskSpec spec) {
    auto id = spec.id;
    auto sandbox = start(std::move(spec));
    if (!sandbox) return {sandbox.error().text(), Exit{.code = -1}};
    auto exit = run_task(sandbox->wait());
    return {log(id), exit};
  }
  std::string log(const std::string& id = "task") {
    return fs::read_file(runtime_->log_path(id)).value_or("");
  }
  void wait_for_log(const std::string& text) {
    for (int i = 0; i < 4000 && !log().contains(text); ++i) run_task(sleep_for(Duration(5)));
    ASSERT_THAT(log(), HasSubstr(text));
  }

  fs::Path home_;
  BlockingPool pool_{1};
  std::optional<Runtime> runtime_;
  std::vector<Sandbox> started_;
};

TEST_F(RuntimeTasks, runs_the_images_command) {
  TaskSpec spec;
  spec.id = "task";
  spec.image = "test:1";

  auto [output, exit] = run(spec);

  EXPECT_EQ(output, "hello from /app/bin/program\n");
  EXPECT_EQ(exit.code, 0);
  EXPECT_TRUE(exit.is_known);
}

TEST_F(RuntimeTasks, command_replaces_the_images_and_links_are_found) {
  TaskSpec spec;
  spec.id = "task";
  spec.image = "test:1";
  spec.command = {"other-name"};

  EXPECT_EQ(run(spec).first, "hello from /app/bin/other-name\n");
}

TEST_F(RuntimeTasks, environment_is_the_images_and_the_tasks_and_nothing_of_ours) {
  ::setenv("SB_RUNTIME_TEST_LEAK", "leaked", 1);
  auto spec = shell("env | sort; echo \"<$SPACES>\"");
  spec.environment = {{"BOTH", "task"}, {"SPACES", "a b\nc"}};

  auto [output, exit] = run(spec);

  EXPECT_THAT(output, HasSubstr("BOTH=task\n"));
  EXPECT_THAT(output, HasSubstr("FROM_IMAGE=image\n"));
  EXPECT_THAT(output, HasSubstr("HOST=127.16.0.9\n"));
  EXPECT_THAT(output, HasSubstr("<a b\nc>"));
  EXPECT_THAT(output, HasSubstr("PATH=/app/bin:/usr/local/bin:/usr/bin:/bin\n"));
  EXPECT_THAT(output, Not(HasSubstr("leaked")));
  EXPECT_THAT(output, Not(HasSubstr("SALTCLOUD_SANDBOX")));
}

TEST_F(RuntimeTasks, secrets_are_in_no_command_line) {
  auto spec = shell("echo ready; sleep 600");
  spec.environment = {{"PASSWORD", "hunter2-very-secret"}};
  ASSERT_TRUE(start(spec));
  wait_for_log("ready");

  for (const auto& entry : fs::list("/proc").value())
    EXPECT_FALSE(fs::read_file(entry / "cmdline").value_or("").contains("hunter2-very-secret"))
        << entry;
}

TEST_F(RuntimeTasks, has_no_rights_and_sees_only_itself) {
  auto spec = shell(
      "id -u; grep CapEff /proc/self/status; touch /usr/x /app/x /etc/x /x; ls /proc | grep -c "
      "'^[0-9]'; ls /root /home "
      "/etc/shadow; echo data > /tmp/file && echo wrote");

  auto [output, exit] = run(spec);

  EXPECT_THAT(output, HasSubstr(::geteuid() == 0 ? "65534\n" : "1000\n"));
  EXPECT_THAT(output, HasSubstr("CapEff:\t0000000000000000"));
  for (const char* path : {"/usr/x", "/app/x", "/etc/x", "/x"})
    EXPECT_THAT(output, HasSubstr(std::string("cannot touch '") + path + "'"));
  EXPECT_THAT(output, HasSubstr("cannot access '/etc/shadow'"));
  EXPECT_THAT(output, HasSubstr("wrote"));
}

TEST_F(RuntimeTasks, has_an_account_and_finds_itself_by_name) {
  auto [output, exit] = run(shell(
      "id -un; getent hosts task; ls -d /etc/ssl/certs; openssl version >/dev/null && echo works"));

  EXPECT_THAT(output, HasSubstr("nobody\n127.16.0.9"));
  EXPECT_THAT(output, HasSubstr("/etc/ssl/certs\nworks"));
}

TEST_F(RuntimeTasks, log_is_readable_inside) {
  auto [output, exit] =
      run(shell("echo first line; sed s/first/again/ /var/log/app.log; touch /var/log/other"));

  EXPECT_EQ(output, "first line\nagain line\n");
  EXPECT_EQ(exit.code, 0);
}

TEST_F(RuntimeTasks, term_reaches_the_program_and_its_exit_code_comes_back) {
  auto sandbox =
      start(shell("trap 'echo draining; exit 42' TERM; echo ready; while :; do sleep 0.05; done"));
  ASSERT_TRUE(sandbox) << sandbox.error().text();
  wait_for_log("ready");

  auto exit = run_task(sandbox->stop(seconds(30)));

  EXPECT_EQ(exit.code, 42);
  EXPECT_THAT(log(), HasSubstr("draining"));
}

TEST_F(RuntimeTasks, what_ignores_term_is_killed_with_its_children) {
  auto sandbox = start(
      shell("trap '' TERM; (trap '' TERM; sleep 600)& echo ready; while :; do sleep 0.05; done"));
  ASSERT_TRUE(sandbox);
  wait_for_log("ready");

  auto exit = run_task(sandbox->stop(Duration(100)));

  EXPECT_EQ(exit.code, 137);
  EXPECT_FALSE(process::is_alive(sandbox->init()));
}

TEST_F(RuntimeTasks, a_task_can_be_stopped_at_once_after_its_start) {
  for (int i = 0; i < 10; ++i) {
    auto sandbox = start(shell("sleep 600"));
    ASSERT_TRUE(sandbox) << sandbox.error().text();
    EXPECT_EQ(run_task(sandbox->stop(seconds(30))).code, 143);
  }
}

TEST_F(RuntimeTasks, what_a_program_leaves_behind_ends_with_it) {
  auto sandbox = start(shell("sleep 600 & exit 3"));
  ASSERT_TRUE(sandbox);

  EXPECT_EQ(run_task(sandbox->wait()).code, 3);

  EXPECT_FALSE(process::is_alive(sandbox->init()));
}

TEST_F(RuntimeTasks, is_adopted_by_a_restarted_daemon) {
  auto first = start(shell("trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done"));
  ASSERT_TRUE(first);
  wait_for_log("ready");
  make_runtime();

  auto found = run_task(runtime_->find("task"));

  ASSERT_TRUE(found.running);
  EXPECT_EQ(found.running->outer(), first->outer());
  EXPECT_EQ(found.running->init(), first->init());
  EXPECT_EQ(run_task(found.running->stop(seconds(30))).code, 7);
}

TEST_F(RuntimeTasks, exit_code_is_known_to_a_daemon_that_was_not_there) {
  auto sandbox = start(shell("exit 9"));
  ASSERT_TRUE(sandbox);
  run_task(process::wait(sandbox->outer()));
  make_runtime();

  auto found = run_task(runtime_->find("task"));

  EXPECT_FALSE(found.running);
  ASSERT_TRUE(found.ended);
  EXPECT_EQ(found.ended->code, 9);
  EXPECT_FALSE(run_task(runtime_->find("never")).ended);
}

TEST_F(RuntimeTasks, one_that_lost_its_bubblewrap_ends) {
  auto sandbox = start(shell("echo ready; sleep 600"));
  ASSERT_TRUE(sandbox);
  wait_for_log("ready");
  ASSERT_TRUE(process::send_signal(sandbox->outer(), SIGKILL));

  auto exit = run_task(sandbox->wait());

  EXPECT_EQ(exit.code, 137);
  EXPECT_FALSE(exit.is_known);
  EXPECT_FALSE(process::is_alive(sandbox->init()));
  EXPECT_FALSE(run_task(runtime_->find("task")).running);
}

TEST_F(RuntimeTasks, memory_limit_kills_and_says_so) {
  auto spec = shell("python3 -c \"import time; b = b'x' * 200_000_000; time.sleep(600)\"");
  spec.memory_limit_bytes = 100'000'000;

  auto [output, exit] = run(spec);

  EXPECT_EQ(exit.code, 137);
  EXPECT_TRUE(exit.is_out_of_memory);
}

TEST_F(RuntimeTasks, errors_name_what_is_missing) {
  auto image = shell("true");
  image.image = "test:2";
  auto program = shell("true");
  program.entry_point = {"no-such-program"};
  auto id = shell("true");
  id.id = "../escape";
  auto folder = shell("true");
  folder.working_directory = "/nowhere";

  EXPECT_EQ(start(image).error().code, ErrorCode::not_found);
  EXPECT_EQ(start(image).error().subject, "test:2");
  EXPECT_EQ(start(id).error().code, ErrorCode::invalid_argument);
  // Bubblewrap may find out only after it has reported its child: then the end says so.
  for (const auto& [task, name] : {std::pair(program, "no-such-program"), {folder, "/nowhere"}}) {
    auto started = start(task);
    if (!started) {
      EXPECT_THAT(started.error().text(), HasSubstr(name));
      continue;
    }
    auto exit = run_task(started->wait());
    EXPECT_NE(exit.code, 0);
    EXPECT_FALSE(exit.has_started);
    auto ended = Sandbox::ended_in(started->folder());
    EXPECT_TRUE(ended && !ended->has_started);
    EXPECT_THAT(log(), HasSubstr(name));
  }
}

TEST_F(RuntimeTasks, an_id_that_runs_is_not_started_twice) {
  ASSERT_TRUE(start(shell("sleep 600")));

  auto second = start(shell("true"));

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::already_exists);
}

TEST_F(RuntimeTasks, usage_is_that_of_the_processes_inside) {
  auto sandbox =
      start(shell("python3 -c \"b = b'x' * 60_000_000; print('ready', flush=True); import time; "
                  "time.sleep(600)\""));
  ASSERT_TRUE(sandbox);
  wait_for_log("ready");

  auto usage = sandbox->usage();

  ASSERT_TRUE(usage);
  EXPECT_GT(usage->resident_bytes, 60'000'000U);
}

TEST_F(RuntimeTasks, a_command_inside_has_the_tasks_view_and_rights) {
  auto spec = shell("cd /tmp; echo secret > file; echo ready; sleep 600 & wait");
  spec.environment = {{"FROM_TASK", "yes"}};
  auto sandbox = start(spec);
  ASSERT_TRUE(sandbox);
  wait_for_log("ready");
  Command command;
  command.argv = {"/bin/bash", "-c",
                  "cat file - ; id -u; echo $FROM_TASK; hostname; ls /proc/self/fd | tr '\\n' ' '; "
                  "grep CapEff /proc/self/status; "
                  "which program; cat /proc/1/cmdline | grep -c bwrap; exit 5"};

  auto output = run_task(run_inside(*sandbox, command, "input\n", Deadline::after(seconds(30))));

  ASSERT_TRUE(output) << output.error().text();
  EXPECT_EQ(output->status.code, 5) << output->err;
  EXPECT_THAT(output->out, HasSubstr("secret\ninput\n"));
  EXPECT_THAT(output->out,
              HasSubstr(::geteuid() == 0 ? "65534\nyes\ntask\n" : "1000\nyes\ntask\n"));
  EXPECT_THAT(output->out, HasSubstr("0 1 2 3 CapEff:\t0000000000000000"));
  EXPECT_THAT(output->out, HasSubstr("/app/bin/program\n1\n"));
}

TEST_F(RuntimeTasks, a_command_inside_is_killed_at_its_deadline) {
  auto sandbox = start(shell("echo ready; sleep 600"));
  ASSERT_TRUE(sandbox);
  wait_for_log("ready");
  Command command;
  command.argv = {"sleep", "601"};

  auto output = run_task(run_inside(*sandbox, command, {}, Deadline::after(Duration(300))));

  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::timeout);
}

// Types into a terminal and waits for an answer.
std::string converse(const Terminal& terminal, const std::string& typed, const std::string& until,
                     Duration patience = seconds(20)) {
  std::string seen;
  EXPECT_EQ(::write(terminal.master.get(), typed.data(), typed.size()),
            static_cast<ssize_t>(typed.size()));
  auto limit = Deadline::after(patience);
  while (!seen.contains(until) && !limit.has_passed()) {
    pollfd poll{.fd = terminal.master.get(), .events = POLLIN, .revents = 0};
    ::poll(&poll, 1, 100);
    char buffer[4096];
    auto n = ::read(terminal.master.get(), buffer, sizeof buffer);
    if (n > 0) seen.append(buffer, static_cast<std::size_t>(n));
    if (n == 0) break;
  }
  EXPECT_THAT(seen, HasSubstr(until));
  return seen;
}

TEST_F(RuntimeTasks, a_shell_inside_has_a_real_terminal) {
  auto sandbox = start(shell("echo ready; sleep 600"));
  ASSERT_TRUE(sandbox);
  wait_for_log("ready");
  Command command;
  command.argv = {"/bin/bash", "--norc"};

  auto terminal = open_terminal(*sandbox, command);

  ASSERT_TRUE(terminal) << terminal.error().text();
  winsize size{.ws_row = 33, .ws_col = 99, .ws_xpixel = 0, .ws_ypixel = 0};
  ASSERT_EQ(::ioctl(terminal->master.get(), TIOCSWINSZ, &size), 0);
  auto first = converse(*terminal, "tty; stty size; pwd; echo x-$TERM-y; set -o | grep monitor\n",
                        "monitor        \ton");
  EXPECT_THAT(first, HasSubstr("/dev/pts/"));
  EXPECT_THAT(first, HasSubstr("33 99"));
  EXPECT_THAT(first, HasSubstr("/app\r\n"));
  EXPECT_THAT(first, HasSubstr("x-xterm-256color-y"));
  EXPECT_THAT(first, HasSubstr("monitor        \ton"));
  EXPECT_THAT(first, Not(HasSubstr("no job control")));
  converse(*terminal, "exit 9\n", "exit");
  EXPECT_EQ(run_task(process::wait(terminal->process)).code, 9);
}

TEST_F(RuntimeTasks, a_shell_inside_ends_when_its_terminal_hangs_up) {
  auto sandbox = start(shell("echo ready; sleep 600"));
  ASSERT_TRUE(sandbox);
  wait_for_log("ready");
  Command command;
  command.argv = {"/bin/bash", "--norc"};
  auto terminal = open_terminal(*sandbox, command);
  ASSERT_TRUE(terminal);
  converse(*terminal, "echo here-$((1+1))\n", "here-2");

  terminal->master.reset();

  // By SIGHUP or by the end of its input, whichever the shell meets first: so the status says
  // nothing.
  run_task(process::wait(terminal->process));
  EXPECT_FALSE(process::is_alive(terminal->process));
}

}  // namespace
}  // namespace sb::cloud::runtime
