#include "base/process/process.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "base/async/spawn.hpp"

namespace sb::process {
namespace {

using std::chrono::seconds;

class Process : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "sb-process-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    EXPECT_TRUE(fs::remove_all(folder_));
  }

  static SpawnOptions shell(std::string script) {
    SpawnOptions options;
    options.argv = {"/bin/sh", "-c", std::move(script)};
    return options;
  }
  static Result<Output> run_shell(const std::string& script, std::string input = {},
                                  Duration limit = seconds(20)) {
    return run_task(run(shell(script), std::move(input), Deadline::after(limit)));
  }
  fs::Path folder_;
};

TEST_F(Process, run_gives_output_and_exit_code) {
  auto output = run_shell("cat; echo oops >&2; exit 7", "hello");

  ASSERT_TRUE(output) << output.error().text();
  EXPECT_EQ(output->out, "hello");
  EXPECT_EQ(output->err, "oops\n");
  EXPECT_EQ(output->status.code, 7);
  EXPECT_FALSE(output->status.signal);
}

TEST_F(Process, run_moves_more_than_a_pipe_holds_both_ways) {
  std::string big(3 << 20, 'x');

  auto output = run_shell("cat", big);

  ASSERT_TRUE(output);
  EXPECT_EQ(output->out, big);
}

TEST_F(Process, run_survives_a_program_that_closes_its_input) {
  auto output = run_shell("exec <&-; exit 3", std::string(1 << 20, 'x'));

  ASSERT_TRUE(output);
  EXPECT_EQ(output->status.code, 3);
}

TEST_F(Process, run_keeps_the_first_16_mebibytes_and_drops_the_rest) {
  auto output = run_shell("head -c 20000000 /dev/zero");

  ASSERT_TRUE(output);
  EXPECT_EQ(output->out.size(), 16U << 20U);
  EXPECT_EQ(output->status.code, 0);
}

TEST_F(Process, death_by_signal_is_told_as_such) {
  auto output = run_shell("kill -KILL $$");

  ASSERT_TRUE(output);
  EXPECT_EQ(output->status.code, 137);
  EXPECT_EQ(output->status.signal, SIGKILL);
}

TEST_F(Process, run_kills_the_whole_session_at_the_deadline) {
  auto pid_file = folder_ / "pid";

  auto output =
      run_shell("sleep 600 & echo $! > " + pid_file.string() + "; wait", {}, Duration(300));

  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::timeout);
  pid_t grandchild = std::stoi(fs::read_file(pid_file).value());
  auto identity = identify(grandchild);
  if (identity) run_task(wait(*identity));
  EXPECT_FALSE(identity && is_alive(*identity));
}

TEST_F(Process, a_missing_program_is_not_found) {
  SpawnOptions options;
  options.argv = {"no-such-program-of-ours"};

  auto process = spawn(options);

  ASSERT_FALSE(process);
  EXPECT_EQ(process.error().code, ErrorCode::not_found);
  EXPECT_EQ(process.error().subject, "no-such-program-of-ours");
}

TEST_F(Process, a_working_directory_that_is_missing_is_an_error_of_spawn) {
  auto options = shell("true");
  options.working_directory = folder_ / "absent";

  EXPECT_FALSE(spawn(options));
}

TEST_F(Process, the_child_sees_only_the_descriptors_it_was_given) {
  fs::Fd leak(::open("/dev/null", O_RDWR));
  int data[2];
  ASSERT_EQ(::pipe(data), 0);
  fs::Fd ours(data[0]), theirs(data[1]);
  auto options = shell("ls /proc/self/fd | tr '\\n' ' '; echo through >&9");
  options.pass_fds = {{theirs.get(), 9}};

  auto output = run_task(run(options, {}, Deadline::after(seconds(20))));

  ASSERT_TRUE(output);
  // 3 is ls's own look at the folder.
  EXPECT_EQ(output->out, "0 1 2 3 9 ");
  char text[16] = {};
  EXPECT_EQ(::read(ours.get(), text, sizeof text), 8);
}

TEST_F(Process, passed_descriptors_may_swap_numbers) {
  auto a = folder_ / "a", b = folder_ / "b";
  fs::Fd first(::open(a.c_str(), O_CREAT | O_WRONLY, 0600)),
      second(::open(b.c_str(), O_CREAT | O_WRONLY, 0600));
  SpawnOptions options;
  options.argv = {
      "/bin/bash", "-c",
      "echo a >&" + std::to_string(second.get()) + "; echo b >&" + std::to_string(first.get())};
  options.pass_fds = {{first.get(), second.get()}, {second.get(), first.get()}};

  auto process = spawn(options);
  ASSERT_TRUE(process);
  EXPECT_EQ(run_task(wait(*process)).code, 0);

  EXPECT_EQ(fs::read_file(a).value(), "a\n");
  EXPECT_EQ(fs::read_file(b).value(), "b\n");
}

