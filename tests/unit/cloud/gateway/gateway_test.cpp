#include "cloud/gateway/gateway.hpp"

#include <gtest/gtest.h>

#include "aws/model/cloudwatch.hpp"
#include "aws/model/ecs.hpp"
#include "aws/model/rds.hpp"
#include "aws/model/ssm.hpp"
#include "aws/protocol/service.hpp"
#include "aws/protocol/sigv4.hpp"
#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "cloud/sts/sts.hpp"

namespace sb::cloud::gateway {
namespace {

constexpr const char* kForm = "application/x-www-form-urlencoded; charset=utf-8";

Task<Outcome<aws::ssm::PutParameterResponse>> put(Caller, aws::ssm::PutParameterRequest request) {
  if (request.Name == "taken")
    co_return fault("ParameterAlreadyExists", "The parameter already exists.");
  if (request.Name == "broken")
    co_return std::unexpected(Fault(Error{ErrorCode::internal, "disk", ""}));
  if (request.Name == "odd")
    co_return std::unexpected(Fault(Error{ErrorCode::invalid_argument, "odd name", "Name"}));
  if (request.Name == "throws") throw std::runtime_error("surprise");
  aws::ssm::PutParameterResponse response;
  response.Version = 3;
  co_return response;
}

Task<Outcome<aws::rds::DescribeDBInstancesResponse>> describe(
    Caller, aws::rds::DescribeDBInstancesRequest request) {
  if (request.DBInstanceIdentifier == "absent")
    co_return fault("DBInstanceNotFound", "DBInstance absent not found.", 404);
  aws::rds::DescribeDBInstancesResponse response;
  aws::rds::DBInstance instance;
  instance.DBInstanceIdentifier = request.DBInstanceIdentifier;
  instance.Endpoint.emplace().Port = 5432;
  instance.InstanceCreateTime = from_unix_ms(1763806830000);
  response.DBInstances.push_back(instance);
  co_return response;
}

Task<Outcome<aws::rds::ListTagsForResourceResponse>> rds_tags(
    Caller, aws::rds::ListTagsForResourceRequest) {
  aws::rds::ListTagsForResourceResponse response;
  response.TagList.push_back({"from", "rds"});
  co_return response;
}

Task<Outcome<aws::cloudwatch::DescribeAlarmsResponse>> alarms(
    Caller, aws::cloudwatch::DescribeAlarmsRequest) {
  co_return fault("InvalidParameterValue", "no such state");
}

class GatewayTest : public testing::Test {
 protected:
  GatewayTest()
      : gateway_({.secret_of = [](std::string_view key) -> std::optional<std::string> {
                    if (key == "AKIDEXAMPLE") return "secret";
                    return std::nullopt;
                  },
                  .clock = [this] { return now_; }}) {
    sts::attach(gateway_);
    gateway_.on<aws::ssm::PutParameter>(put);
    gateway_.on<aws::rds::DescribeDBInstances>(describe);
    gateway_.on<aws::rds::ListTagsForResource>(rds_tags);
    gateway_.on<aws::cloudwatch::DescribeAlarms>(alarms);
  }

  http::Request request(std::string service, std::string body, aws::HeaderList headers) {
    http::Request out;
    out.method = "POST";
    out.target = out.path = "/";
    out.body = std::move(body);
    headers.emplace_back("Host", "127.0.0.1:4566");
    aws::sign("POST", "/", "", headers, out.body, {access_key_, secret_, ""}, "us-west-2", service,
              signed_at_);
    for (auto& [name, value] : headers) out.headers.add(name, value);
    return out;
  }
  http::Response send(http::Request message) {
    return run_task(gateway_.handler()(std::move(message)));
  }
  http::Response json(std::string service, std::string target, std::string body) {
    return send(
        request(service, std::move(body),
                {{"X-Amz-Target", target}, {"Content-Type", "application/x-amz-json-1.1"}}));
  }
  http::Response query(std::string service, std::string body) {
    return send(request(service, std::move(body), {{"Content-Type", kForm}}));
  }

  Timestamp now_ = *parse_rfc3339("2026-11-22T10:20:30Z");
  Timestamp signed_at_ = now_;
  std::string access_key_ = "AKIDEXAMPLE";
  std::string secret_ = "secret";
  Gateway gateway_;
};

TEST_F(GatewayTest, answers_json) {
  auto response = json("ssm", "AmazonSSM.PutParameter", R"({"Name":"a","Value":"b"})");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"Version":3})");
  EXPECT_EQ(response.headers.get("Content-Type"), "application/x-amz-json-1.1");
  EXPECT_EQ(response.headers.get("x-amzn-RequestId").size(), 36U);
}

