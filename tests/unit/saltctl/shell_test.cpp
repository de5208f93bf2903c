#include "saltctl/shell/shell.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "saltctl/shell/tools.hpp"

namespace sb::saltctl {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ShellFolder : public ::testing::Test {
 protected:
  ShellFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "saltctl-shell-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    settings_.environment = "production";
    settings_.region = "us-west-2";
    settings_.endpoint = "http://127.0.0.1:4566";
    settings_.access_key = "AKIALOCAL";
    settings_.secret_key = "secret";
    settings_.database_url = "postgresql://u:p'w@127.20.2.1:5432/saltbitter";
    settings_.routes = {{"api.saltbitter.com", "127.20.1.1", 8443},
                        {"staging-api.saltbitter.com", "", 0}};
    settings_.folder = root_ / "shell" / "production";
    settings_.programs = root_ / "bin";
  }
  ~ShellFolder() override {
    std::filesystem::remove_all(root_);
  }

  // A stand-in for an AWS CLI that prints its version or its arguments.
  fs::Path make_aws(const std::string& folder, const std::string& version) {
    auto path = root_ / folder / "aws";
    EXPECT_TRUE(fs::make_directories(path.parent_path()));
    auto text = "#!/bin/sh\n[ \"$1\" = --version ] && { echo aws-cli/" + version +
                " Python/3; exit; }\necho \"" + version + " $*\"\n";
    EXPECT_TRUE(fs::write_file(path, text, 0755));
    return path.parent_path();
  }

  // Only what the shim itself needs, so that no real aws is found and asked.
  fs::Path make_tools() {
    auto tools = root_ / "tools";
    std::filesystem::create_directories(tools);
    for (const char* name :
         {"sh", "env", "sed", "cut", "sort", "mktemp", "mv", "awk", "cksum", "cat"}) {
      std::error_code ignored;
      std::filesystem::create_symlink(fs::Path("/usr/bin") / name, tools / name, ignored);
    }
    return tools;
  }

  std::string output_of(const std::string& command, int& status) {
    auto out = root_ / "out";
    status = std::system((command + " >" + out.string() + " 2>&1").c_str());
    return fs::read_file(out).value();
  }

  std::string aws(const std::string& path, const std::string& arguments, int& status,
                  const std::string& endpoint = "http://127.0.0.1:4566") {
    EXPECT_TRUE(write_shell_folder(settings_));
    auto folder = settings_.folder.string();
    return output_of("env PATH=" + folder + "/bin:" + path + ":/usr/bin:/bin SALT_SHELL_FOLDER=" +
                         folder + " SALT_AWS_ENDPOINT=" + endpoint + " aws " + arguments,
                     status);
  }

  fs::Path root_;
  ShellSettings settings_;
};

TEST(Loopback, is_an_address_of_this_machine_and_nothing_that_only_looks_so) {
  EXPECT_TRUE(is_loopback_url("http://127.0.0.1:4566"));
  EXPECT_TRUE(is_loopback_url("https://localhost/x"));
  EXPECT_TRUE(is_loopback_url("http://[::1]:4566"));
  EXPECT_FALSE(is_loopback_url("https://ecs.us-west-2.amazonaws.com"));
  EXPECT_FALSE(is_loopback_url("http://127.evil.example"));
  EXPECT_FALSE(is_loopback_url("http://localhost.evil.example"));
  EXPECT_FALSE(is_loopback_url("http://127.0.0.1:80@evil.example"));
  EXPECT_FALSE(is_loopback_url("127.0.0.1:4566"));
}

TEST_F(ShellFolder, refuses_to_lead_anywhere_but_this_machine) {
  settings_.endpoint = "https://ecs.us-west-2.amazonaws.com";

  auto result = shell_variables(settings_, {});

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::permission_denied);
}

TEST_F(ShellFolder, clears_what_could_lead_to_a_real_account_or_another_database) {
  auto variables = shell_variables(
      settings_,
      {{"AWS_PROFILE", "real"}, {"PGHOST", "db"}, {"AWS_ENDPOINT_URL_ECS", "x"}, {"HOME", "/h"}});

  ASSERT_TRUE(variables);
  EXPECT_THAT(variables->cleared, Contains("AWS_PROFILE"));
  EXPECT_THAT(variables->cleared, Contains("PGHOST"));
  EXPECT_THAT(variables->cleared, Contains("AWS_ENDPOINT_URL_ECS"));
  EXPECT_THAT(variables->cleared, Not(Contains("HOME")));
}

