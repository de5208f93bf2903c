// The gateway behind a real server: our client, the aws command and boto3 all talk to it.
#include "cloud/gateway/gateway.hpp"

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <fstream>
#include <future>
#include <sstream>
#include <thread>

#include "aws/client/client.hpp"
#include "aws/model/cloudwatch.hpp"
#include "aws/model/elbv2.hpp"
#include "aws/model/ssm.hpp"
#include "aws/model/sts.hpp"
#include "base/async/spawn.hpp"
#include "base/http/server.hpp"
#include "cloud/sts/sts.hpp"
#include "support/temporary_directory.hpp"

namespace sb::cloud {
namespace {

using namespace std::chrono_literals;

constexpr const char* kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

Task<gateway::Outcome<aws::ssm::PutParameterResponse>> put_parameter(
    gateway::Caller, aws::ssm::PutParameterRequest request) {
  if (request.Name == "/taken")
    co_return gateway::fault("ParameterAlreadyExists", "The parameter already exists.");
  aws::ssm::PutParameterResponse response;
  response.Version = static_cast<std::int64_t>(request.Value->size());
  co_return response;
}

// Echoes what it read, so that both directions of both protocols are covered.
Task<gateway::Outcome<aws::elbv2::RegisterTargetsResponse>> register_targets(
    gateway::Caller, aws::elbv2::RegisterTargetsRequest request) {
  if (request.Targets.size() != 2 || request.Targets[1].Port != 8001)
    co_return gateway::fault("InvalidTarget", "not the two targets that were sent");
  co_return aws::elbv2::RegisterTargetsResponse{};
}

Task<gateway::Outcome<aws::cloudwatch::GetMetricDataResponse>> get_metric_data(
    gateway::Caller, aws::cloudwatch::GetMetricDataRequest request) {
  aws::cloudwatch::GetMetricDataResponse response;
  for (const auto& query : request.MetricDataQueries) {
    auto& result = response.MetricDataResults.emplace_back();
    result.Id = query.Id;
    result.Timestamps = {*request.StartTime};
    result.Values = {0.25};
  }
  co_return response;
}

// A gateway on a port of its own, in a thread of its own.
class GatewayServer : public testing::Test {
 protected:
  GatewayServer()
      : gateway_({.secret_of = [](std::string_view key) -> std::optional<std::string> {
          if (key == "AKIDEXAMPLE") return kSecret;
          return std::nullopt;
        }}) {
    sts::attach(gateway_);
    gateway_.on<aws::ssm::PutParameter>(put_parameter);
    gateway_.on<aws::elbv2::RegisterTargets>(register_targets);
    gateway_.on<aws::cloudwatch::GetMetricData>(get_metric_data);
    std::promise<std::uint16_t> port;
    thread_ = std::thread([this, &port] {
      http::Server server(loop_.get_executor(), gateway_.handler(),
                          gateway::Gateway::server_options());
      auto listening = server.listen("127.0.0.1", 0);
      port.set_value(listening ? *listening : 0);
      auto guard = boost::asio::make_work_guard(loop_);
      loop_.run();
    });
    endpoint_ = "http://127.0.0.1:" + std::to_string(port.get_future().get());
  }
  ~GatewayServer() override {
    loop_.stop();
    thread_.join();
  }

  aws::ClientConfig config() const {
    aws::ClientConfig config;
    config.endpoint = endpoint_;
    config.access_key = "AKIDEXAMPLE";
    config.secret_key = kSecret;
    return config;
  }
  template <class Operation>
  Result<typename Operation::Response> call(aws::ClientConfig with,
                                            typename Operation::Request request) {
    aws::Client client(std::move(with));
    return run_task(client.call<Operation>(std::move(request), Deadline::after(20s)));
  }

  // Runs a command with AWS's variables set; returns what it printed, and its exit code.
  std::pair<std::string, int> shell(const std::string& command, std::string key = "AKIDEXAMPLE") {
    std::string output_file = (directory_.path() / "out").string();
    std::string line = "env AWS_ACCESS_KEY_ID=" + key + " AWS_SECRET_ACCESS_KEY=" + kSecret +
                       " AWS_DEFAULT_REGION=us-west-2 AWS_PAGER= AWS_MAX_ATTEMPTS=1"
                       " AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null"
                       " AWS_SHARED_CREDENTIALS_FILE=/dev/null ENDPOINT=" +
                       endpoint_ + " " + command + " >" + output_file + " 2>&1";
    int status = std::system(line.c_str());
    std::stringstream text;
    text << std::ifstream(output_file).rdbuf();
    return {text.str(), status};
  }
  std::pair<std::string, int> aws_command(const std::string& arguments,
                                          std::string key = "AKIDEXAMPLE") {
    return shell("/usr/bin/aws --endpoint-url " + endpoint_ + " " + arguments, std::move(key));
  }
  static bool has(const char* program) {
    return std::system((std::string("command -v ") + program + " >/dev/null 2>&1").c_str()) == 0;
  }