TEST_F(GatewayTest, answers_query_with_xml) {
  auto response =
      query("rds", "Action=DescribeDBInstances&Version=2014-10-31&DBInstanceIdentifier=salt");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.get("Content-Type"), "text/xml");
  EXPECT_NE(response.body.find("<DescribeDBInstancesResponse xmlns="), std::string::npos);
  EXPECT_NE(response.body.find("<DBInstances><DBInstance><DBInstanceIdentifier>salt</"),
            std::string::npos);
  EXPECT_NE(response.body.find("<InstanceCreateTime>2025-11-22T10:20:30.000Z<"), std::string::npos)
      << response.body;
}

TEST_F(GatewayTest, knows_the_caller) {
  auto response = query("sts", "Action=GetCallerIdentity&Version=2011-06-15");

  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.body.find("<Account>000000000000</Account>"), std::string::npos);
  EXPECT_NE(response.body.find("<UserId>AKIDEXAMPLE</UserId>"), std::string::npos);
}

TEST_F(GatewayTest, writes_faults_in_the_callers_protocol) {
  auto in_json = json("ssm", "AmazonSSM.PutParameter", R"({"Name":"taken","Value":"b"})");
  auto in_xml =
      query("rds", "Action=DescribeDBInstances&Version=2014-10-31&DBInstanceIdentifier=absent");

  EXPECT_EQ(in_json.status, 400);
  EXPECT_EQ(in_json.body,
            R"({"__type":"ParameterAlreadyExists","message":"The parameter already exists."})");
  EXPECT_EQ(in_xml.status, 404);
  EXPECT_NE(in_xml.body.find("<Type>Sender</Type><Code>DBInstanceNotFound</Code>"),
            std::string::npos);
}

TEST_F(GatewayTest, names_inner_errors_as_the_service_does) {
  auto broken = json("ssm", "AmazonSSM.PutParameter", R"({"Name":"broken","Value":"b"})");
  auto odd = json("ssm", "AmazonSSM.PutParameter", R"({"Name":"odd","Value":"b"})");
  auto throws = json("ssm", "AmazonSSM.PutParameter", R"({"Name":"throws","Value":"b"})");

  EXPECT_EQ(broken.status, 500);
  EXPECT_NE(broken.body.find("InternalServerError"), std::string::npos);
  EXPECT_EQ(odd.status, 400);
  EXPECT_NE(odd.body.find("ValidationException"), std::string::npos);
  EXPECT_EQ(throws.status, 500);
  EXPECT_EQ(throws.body.find("surprise"), std::string::npos);
}

TEST_F(GatewayTest, gives_cloudwatchs_query_names_over_json) {
  auto response = send(request("monitoring", "{}",
                               {{"X-Amz-Target", "GraniteServiceVersion20100801.DescribeAlarms"},
                                {"x-amzn-query-mode", "true"}}));

  EXPECT_EQ(response.headers.get("x-amzn-query-error"), "InvalidParameterValue;Sender");
  EXPECT_EQ(response.headers.get("Content-Type"), "application/x-amz-json-1.0");
}

TEST_F(GatewayTest, tells_services_with_one_action_name_apart) {
  auto response =
      query("rds", "Action=ListTagsForResource&Version=2014-10-31&ResourceName=arn%3Ax");

  EXPECT_NE(response.body.find("<Tag><Key>from</Key><Value>rds</Value></Tag>"), std::string::npos)
      << response.body;
}

TEST_F(GatewayTest, names_unknown_operations) {
  auto in_json = json("ssm", "AmazonSSM.StartSession", "{}");
  auto other = json("dynamodb", "DynamoDB_20120810.ListTables", "{}");
  auto in_query = query("rds", "Action=CreateDBCluster&Version=2014-10-31");

  EXPECT_NE(in_json.body.find("UnknownOperationException"), std::string::npos);
  EXPECT_NE(in_json.body.find("StartSession"), std::string::npos);
  EXPECT_NE(other.body.find("DynamoDB_20120810.ListTables"), std::string::npos);
  EXPECT_NE(in_query.body.find("<Code>InvalidAction</Code>"), std::string::npos);
  EXPECT_NE(in_query.body.find("CreateDBCluster"), std::string::npos);
}

