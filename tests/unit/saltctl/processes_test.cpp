#include "saltctl/provision/processes.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/async/spawn.hpp"

namespace sb::saltctl {
namespace {

// A copy of sleep under another name stands in for the programs of a cloud.
class CloudProcesses : public ::testing::Test {
 protected:
  CloudProcesses() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "saltctl-cloud-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    std::filesystem::create_directories(root_ / "cloud");
  }
  ~CloudProcesses() override {
    for (const auto& identity : started_) {
      process::send_signal(identity, SIGKILL);
      run_task([](process::Identity id) -> Task<> { co_await process::wait(id); }(identity));
    }
    std::filesystem::remove_all(root_);
  }

  process::Identity start(const std::string& name, const std::string& home) {
    auto program = root_ / name;
    if (!std::filesystem::exists(program)) std::filesystem::copy_file("/bin/sleep", program);
    process::SpawnOptions options;
    options.argv = {program.string(), "600"};
    options.environment = {{"SALTBITTER_HOME", home}};
    auto identity = process::spawn(options);
    EXPECT_TRUE(identity) << identity.error().text();
    started_.push_back(*identity);
    return *identity;
  }

  fs::Path root_;
  std::vector<process::Identity> started_;
};

TEST_F(CloudProcesses, finds_only_those_of_its_own_home) {
  auto ours = start("haproxy", root_.string());
  start("redis-server", "/somewhere/else");

  auto found = cloud_processes(root_ / "cloud");

  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].identity, ours);
  EXPECT_EQ(found[0].name, "haproxy");
}

TEST_F(CloudProcesses, leaves_programs_alone_that_no_cloud_starts) {
  start("tail", root_.string());

  EXPECT_TRUE(cloud_processes(root_ / "cloud").empty());
}

TEST_F(CloudProcesses, ends_all_of_them_and_nothing_else) {
  start("saltcloud", root_.string());
  start("haproxy", root_.string());
  auto other = start("redis-server", "/somewhere/else");

  auto ended = run_task(end_cloud_processes(root_ / "cloud", std::chrono::seconds(10)));

  EXPECT_EQ(ended, 2u);
  EXPECT_TRUE(cloud_processes(root_ / "cloud").empty());
  EXPECT_TRUE(process::is_alive(other));
}

}  // namespace
}  // namespace sb::saltctl