TEST_F(ShellFolder, puts_its_programs_first_once_and_drops_another_environments) {
  auto first = shell_variables(settings_, {{"PATH", "/usr/bin"}});
  auto staging = settings_;
  staging.folder = root_ / "shell" / "staging";
  auto inside = shell_variables(staging, first->set);

  EXPECT_EQ(first->set.at("PATH"), settings_.folder.string() + "/bin:/usr/bin");
  EXPECT_EQ(inside->set.at("PATH"), staging.folder.string() + "/bin:/usr/bin");
}

TEST_F(ShellFolder, keeps_proxies_out_of_the_way_of_local_names) {
  auto variables = shell_variables(settings_, {{"NO_PROXY", "corp.example"}});

  EXPECT_THAT(variables->set.at("NO_PROXY"),
              StartsWith("127.0.0.1,localhost,::1,api.saltbitter.com"));
  EXPECT_THAT(variables->set.at("NO_PROXY"), HasSubstr("corp.example"));
}

TEST_F(ShellFolder, the_script_for_eval_survives_quotes) {
  auto variables = shell_variables(settings_, {{"AWS_PROFILE", "real"}});
  auto script = as_script(*variables) + "printf '%s|%s' \"$DATABASE_URL\" \"$AWS_PROFILE\"\n";
  ASSERT_TRUE(fs::write_file(root_ / "script", script));

  int status = 0;
  auto seen = output_of("AWS_PROFILE=real sh " + (root_ / "script").string(), status);

  EXPECT_EQ(seen, settings_.database_url + "|");
}

TEST(Exports, are_read_back_as_they_were_written) {
  ShellVariables variables;
  variables.set = {{"A", "it's 'so'"}, {"B", ""}, {"C", "x=y"}};
  variables.cleared = {"D"};

  EXPECT_EQ(exports_of(as_script(variables)), variables.set);
  EXPECT_TRUE(exports_of("salthub: it does not run\nexport broken\nexport A='x").empty());
}

TEST_F(ShellFolder, curl_finds_hosts_that_run_and_a_closed_port_for_those_that_do_not) {
  auto text = curl_settings(settings_);

  EXPECT_THAT(text, HasSubstr("connect-to = \"api.saltbitter.com:443:127.20.1.1:8443\""));
  EXPECT_THAT(text, HasSubstr("connect-to = \"staging-api.saltbitter.com:443:127.0.0.1:9\""));
}

TEST_F(ShellFolder, aws_takes_the_newest_version_one_before_an_old_version_two) {
  auto path = make_aws("old2", "2.9.19").string() + ":" + make_aws("new1", "1.45.11").string() +
              ":" + make_aws("old1", "1.27.0").string();
  int status = 0;

  EXPECT_EQ(aws(path, "ecs list-tasks", status),
            "1.45.11 --endpoint-url http://127.0.0.1:4566 ecs list-tasks\n");
  EXPECT_EQ(status, 0);
}

TEST_F(ShellFolder, aws_takes_a_recent_version_two_before_everything) {
  auto path = make_aws("new1", "1.45.11").string() + ":" + make_aws("new2", "2.31.5").string();
  int status = 0;

  EXPECT_THAT(aws(path, "sts get-caller-identity", status), StartsWith("2.31.5 "));
}

TEST_F(ShellFolder, aws_takes_version_two_for_logs_tail) {
  auto path = make_aws("new1", "1.45.11").string() + ":" + make_aws("old2", "2.9.19").string();
  int status = 0;

  EXPECT_THAT(aws(path, "logs tail /ecs/saltbitter-prod --follow", status), StartsWith("2.9.19 "));
}

TEST_F(ShellFolder, aws_refuses_every_endpoint_that_is_not_loopback) {
  auto path = make_aws("new1", "1.45.11").string();
  int status = 0;

  EXPECT_THAT(aws(path, "ecs list-tasks", status, "https://ecs.amazonaws.com"),
              HasSubstr("refused"));
  EXPECT_NE(status, 0);
  EXPECT_THAT(aws(path, "ecs list-tasks --endpoint-url https://ecs.amazonaws.com", status),
              HasSubstr("refused"));
  EXPECT_THAT(aws(path, "ecs list-tasks --endpoint-url=http://localhost.evil", status),
              HasSubstr("refused"));
  EXPECT_THAT(aws(path, "ecs list-tasks", status, "http://127.0.0.1@evil.example"),
              HasSubstr("refused"));
  EXPECT_THAT(aws(path, "ecs list-tasks", status, "http://127.evil.example"), HasSubstr("refused"));
}

TEST_F(ShellFolder, is_private) {
  ASSERT_TRUE(write_shell_folder(settings_));

  struct stat info{};
  ASSERT_EQ(stat(settings_.folder.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0700u);
}

TEST_F(ShellFolder, production_has_a_red_prompt) {
  EXPECT_THAT(bashrc(settings_), HasSubstr("41;97m\\] production"));
}

}  // namespace
}  // namespace sb::saltctl