TEST_F(Process, environment_is_added_or_is_all_there_is) {
  ::setenv("SB_PROCESS_TEST", "ours", 1);
  auto added = shell("echo $SB_PROCESS_TEST,$OTHER");
  added.environment = {{"OTHER", "x"}};
  auto alone = added;
  alone.inherit_environment = false;

  EXPECT_EQ(run_task(run(added, {}, Deadline::after(seconds(20))))->out, "ours,x\n");
  EXPECT_EQ(run_task(run(alone, {}, Deadline::after(seconds(20))))->out, ",x\n");
}

TEST_F(Process, output_files_are_appended_to_and_private) {
  auto options = shell("echo line");
  options.stdout_path = folder_ / "log";

  for (int i = 0; i < 2; ++i) run_task(wait(spawn(options).value()));

  EXPECT_EQ(fs::read_file(options.stdout_path).value(), "line\nline\n");
  struct stat info{};
  ASSERT_EQ(::stat(options.stdout_path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_F(Process, signals_are_reset_in_the_child) {
  ::signal(SIGTERM, SIG_IGN);
  auto process = spawn(shell("kill -TERM $$; exit 1")).value();
  ::signal(SIGTERM, SIG_DFL);

  EXPECT_EQ(run_task(wait(process)).signal, SIGTERM);
}

TEST_F(Process, two_waiters_get_the_same_status) {
  auto process = spawn(shell("exit 5")).value();

  EXPECT_EQ(run_task(wait(process)).code, 5);
  auto again = run_task(wait(process));

  EXPECT_TRUE(again.is_known);
  EXPECT_EQ(again.code, 5);
}

TEST_F(Process, a_recycled_pid_is_someone_else) {
  auto process = spawn(shell("exec sleep 600")).value();
  Identity other{process.pid, process.start_ticks + 1};

  EXPECT_TRUE(is_alive(process));
  EXPECT_FALSE(is_alive(other));
  EXPECT_FALSE(send_signal(other, SIGKILL));
  EXPECT_FALSE(run_task(wait(other)).is_known);
  run_task(stop(process, seconds(20)));

  EXPECT_FALSE(is_alive(process));
}

TEST_F(Process, a_process_that_is_not_our_child_is_waited_for) {
  auto file = folder_ / "pid";
  // The shell ends at once and leaves its child to init (or whoever reaps orphans).
  ASSERT_TRUE(run_shell("sleep 600 >/dev/null 2>&1 & echo $! > " + file.string()));
  auto orphan = identify(std::stoi(fs::read_file(file).value()));
  ASSERT_TRUE(orphan);

  run_task(stop(*orphan, seconds(20)));

  EXPECT_FALSE(is_alive(*orphan));
}

TEST_F(Process, stop_kills_what_ignores_term) {
  auto ready = folder_ / "ready";
  auto process =
      spawn(shell("trap '' TERM; : > " + ready.string() + "; while :; do sleep 1; done")).value();
  for (int i = 0; i < 2000 && !std::filesystem::exists(ready); ++i)
    run_task(sleep_for(Duration(5)));

  run_task(stop(process, Duration(50)));

  EXPECT_FALSE(is_alive(process));
  EXPECT_EQ(run_task(wait(process)).signal, SIGKILL);
}

TEST_F(Process, usage_counts_descendants) {
  int data[2];
  ASSERT_EQ(::pipe(data), 0);
  fs::Fd ours(data[0]), theirs(data[1]);
  SpawnOptions options;
  options.argv = {"/usr/bin/env", "python3", "-c",
                  "import os\nif os.fork()==0:\n b=b'x'*50_000_000\n os.write(9,b'r')\n import "
                  "time\n time.sleep(600)\n"
                  "else: os.wait()"};
  options.pass_fds = {{theirs.get(), 9}};
  auto process = spawn(options).value();
  theirs.reset();
  char byte = 0;
  ASSERT_EQ(::read(ours.get(), &byte, 1), 1);

  auto usage = usage_of_tree(process.pid);

  ASSERT_TRUE(usage);
  EXPECT_GT(usage->resident_bytes, 50'000'000U);
  EXPECT_FALSE(usage_of_tree(0x3fffffff));
  ::kill(-process.pid, SIGKILL);
  run_task(wait(process));
}

TEST_F(Process, programs_are_found_on_the_path_and_in_extra_folders) {
  EXPECT_TRUE(find_program("sh"));
  EXPECT_FALSE(find_program("no-such-program-of-ours"));
  auto script = folder_ / "mine";
  ASSERT_TRUE(fs::write_file(script, "#!/bin/sh\n", 0755));
  ASSERT_TRUE(fs::write_file(folder_ / "data", "", 0644));

  EXPECT_EQ(find_program("mine", {folder_}), script);
  EXPECT_FALSE(find_program("data", {folder_}));
  EXPECT_EQ(find_program(script.string()), script);
}

}  // namespace
}  // namespace sb::process