  test::TemporaryDirectory directory_;
  boost::asio::io_context loop_;
  gateway::Gateway gateway_;
  std::thread thread_;
  std::string endpoint_;
};

TEST_F(GatewayServer, answers_our_client_in_each_protocol) {
  auto identity = call<aws::sts::GetCallerIdentity>(config(), {});
  auto put = call<aws::ssm::PutParameter>(config(), {.Name = "/a", .Value = "four"});
  aws::elbv2::RegisterTargetsRequest targets;
  targets.TargetGroupArn = "arn:x";
  targets.Targets = {{.Id = "127.20.16.1", .Port = 8000}, {.Id = "127.20.16.2", .Port = 8001}};
  auto registered = call<aws::elbv2::RegisterTargets>(config(), targets);
  aws::cloudwatch::GetMetricDataRequest metrics;
  metrics.StartTime = from_unix_ms(1763806830000);
  metrics.EndTime = from_unix_ms(1763806831000);
  metrics.MetricDataQueries.emplace_back().Id = "m1";
  auto data = call<aws::cloudwatch::GetMetricData>(config(), metrics);

  ASSERT_TRUE(identity) << identity.error().text();
  EXPECT_EQ(identity->Account, "000000000000");
  ASSERT_TRUE(put) << put.error().text();
  EXPECT_EQ(put->Version, 4);
  EXPECT_TRUE(registered) << registered.error().text();
  ASSERT_TRUE(data) << data.error().text();
  EXPECT_EQ(data->MetricDataResults.at(0).Timestamps.at(0), metrics.StartTime);
}

TEST_F(GatewayServer, gives_our_client_awss_error_codes) {
  auto taken = call<aws::ssm::PutParameter>(config(), {.Name = "/taken", .Value = "v"});
  auto other = config();
  other.secret_key = "wrong";
  auto wrong = call<aws::sts::GetCallerIdentity>(other, {});

  EXPECT_EQ(taken.error().subject, "ParameterAlreadyExists");
  EXPECT_EQ(taken.error().code, ErrorCode::already_exists);
  EXPECT_EQ(wrong.error().subject, "SignatureDoesNotMatch");
  EXPECT_EQ(wrong.error().code, ErrorCode::unauthenticated);
}

TEST_F(GatewayServer, answers_the_aws_command) {
  if (!has("/usr/bin/aws")) GTEST_SKIP() << "no aws command here";

  auto [identity, identity_status] =
      aws_command("sts get-caller-identity --query Account --output text");
  auto [put, put_status] =
      aws_command("ssm put-parameter --name /a --value four --type String --query Version");
  auto [targets, targets_status] = aws_command(
      "elbv2 register-targets --target-group-arn arn:aws:x --targets Id=127.20.16.1,Port=8000 "
      "Id=127.20.16.2,Port=8001");
  auto [metrics, metrics_status] = aws_command(
      "cloudwatch get-metric-data --start-time 2026-11-22T10:00:00Z --end-time "
      "2026-11-22T10:01:00Z --metric-data-queries "
      "'[{\"Id\":\"m1\",\"Expression\":\"x\"}]' --query 'MetricDataResults[0].Values[0]'");

  EXPECT_EQ(identity, "000000000000\n");
  EXPECT_EQ(put, "4\n");
  EXPECT_EQ(targets_status, 0) << targets;
  EXPECT_EQ(metrics, "0.25\n");
}

TEST_F(GatewayServer, gives_the_aws_command_errors_it_can_read) {
  if (!has("/usr/bin/aws")) GTEST_SKIP() << "no aws command here";

  auto [taken, taken_status] =
      aws_command("ssm put-parameter --name /taken --value v --type String");
  auto [stranger, stranger_status] = aws_command("sts get-caller-identity", "AKIDSTRANGER");
  auto [unknown, unknown_status] = aws_command("elbv2 describe-account-limits");

  EXPECT_NE(taken.find("An error occurred (ParameterAlreadyExists) when calling the PutParameter"),
            std::string::npos)
      << taken;
  EXPECT_NE(taken_status, 0);
  EXPECT_NE(stranger.find("(InvalidClientTokenId)"), std::string::npos) << stranger;
  EXPECT_NE(unknown.find("(InvalidAction)"), std::string::npos) << unknown;
  EXPECT_NE(unknown.find("DescribeAccountLimits"), std::string::npos) << unknown;
}

TEST_F(GatewayServer, answers_boto3) {
  if (std::system("python3 -c 'import boto3' >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "no boto3 here";
  std::ofstream(directory_.path() / "client.py") << R"(
import boto3, datetime, os, sys
def client(name): return boto3.client(name, endpoint_url=os.environ["ENDPOINT"])
assert client("sts").get_caller_identity()["Account"] == "000000000000"
ssm = client("ssm")
assert ssm.put_parameter(Name="/a", Value="four", Type="String")["Version"] == 4
try:
    ssm.put_parameter(Name="/taken", Value="v", Type="String")
    sys.exit("no error")
except ssm.exceptions.ParameterAlreadyExists:
    pass
client("elbv2").register_targets(TargetGroupArn="arn", Targets=[
    {"Id": "127.20.16.1", "Port": 8000}, {"Id": "127.20.16.2", "Port": 8001}])
start = datetime.datetime(2026, 11, 22, 10, tzinfo=datetime.timezone.utc)
reply = client("cloudwatch").get_metric_data(
    StartTime=start, EndTime=start, MetricDataQueries=[{"Id": "m1", "Expression": "x"}])
assert reply["MetricDataResults"][0]["Values"] == [0.25], reply
assert reply["MetricDataResults"][0]["Timestamps"] == [start], reply
print("fine")
)";

  auto [output, status] = shell("python3 " + (directory_.path() / "client.py").string());

  EXPECT_EQ(output, "fine\n");
}

}  // namespace
}  // namespace sb::cloud
