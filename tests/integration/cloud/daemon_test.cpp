// saltcloud as a process: what survives a kill, who is let in, what it says when it cannot start.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "aws/model/logs.hpp"
#include "aws/model/secretsmanager.hpp"
#include "aws/model/ssm.hpp"
#include "aws/model/sts.hpp"
#include "base/http/client.hpp"
#include "support/saltcloud_fixture.hpp"
#include "support/temporary_directory.hpp"

namespace sb::cloud {
namespace {

using testing::Child;
using ::testing::HasSubstr;
using testing::Saltcloud;

namespace ssm = aws::ssm;

Result<ssm::PutParameterResponse> put(const Saltcloud& cloud, const std::string& name,
                                      const std::string& value) {
  ssm::PutParameterRequest request;
  request.Name = name;
  request.Value = value;
  request.Type = "SecureString";
  request.Overwrite = true;
  return cloud.call<ssm::PutParameter>(request);
}

Result<ssm::GetParameterResponse> get(const Saltcloud& cloud, const std::string& name) {
  ssm::GetParameterRequest request;
  request.Name = name;
  request.WithDecryption = true;
  return cloud.call<ssm::GetParameter>(request);
}

int run(const std::vector<std::string>& arguments, std::string& output) {
  test::TemporaryDirectory folder;
  std::vector<std::string> argv = {Saltcloud::program().string()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  Child child({.argv = argv,
               .environment = {},
               .working_directory = {},
               .log_file = folder / "log",
               .user = {}});
  int code = child.wait(std::chrono::seconds(60));
  output = child.log();
  return code;
}

TEST(SaltcloudDaemon, keeps_everything_when_killed) {
  Saltcloud cloud;
  ASSERT_TRUE(put(cloud, "/a", "one"));
  ASSERT_TRUE(put(cloud, "/a", "two"));
  aws::secretsmanager::CreateSecretRequest secret;
  secret.Name = "app";
  secret.SecretString = "hunter2";
  auto created = cloud.call<aws::secretsmanager::CreateSecret>(secret);
  ASSERT_TRUE(created);
  aws::logs::CreateLogGroupRequest group;
  group.logGroupName = "/ecs/x";
  ASSERT_TRUE(cloud.call<aws::logs::CreateLogGroup>(group));

  cloud.kill();
  cloud.start();

  auto parameter = get(cloud, "/a");
  ASSERT_TRUE(parameter) << parameter.error().text();
  EXPECT_EQ(*parameter->Parameter->Value, "two");
  EXPECT_EQ(*parameter->Parameter->Version, 2);
  aws::secretsmanager::GetSecretValueRequest read;
  read.SecretId = *created->ARN;
  EXPECT_EQ(*cloud.call<aws::secretsmanager::GetSecretValue>(read)->SecretString, "hunter2");
  EXPECT_EQ(cloud.call<aws::logs::DescribeLogGroups>({})->logGroups.size(), 1u);
}

TEST(SaltcloudDaemon, stops_politely_and_leaves_no_record) {
  Saltcloud cloud;
  auto record = cloud.home() / "cloud" / "saltcloud.json";
  EXPECT_THAT(testing::read_text(record), HasSubstr(cloud.endpoint()));

  EXPECT_EQ(cloud.stop_politely(), 0);

  EXPECT_FALSE(std::filesystem::exists(record));
}

TEST(SaltcloudDaemon, lets_nobody_in_without_its_key) {
  Saltcloud cloud;
  auto config = cloud.client_config();
  auto attempt = [](aws::ClientConfig with) -> Task<Result<aws::sts::GetCallerIdentityResponse>> {
    aws::Client client(std::move(with));
    co_return co_await client.call<aws::sts::GetCallerIdentity>(
        {}, Deadline::after(std::chrono::seconds(20)));
  };
  EXPECT_TRUE(run_task(attempt(config)));

  auto wrong_secret = config;
  wrong_secret.secret_key[3] ^= 1;
  EXPECT_EQ(run_task(attempt(wrong_secret)).error().subject, "SignatureDoesNotMatch");
  auto wrong_key = config;
  wrong_key.access_key = "AKIAAAAAAAAAAAAAAAAA";
  EXPECT_EQ(run_task(attempt(wrong_key)).error().subject, "InvalidClientTokenId");
}

TEST(SaltcloudDaemon, keeps_its_files_private) {
  Saltcloud cloud;
  ASSERT_TRUE(put(cloud, "/secret", "hunter2-hunter2"));

  for (const auto* name : {"cloud.db", "cloud.db-wal", "logs.db", "credentials.json", "kms.key"}) {
    struct stat info{};
    auto path = cloud.home() / "cloud" / name;
    ASSERT_EQ(::stat(path.c_str(), &info), 0) << name;
    EXPECT_EQ(info.st_mode & 0777, 0600u) << name;
    EXPECT_EQ(testing::read_text(path).find("hunter2"), std::string::npos) << name;
  }
  EXPECT_EQ(cloud.log().find("hunter2"), std::string::npos);
  EXPECT_EQ(cloud.log().find(cloud.client_config().secret_key), std::string::npos);
}

TEST(SaltcloudDaemon, refuses_a_second_one_in_one_line) {
  Saltcloud cloud;
  std::string output;

  EXPECT_EQ(run({"serve", "--home", cloud.home().string(), "--listen", "127.0.0.1:0"}, output), 2);
  EXPECT_THAT(output, HasSubstr("another saltcloud"));
  EXPECT_EQ(std::count(output.begin(), output.end(), '\n'), 1);

  test::TemporaryDirectory other;
  auto port = cloud.endpoint().substr(cloud.endpoint().rfind(':'));
  EXPECT_EQ(run({"serve", "--home", other.path().string(), "--listen", "127.0.0.1" + port}, output),
            2);
  EXPECT_THAT(output, HasSubstr("port is taken"));
  EXPECT_EQ(std::count(output.begin(), output.end(), '\n'), 1) << output;
}

TEST(SaltcloudDaemon, says_that_its_store_is_damaged) {
  test::TemporaryDirectory home;
  std::filesystem::create_directories(home / "cloud");
  std::ofstream(home / "cloud/cloud.db") << std::string(20'000, 'x');
  std::string output;

  EXPECT_EQ(run({"serve", "--home", home.path().string(), "--listen", "127.0.0.1:0"}, output), 2);

  EXPECT_THAT(output, HasSubstr("damaged"));
  EXPECT_EQ(std::count(output.begin(), output.end(), '\n'), 1) << output;
}

TEST(SaltcloudDaemon, destroy_leaves_nothing_also_when_the_daemon_is_dead) {
  Saltcloud cloud;
  cloud.kill();
  std::string output;

  EXPECT_EQ(run({"destroy", "--volumes", "--home", cloud.home().string()}, output), 0) << output;

  EXPECT_THAT(output, HasSubstr("was not running"));
  EXPECT_FALSE(std::filesystem::exists(cloud.home() / "cloud"));
}

}  // namespace
}  // namespace sb::cloud
