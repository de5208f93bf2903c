// How the client of the AWS API behaves when the other side does not.
#include "aws/client/client.hpp"

#include <gtest/gtest.h>

#include <boost/asio/this_coro.hpp>
#include <set>

#include "aws/model/ecs.hpp"
#include "aws/model/rds.hpp"
#include "base/async/spawn.hpp"
#include "base/http/server.hpp"

namespace sb::aws {
namespace {

using namespace std::chrono_literals;

// Gives the prepared answers one after the other, the last one again and again.
class Script {
 public:
  explicit Script(std::vector<http::Response> answers) : answers_(std::move(answers)) {}

  Task<http::Response> answer(http::Request request) {
    requests.push_back(request);
    auto index = std::min(requests.size() - 1, answers_.size() - 1);
    co_return answers_[index];
  }
  http::Handler handler() {
    return [this](http::Request request) { return answer(std::move(request)); };
  }

  std::vector<http::Request> requests;

 private:
  std::vector<http::Response> answers_;
};

http::Response json(int status, std::string body) {
  return http::Response::json(status, std::move(body));
}

template <class Operation>
Task<Result<typename Operation::Response>> call(Script& script, Duration limit = 20s) {
  http::Server server(co_await current_executor(), script.handler());
  auto port = server.listen("127.0.0.1", 0);
  ClientConfig config;
  config.endpoint = "http://127.0.0.1:" + std::to_string(*port);
  config.access_key = "A";
  config.secret_key = "B";
  Client client(config);
  auto result = co_await client.call<Operation>({}, Deadline::after(limit));
  co_await server.stop(Deadline::after(5s));
  co_return result;
}

TEST(AwsClient, tries_again_after_server_errors_and_throttling) {
  Script script({json(503, "busy"), json(400, R"({"__type":"ThrottlingException"})"),
                 json(200, R"({"clusterArns":["arn"]})")});

  auto result = run_task(call<ecs::ListClusters>(script));

  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->clusterArns.size(), 1U);
  ASSERT_EQ(script.requests.size(), 3U);
  std::set<std::string> ids;
  for (const auto& request : script.requests)
    ids.emplace(request.headers.get("amz-sdk-invocation-id"));
  EXPECT_EQ(ids.size(), 1U);
  EXPECT_EQ(script.requests[2].headers.get("amz-sdk-request"), "attempt=3; max=4");
}

TEST(AwsClient, gives_up_after_its_attempts_and_says_why) {
  Script script({json(500, R"({"__type":"ServerException","message":"out of order"})")});

  auto result = run_task(call<ecs::ListClusters>(script));

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().subject, "ServerException");
  EXPECT_EQ(result.error().code, ErrorCode::unavailable);
  EXPECT_EQ(script.requests.size(), 4U);
}

TEST(AwsClient, does_not_repeat_what_was_refused) {
  Script script(
      {json(400, R"({"__type":"ClusterNotFoundException","message":"Cluster not found."})")});

  auto result = run_task(call<ecs::ListClusters>(script));

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::not_found);
  EXPECT_EQ(script.requests.size(), 1U);
}

TEST(AwsClient, calls_an_answer_that_is_not_the_protocol_data_loss) {
  Script html({json(200, "<html>hello</html>")});
  Script wrong({json(200, R"({"clusterArns":"one"})")});

  auto not_json = run_task(call<ecs::ListClusters>(html));
  auto not_typed = run_task(call<ecs::ListClusters>(wrong));
  auto not_xml = run_task(call<rds::DescribeDBInstances>(wrong));

  EXPECT_EQ(not_json.error().code, ErrorCode::data_loss);
  EXPECT_EQ(not_typed.error().code, ErrorCode::data_loss);
  EXPECT_NE(not_typed.error().message.find("/clusterArns"), std::string::npos);
  EXPECT_EQ(not_xml.error().code, ErrorCode::data_loss);
}

TEST(AwsClient, reports_an_endpoint_that_nobody_listens_on) {
  ClientConfig config;
  config.endpoint = "http://127.0.0.1:1";
  Client client(config);

  auto result = run_task(client.call<ecs::ListClusters>({}, Deadline::after(20s)));

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::unavailable);
  EXPECT_NE(result.error().message.find("Amazon ECS ListClusters"), std::string::npos);
}

TEST(AwsClient, refuses_an_endpoint_that_is_no_endpoint) {
  for (const char* endpoint : {"localhost:4566", "ftp://x", "http://x/path"}) {
    ClientConfig config;
    config.endpoint = endpoint;
    Client client(config);
    auto result = run_task(client.call<ecs::ListClusters>({}, Deadline::after(20s)));
    EXPECT_EQ(result.error().code, ErrorCode::invalid_argument) << endpoint;
  }
}

}  // namespace
}  // namespace sb::aws