TEST_F(GatewayTest, refuses_missing_and_malformed_members) {
  auto missing = json("ssm", "AmazonSSM.PutParameter", R"({"Name":"a"})");
  auto wrong = json("ssm", "AmazonSSM.PutParameter", R"({"Name":5,"Value":"b"})");
  auto garbage = json("ssm", "AmazonSSM.PutParameter", "{");
  auto query_missing = query("rds", "Action=ListTagsForResource&Version=2014-10-31");
  auto query_wrong = query("rds", "Action=DescribeDBInstances&Version=2014-10-31&MaxRecords=many");

  EXPECT_NE(missing.body.find("ValidationException"), std::string::npos);
  EXPECT_NE(missing.body.find("'Value'"), std::string::npos);
  EXPECT_NE(wrong.body.find("SerializationException"), std::string::npos);
  EXPECT_NE(wrong.body.find("/Name"), std::string::npos);
  EXPECT_EQ(garbage.status, 400);
  EXPECT_NE(query_missing.body.find("<Code>MissingParameter</Code>"), std::string::npos);
  EXPECT_NE(query_wrong.body.find("<Code>InvalidParameterValue</Code>"), std::string::npos);
  EXPECT_NE(query_wrong.body.find("MaxRecords"), std::string::npos);
}

TEST_F(GatewayTest, refuses_bad_signatures) {
  secret_ = "wrong";
  auto in_json = json("ssm", "AmazonSSM.PutParameter", "{}");
  auto in_query = query("sts", "Action=GetCallerIdentity&Version=2011-06-15");

  EXPECT_EQ(in_json.status, 400);
  EXPECT_NE(in_json.body.find("InvalidSignatureException"), std::string::npos);
  EXPECT_EQ(in_query.status, 403);
  EXPECT_NE(in_query.body.find("SignatureDoesNotMatch"), std::string::npos);
}

TEST_F(GatewayTest, refuses_unknown_keys) {
  access_key_ = "AKIDOTHER";

  EXPECT_NE(json("ssm", "AmazonSSM.PutParameter", "{}").body.find("UnrecognizedClientException"),
            std::string::npos);
  EXPECT_NE(
      query("sts", "Action=GetCallerIdentity&Version=2011-06-15").body.find("InvalidClientTokenId"),
      std::string::npos);
}

TEST_F(GatewayTest, refuses_requests_from_another_time) {
  signed_at_ = now_ - std::chrono::minutes(16);
  EXPECT_NE(query("sts", "Action=GetCallerIdentity&Version=2011-06-15").body.find("RequestExpired"),
            std::string::npos);

  signed_at_ = now_ + std::chrono::minutes(14);
  EXPECT_EQ(query("sts", "Action=GetCallerIdentity&Version=2011-06-15").status, 200);
}

TEST_F(GatewayTest, refuses_a_changed_body_and_a_scope_of_another_service) {
  auto changed =
      request("ssm", R"({"Name":"a","Value":"b"})", {{"X-Amz-Target", "AmazonSSM.PutParameter"}});
  changed.body = R"({"Name":"a","Value":"c"})";

  EXPECT_NE(send(changed).body.find("InvalidSignatureException"), std::string::npos);
  EXPECT_NE(json("ecs", "AmazonSSM.PutParameter", "{}").body.find("correct service: 'ssm'"),
            std::string::npos);
}

TEST_F(GatewayTest, refuses_requests_that_are_not_signed_or_not_aws) {
  http::Request bare;
  bare.method = "POST";
  bare.target = bare.path = "/";
  bare.headers.add("X-Amz-Target", "AmazonSSM.PutParameter");
  auto unsigned_call = send(bare);
  http::Request page;
  page.method = "GET";
  page.target = page.path = "/index.html";
  auto other = send(page);

  EXPECT_NE(unsigned_call.body.find("MissingAuthenticationTokenException"), std::string::npos);
  EXPECT_EQ(other.status, 404);
}

TEST_F(GatewayTest, says_that_it_is_there_without_a_signature) {
  http::Request request;
  request.method = "GET";
  request.target = request.path = "/_saltcloud/health";

  auto response = send(request);

  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.body.find(R"("sts":["GetCallerIdentity"])"), std::string::npos);
}

}  // namespace
}  // namespace sb::cloud::gateway
